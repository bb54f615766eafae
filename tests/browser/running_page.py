"""Serves a folder with the lab that runs in a page, and opens that page."""

from __future__ import annotations

import gzip
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

START_MS = 120_000
"""Milliseconds: the timeout for a start on a busy machine."""


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing."""

    def log_message(self, *_: Any) -> None:
        """A test prints what matters."""


@contextmanager
def served(folder):
    """The address of a folder."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Quiet, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class RunningPage:
    """A page of the site: what is asked of other addresses is refused and noted."""

    def __init__(self, browser, address, **options):
        self.address = address
        self.context = browser.new_context(locale="zh-CN", **options)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.elsewhere, self.errors, self.fetched = [], [], []
        self.context.route("**/*", self._let_through)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("requestfinished", lambda done: self.fetched.append(done.url))

    def _let_through(self, route):
        url = route.request.url
        if url.startswith((self.address, "data:", "blob:")):
            return route.continue_()
        self.elsewhere.append(url)
        return route.abort()

    def open(self, name, *, press=True, key=None):
        """Open a page and, unless it starts by itself, press its button, or by key; returns when there is a picture."""
        self.page.goto(f"{self.address}/{name}")
        button = self.page.get_by_role("button", name="在这一页里运行")
        if key is not None:
            button.press(key)
        elif press:
            button.click()
        picture = self.page.locator(".k8s-lab img.k8s-picture[src]").first
        picture.wait_for(timeout=START_MS)
        return self

    def has(self, css, text):
        """Wait until a part says something."""
        self.page.locator(css).filter(has_text=text).first.wait_for()

    def text(self, css):
        """The text of a part."""
        return self.page.locator(css).first.inner_text()

    def click(self, name):
        """Press the button of that class."""
        self.page.locator(f"button.k8s-{name}").first.click()

    def tab(self, name):
        """Show the card of a tab."""
        self.page.locator(".k8s-tab").get_by_role("button", name=name).click()

    def close(self):
        """Check that no other server was asked and no script failed."""
        self.context.close()
        assert self.elsewhere == []
        assert self.errors == [], self.errors


def packed_bytes(folder, urls):
    """The gzipped size of the files at these addresses."""
    total = 0
    for url in set(urls):
        path = folder / url.split("/", 3)[3].partition("?")[0].partition("#")[0]
        if path.is_file():
            total += len(gzip.compress(path.read_bytes()))
    return total


def cpu_seconds(browser):
    """The CPU seconds that the pages' processes have used so far."""
    asked = browser.new_browser_cdp_session()
    known = asked.send("SystemInfo.getProcessInfo")["processInfo"]
    asked.detach()
    return sum(each["cpuTime"] for each in known if each["type"] == "renderer")

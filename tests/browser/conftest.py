"""Fixtures that open a lesson in JupyterLab in a headless Chromium.

`lesson("00_start.ipynb")` gives a `NotebookPage`; its kernel ends with the test, and its page is the next one's.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from k8slearn.view.fonts import font_path
from tests.browser.notebook import HEIGHT, SLOW_MS, WIDTH, NotebookPage
from tests.browser.server import SCRATCH, start_server, write_notebook
from tests.support import chromium

TIMEOUT_MS = 90_000
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items):
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium_path():
    """The browser; where there is none the tests are skipped, and say so, except in CI."""
    found = chromium.find()
    if found is not None:
        return found
    reason = "no Chromium on this machine: apt-get install chromium-headless-shell"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.fixture(scope="package")
def playwright():
    """What starts browsers: a process can have one."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SLOW_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright, chromium_path, tmp_path_factory):
    """A headless Chromium that has our font and no other Chinese one to rely on."""
    fonts = tmp_path_factory.mktemp("browser-data") / "fonts"
    fonts.mkdir()
    shutil.copy(font_path(), fonts)
    environment = os.environ | {"XDG_DATA_HOME": str(fonts.parent)}
    launched = playwright.chromium.launch(
        executable_path=chromium_path, args=chromium.arguments(), env=environment
    )
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def jupyterlab(tmp_path_factory):
    """A running JupyterLab over a copy of the lessons."""
    server = start_server(tmp_path_factory.mktemp("jupyterlab"))
    yield server
    server.stop()


@pytest.fixture(scope="package")
def new_page(browser):
    """Open a page of the browser, as large as a learner's window and in Chinese."""

    def open_page():
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN"
        )
        page.set_default_timeout(TIMEOUT_MS)
        return page

    return open_page


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Note that a test has failed, since its leftovers may make the next one fail."""
    report = yield
    if report.failed:
        item.session.stash[FAILED] = True
    return report


class OnePage:
    """One JupyterLab for all tests of a process: starting it takes four times as long as opening another notebook.

    It is started again after a failed test.
    """

    def __init__(self, open_page, stash):
        self._open_page = open_page
        self._stash = stash
        self._notebook = None
        self.name = ""
        """The name of the open notebook with a running kernel."""

    def turn_to(self, name):
        """Open a notebook in place of the previous one."""
        self._drop_what_failed()
        if self._notebook is None:
            self._notebook = self._open_page(name)
        else:
            self._notebook.open_instead(name)
        self.name = name
        return self._notebook

    def still_open(self, name):
        """The notebook of this name if it is open, else None."""
        self._drop_what_failed()
        return self._notebook if name == self.name else None

    def leave(self):
        """End the kernel: what it serves would be found by others."""
        if self._notebook is not None:
            self._notebook.end_kernel()
        self.name = ""

    def close(self):
        """End the page."""
        if self._notebook is not None:
            self._notebook.close()
        self._notebook = None
        self.name = ""

    def _drop_what_failed(self):
        if self._stash.get(FAILED, False):
            self._stash[FAILED] = False
            self.close()


@pytest.fixture(scope="package")
def one_page(request, new_page, jupyterlab):
    """The page that the tests share."""

    def open_page(name):
        return NotebookPage(new_page(), jupyterlab).open(name)

    page = OnePage(open_page, request.session.stash)
    yield page
    page.close()


@pytest.fixture
def new_lesson(new_page, jupyterlab):
    """Open a lesson in a JupyterLab that has just started; it is closed after the test."""
    opened = []

    def open_lesson(name):
        opened.append(NotebookPage(new_page(), jupyterlab))
        return opened[-1].open(name)

    yield open_lesson
    for notebook in opened:
        notebook.close()


@pytest.fixture
def lesson(one_page, new_lesson):
    """Open a lesson by its file name; the second one of a test gets a page of its own."""
    open_lesson = [one_page.turn_to]
    yield lambda name: (open_lesson.pop() if open_lesson else new_lesson)(name)
    one_page.leave()


@pytest.fixture
def scratch_notebook(jupyterlab):
    """Write a notebook of the given code cells beside the lessons and return its name."""

    def write(*sources):
        write_notebook(jupyterlab.folder / SCRATCH, *sources)
        return SCRATCH

    return write


@pytest.fixture(scope="module")
def open_once(one_page, jupyterlab):
    """Open a notebook of the given code cells once for a module; each call runs all of it again."""

    def run(name, *sources):
        notebook = one_page.still_open(name)
        if notebook is None:
            write_notebook(jupyterlab.folder / name, *sources)
            notebook = one_page.turn_to(name)
        notebook.start_afresh()
        return notebook

    yield run
    one_page.leave()


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The text of axe-core; skipped where npm cannot bring it, except in CI."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    if npm:
        command = [npm, "install", "--no-audit", "--no-fund", "axe-core@4"]
        subprocess.run(
            command, cwd=folder, check=False, capture_output=True, timeout=90
        )
    script = Path(folder) / "node_modules" / "axe-core" / "axe.min.js"
    if script.exists():
        return script.read_text(encoding="utf-8")
    reason = "axe-core could not be had from npm"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)

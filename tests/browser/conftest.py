"""Fixtures that open a lesson in JupyterLab in a headless Chromium.

`lesson("00_start.ipynb")` gives a `NotebookPage`; its kernel ends with the test.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from k8slearn.view.fonts import font_path
from tests.browser.notebook import HEIGHT, SLOW_MS, WIDTH, NotebookPage
from tests.browser.server import SCRATCH, start_server, write_notebook

CHROMIUM = "/usr/bin/chromium"
TIMEOUT_MS = 90_000


def pytest_collection_modifyitems(items):
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium_path():
    """The browser; where there is none the tests are skipped, and say so, except in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or CHROMIUM
    if Path(found).exists():
        return found
    reason = "no Chromium on this machine: apt-get install chromium"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.fixture(scope="package")
def browser(chromium_path, tmp_path_factory):
    """A headless Chromium that has our font and no other Chinese one to rely on."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SLOW_MS)
    fonts = tmp_path_factory.mktemp("browser-data") / "fonts"
    fonts.mkdir()
    shutil.copy(font_path(), fonts)
    environment = os.environ | {"XDG_DATA_HOME": str(fonts.parent)}
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        launched = playwright.chromium.launch(
            executable_path=chromium_path, args=arguments, env=environment
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


@pytest.fixture
def lesson(new_page, jupyterlab):
    """Open a lesson by its file name; whatever was opened is closed after the test."""
    opened = []

    def open_lesson(name):
        opened.append(NotebookPage(new_page(), jupyterlab))
        return opened[-1].open(name)

    yield open_lesson
    for notebook in opened:
        notebook.close()


@pytest.fixture
def scratch_notebook(jupyterlab):
    """Write a notebook of the given code cells beside the lessons and return its name."""

    def write(*sources):
        write_notebook(jupyterlab.folder / SCRATCH, *sources)
        return SCRATCH

    return write


@pytest.fixture(scope="module")
def open_once(new_page, jupyterlab):
    """Open a notebook of the given code cells once for a module; each call runs all of it again."""
    opened = {}

    def run(name, *sources):
        if name not in opened:
            write_notebook(jupyterlab.folder / name, *sources)
            opened[name] = NotebookPage(new_page(), jupyterlab).open(name)
        opened[name].start_afresh()
        return opened[name]

    yield run
    for notebook in opened.values():
        notebook.close()


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

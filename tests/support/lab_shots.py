"""Takes screenshots of labs in a real JupyterLab, for notebooks that are read without widgets.

Without Chromium a notebook keeps the lab's own still picture.
"""

from __future__ import annotations

import os
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image

from k8slearn.view.fonts import font_path
from tests.support import chromium

STORED = "k8s-stored"  # the class of the text below a stored lab
SIZE = {"width": 1366, "height": 900}
# A palette: with full colour a picture would be three times as large.
COLOURS = 96
MARK = "lab"
RUN = """
async ([first, last]) => {
    const app = window.jupyterapp, content = window.notebook.content;
    for (let index = first; index <= last; index++) {
        content.activeCellIndex = index;
        await app.commands.execute('notebook:run-cell');
    }
}
"""
# The lab, with the buttons that may stand around it.
PANEL = """
place => window.notebook.content.widgets[place].node.querySelector('.k8s-demo, .k8s-lab')
"""


def lab_cells(notebook: Any) -> list[int]:
    """The indexes of cells that show a lab."""
    found = []
    for place, cell in enumerate(notebook.cells):
        if any(STORED in _html(output) for output in cell.get("outputs", ())):
            found.append(place)
    return found


def _html(output: Any) -> str:
    return str(output.get("data", {}).get("text/html", ""))


def put_shots(notebook: Any, path: Path) -> None:
    """Replace the still picture of each lab in the notebook at `path` by a screenshot."""
    places, browser = lab_cells(notebook), chromium.find()
    if not places or browser is None:
        return
    with _opened(path, browser) as page:
        first = 0
        for place in places:
            page.page.evaluate(RUN, [first, place])
            first = place + 1
            _put(notebook.cells[place], _shot(page, place))


@contextmanager
def _opened(path: Path, chromium_path: str) -> Iterator[Any]:
    """The notebook in a JupyterLab of its own."""
    # Imported here: it is only needed for taking screenshots.
    from playwright.sync_api import sync_playwright

    from tests.browser.notebook import NotebookPage
    from tests.browser.server import start_server

    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        fonts = Path(scratch) / "data" / "fonts"
        fonts.mkdir(parents=True)
        shutil.copy(font_path(), fonts)
        server = start_server(Path(scratch) / "jupyterlab")
        shutil.copy(path, server.folder / path.name)
        environment = os.environ | {"XDG_DATA_HOME": str(fonts.parent)}
        browser = playwright.chromium.launch(
            executable_path=chromium_path,
            args=chromium.arguments(),
            env=environment,
        )
        try:
            page = browser.new_page(viewport=SIZE, locale="zh-CN")
            page.set_default_timeout(60_000)
            opened = NotebookPage(page, server).open(path.name)
            page.evaluate(
                "() => window.jupyterapp.commands.execute('application:toggle-left-area')"
            )
            yield opened
            opened.close()
        finally:
            browser.close()
            server.stop()


def _shot(page: Any, place: int) -> bytes:
    """A screenshot of a cell's lab, once it is drawn and nothing plays."""
    page.wait_until_idle()
    page.page.locator(".k8s-lab img.k8s-picture").last.wait_for()
    page.page.wait_for_timeout(2000)
    panel = page.page.evaluate_handle(PANEL, place).as_element()
    image = Image.open(BytesIO(panel.screenshot())).convert("RGB")
    small = BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _put(cell: Any, shot: bytes) -> None:
    for output in _pictures(cell):
        output.data["image/png"] = b64encode(shot).decode()
        # Without a width, so that it fills the available room.
        output.metadata["image/png"] = {"alt": _alt(output), MARK: True}


def _pictures(cell: Any) -> list[Any]:
    return [o for o in cell.get("outputs", ()) if "image/png" in o.get("data", {})]


def _alt(output: Any) -> str:
    return str(output.metadata.get("image/png", {}).get("alt", ""))


def _numbers(output: Any) -> list[str]:
    """The numbers in a lab's text: a change of wording alone needs no new screenshot."""
    return re.findall(r"\d+", _alt(output))


def is_shot(cell: Any) -> bool:
    """Whether the cell's picture is one of the whole lab."""
    return all(output.metadata["image/png"].get(MARK) for output in _pictures(cell))


def keep_shots(before: Any, notebook: Any) -> None:
    """Keep the screenshots of unchanged labs, since new ones need a browser and a minute."""
    old = {cell.id: cell for cell in before.cells}
    for place in lab_cells(notebook):
        cell = notebook.cells[place]
        kept = _pictures(old.get(cell.id, {}))
        for output, earlier in zip(_pictures(cell), kept, strict=False):
            if is_shot(old[cell.id]) and _numbers(output) == _numbers(earlier):
                output.data["image/png"] = earlier.data["image/png"]
                output.metadata["image/png"] = {"alt": _alt(output), MARK: True}

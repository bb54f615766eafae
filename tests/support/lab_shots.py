"""What a lab looks like, for who reads a notebook where no widget runs: taken in a real JupyterLab.

Where there is no Chromium a notebook keeps the still picture that the lab itself leaves.
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

STORED = "k8s-stored"  # the class of what stands below a lab that is no lab any more
SIZE = {"width": 1366, "height": 900}
# A lab's picture has few colours, and with all of them it would be three times as large.
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
    """The places of the cells that show a lab."""
    found = []
    for place, cell in enumerate(notebook.cells):
        if any(STORED in _html(output) for output in cell.get("outputs", ())):
            found.append(place)
    return found


def _html(output: Any) -> str:
    return str(output.get("data", {}).get("text/html", ""))


def put_shots(notebook: Any, path: Path) -> None:
    """Put a picture of each lab of the notebook at `path` in the place of its still picture."""
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
    # Here, since only who takes pictures needs a browser.
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
    """The lab of a cell, once it has drawn and nothing plays any more."""
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
        # No width: a host shows it as large as there is room.
        output.metadata["image/png"] = {"alt": _alt(output), MARK: True}


def _pictures(cell: Any) -> list[Any]:
    return [o for o in cell.get("outputs", ()) if "image/png" in o.get("data", {})]


def _alt(output: Any) -> str:
    return str(output.metadata.get("image/png", {}).get("alt", ""))


def _numbers(output: Any) -> list[str]:
    """What a lab counts; how that is worded is no reason for another picture."""
    return re.findall(r"\d+", _alt(output))


def is_shot(cell: Any) -> bool:
    """Whether the cell's picture is one of the whole lab."""
    return all(output.metadata["image/png"].get(MARK) for output in _pictures(cell))


def keep_shots(before: Any, notebook: Any) -> None:
    """Labs that show the same as before keep their pictures: to take them anew needs a browser and a minute."""
    old = {cell.id: cell for cell in before.cells}
    for place in lab_cells(notebook):
        cell = notebook.cells[place]
        kept = _pictures(old.get(cell.id, {}))
        for output, earlier in zip(_pictures(cell), kept, strict=False):
            if is_shot(old[cell.id]) and _numbers(output) == _numbers(earlier):
                output.data["image/png"] = earlier.data["image/png"]
                output.metadata["image/png"] = {"alt": _alt(output), MARK: True}

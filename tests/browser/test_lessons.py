"""Every lesson runs from top to bottom in a real JupyterLab."""

import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.paths import ROOT

MENU = re.compile("菜单“([^”]+ → [^”]+)”")
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_lesson_runs_without_an_error(lesson, name):
    notebook = lesson(name)
    notebook.run_all_cells()
    notebook.screenshot(Path(name).stem, whole=True)
    assert notebook.error_outputs() == []
    notebook.wait_until_idle()  # a widget may speak to the kernel a little longer
    assert notebook.errors == []


def test_menus_are_in_chinese_and_nothing_pops_up(new_lesson, scratch_notebook):
    notebook = new_lesson(scratch_notebook("1"))
    expect(notebook.page.get_by_role("menuitem", name="文件").first).to_be_visible()
    assert notebook.page.locator(".jp-Dialog, .Toastify__toast").count() == 0


def menu_names():
    """The names of JupyterLab's menus and entries in the lessons."""
    texts = [
        path.read_text(encoding="utf-8") for path in ROOT.glob("notebooks/*.ipynb")
    ]
    return {name for text in texts for name in MENU.findall(text)}


def test_menus_have_the_names_that_the_lessons_say(lesson, scratch_notebook):
    page = lesson(scratch_notebook("1")).page
    said = menu_names()
    assert said
    for name in sorted(said):
        first, *entries = name.split(" → ")
        page.locator(".lm-MenuBar-itemLabel", has_text=first).first.click()
        for entry in entries:
            label = page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True)
            label.last.wait_for()
            label.last.hover()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")


def test_an_error_in_a_cell_and_on_the_console_is_seen(lesson, scratch_notebook):
    notebook = lesson(scratch_notebook("1 / 0"))
    notebook.run_all_cells()
    notebook.page.evaluate("() => console.error('on the console')")
    notebook.becomes(notebook.error_outputs, ["ZeroDivisionError: division by zero"])
    notebook.becomes(lambda: notebook.errors, ["on the console"])


def test_a_kernel_finds_the_kubectl_that_came_along(lesson, scratch_notebook):
    look = "import shutil, sys\nshutil.which('kubectl').removesuffix('kubectl') in sys.executable"
    notebook = lesson(scratch_notebook(look))
    notebook.run_all_cells()
    assert notebook.cells()[0]["outputs"][0]["data"]["text/plain"] == "True"


def test_a_terminal_finds_it_too(lesson, scratch_notebook, jupyterlab):
    notebook = lesson(scratch_notebook("1"))
    notebook.open_terminal().type_line(
        "command -v kubectl > found.txt; mv found.txt found-in-terminal.txt"
    )
    found = jupyterlab.folder / "found-in-terminal.txt"
    notebook.wait_until(found.exists)
    assert found.read_text().strip() == str(Path(sys.executable).with_name("kubectl"))

"""Coming back to a lab: in a second tab, after a reload, and to a notebook whose kernel has ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.lab_page import SETUP, wait_for_lab, wait_for_text
from tests.browser.notebook import OPEN, SHUT_DOWN

SAVE = "async () => { await window.notebook.context.save(); }"
# What JupyterLab itself complains of: a panel that no kernel has any more.
NO_PANEL = "widget model not found"


@pytest.mark.slow
def test_a_second_tab_and_a_reload_show_the_live_panel(lesson, scratch_notebook):
    name = scratch_notebook(SETUP, "lab = Lab(cluster)\nlab")
    first = with_four_nodes(lesson, name)
    second = lesson(name)
    wait_for_text(second, "head-page", "就绪 4")
    second.click_widget("k8s-node-add")
    for notebook in (first, second):
        wait_for_text(notebook, "head-page", "就绪 5")
    first.page.reload()
    first.page.wait_for_function("() => window.jupyterapp !== undefined")
    first.page.evaluate(OPEN, name)
    wait_for_text(first, "head-page", "就绪 5")
    first.click_widget("k8s-node-add")
    wait_for_text(first, "head-page", "就绪 6")


def test_a_stored_notebook_says_what_to_run_and_nothing_else(lesson, scratch_notebook):
    name = scratch_notebook(SETUP, "lab = Lab(cluster)\nlab")
    with_four_nodes(lesson, name).page.evaluate(SHUT_DOWN)
    later = lesson(name)
    stored = later.page.locator(".k8s-stored")
    expect(stored).to_be_visible()
    expect(stored).to_contain_text("再运行一次这个单元格")
    expect(later.page.locator(".k8s-still-light").last).to_be_visible()
    outputs = later.page.locator(".jp-OutputArea-output:visible")
    for said in ("not found", "Loading widget"):
        expect(outputs.filter(has_text=said)).to_have_count(0)
    later.run_all_cells()
    wait_for_lab(later)
    expect(stored).to_be_hidden()
    assert [each for each in later.errors if NO_PANEL not in each] == []


def with_four_nodes(lesson, name):
    """A notebook that was run, changed and saved."""
    notebook = lesson(name)
    notebook.run_all_cells()
    wait_for_lab(notebook)
    notebook.click_widget("k8s-node-add")
    wait_for_text(notebook, "head-page", "就绪 4")
    notebook.page.evaluate(SAVE)
    return notebook

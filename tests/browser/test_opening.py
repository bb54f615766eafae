"""The first two minutes: the page moves before anything is run, and three big buttons do what they say."""

from hashlib import sha256

import pytest

from tests.browser.notebook import HEIGHT

# Whole hands and eyes over many steps: with the others it would take README's command too long.
pytestmark = pytest.mark.slow

OPENING = "img[src*='opening']"
RUN_CELLS = """
async count => {
    const {commands} = window.jupyterapp, notebook = window.notebook.content;
    notebook.activeCellIndex = 0;
    for (let done = 0; done < count; done++) await commands.execute('notebook:run-cell-and-select-next');
}
"""


def test_something_moves_on_the_first_screen_before_anything_is_run(lesson):
    notebook = lesson("00_start.ipynb")
    picture = notebook.page.locator(OPENING).first
    picture.wait_for()
    notebook.wait_until(lambda: picture.bounding_box()["height"] > 300)
    box = picture.bounding_box()
    assert box["y"] + 300 < HEIGHT
    seen = set()

    def has_moved():
        seen.add(sha256(picture.screenshot()).hexdigest())
        return len(seen) > 2

    notebook.wait_until(has_moved, timeout_ms=30_000)
    notebook.screenshot("opening")


def test_three_big_buttons(lesson):
    notebook = lesson("00_start.ipynb")
    notebook.page.evaluate(RUN_CELLS, 3)
    head = notebook.page.locator(".k8s-demo .k8s-head-page")
    head.get_by_text("就绪 8").wait_for()
    buttons = notebook.page.locator(".k8s-demo-buttons")
    buttons.scroll_into_view_if_needed()
    notebook.screenshot("demo")
    notebook.click_widget("k8s-demo-add")
    head.get_by_text("就绪 9").wait_for()
    notebook.click_widget("k8s-demo-image")
    head.get_by_text("不可用 1").wait_for()
    buttons.get_by_role("button", name="换回好镜像").wait_for()
    notebook.screenshot("demo-bad-image")
    notebook.click_widget("k8s-demo-image")
    head.get_by_text("不可用 0").wait_for()
    notebook.click_widget("k8s-demo-unplug")
    head.get_by_text("期望 8").wait_for()
    assert notebook.errors == []

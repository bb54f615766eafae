"""The lab by keyboard alone, and on a page that is enlarged to twice its size."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from k8slearn.course.exercise_words import exercise_words
from k8slearn.locale import lab as words
from tests.browser.lab_page import (
    CUT,
    LAPTOP,
    RUN_ITS_CELL,
    SETUP,
    resized,
    seen,
    wait_for_lab,
    wait_for_text,
)

# Whole hands and eyes over many steps: with the others it would take README's command too long.
pytestmark = pytest.mark.slow

# What is in the panel, and what a key would reach, is asked of the page itself.
HAS_FOCUS = "css => document.activeElement.matches(css) || !!document.activeElement.closest(css)"
IN_LAB = "() => !!document.activeElement.closest('.k8s-lab, .k8s-live-card')"
# A control with the focus has an edge that it has not without it; the panel itself shows it around its picture.
EDGE = """
() => { const at = document.activeElement;
        const look = getComputedStyle(at.matches('.k8s-lab') ? at.querySelector('.k8s-picture') : at);
        return look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1; }
"""
NAME = """
() => { const e = document.activeElement;
        return e.className.split(' ').find(c => c.startsWith('k8s-')) ?? e.innerText ?? e.tagName; }
"""
MOST_STOPS = 120
# An exercise of lesson 04 with a panel on its cluster, as a learner begins it in a cell.
EXERCISE = """
from IPython.display import display
from k8slearn.lesson import exercise
task = exercise('update-one-node')
display(task)
task.lab()
"""
# The state after opening a notebook: its first cell is selected, in command mode.
AT_FIRST_CELL = """
() => { const content = window.notebook.content;
        content.activeCellIndex = 0; content.mode = 'command'; content.activate(); }
"""
# A laptop's page at 200%: half as many pixels of the style sheet either way.
ENLARGED = (LAPTOP["width"] // 2, LAPTOP["height"] // 2)
OUTSIDE = """
() => { const lab = document.querySelector('.k8s-lab').getBoundingClientRect();
  const out = box => box.left < lab.left - 1 || box.right > lab.right + 1;
  return [...document.querySelectorAll('.k8s-lab :is(button, select, input, img)')]
    .filter(e => e.offsetWidth && out(e.getBoundingClientRect())).map(e => e.className); }
"""


@pytest.fixture
def lab(open_once):
    """A panel over three Nodes on a laptop's screen."""
    cells = ["lab = Lab(cluster)\nlab", "1 + 1"]
    notebook = open_once("93_keyboard.ipynb", SETUP, *cells)
    notebook.page.set_viewport_size(LAPTOP)
    wait_for_lab(notebook)
    return notebook


class Keys:
    """Goes through the panel by Tab, and back by Shift and Tab; no mouse."""

    def __init__(self, lab):
        self.lab = lab
        self.page = lab.page
        self.stops = {}

    def has_focus(self, css):
        return self.page.evaluate(HAS_FOCUS, css)

    def go_to(self, css):
        """Press Tab until the control has the focus: on to the panel's end, then back to its beginning."""
        # Nobody looks for what is not there yet: the kernel may still be at the last click.
        expect(self.page.locator(css).first).to_be_visible()
        expect(self.page.locator(css).first).to_be_enabled()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(MOST_STOPS):
                if self.has_focus(css):
                    return self
                self.page.keyboard.press(key)
                if not self.page.evaluate(IN_LAB):
                    break
                self.stops[self.page.evaluate(NAME)] = self.page.evaluate(EDGE)
            self.page.keyboard.press("Shift+Tab" if key == "Tab" else "Tab")
        raise AssertionError(f"no key leads to {css}")

    def press(self, css, key="Enter"):
        self.go_to(css)
        self.page.keyboard.press(key)


@pytest.fixture
def keys(lab):
    """The state after running the cell and pressing Tab until the panel has the focus."""
    lab.page.evaluate(RUN_ITS_CELL)
    lab.wait_until_idle()
    wait_for_lab(lab)
    lab.page.locator(".k8s-lab").focus()
    return Keys(lab)


def test_a_whole_session_by_keyboard_alone(lab, keys):
    keys.press(".k8s-node-add")
    wait_for_text(lab, "head-page", "就绪 4")
    keys.go_to(".k8s-label-text input")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("tier=edge")
    keys.press(".k8s-label", "Space")
    wait_for_text(lab, "events", "tier=edge")
    keys.press(".k8s-step")
    wait_for_text(lab, "message-page", words.NOTHING_TO_DO)
    keys.press(".k8s-image-set")
    wait_for_text(lab, "state", "时间停着")
    predict_by(lab, keys)
    keys.press(".k8s-step")
    keys.press(".k8s-back")
    wait_for_text(lab, "where-page", "正在看")
    branch_by(lab, keys)
    keys.go_to(".k8s-pod select")
    lab.page.keyboard.press("ArrowDown")
    wait_for_text(lab, "why-text", "node2")
    break_by(lab, keys)
    mend_by(lab, keys)
    assert [name for name, edge in keys.stops.items() if not edge] == []
    assert lab.errors == []


def test_an_exercise_is_begun_done_and_checked_by_keyboard_alone(
    lesson, scratch_notebook
):
    lab = lesson(scratch_notebook(EXERCISE.strip(), "1 + 1"))
    lab.page.set_viewport_size(LAPTOP)
    lab.page.evaluate(AT_FIRST_CELL)
    lab.page.keyboard.press("Shift+Enter")
    wait_for_lab(lab)
    lab.page.locator(".k8s-lab").focus()
    keys = Keys(lab)
    keys.press(CHECK)
    lab.page.locator(".k8s-exercise .k8s-reply", has_text="还差一点").wait_for()
    keys.press(ON_DELETE)
    wait_for_text(lab, "head-page", "OnDelete")
    keys.go_to(".k8s-image input")
    lab.page.keyboard.press("Control+a")
    lab.page.keyboard.type("ikubernetes/filebeat:5.6.8-alpine")
    keys.press(".k8s-image-set")
    wait_for_text(lab, "head-page", "已更新 0")
    keys.go_to(".k8s-pod select")
    lab.page.keyboard.press("ArrowDown")
    lab.page.locator(".k8s-pod-delete", has_text="删除 node2 的 Pod").wait_for()
    keys.press(".k8s-pod-delete")
    keys.press(".k8s-until-quiet")
    wait_for_text(lab, "head-page", "已更新 1")
    wait_for_text(lab, "head-page", "就绪 4")
    keys.press(CHECK, "Space")
    right = exercise_words("update-one-node").right
    lab.page.locator(".k8s-exercise .k8s-reply", has_text=right).wait_for()
    lab.page.locator(".k8s-differences", has_text="检查通过了").wait_for()
    assert [name for name, edge in keys.stops.items() if not edge] == []
    assert lab.errors == []


def predict_by(lab, keys):
    keys.press(PREDICT_TAB)
    keys.press(".k8s-predict-ask")
    wait_for_text(lab, "predict-told", "会做什么")
    keys.go_to(".k8s-predict-1")
    before = lab.widget("k8s-told").inner_text()
    # Here arrows do not move time, and letters do not make cells.
    for key, stop in (("ArrowDown", 2), ("ArrowRight", 3), ("ArrowUp", 2), ("b", 2)):
        lab.page.keyboard.press(key)
        lab.becomes(lambda css=f".k8s-predict-{stop}": keys.has_focus(css), True)
    lab.page.keyboard.press("Enter")
    wait_for_text(lab, "predict-told", "你猜")
    # The answer that was pressed is gone; the focus stays in its card.
    lab.wait_until(lambda: keys.has_focus(".k8s-predict"))
    assert lab.widget("k8s-told").inner_text() == before
    keys.press(".k8s-predict-go")
    wait_for_text(lab, "predict-told", "实际：")


def branch_by(lab, keys):
    keys.press(".k8s-branch")
    branch = lab.page.locator(".k8s-beside")
    branch.locator("img.k8s-picture").wait_for()
    keys.press(".k8s-beside .k8s-preset-2")
    branch.locator(".k8s-head-page", has_text="maxUnavailable 2").wait_for()
    keys.press(".k8s-close-branch")
    branch.wait_for(state="detached")


def break_by(lab, keys):
    keys.press(FAULTS_TAB)
    keys.go_to(".k8s-fault select")
    for _ in range(5):
        lab.page.keyboard.press("ArrowDown")
    wait_for_text(lab, "look", "拉不到镜像")
    keys.press(".k8s-fault-make")
    wait_for_text(lab, "message-page", "弄坏了")
    keys.press(".k8s-away")
    expect(lab.page.locator(".k8s-message")).to_be_hidden()
    keys.press(".k8s-until-quiet")
    lab.page.locator(".k8s-bad").wait_for()


def mend_by(lab, keys):
    keys.press(REMEDIES_TAB)
    keys.press(".k8s-remedy-rollout")
    lab.page.locator(".k8s-remedy-told", has_text="换回以前的").first.wait_for()
    keys.press(".k8s-remedy-1")
    wait_for_text(lab, "remedy-said", "照做了")
    keys.press(".k8s-until-quiet")
    lab.page.locator(".k8s-bad").wait_for(state="detached")


CHECK = ".k8s-exercise .jupyter-button:nth-of-type(1)"
ON_DELETE = ".k8s-strategy button:nth-of-type(2)"
PREDICT_TAB, FAULTS_TAB, REMEDIES_TAB = (
    f".k8s-tab button:nth-of-type({[*words.TABS].index(name) + 1})"
    for name in ("predict", "faults", "remedies")
)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_page_of_twice_its_size_is_still_of_use(lab, theme):
    lab.set_theme(f"JupyterLab {theme}")
    resized(lab, *ENLARGED)
    lab.becomes(lambda: lab.page.evaluate(CUT), [])
    lab.becomes(lambda: lab.page.evaluate(OUTSIDE), [])
    lab.click_widget("k8s-node-add")
    wait_for_text(lab, "head-page", "期望 4")
    for field, button in (("taint-text", "taint"), ("image", "image-set")):
        lab.type_in(f"k8s-{field}", "a b c")
        lab.click_widget(f"k8s-{button}")
        lab.page.locator(".k8s-message").wait_for()
        # The message and the control that caused it are in sight together.
        both = [".k8s-message", f"button.k8s-{button}"]
        lab.becomes(lambda sights=both: seen(lab, sights), [True, True])
        lab.click_widget("k8s-away")
        expect(lab.page.locator(".k8s-message")).to_be_hidden()
    lab.screenshot(f"lab-enlarged-{theme.lower()}")

"""The most frequent tasks on a laptop's screen with twelve Nodes: the number of clicks, and no scrolling."""

from __future__ import annotations

import pytest

from tests.browser.lab_page import (
    LAPTOP,
    SCROLLED,
    SETUP,
    choose,
    chosen,
    open_tab,
    press_at,
    resting_box,
    seen,
    wait_for_lab,
    wait_for_text,
)

TWELVE = SETUP.replace("nodes=3", "nodes=12")
PICTURE, WHY = "img.k8s-picture", ".k8s-body > .k8s-why"
# In the picture of twelve Nodes: a Pod of node9, in the second row.
NINTH = (0.36, 0.72)


class Hand:
    """Counts clicks; `done` checks their number, and that the page was not scrolled."""

    def __init__(self, lab):
        self.lab = lab
        self.presses = 0
        self.top = lab.page.evaluate(SCROLLED)

    def press(self, name):
        """With a mouse that cannot scroll: what is pressed has to be in sight."""
        self.presses += 1
        button = f".k8s-{name}"
        self.lab.becomes(lambda: self.sees(button), True)
        box = resting_box(self.lab, button)
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.lab.page.mouse.click(*middle)

    def done(self, presses, *in_sight):
        assert self.presses == presses
        self.lab.becomes(lambda: [each for each in in_sight if not self.sees(each)], [])
        assert self.lab.page.evaluate(SCROLLED) == self.top

    def sees(self, selector):
        return seen(self.lab, [selector])[0]


@pytest.fixture
def lab(open_once):
    """A panel over twelve Nodes, with cells below it."""
    cells = ["lab = Lab(cluster)\nlab", *["1 + 1"] * 12]
    notebook = open_once("94_clicks.ipynb", TWELVE, *cells)
    notebook.page.set_viewport_size(LAPTOP)
    wait_for_lab(notebook)
    return notebook


@pytest.fixture
def hand(lab):
    return Hand(lab)


def test_a_new_image_and_its_first_replacement_take_one_press(lab, hand):
    wait_for_text(lab, "state", "没有要做的")
    hand.press("image-set")
    # It plays by itself, says so, and the button says that it would hold it.
    wait_for_text(lab, "state", "时间在走")
    wait_for_text(lab, "play", "暂停")
    wait_for_text(lab, "events", "就绪（版本 2）")
    hand.done(1, ".k8s-told", PICTURE)


def test_ten_nodes_take_two_presses(lab, hand):
    hand.press("node-add-5")
    hand.press("node-add-5")
    wait_for_text(lab, "head-page", "就绪 22")
    hand.done(2, ".k8s-told", ".k8s-node-add-5")


def test_a_pod_is_deleted_under_on_delete_and_replaced_in_three_presses(lab, hand):
    hand.presses += 1
    lab.widget("k8s-strategy").get_by_role("button", name="OnDelete").click()
    wait_for_text(lab, "head-page", "OnDelete")
    hand.press("image-set")
    wait_for_text(lab, "events", "记下版本 2")
    hand.press("pod-delete")
    wait_for_text(lab, "events", "就绪（版本 2）")
    wait_for_text(lab, "head-page", "已更新 1")
    hand.done(3, PICTURE, ".k8s-pods")


def test_why_takes_one_press(lab, hand):
    hand.presses += 1
    press_at(lab, "k8s-picture", *NINTH)
    lab.wait_until(lambda: "node9" in chosen(lab, "pod"))
    wait_for_text(lab, "why-text", chosen(lab, "pod").split()[-1])
    hand.done(1, PICTURE, WHY)


def test_a_bad_image_takes_three_presses(lab, hand):
    hand.presses += 2
    open_tab(lab, "故障")
    choose(lab, "fault", "镜像不存在")
    hand.press("fault-make")
    lab.page.locator(".k8s-bad").wait_for()
    wait_for_text(lab, "why-text", "ImagePull")
    hand.done(3, PICTURE, WHY, ".k8s-message", ".k8s-fault-mend")


def test_a_prediction_takes_its_tab_and_three_presses(lab, hand):
    lab.click_widget("k8s-step")
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "state", "时间停着")
    hand.presses += 1
    open_tab(lab, "预测")
    hand.press("predict-ask")
    wait_for_text(lab, "predict-told", "会做什么")
    lab.becomes(lambda: seen(lab, OPTIONS), [True] * 4)
    hand.press("predict-1")
    hand.press("predict-go")
    wait_for_text(lab, "predict-told", "实际：")
    hand.done(4, ".k8s-told", PICTURE, ".k8s-outcome > div:first-child")


OPTIONS = [f".k8s-predict-{number}" for number in (1, 2, 3, 4)]


def test_a_branch_takes_one_press_and_one_to_close_it(lab, hand):
    hand.press("branch")
    lab.page.locator(".k8s-beside img.k8s-picture").wait_for()
    both = [f".k8s-side:nth-child({number}) {PICTURE}" for number in (1, 2)]
    hand.done(1, *both, ".k8s-message", ".k8s-close-branch", ".k8s-transport")
    hand.press("close-branch")
    lab.page.locator(".k8s-beside").wait_for(state="detached")
    hand.done(2, PICTURE)

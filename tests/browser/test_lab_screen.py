"""The lab on a laptop's screen: a test for each problem that a first-time user had."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab_page import (
    LAPTOP,
    RUN_ITS_CELL,
    SCROLLED,
    SETUP,
    TABS,
    TO_THE_LAB,
    choose,
    chosen,
    open_tab,
    places,
    press_at,
    seen,
    text_of,
    wait_for_lab,
    wait_for_text,
)

# What has to be seen together, and what must not move.
TOGETHER = (
    ".k8s-told",
    "img.k8s-picture",
    ".k8s-transport",
    ".k8s-nodes",
    ".k8s-pods",
    ".k8s-update",
    ".k8s-body > .k8s-why",
    ".k8s-said",
    ".k8s-tab",
)
CELLS = "() => document.querySelectorAll('.jp-Notebook .jp-Cell').length"
RESTART = (
    "async () => { await window.notebook.sessionContext.session.kernel.restart(); }"
)
PLACE = "e => { const b = e.getBoundingClientRect(); return [b.x, b.y]; }"
PICTURES = ("picture", "timeline")
AXE = """
async () => (await axe.run('.k8s-lab')).violations
  .filter(each => ['serious', 'critical'].includes(each.impact))
  .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 120))])
"""


@pytest.fixture
def lab(open_once):
    """A panel over three Nodes on a laptop's screen, the file browser open, a dozen cells below."""
    below = ["1 + 1"] * 12
    notebook = open_once("95_screen.ipynb", SETUP, "lab = Lab(cluster)\nlab", *below)
    notebook.page.set_viewport_size(LAPTOP)
    wait_for_lab(notebook)
    notebook.becomes(lambda: unseen(notebook), [])
    return notebook


def unseen(lab):
    """The parts that are only visible after scrolling."""
    return [name for name, _, _, is_seen in places(lab, TOGETHER) if not is_seen]


def test_all_stands_together_and_nothing_moves_up_to_twelve_nodes(lab):
    before = places(lab, TOGETHER)
    add = lab.widget("k8s-node-add")
    at = add.evaluate(PLACE)
    for count in range(4, 13):
        add.click()
        wait_for_text(lab, "head-page", f"期望 {count}")
        assert add.evaluate(PLACE) == at
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "head-page", "就绪 12")
    lab.becomes(lambda: places(lab, TOGETHER), before)
    assert lab.errors == []


def test_ten_nodes_are_two_presses_and_forty_stay_in_their_frame(lab):
    before = [place for place in places(lab, TOGETHER) if place[0] != "img.k8s-picture"]
    lab.click_widget("k8s-node-add-5")
    lab.click_widget("k8s-node-add-5")
    wait_for_text(lab, "head-page", "期望 13")
    lab.type_in("k8s-node-count", "27")
    lab.click_widget("k8s-node-add-n")
    wait_for_text(lab, "head-page", "期望 40")
    names = [name for name, *_ in before]
    lab.becomes(lambda: places(lab, names), before)
    scrolls = "e => e.scrollHeight > e.clientHeight && e.clientHeight < 420"
    lab.wait_until(lambda: lab.page.locator(".k8s-frame").evaluate(scrolls))
    # The limit is read in full beside counts of two digits.
    cut = "e => e.scrollWidth > e.clientWidth"
    lab.becomes(lambda: lab.page.locator(".k8s-strategy-now").evaluate(cut), False)


def test_a_limit_is_one_press_and_a_mistake_is_told_in_sight(lab):
    lab.widget("k8s-preset-50").click()
    wait_for_text(lab, "head-page", "maxUnavailable 50%")
    # The field follows a moment later, and would take away what was typed before.
    field = lab.widget("k8s-max-unavailable").locator("input")
    expect(field).to_have_value("50%")
    lab.type_in("k8s-max-unavailable", "abc")
    lab.click_widget("k8s-strategy-set")
    wait_for_text(lab, "message-page", "maxUnavailable 要写个数")
    lab.becomes(lambda: seen(lab, [".k8s-message"]), [True])


def test_a_long_message_is_read_in_full_and_put_away(lab):
    before = [place for place in places(lab, TOGETHER) if place[0] != ".k8s-said"]
    lab.type_in("k8s-label-text", "x" * 500)
    message = lab.page.locator(".k8s-message")
    # Once more, since the same words again are news.
    for _ in range(2):
        lab.click_widget("k8s-label")
        expect(message).to_contain_text("x" * 500)
        lab.becomes(lambda: seen(lab, [".k8s-message"]), [True])
        cut = "e => e.scrollHeight > e.clientHeight + 1"
        lab.becomes(lambda test=cut: message.evaluate(test), False)
        lab.click_widget("k8s-away")
        expect(message).to_be_hidden()
    assert places(lab, [name for name, *_ in before]) == before


def test_a_fault_that_shows_nothing_says_why(lab):
    open_tab(lab, "故障")
    choose(lab, "fault", "Node 放满了")
    lab.click_widget("k8s-fault-make")
    wait_for_text(lab, "message-page", "filebeat-ds 没有写 requests")


def test_the_wheel_scrolls_the_page_over_every_box(lab):
    for box in (".k8s-body > .k8s-why", ".k8s-tabs", ".k8s-frame"):
        lab.page.locator(".k8s-lab").evaluate(TO_THE_LAB)
        lab.page.locator(box).hover()
        before = lab.page.evaluate(SCROLLED)
        for _ in range(25):
            lab.page.mouse.wheel(0, 120)
            lab.page.wait_for_timeout(30)
        lab.wait_until(lambda old=before: lab.page.evaluate(SCROLLED) > old)


def test_what_is_chosen_is_named_on_the_button_that_acts(lab):
    press_at(lab, "k8s-picture", 0.72, 0.58)
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    lab.page.locator(".k8s-node-remove", has_text="移除 node3").wait_for()


def test_the_choice_follows_the_replacement_on_its_node(lab):
    press_at(lab, "k8s-picture", 0.72, 0.58)
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    first = chosen_pod(lab)
    lab.widget("k8s-pod-delete").click()
    # The dying Pod and the empty Node may stand there for a moment in between.
    lab.wait_until(lambda: chosen_pod(lab) not in (None, first))
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    wait_for_text(lab, "why-text", chosen_pod(lab))


def chosen_pod(lab):
    """The name of the Pod that is chosen on node3; None when there is none."""
    found = re.search(r"^node3.*\b(filebeat-ds-\w+)", chosen(lab, "pod"))
    return found and found[1]


def test_held_time_is_said_and_offers_the_way_on(lab):
    wait_for_text(lab, "state", "没有要做的")
    lab.click_widget("k8s-step")
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "state", "时间停着")
    wait_for_text(lab, "where-page", "还有事没做")
    done = text_of(lab, "sentence")
    lab.click_widget("k8s-held-step")
    lab.wait_until(lambda: text_of(lab, "sentence") != done)
    lab.click_widget("k8s-held-play")
    wait_for_text(lab, "state", "时间在走")


def test_a_pod_that_cannot_start_comes_first_and_is_not_called_quiet(lab):
    open_tab(lab, "故障")
    choose(lab, "fault", "镜像不存在")
    lab.click_widget("k8s-fault-make")
    wait_for_text(lab, "message-page", "弄坏了")
    lab.click_widget("k8s-until-quiet")
    lab.page.locator(".k8s-bad").wait_for()
    wait_for_text(lab, "sentence", "没有要做的了，可是 node")
    assert "集群已经稳定" not in text_of(lab, "sentence")
    first = lab.page.locator(".k8s-why-text p").first
    expect(first).to_contain_text("ImagePull")


def test_keys_stay_in_the_panel_and_space_plays(lab):
    cells = lab.page.evaluate(CELLS)
    for name in ("cordon", "node-add", "image-set"):
        lab.widget(f"k8s-{name}").focus()
        for key in ("b", "a", "x", "d", "d"):
            lab.page.keyboard.press(key)
    lab.page.wait_for_timeout(300)
    assert lab.page.evaluate(CELLS) == cells
    lab.click_widget("k8s-first")
    press_at(lab, "k8s-picture", 0.5, 0.02)
    lab.page.keyboard.press("Space")
    lab.page.locator(".k8s-play", has_text="暂停").wait_for()
    lab.page.keyboard.press("Space")
    lab.page.locator(".k8s-play", has_text="播放").wait_for()


def test_each_step_is_told_by_ear_and_pictures_in_words(lab):
    lab.click_widget("k8s-cordon")
    lab.page.locator(".k8s-lab [role=status]", has_text="node1").wait_for()
    picture, timeline = (lab.page.locator(f"img.k8s-{name}") for name in PICTURES)
    expect(picture).to_have_attribute("alt", re.compile("filebeat-ds.*期望 3", re.S))
    expect(timeline).to_have_attribute("alt", re.compile("时间线 ."))
    nameless = lab.page.locator(".k8s-lab img:visible:not([alt])")
    expect(nameless).to_have_count(0)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious(lab, axe, theme):
    lab.set_theme(f"JupyterLab {theme}")
    lab.page.evaluate(axe)
    for tab in TABS:
        open_tab(lab, tab)
        lab.becomes(lambda: lab.page.evaluate(AXE), [])


def test_branches_stand_side_by_side(lab):
    lab.click_widget("k8s-branch")
    lab.page.locator(".k8s-beside img.k8s-picture").wait_for()
    lab.wait_until(lambda: are_side_by_side(lab))
    lab.click_widget("k8s-close-branch")
    lab.page.locator(".k8s-beside").wait_for(state="detached")


def are_side_by_side(lab):
    pictures = lab.page.locator("img.k8s-picture").all()
    first, second = (each.bounding_box() for each in pictures)
    level = abs(first["y"] - second["y"]) < 2
    return level and second["x"] >= first["x"] + first["width"]


def test_running_its_cell_shows_the_panels_top(lab):
    lab.page.evaluate("() => document.querySelector('.k8s-lab').dataset.old = 1")
    lab.page.evaluate(RUN_ITS_CELL)
    lab.page.locator(".k8s-lab:not([data-old])").wait_for()
    lab.becomes(lambda: unseen(lab), [])
    # JupyterLab itself goes to the cell below, some time later.
    lab.page.wait_for_timeout(1500)
    lab.becomes(lambda: unseen(lab), [])


def test_a_panel_without_its_kernel_says_so(lab):
    lab.page.evaluate(RESTART)
    said = "e => getComputedStyle(e, '::before').content"
    panel = lab.page.locator(".k8s-lab")
    lab.wait_until(lambda: "内核" in panel.evaluate(said))
    icons = "all => all.filter(e => getComputedStyle(e, '::before').content !== 'none').length"
    inside = lab.page.locator(".k8s-lab .jupyter-widgets-disconnected")
    lab.becomes(lambda: inside.evaluate_all(icons), 0)
    lab.run_all_cells()
    lab.page.locator(".k8s-lab:not(.jupyter-widgets-disconnected)").first.wait_for()


def test_a_stored_panel_says_what_to_run(lab):
    stored = lab.page.locator(".k8s-stored").first
    expect(stored).to_be_hidden()
    lab.page.evaluate("() => document.querySelector('.k8s-lab').remove()")
    expect(stored).to_be_visible()
    expect(stored).to_contain_text("再运行一次这个单元格")

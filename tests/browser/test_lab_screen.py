"""The lab on one screen, in a laptop's JupyterLab: what a first-time user stumbled over, each with its test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.test_lab import SETUP, open_tab, text_of, wait_for_text
from tests.browser.test_lab_time import press_at

SIZE = {"width": 1366, "height": 768}
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
PLACES = """
names => { const room = document.querySelector('.jp-WindowedPanel-outer').getBoundingClientRect();
  return names.map(name => { const box = document.querySelector(name).getBoundingClientRect();
    return [name, box.x, box.y, box.top >= room.top - 1 && box.bottom <= room.bottom + 1]; }); }
"""
CELLS = "() => document.querySelectorAll('.jp-Notebook .jp-Cell').length"
SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"
PLACE = "e => { const b = e.getBoundingClientRect(); return [b.x, b.y]; }"
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
    notebook.page.set_viewport_size(SIZE)
    notebook.page.locator("img.k8s-picture").wait_for()
    notebook.page.locator(".k8s-lab").evaluate("e => e.scrollIntoView()")
    notebook.page.wait_for_timeout(400)
    return notebook


def places(lab, names=TOGETHER):
    return lab.page.evaluate(PLACES, list(names))


def test_all_stands_together_and_nothing_moves_up_to_twelve_nodes(lab):
    before = places(lab)
    assert [name for name, _, _, seen in before if not seen] == []
    add = lab.widget("k8s-node-add")
    at = add.evaluate(PLACE)
    for count in range(4, 13):
        add.click()
        wait_for_text(lab, "head-page", f"期望 {count}")
        assert add.evaluate(PLACE) == at
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "head-page", "就绪 12")
    assert places(lab) == before
    assert lab.errors == []


def test_ten_nodes_are_two_presses_and_forty_stay_in_their_frame(lab):
    before = [place for place in places(lab) if place[0] != "img.k8s-picture"]
    lab.click_widget("k8s-node-add-5")
    lab.click_widget("k8s-node-add-5")
    wait_for_text(lab, "head-page", "期望 13")
    lab.type_in("k8s-node-count", "27")
    lab.click_widget("k8s-node-add-n")
    wait_for_text(lab, "head-page", "期望 40")
    names = [name for name, *_ in before]
    assert places(lab, names) == before
    frame = lab.page.locator(".k8s-frame")
    assert frame.evaluate(
        "e => e.scrollHeight > e.clientHeight && e.clientHeight < 420"
    )


def test_a_limit_is_one_press_and_a_mistake_is_told_in_sight(lab):
    lab.widget("k8s-preset-50").click()
    wait_for_text(lab, "head-page", "maxUnavailable 50%")
    lab.type_in("k8s-max-unavailable", "abc")
    lab.click_widget("k8s-strategy-set")
    wait_for_text(lab, "message-page", "maxUnavailable 要写个数")
    box = lab.page.locator(".k8s-message").bounding_box()
    assert box["y"] >= 91 and box["y"] + box["height"] <= SIZE["height"] - 24


def test_the_wheel_scrolls_the_page_over_every_box(lab):
    for box in (".k8s-body > .k8s-why", ".k8s-tabs", ".k8s-frame"):
        lab.page.locator(".k8s-lab").evaluate("e => e.scrollIntoView()")
        lab.page.wait_for_timeout(200)
        lab.page.locator(box).hover()
        before = lab.page.evaluate(SCROLLED)
        for _ in range(25):
            lab.page.mouse.wheel(0, 120)
            lab.page.wait_for_timeout(30)
        assert lab.page.evaluate(SCROLLED) > before, box


def test_what_is_chosen_is_named_on_the_button_that_acts(lab):
    press_at(lab, "k8s-picture", 0.72, 0.58)
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    lab.page.locator(".k8s-node-remove", has_text="移除 node3").wait_for()


def test_the_choice_follows_the_replacement_on_its_node(lab):
    press_at(lab, "k8s-picture", 0.72, 0.58)
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    choice = lab.widget("k8s-pod").locator("select")
    first = chosen_pod(choice)
    lab.widget("k8s-pod-delete").click()
    # The dying Pod and the empty Node may stand there for a moment in between.
    lab.wait_until(lambda: chosen_pod(choice) not in (None, first), 20_000)
    lab.page.locator(".k8s-pod-delete", has_text="删除 node3 的 Pod").wait_for()
    wait_for_text(lab, "why-text", chosen_pod(choice))


def chosen_pod(choice):
    """The name of the Pod that is chosen on node3; None when there is none."""
    found = re.search(
        r"^node3.*\b(filebeat-ds-\w+)",
        choice.evaluate("s => s.selectedOptions[0]?.text ?? ''"),
    )
    return found and found[1]


def test_held_time_is_said_and_offers_the_way_on(lab):
    wait_for_text(lab, "state", "没有要做的")
    lab.click_widget("k8s-step")
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "state", "时间停着")
    wait_for_text(lab, "where-page", "还有事没做")
    lab.click_widget("k8s-held-step")
    lab.page.wait_for_timeout(300)
    lab.click_widget("k8s-held-play")
    wait_for_text(lab, "state", "时间在走")


def test_a_pod_that_cannot_start_comes_first_and_is_not_called_quiet(lab):
    open_tab(lab, "故障")
    lab.widget("k8s-fault").locator("select").select_option(label="镜像不存在")
    lab.click_widget("k8s-fault-make")
    wait_for_text(lab, "message-page", "弄坏了")
    lab.click_widget("k8s-until-quiet")
    lab.page.locator(".k8s-bad").wait_for()
    assert "一切安定" not in text_of(lab, "sentence")


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


def test_each_step_is_told_by_ear_and_pictures_in_words(lab):
    lab.click_widget("k8s-cordon")
    region = lab.page.locator(".k8s-lab [role=status]")
    lab.wait_until(
        lambda: "cordon" in region.inner_text() or "node1" in region.inner_text()
    )
    texts = lab.page.locator(".k8s-lab img").evaluate_all(
        "all => all.filter(i => i.offsetWidth).map(i => i.alt)"
    )
    assert len(texts) == 2 and all(texts)
    assert re.search("filebeat-ds.*期望 3", texts[0])


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


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_serious(lab, axe, theme):
    lab.set_theme(f"JupyterLab {theme}")
    lab.page.evaluate(axe)
    for tab in ("事件", "kubectl", "故障", "预测", "流量", "表格", "保存"):
        open_tab(lab, tab)
        lab.page.wait_for_timeout(500)
        assert lab.page.evaluate(AXE) == [], tab


def test_branches_stand_side_by_side(lab):
    lab.click_widget("k8s-branch")
    lab.page.locator(".k8s-beside img.k8s-picture").wait_for()
    lab.page.wait_for_timeout(500)
    first, second = (
        image.bounding_box() for image in lab.page.locator("img.k8s-picture").all()
    )
    assert abs(first["y"] - second["y"]) < 2
    assert second["x"] >= first["x"] + first["width"]
    lab.click_widget("k8s-close-branch")


def test_running_its_cell_shows_the_panels_top(lab):
    run = """async () => { const {content} = window.notebook; content.activeCellIndex = 1;
        await window.jupyterapp.commands.execute('notebook:run-cell-and-select-next'); }"""
    lab.page.evaluate(run)
    lab.wait_until_idle()
    lab.page.wait_for_timeout(1800)
    assert [name for name, _, _, seen in places(lab) if not seen] == []


def test_a_panel_without_its_kernel_says_so(lab):
    restart = (
        "async () => { await window.notebook.sessionContext.session.kernel.restart(); }"
    )
    lab.page.evaluate(restart)
    said = "e => getComputedStyle(e, '::before').content"
    panel = lab.page.locator(".k8s-lab")
    lab.wait_until(lambda: "内核" in panel.evaluate(said))
    icons = "all => all.filter(e => getComputedStyle(e, '::before').content !== 'none').length"
    inside = lab.page.locator(".k8s-lab .jupyter-widgets-disconnected")
    assert inside.evaluate_all(icons) == 0
    lab.run_all_cells()
    lab.page.locator(".k8s-lab:not(.jupyter-widgets-disconnected)").first.wait_for()


def test_a_stored_panel_says_what_to_run(lab):
    stored = lab.page.locator(".k8s-stored").first
    assert not stored.is_visible()
    lab.page.evaluate("() => document.querySelector('.k8s-lab').remove()")
    assert stored.is_visible() and "再运行一次这个单元格" in stored.inner_text()

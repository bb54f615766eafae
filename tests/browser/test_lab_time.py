"""Time in the lab, in a real JupyterLab: back and forth, by button, key, slider and click; branches, tables, files."""

from __future__ import annotations

import pytest

from tests.browser.lab_page import (
    CUT,
    NEWER,
    SETUP,
    chosen,
    open_tab,
    past_number,
    press_at,
    resized,
    resting_box,
    wait_for_lab,
    wait_for_past,
    wait_for_text,
)

# Whole hands and eyes over many steps: with the others it would take README's command too long.
pytestmark = pytest.mark.slow

MIDDLE = f"""
_ = cluster.set_image('filebeat-ds', '{NEWER}')
_ = cluster.run_until_quiet()
"""
SIZES = ((960, 900), (1280, 900), (1920, 1080))


@pytest.fixture
def lab(open_once):
    """A notebook with a panel over a cluster of three Nodes that went through a rolling update."""
    notebook = open_once("97_time.ipynb", SETUP, MIDDLE, "lab = Lab(cluster)\nlab")
    notebook.page.locator("img.k8s-timeline").wait_for()
    wait_for_lab(notebook)
    return notebook


def test_back_and_forth_by_button_and_key(lab):
    lab.click_widget("k8s-first")
    wait_for_text(lab, "where-page", "第 0 步")
    wait_for_text(lab, "head-page", "还没有 DaemonSet")
    lab.click_widget("k8s-step")
    wait_for_text(lab, "where-page", "第 1 步")
    wait_for_text(lab, "sentence", "DaemonSet")
    press_at(lab, "k8s-picture", 0.5, 0.02)
    lab.page.keyboard.press("ArrowRight")
    wait_for_text(lab, "where-page", "第 2 步")
    lab.page.keyboard.press("ArrowLeft")
    wait_for_text(lab, "where-page", "第 1 步")
    lab.click_widget("k8s-next-pod")
    lab.wait_until(lambda: past_number(lab) != 1)
    lab.page.keyboard.press("End")
    lab.page.locator(".k8s-where-text").wait_for(state="detached")
    wait_for_text(lab, "head-page", "已更新 3")
    lab.click_widget("k8s-back")
    wait_for_past(lab)
    lab.click_widget("k8s-to-now")
    lab.page.locator(".k8s-where-text").wait_for(state="detached")
    assert lab.errors == []


def test_space_plays_the_past_and_pauses(lab):
    lab.click_widget("k8s-first")
    wait_for_text(lab, "where-page", "第 0 步")
    press_at(lab, "k8s-picture", 0.5, 0.02)
    lab.page.keyboard.press("Space")
    lab.page.locator(".k8s-play", has_text="暂停").wait_for()
    lab.wait_until(lambda: past_number(lab) != 0)
    lab.page.keyboard.press("Space")
    lab.page.locator(".k8s-play", has_text="播放").wait_for()
    assert lab.errors == []


def test_the_timeline_is_pressed_and_slid(lab):
    press_at(lab, "k8s-timeline", 0.2, 0.6)
    number = wait_for_past(lab)
    assert 10 < number < 40
    lab.press_in_slider("k8s-time", "ArrowLeft", 2)
    wait_for_text(lab, "where-page", f"第 {number - 2} 步")
    box = resting_box(lab, "img.k8s-timeline")
    lab.page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 20, steps=5)
    lab.page.mouse.up()
    lab.wait_until(lambda: past_number(lab) < number - 2)
    assert lab.errors == []


def test_a_click_on_a_node_chooses_it_and_its_pod(lab):
    press_at(lab, "k8s-picture", 0.5, 0.6)
    for each in ("node", "pod"):
        lab.wait_until(lambda name=each: "node2" in chosen(lab, name))


def test_a_branch_goes_another_way_beside_the_first(lab):
    press_at(lab, "k8s-timeline", 0.3, 0.6)
    wait_for_past(lab)
    lab.click_widget("k8s-branch")
    lab.page.locator(".k8s-beside img.k8s-picture").wait_for()
    branch = lab.page.locator(".k8s-beside")
    branch.get_by_role("button", name="OnDelete").click()
    branch.locator(".k8s-head-page", has_text="OnDelete").wait_for()
    wait_for_text(lab, "kubectl", "在分支里")
    lab.click_widget("k8s-step")
    lab.click_widget("k8s-next-pod")
    for theme in ("Dark", "Light"):
        lab.set_theme(f"JupyterLab {theme}")
        for width, height in SIZES:
            resized(lab, width, height)
            lab.screenshot(f"lab-branch-{width}-{theme.lower()}")
    lab.click_widget("k8s-until-quiet")
    branch.locator(".k8s-sentence", has_text="集群已经稳定").wait_for()
    lab.click_widget("k8s-close-branch")
    branch.wait_for(state="detached")
    assert lab.errors == []


def test_tables_and_yaml_follow_the_timeline(lab):
    open_tab(lab, "表格")
    lines = lab.page.locator(".k8s-records-lines")
    for kind in ("DaemonSet", "Pod", "ControllerRevision", "Event", "Node"):
        lab.widget("k8s-records-kind").get_by_role(
            "button", name=kind, exact=True
        ).click()
        lab.page.locator(".k8s-records-page", has_text="kubectl get").wait_for()
    lab.widget("k8s-records-kind").get_by_role("button", name="Pod", exact=True).click()
    lines.get_by_text("Running").first.wait_for()
    lab.click_widget("k8s-first")
    lines.get_by_text("No resources found").wait_for()
    lab.click_widget("k8s-now")
    lab.widget("k8s-records-kind").get_by_role("button", name="YAML").click()
    lines.get_by_text("kind: DaemonSet").wait_for()
    lab.type_in("k8s-image", "agent:9")
    lab.click_widget("k8s-image-set")
    lines.locator(".k8s-changed", has_text="image: agent:9").first.wait_for()
    assert lab.errors == []


def test_files_are_saved_beside_the_notebook(lab, jupyterlab):
    for old in jupyterlab.folder.glob("k8slearn-*"):
        old.unlink()
    open_tab(lab, "保存")
    for ending in ("png", "svg", "html", "gif", "webp"):
        lab.click_widget(f"k8s-save-{ending}")
        lab.wait_until(lambda e=ending: list(jupyterlab.folder.glob(f"k8slearn-*.{e}")))
        wait_for_text(lab, "message-page", f".{ending}")
    assert lab.errors == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_it_is_looked_at_in_three_sizes(lab, theme):
    lab.set_theme(f"JupyterLab {theme}")
    press_at(lab, "k8s-timeline", 0.3, 0.6)
    for width, _ in SIZES:
        resized(lab, width, 1750)
        lab.becomes(lambda: lab.page.evaluate(CUT), [])
        lab.screenshot(f"lab-time-{width}-{theme.lower()}")

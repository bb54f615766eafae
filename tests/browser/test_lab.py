"""The lab in a real JupyterLab: a click changes the cluster, and picture, head and event stream follow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab_page import (
    CUT,
    NEWER,
    RUN_CODE,
    SETUP,
    wait_for_lab,
    wait_for_text,
)

STORY = f"""
since = cluster.store.revision
_ = cluster.set_image('filebeat-ds', '{NEWER}')
_ = cluster.run_until_quiet()
"""
PARTS = (
    "head-page",
    "sentence",
    "picture",
    "transport",
    "nodes",
    "pods",
    "update",
    "events",
    "why",
)
DRAWN = "from k8slearn.view import draw\ndraw(cluster)"
FILTER = "image => getComputedStyle(image).filter"
FRAME, CAPTION, PLAY = (f'[data-k8s="{name}"]' for name in ("frame", "caption", "play"))


@pytest.fixture
def lab(open_once):
    """A notebook with a panel over a cluster of three Nodes."""
    notebook = open_once("96_lab.ipynb", SETUP, "lab = Lab(cluster)\nlab")
    wait_for_lab(notebook)
    return notebook


def test_a_click_is_seen_in_picture_head_and_events(lab):
    before = lab.picture("k8s-picture")
    lab.click_widget("k8s-node-add")
    lab.wait_for_new_picture("k8s-picture", before)
    wait_for_text(lab, "events", "加入 Node node4")
    wait_for_text(lab, "head-page", "就绪 4")
    wait_for_text(lab, "sentence", "集群已经稳定")

    lab.widget("k8s-strategy").get_by_role("button", name="OnDelete").click()
    wait_for_text(lab, "head-page", "OnDelete")

    before = lab.picture("k8s-picture")
    lab.type_in("k8s-image", NEWER)
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "events", "记下版本 2")
    lab.click_widget("k8s-pod-delete")
    wait_for_text(lab, "events", "就绪（版本 2）")
    lab.wait_for_new_picture("k8s-picture", before)
    wait_for_text(lab, "kubectl", f"kubectl set image ds/filebeat-ds filebeat={NEWER}")
    assert lab.errors == []
    assert lab.error_outputs() == []


def test_time_is_stepped_and_wrong_input_explained(lab):
    lab.click_widget("k8s-step")
    wait_for_text(lab, "message-page", "集群已经稳定")
    lab.click_widget("k8s-node-add")
    wait_for_text(lab, "sentence", "你加入 Node node4")
    lab.click_widget("k8s-next-pod")
    wait_for_text(lab, "sentence", "DaemonSet 控制器为 node4 创建 Pod")
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "head-page", "就绪 4")

    lab.type_in("k8s-max-unavailable", "abc")
    lab.click_widget("k8s-strategy-set")
    wait_for_text(lab, "message-page", "maxUnavailable 要写个数")
    expect(lab.widget("k8s-max-unavailable").locator("input")).to_have_value("abc")

    lab.page.evaluate(RUN_CODE, "cluster.label('node1', {'disk': 'ssd'})")
    wait_for_text(lab, "events", "disk=ssd")
    assert lab.errors == []


def test_it_is_looked_at_in_both_themes(lab):
    still = lab.page.locator(".jp-OutputArea-output > .k8s-still-light")
    expect(still).to_have_count(1)
    expect(still).to_be_hidden()
    for theme in ("Dark", "Light"):
        lab.set_theme(f"JupyterLab {theme}")
        lab.becomes(lambda: lab.page.evaluate(CUT), [])
        lab.becomes(lambda: outside(lab), [])
        lab.screenshot(f"lab-{theme.lower()}", whole=True)


def test_a_still_picture_follows_the_theme(lesson, scratch_notebook):
    notebook = lesson(scratch_notebook(SETUP, DRAWN))
    notebook.run_all_cells()
    still = notebook.page.get_by_role("img", name="filebeat-ds：期望 3")
    for theme, begins in (("Dark", "invert"), ("Light", "none")):
        notebook.set_theme(f"JupyterLab {theme}")
        notebook.becomes(lambda: still.evaluate(FILTER)[:6], begins)
        notebook.screenshot(f"still-{theme.lower()}")


def outside(lab):
    """The parts that stick out of the panel."""
    panel = lab.widget("k8s-lab").bounding_box()
    found = []
    for name in PARTS:
        part = lab.widget(f"k8s-{name}").bounding_box()
        right = part["x"] + part["width"] <= panel["x"] + panel["width"] + 1
        if not right or part["x"] < panel["x"] - 1:
            found.append(name)
    return found


def test_an_animation_plays_stops_and_steps(lesson, scratch_notebook):
    notebook = lesson(scratch_notebook(SETUP, STORY, "animate(cluster, since)"))
    notebook.run_all_cells()
    page = notebook.page
    page.locator("canvas").first.wait_for()
    page.locator(FRAME, has_text="第 3 ").wait_for()
    page.locator(PLAY).click()
    stopped = page.locator(FRAME).inner_text()
    page.locator('[data-k8s="next"]').click()
    expect(page.locator(FRAME)).not_to_have_text(stopped)
    page.locator('[data-k8s="back"]').click()
    expect(page.locator(FRAME)).to_have_text(stopped)
    page.locator('[data-k8s="first"]').click()
    page.locator(CAPTION, has_text=re.compile("开始时$")).wait_for()
    assert notebook.errors == []

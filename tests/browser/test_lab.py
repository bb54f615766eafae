"""The lab in a real JupyterLab: a click changes the cluster, and picture, head and event stream follow."""

from __future__ import annotations

import pytest

SETUP = """
from k8slearn import Cluster, Lab
from k8slearn.view import animate
cluster = Cluster(nodes=3, seed=1)
_ = cluster.apply('''
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: filebeat-ds}
spec:
  selector: {matchLabels: {app: filebeat}}
  template:
    metadata: {labels: {app: filebeat}}
    spec: {containers: [{name: filebeat, image: "ikubernetes/filebeat:5.6.5-alpine"}]}
''')
_ = cluster.run_until_quiet()
"""
NEWER = "ikubernetes/filebeat:5.6.6-alpine"
UNCUT = "() => [...document.querySelectorAll('.k8s-lab button')].every(b => b.scrollWidth <= b.clientWidth + 1)"
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
FRAME, CAPTION, PLAY = (f'[data-k8s="{name}"]' for name in ("frame", "caption", "play"))


@pytest.fixture
def lab(open_once):
    """A notebook with a panel over a cluster of three Nodes."""
    notebook = open_once("96_lab.ipynb", SETUP, "lab = Lab(cluster)\nlab")
    notebook.page.locator("img.k8s-picture").wait_for()
    return notebook


def text_of(notebook, name):
    return notebook.widget(f"k8s-{name}").inner_text()


def wait_for_text(notebook, name, text):
    """Return when it is there, be it in a tab that is not shown."""
    found = notebook.page.locator(f".k8s-{name}", has_text=text).first
    found.wait_for(state="attached", timeout=15_000)


def open_tab(notebook, name):
    """Show one of the cards that stand in tabs."""
    tab = notebook.widget("k8s-tab").get_by_role("button", name=name, exact=True)
    tab.click()
    notebook.page.locator(".k8s-tab .mod-active", has_text=name).wait_for()


def test_a_click_is_seen_in_picture_head_and_events(lab):
    before = lab.picture("k8s-picture")
    lab.click_widget("k8s-node-add")
    lab.wait_for_new_picture("k8s-picture", before)
    wait_for_text(lab, "events", "加入节点 node4")
    wait_for_text(lab, "head-page", "就绪 4")
    wait_for_text(lab, "sentence", "现在一切安定")

    lab.widget("k8s-strategy").get_by_role("button", name="OnDelete").click()
    wait_for_text(lab, "head-page", "OnDelete")

    before = lab.picture("k8s-picture")
    lab.type_in("k8s-image", NEWER)
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "events", "记下版本 2")
    lab.click_widget("k8s-pod-delete")
    wait_for_text(lab, "events", "就绪（版本 2）")
    lab.wait_for_new_picture("k8s-picture", before)
    assert f"kubectl set image ds/filebeat-ds filebeat={NEWER}" in text_of(
        lab, "kubectl"
    )
    assert lab.errors == []
    assert lab.error_outputs() == []


def test_time_is_stepped_and_wrong_input_explained(lab):
    lab.click_widget("k8s-step")
    wait_for_text(lab, "message-page", "一切安定")
    lab.click_widget("k8s-node-add")
    wait_for_text(lab, "sentence", "你加入节点 node4")
    lab.click_widget("k8s-next-pod")
    wait_for_text(lab, "sentence", "DaemonSet 控制器为 node4 创建 Pod")
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "head-page", "就绪 4")

    lab.type_in("k8s-max-unavailable", "abc")
    lab.click_widget("k8s-strategy-set")
    wait_for_text(lab, "message-page", "maxUnavailable 要写个数")
    assert lab.widget("k8s-max-unavailable").locator("input").input_value() == "abc"

    run = "async code => { await window.notebook.sessionContext.session.kernel.requestExecute({code}).done; }"
    lab.page.evaluate(run, "cluster.label('node1', {'disk': 'ssd'})")
    wait_for_text(lab, "events", "disk=ssd")
    assert lab.errors == []


def test_it_is_looked_at_in_both_themes(lab):
    still = lab.page.locator(".jp-OutputArea-output.jp-RenderedImage img")
    assert still.count() == 1
    assert not still.first.is_visible()
    for theme in ("Dark", "Light"):
        lab.set_theme(f"JupyterLab {theme}")
        lab.screenshot(f"lab-{theme.lower()}", whole=True)
        assert lab.page.evaluate(UNCUT)
        panel = lab.widget("k8s-lab").bounding_box()
        for name in PARTS:
            part = lab.widget(f"k8s-{name}").bounding_box()
            assert part["x"] >= panel["x"] - 1, name
            assert part["x"] + part["width"] <= panel["x"] + panel["width"] + 1, name


def test_an_animation_plays_stops_and_steps(lesson, scratch_notebook):
    notebook = lesson(scratch_notebook(SETUP, STORY, "animate(cluster, since)"))
    notebook.run_all_cells()
    page = notebook.page
    page.locator("canvas").first.wait_for()
    page.locator(FRAME, has_text="第 3 ").wait_for(timeout=10_000)
    page.locator(PLAY).click()
    stopped = page.locator(FRAME).inner_text()
    page.locator('[data-k8s="next"]').click()
    assert page.locator(FRAME).inner_text() != stopped
    page.locator('[data-k8s="back"]').click()
    assert page.locator(FRAME).inner_text() == stopped
    page.locator('[data-k8s="first"]').click()
    assert page.locator(CAPTION).inner_text().endswith("开始时")
    assert notebook.errors == []

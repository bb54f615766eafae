"""The cards of the lab in a real JupyterLab: each of their controls is used, and its effect is seen."""

from __future__ import annotations

import re
from datetime import datetime
from time import monotonic

import pytest
import yaml
from playwright.sync_api import Error

from tests.browser.lab_page import (
    TABS,
    choose,
    chosen,
    open_tab,
    press_at,
    text_of,
    wait_for_lab,
    wait_for_text,
)
from tests.browser.notebook import SLOW_MS

SETUP = """
from k8slearn import Cluster, Lab
from k8slearn.lesson import manifest
cluster = Cluster(3, seed=1)
cluster.apply(manifest("agent"))
cluster.apply(manifest("agent-service"))
_ = cluster.run_until_quiet()
"""
IN_TABLE = {
    "not-ready": ("Node", "NotReady"),
    "unreachable": ("Node", "NotReady"),
    "fill": ("Pod", "filler-node1"),
    "crash": ("Pod", "CrashLoopBackOff"),
    "unready": ("Pod", "0/1 +Running"),
    "image": ("Pod", "ImagePull"),
}
LINES = {
    "not-ready": "systemctl stop containerd",
    "unreachable": "systemctl stop kubelet",
    "fill": "kubectl run filler-node1",
    "crash": "kill 1",
    "unready": "就绪探针一直失败",
    "image": "does-not-exist",
    "slow": "慢了 10 倍",
    "clock": "date -s '+30 seconds'",
    "lag": "晚 5 秒",
}


@pytest.fixture
def lab(open_once):
    """A panel over three Nodes with an agent and its Service; time is stopped."""
    notebook = open_once(
        "98_cards.ipynb", SETUP, "lab = Lab(cluster)\nlab.pause()\nlab"
    )
    wait_for_lab(notebook)
    wait_for_text(notebook, "head-page", "就绪 3")
    return notebook


def show_table(lab, kind):
    open_tab(lab, "表格")
    lab.widget("k8s-records-kind").get_by_role("button", name=kind, exact=True).click()


def wait_for_line(lab, pattern, present=True):
    """Until a line of the table matches, or none does."""
    lines = lab.page.locator(".k8s-records-lines")
    lab.wait_until(lambda: bool(re.search(pattern, lines.inner_text())) is present)


def now(lab):
    return float(lab.page.locator(".k8s-told time").first.inner_text().split()[0])


def until_quiet(lab):
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "sentence", "集群已经稳定")


def replace_a_pod(lab):
    """Delete the chosen Pod and let time pass; returns how many seconds it took to replace it."""
    wait_for_text(lab, "head-page", "就绪 3")
    start = now(lab)
    lab.click_widget("k8s-pod-delete")
    wait_for_text(lab, "sentence", "删除 node1 上的 Pod")
    until_quiet(lab)
    wait_for_text(lab, "head-page", "就绪 3")
    return now(lab) - start


def test_why_follows_a_click_on_a_node_and_on_a_pod(lab):
    press_at(lab, "k8s-picture", 0.5, 0.35)
    wait_for_text(lab, "why-text", "agent 在 node2：这里该有一个 Pod")
    wait_for_text(lab, "why-text", "没有 nodeSelector")
    press_at(lab, "k8s-picture", 0.72, 0.58)
    lab.wait_until(lambda: "node3" in text_of(lab, "why-text"))
    lab.wait_until(lambda: "node3" in chosen(lab, "pod"))
    wait_for_text(lab, "why-text", f"{chosen(lab, 'pod').split()[-1]}：就绪")
    wait_for_text(lab, "why-text", "控制器创建了它：node3 该有一个 Pod")
    lab.type_in("k8s-taint-text", "dedicated=gpu:NoSchedule")
    lab.click_widget("k8s-taint")
    lab.page.locator(
        ".k8s-why .k8s-no", has_text="dedicated=gpu:NoSchedule"
    ).first.wait_for()
    assert lab.errors == []


def test_a_prediction_is_held_against_what_happens(lab):
    lab.type_in("k8s-image", "agent:2")
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "sentence", "agent:2")
    open_tab(lab, "预测")
    lab.click_widget("k8s-predict-ask")
    wait_for_text(lab, "predict-told", "agent 的控制器下一次动 Pod，会做什么？")
    option = lab.page.locator(
        ".k8s-option:visible", has_text=re.compile(r"^删掉 node1 上的 Pod$")
    )
    before = lab.picture("k8s-picture")
    option.click()
    wait_for_text(lab, "predict-told", "你猜：删掉 node1 上的 Pod")
    lab.click_widget("k8s-predict-go")
    wait_for_text(lab, "predict-told", "实际：删掉 node1 上的 Pod")
    wait_for_text(lab, "predict-told", "猜对了")
    wait_for_text(lab, "predict-told", "1 − 0 = 1 个")
    wait_for_text(lab, "predict-score", "1 / 1")
    lab.wait_for_new_picture("k8s-picture", before)
    assert lab.errors == []


def test_every_fault_is_seen_and_mended(lab):
    options = lab.widget("k8s-fault").locator("option")
    names = dict(zip(LINES, options.all_inner_texts(), strict=True))
    usual = replace_a_pod(lab)
    for key, name in names.items():
        open_tab(lab, "故障")
        choose(lab, "fault", name)
        wait_for_text(lab, "look", "对象：")
        before = lab.picture("k8s-picture")
        lab.click_widget("k8s-fault-make")
        wait_for_text(lab, "kubectl", LINES[key])
        see_the_fault(lab, key, usual, before)
        open_tab(lab, "故障")
        lab.click_widget("k8s-fault-mend")
        until_quiet(lab)
        wait_for_text(lab, "head-page", "就绪 3")
    assert lab.errors == []


def see_the_fault(lab, key, usual, before):
    """Check the fault's effect in picture and tables, or on the time that replacing a Pod takes."""
    if key in IN_TABLE:
        kind, pattern = IN_TABLE[key]
        show_table(lab, kind)
        lab.click_widget("k8s-until-quiet")
        wait_for_line(lab, pattern)
        lab.wait_for_new_picture("k8s-picture", before)
    elif key == "clock":
        replace_a_pod(lab)
        open_tab(lab, "表格")
        lab.widget("k8s-records-kind").get_by_role("button", name="YAML").click()
        choose(lab, "records-target", "选中的 Pod")
        wait_for_line(lab, "kind: Pod")
        lab.wait_until(lambda: ahead(lab) > 29)
    else:
        assert replace_a_pod(lab) > usual + 4


def ahead(lab):
    """The seconds by which the Node's clock was ahead when it started the Pod whose YAML is shown."""
    lines = lab.page.locator(".k8s-records-lines > div").all_inner_texts()
    pod = yaml.safe_load("\n".join(line[2:] for line in lines))
    times = pod["metadata"]["creationTimestamp"], pod["status"]["startTime"]
    made, started = map(datetime.fromisoformat, times)
    return (started - made).total_seconds()


def test_traffic_is_sent_counted_and_strategies_compared(lab):
    picture = lab.page.locator("img.k8s-traffic-picture")
    open_tab(lab, "流量")
    choose(lab, "traffic-pattern", "Service")
    lab.click_widget("k8s-traffic-send")
    wait_for_text(lab, "traffic-told", "3 次请求，3 次有人回答")
    picture.wait_for()
    requests = lab.picture("k8s-traffic-picture")
    lab.click_widget("k8s-traffic-mark")
    wait_for_text(lab, "traffic-told", "开始数")
    lab.type_in("k8s-image", "agent:2")
    lab.click_widget("k8s-image-set")
    wait_for_text(lab, "sentence", "agent:2")
    until_quiet(lab)
    lab.click_widget("k8s-traffic-count")
    wait_for_text(lab, "traffic-told", re.compile(r"失败 [1-9]\d* 次"))
    lab.click_widget("k8s-traffic-compare")
    lab.page.locator(".k8s-traffic-told tbody tr").nth(4).wait_for()
    lab.wait_for_new_picture("k8s-traffic-picture", requests)
    cells = lab.page.locator(".k8s-traffic-told td:first-child")
    for strategy in ("maxUnavailable 1", "maxSurge 1"):
        cells.get_by_text(strategy, exact=True).wait_for()
    lab.wait_until(lambda: picture.evaluate("i => i.naturalWidth") >= 900)
    assert lab.errors == []


def test_a_saved_animation_plays_without_a_kernel(lab, jupyterlab, browser):
    open_tab(lab, "保存")
    lab.click_widget("k8s-save-html")
    wait_for_text(lab, "message-page", ".html")
    saved = next(jupyterlab.folder.glob("k8slearn-*.html"))
    page = browser.new_page(viewport={"width": 960, "height": 700})
    page.goto(saved.as_uri())
    page.locator("canvas").wait_for()
    page.locator('[data-k8s="frame"]', has_text="第 3 ").wait_for()
    page.close()


def test_the_whole_screen_is_taken_and_given_back(lab):
    lab.page.set_viewport_size({"width": 1600, "height": 900})
    lab.click_widget("k8s-whole")
    whole = "() => document.fullscreenElement?.classList.contains('k8s-lab') === true"
    lab.page.wait_for_function(whole)
    picture = lab.page.locator("img.k8s-picture")
    lab.wait_until(lambda: picture.bounding_box()["width"] > 800)
    lab.page.keyboard.press("f")
    lab.page.wait_for_function(whole.replace("=== true", "!== true"))
    assert lab.errors == []


def test_a_double_click_does_what_one_click_does(lab):
    lab.widget("k8s-cordon").dblclick()
    lab.page.locator(".k8s-cordon", has_text="uncordon").wait_for()
    lab.widget("k8s-node-remove").dblclick()
    wait_for_text(lab, "events", "移除 Node node1")
    # What was pressed after it has come, so that what it brings would have come before.
    lab.click_widget("k8s-node-add")
    wait_for_text(lab, "events", "加入 Node node4")
    assert "移除 Node node2" not in text_of(lab, "events")
    assert lab.errors == []


def buttons_of(lab):
    """The names of the buttons that are seen."""
    seen = lab.page.locator(".k8s-lab button:visible")
    classes = seen.evaluate_all("all => all.map(button => button.className)")
    found = [re.search(r"k8s-[\w-]+", each) for each in classes]
    return [each[0] for each in found if each]


def press_twice(lab, name):
    """Click it if it still exists: the first click may remove the button."""
    end = monotonic() + SLOW_MS / 1000
    while lab.widget(name).is_visible():
        try:
            return lab.widget(name).dblclick(timeout=2_000)
        except Error:
            assert monotonic() < end, name


@pytest.mark.slow
def test_everything_is_pressed_twice_and_fast(lab):
    pressed = set()
    for tab in TABS:
        open_tab(lab, tab)
        for name in buttons_of(lab):
            if name not in pressed:
                press_twice(lab, name)
            pressed.add(name)
    assert len(pressed) >= 25
    lab.click_widget("k8s-now")
    lab.click_widget("k8s-until-quiet")
    wait_for_text(lab, "sentence", "集群已经稳定")
    assert "画面更新失败" not in text_of(lab, "message-page")
    assert lab.errors == []

"""The panel without a browser: every click changes the store, and every change is shown."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from PIL import Image

from k8slearn import Cluster, Lab
from k8slearn.lab import commands
from k8slearn.lab.cards.predict import PredictCard
from k8slearn.lab.commands import Mistake, ObjectKey
from tests.support.fakes import IMAGE, NEWER_IMAGE
from tests.support.lab_panel import (
    BUTTONS,
    click,
    find,
    node_names,
    spec,
    within,
)
from tests.support.waiting import eventually


def test_every_widget_that_can_be_used_has_a_class_of_its_own(lab):
    names = [
        c for w in within(lab.widget) for c in w._dom_classes if c.startswith("k8s-")
    ]
    controls = (
        "picture",
        "sentence",
        "events",
        "kubectl",
        "node",
        "pod",
        "strategy",
        "image",
        "speed",
        "daemon-set",
    )
    for name in (*BUTTONS, *controls):
        assert names.count(f"k8s-{name}") == 1, name


def test_nodes_come_and_go_by_button(lab):
    click(lab, "node-add")
    assert node_names(lab) == ["node1", "node2", "node3", "node4"]
    find(lab, "node").value = "node2"
    click(lab, "node-remove")
    assert node_names(lab) == ["node1", "node3", "node4"]
    assert find(lab, "node").options == ("node1", "node3", "node4")
    assert "kubectl delete node node2" in find(lab, "kubectl").value


def test_a_node_is_labelled_tainted_and_closed(lab):
    find(lab, "label-text").value = "disk=ssd zone=east"
    find(lab, "taint-text").value = "dedicated=gpu:NoExecute"
    click(lab, "label", "taint", "cordon")
    node = lab.cluster.get("Node", "node1")
    assert {"disk": "ssd", "zone": "east"}.items() <= node["metadata"]["labels"].items()
    assert {"key": "dedicated", "value": "gpu", "effect": "NoExecute"} in node["spec"][
        "taints"
    ]
    assert node["spec"]["unschedulable"] is True
    assert find(lab, "cordon").description == "uncordon"
    click(lab, "cordon")
    assert not lab.cluster.get("Node", "node1")["spec"].get("unschedulable")
    assert (
        "kubectl taint nodes node1 dedicated=gpu:NoExecute"
        in find(lab, "kubectl").value
    )


def test_a_node_stops_answering_and_comes_back(lab):
    click(lab, "not-ready")
    assert find(lab, "not-ready").description == "恢复 Ready"
    click(lab, "not-ready", "until-quiet")
    assert find(lab, "not-ready").description == "NotReady"


def test_the_strategy_is_switched_with_its_numbers(lab):
    find(lab, "strategy").value = "OnDelete"
    assert spec(lab)["updateStrategy"] == {"type": "OnDelete"}
    lab.refresh()
    assert find(lab, "max-surge").disabled
    find(lab, "strategy").value = "RollingUpdate"
    lab.refresh()
    find(lab, "max-unavailable").value, find(lab, "max-surge").value = "0", "30%"
    click(lab, "strategy-set")
    limits = spec(lab)["updateStrategy"]["rollingUpdate"]
    assert limits == {"maxUnavailable": 0, "maxSurge": "30%"}


@pytest.mark.parametrize(
    ("unavailable", "surge", "said"),
    [
        ("abc", "0", "个数"),
        ("", "0", "个数"),
        ("1.5", "0", "个数"),
        ("1", "1", "不能都大于 0"),
        ("0", "0%", "不能都是 0"),
    ],
)
def test_wrong_numbers_are_explained_and_nothing_is_lost(lab, unavailable, surge, said):
    before = spec(lab)
    find(lab, "max-unavailable").value, find(lab, "max-surge").value = (
        unavailable,
        surge,
    )
    click(lab, "strategy-set")
    assert said in find(lab, "message-page").value
    assert spec(lab) == before
    assert (find(lab, "max-unavailable").value, find(lab, "max-surge").value) == (
        unavailable,
        surge,
    )
    click(lab, "node-add")
    assert find(lab, "message-page").value == ""


def test_a_refused_switch_is_taken_back_on_the_screen(lab):
    lab.cluster.delete("DaemonSet", "filebeat-ds")
    lab.cluster.run_until_quiet()
    find(lab, "strategy").value = "OnDelete"
    assert (
        "NotFound" in find(lab, "message-page").value
        or "DaemonSet" in find(lab, "message-page").value
    )
    assert find(lab, "strategy").value == "RollingUpdate"


def test_the_image_is_set_and_the_pods_follow(lab):
    assert find(lab, "image").value == IMAGE
    find(lab, "image").value = NEWER_IMAGE
    click(lab, "image-set")
    assert spec(lab)["template"]["spec"]["containers"][0]["image"] == NEWER_IMAGE
    assert (
        f"kubectl set image ds/filebeat-ds filebeat={NEWER_IMAGE}"
        in find(lab, "kubectl").value
    )
    assert f"你把 filebeat-ds 的镜像改为 {NEWER_IMAGE}。" in find(lab, "sentence").value
    click(lab, "until-quiet")
    assert all(
        p["spec"]["containers"][0]["image"] == NEWER_IMAGE
        for p in lab.cluster.list("Pod")
    )
    assert "集群已经稳定" in find(lab, "sentence").value


def test_who_counts_predictions_is_told_of_each(lab):
    told = []
    end = lab.on_prediction(lambda right, asked: told.append((right, asked)))
    for _ in range(2):
        find(lab, "image").value = "agent:next"
        click(lab, "image-set", "predict-ask", "predict-1", "predict-go", "until-quiet")
        find(lab, "image").value = NEWER_IMAGE
        click(lab, "image-set", "until-quiet")
    assert [asked for _, asked in told] == [1, 2] and told[-1][0] == lab.layout.card(
        PredictCard
    ).score.right
    end()
    end()
    assert lab.layout.card(PredictCard).score.listeners == []


def test_what_is_being_typed_stays_when_something_else_changes(lab):
    find(lab, "image").value = "half/typed"
    lab.cluster.add_node()
    lab.cluster.run_until_quiet()
    lab.cluster.set_strategy("filebeat-ds", "OnDelete")
    lab.refresh()
    assert find(lab, "image").value == "half/typed"
    assert find(lab, "strategy").value == "OnDelete"


@pytest.mark.parametrize(
    ("button", "word"),
    [("pod-delete", "删除 node1"), ("pod-fail", "失败"), ("pod-break", "")],
)
def test_something_happens_to_a_pod(lab, button, word):
    victim = find(lab, "pod").value
    before = lab.cluster.get("Pod", victim.name)
    click(lab, button)
    assert lab.cluster.get("Pod", victim.name) != before
    assert word in find(lab, "events").value


def test_a_pod_that_is_gone_is_no_longer_offered(lab):
    victim = find(lab, "pod").value
    click(lab, "pod-delete", "until-quiet")
    assert victim not in [place for _, place in find(lab, "pod").options]


def test_one_step_is_one_action_and_is_told(lab):
    click(lab, "node-add")
    before = len(lab.cluster.actions)
    said = []
    for count in range(1, 4):
        click(lab, "step")
        assert len(lab.cluster.actions) == before + count
        said.append(find(lab, "sentence").value)
    told = "".join(said)
    assert (
        0
        < told.index("DaemonSet 控制器为 node4 创建 Pod")
        < told.index("调度器把 Pod 绑定到 node4")
    )


def test_next_pod_change_passes_over_everything_else(lab):
    click(lab, "node-add", "next-pod", "next-pod")
    assert "调度器把 Pod 绑定到 node4" in find(lab, "sentence").value
    click(lab, "next-pod")
    assert "node4 上的 Pod 就绪" in find(lab, "sentence").value
    click(lab, "until-quiet", "next-pod")
    assert "没有等到 Pod 变化" in find(lab, "message-page").value


def test_buttons_say_so_when_nothing_is_left_to_do(lab):
    for name in ("play", "step", "until-quiet"):
        click(lab, name)
        assert "集群已经稳定" in find(lab, "message-page").value


def test_head_and_picture_follow_the_store(lab):
    before = find(lab, "picture").value
    lab.cluster.add_node()
    lab.cluster.run_until_quiet()
    eventually(lambda: "期望 <i>4</i>" in find(lab, "head-page").value)
    eventually(lambda: find(lab, "picture").value != before)
    assert Image.open(BytesIO(find(lab, "picture").value)).size[0] == 900


def test_the_event_stream_names_component_and_time_latest_first(lab):
    events = find(lab, "events").value
    assert events.index("node3") < events.index("创建 DaemonSet filebeat-ds")
    assert "<time>0.0 s</time>" in events
    assert "kubelet" in events


def test_its_text_is_the_same_on_every_machine(lab):
    text = "DaemonSet 实验室：3 个 Node，filebeat-ds 期望 3，就绪 3，已更新 3，不可用 0"
    assert repr(lab) == repr(lab.widget) == text
    assert repr(lab.still()).endswith("3 个 Node，3 个 Pod")


def test_after_a_delete_the_choice_follows_the_replacement_on_its_node(lab):
    lab.select_node("node3")
    victim = find(lab, "pod").value
    click(lab, "pod-delete")
    seen = []
    for _ in range(8):
        click(lab, "step")
        seen.append((find(lab, "pod").value, find(lab, "pod-delete").description))
    followed = [key for key, _ in seen if key.name not in ("", victim.name)]
    assert followed and len(set(followed)) == 1
    assert {said for _, said in seen} <= {"删除 node3 的 Pod", "删除"}


def test_it_shows_a_panel_and_a_still_picture(lab, monkeypatch):
    displayed = []
    monkeypatch.setattr(
        "IPython.display.display", lambda shown, **_: displayed.append(shown)
    )
    lab._ipython_display_()
    assert displayed[0] is lab.widget
    assert "再运行一次这个单元格" in displayed[1]["text/html"]
    assert "image/png" in displayed[2]._repr_mimebundle_()[0]


def test_an_empty_cluster_has_a_panel_too():
    lab = Lab(Cluster(seed=1), scale=1)
    for name in BUTTONS:
        if name not in ("node-add", "image-set"):
            click(lab, name)
    assert node_names(lab) == []
    assert repr(lab) == "DaemonSet 实验室：0 个 Node，没有 DaemonSet"
    click(lab, "node-add")
    assert node_names(lab) == ["node1"]
    lab.close()


def test_random_clicks_never_throw_and_the_panel_agrees_with_the_store(cluster):
    lab, rng = Lab(cluster, scale=1), random.Random(7)
    lab.held = True
    texts = {
        "label-text": ["disk=ssd", "disk-", "=", "zone=a b", ""],
        "taint-text": ["a=b:NoSchedule", "a-", "a:Nothing", "x:NoExecute", ""],
        "max-unavailable": ["0", "1", "50%", "x"],
        "max-surge": ["0", "1", "30%", "-1"],
        "image": [IMAGE, NEWER_IMAGE, "", "a b"],
    }
    for _ in range(200):
        name = rng.choice([*BUTTONS, *texts, "strategy", "node", "group"])
        widget = find(lab, name)
        if name in texts:
            widget.value = rng.choice(texts[name])
        elif name == "strategy":
            widget.value = rng.choice(["OnDelete", "RollingUpdate"])
        elif name in ("node", "group"):
            if widget.options:
                widget.index = rng.randrange(len(widget.options))
        elif name != "play":
            widget.click()
    lab.pause()
    lab.refresh()
    assert list(find(lab, "node").options) == sorted(
        node_names(lab), key=find(lab, "node").options.index
    )
    # A Node without a Pod has a line that says so.
    chosen = [key for _, key in find(lab, "pod").options if key and key.name]
    assert len(chosen) == sum(
        p["status"].get("phase") not in ("Failed", "Succeeded")
        for p in cluster.list("Pod")
    )
    strategy = spec(lab)["updateStrategy"]
    assert find(lab, "strategy").value == strategy["type"]
    assert find(lab, "message-page").value.count("画面更新失败") == 0
    lab.close()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("disk=ssd", {"disk": "ssd"}),
        ("a= b-", {"a": "", "b": None}),
        ("x/y=1，z=2", {"x/y": "1", "z": "2"}),
    ],
)
def test_labels_are_read_as_kubectl_reads_them(text, labels):
    assert commands.parse_labels(text) == labels


@pytest.mark.parametrize("text", ["", "disk", "=ssd", "a=b c"])
def test_labels_that_are_none_are_refused(text):
    with pytest.raises(Mistake, match="key=value"):
        commands.parse_labels(text)


@pytest.mark.parametrize("text", ["", "gpu", "a=b", "a=b:Never", ":NoSchedule"])
def test_taints_that_are_none_are_refused(text):
    with pytest.raises(Mistake, match="key=value:Effect"):
        commands.parse_taint(text)


def test_a_kubectl_line_names_the_namespace_where_it_must():
    assert (
        commands.delete_pod(ObjectKey("default", "p")).kubectl == "kubectl delete pod p"
    )
    assert (
        commands.delete_pod(ObjectKey("kube-system", "p")).kubectl
        == "kubectl -n kube-system delete pod p"
    )

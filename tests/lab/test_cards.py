"""Single cards with a fake lab: why, prediction, faults, traffic."""

import json

import pytest

from k8slearn import Cluster
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.lab.cards.faults import FaultsCard
from k8slearn.lab.cards.predict import PredictCard, Score
from k8slearn.lab.cards.why import WhyCard
from k8slearn.lab.commands import ObjectKey
from k8slearn.lab.faults import FAULTS, fault
from k8slearn.lesson import manifest
from k8slearn.scheduler.resources import requests
from tests.support.fake_lab import FakeLab


def filebeat(nodes=3):
    cluster = Cluster(nodes, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


def updating(nodes=3):
    cluster = filebeat(nodes)
    cluster.set_image("filebeat-ds", "filebeat:2")
    return cluster


# Why ----------------------------------------------------------------------------------------------------------------


def test_why_says_what_it_is_for_when_nothing_is_there():
    lab = FakeLab(Cluster(1))
    made = WhyCard(lab)
    made.refresh(lab.model)
    assert "选一个 Node 或 Pod" in made.text.value


def test_why_tells_node_pod_and_round():
    cluster = updating()
    pod = cluster.list("Pod")[0]
    lab = FakeLab(cluster, "node1", ObjectKey("default", pod["metadata"]["name"]))
    made = WhyCard(lab)
    made.refresh(lab.model)
    for part in (
        "filebeat-ds 在 node1",
        pod["metadata"]["name"],
        "本轮还能替换",
        "控制器创建了它",
    ):
        assert part in made.text.value


def test_a_template_without_a_number_yet_is_told_so():
    cluster = filebeat()
    cluster.set_image("filebeat-ds", "filebeat:2")
    lab = FakeLab(
        cluster,
        "node1",
        ObjectKey("default", cluster.list("Pod")[0]["metadata"]["name"]),
    )
    made = WhyCard(lab)
    made.refresh(lab.model)
    assert "还没有给它编号" in made.text.value and "None" not in made.text.value


def test_why_follows_time_and_choice():
    lab = FakeLab(updating(), "node1")
    made, seen = WhyCard(lab), set()
    for node in ("node1", "node2"):
        lab.node = node
        made.refresh(lab.model)
        seen.add(made.text.value)
    lab.cluster.run_until_quiet()
    made.refresh(lab.model)
    assert len({*seen, made.text.value}) == 3


def test_what_objects_are_called_is_no_html():
    cluster = filebeat()
    lab = FakeLab(cluster, "<b>x</b>")
    made = WhyCard(lab)
    made.refresh(lab.model)
    assert "<b>x</b>" not in made.text.value.replace(
        "<b>filebeat-ds 在 &lt;b&gt;x&lt;/b&gt;</b>", ""
    )


# Prediction -----------------------------------------------------------------------------------------------------------


def shown(made):
    return [
        option.description for option in made.options if option.layout.display != "none"
    ]


def test_a_prediction_is_asked_answered_and_counted():
    lab = FakeLab(updating())
    made = PredictCard(lab)
    made.asker.click()
    assert lab.paused and len(shown(made)) == 4 and made.question is not None
    right = made.question.options.index(made.question.answer)
    made.options[right].click()
    assert shown(made) == [] and "你猜" in made.told.value
    made.go.click()
    assert "猜对了" in made.told.value and "起作用的规则" in made.told.value
    assert str(made.score) == "本课得分 1 / 1" == made.counted.value


def test_a_wrong_prediction_shows_both_and_the_rule():
    lab = FakeLab(updating())
    made = PredictCard(lab)
    made.ask()
    made.choose(
        next(
            n
            for n, option in enumerate(made.question.options)
            if option != made.question.answer
        )
    )
    made.until_outcome()
    assert (
        "没猜中" in made.told.value and "实际：删掉 node1 上的 Pod" in made.told.value
    )
    assert "1 − 0 = 1 个" in made.told.value and str(made.score) == "本课得分 0 / 1"


def test_who_steps_alone_is_told_by_the_next_refresh():
    lab = FakeLab(updating())
    made = PredictCard(lab)
    made.ask()
    made.choose(0)
    lab.cluster.run_until_quiet()
    made.refresh(lab.model)
    assert len(made.score.results) == 1 and made.question is None


def test_what_was_not_answered_does_not_count():
    lab = FakeLab(updating())
    made = PredictCard(lab)
    made.ask()
    lab.cluster.run_until_quiet()
    made.refresh(lab.model)
    assert made.score.results == [] and made.question is None and shown(made) == []


@pytest.mark.parametrize("twice", ["asker", "go"])
def test_pressing_everything_twice_does_no_harm(twice):
    lab = FakeLab(updating())
    made = PredictCard(lab)
    made.asker.click()
    made.options[0].click()
    made.options[0].click()
    getattr(made, twice).click()
    getattr(made, twice).click()
    made.go.click()
    assert len(made.score.results) <= 1


def test_nothing_to_predict_is_said():
    lab = FakeLab(filebeat())
    made = PredictCard(lab)
    made.ask()
    assert "再没有什么要做" in made.told.value
    lab.live = False
    made.ask()
    assert "先回到现在" in lab.said[-1]
    bare = FakeLab(Cluster(1))
    PredictCard(bare).ask()
    assert "还没有 DaemonSet" in bare.said[-1]


def test_a_score_can_be_shared():
    score = Score()
    for _ in range(2):
        made = PredictCard(FakeLab(updating()), score)
        made.ask()
        made.choose(0)
        made.until_outcome()
    assert len(score.results) == 2


# Faults ---------------------------------------------------------------------------------------------------------------


def breaking(cluster=None):
    cluster = cluster or filebeat()
    pod = cluster.list("Pod")[0]
    lab = FakeLab(
        cluster, pod["spec"]["nodeName"], ObjectKey("default", pod["metadata"]["name"])
    )
    return lab, FaultsCard(lab)


ALWAYS = [each for each in FAULTS if not each.real]
REAL = [each.key for each in FAULTS if each.real]


@pytest.mark.parametrize("key", [each.key for each in ALWAYS])
def test_every_fault_can_be_made_and_mended_and_has_its_line(key):
    lab, made = breaking()
    made.kind.value = key
    made.make.click()
    lab.cluster.run(30)
    made.mend.click()
    lab.cluster.run_until_quiet()
    assert len(lab.lines) == 2
    assert len(lab.said) == 1 and "弄坏了" in lab.said[0]
    assert all(
        line.startswith(("kubectl ", "# 没有对应的 kubectl")) for line in lab.lines
    )
    assert lab.cluster.get("DaemonSet", "filebeat-ds")["status"]["numberAvailable"] == 3
    made.refresh(lab.model)
    assert "对象：" in made.look.value and fault(key).look in made.look.value


def test_each_fault_is_felt():
    felt = {}
    for each in ALWAYS:
        lab, made = breaking()
        made.kind.value = each.key
        made.make.click()
        lab.cluster.run(20)
        felt[each.key] = state(lab.cluster)
    calm = state(filebeat())
    assert {key for key, seen in felt.items() if seen != calm} == {
        f.key for f in ALWAYS
    }


def real_cluster():
    cluster = Cluster(2, kubelet="auto", seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run(60.0)
    return cluster


@pytest.mark.parametrize("key", REAL)
def test_a_fault_of_real_kubelets_is_made_felt_and_mended(key):
    lab, made = breaking(real_cluster())
    made.kind.value = key
    made.make.click()
    lab.cluster.run(60)
    reasons = {event["reason"] for event in lab.cluster.list("Event")}
    made.mend.click()
    lab.cluster.run(700)
    assert len(lab.lines) == 2 and "弄坏了" in lab.said[0]
    assert FELT.get(key, "Started") in reasons
    assert lab.cluster.get("DaemonSet", "filebeat-ds")["status"]["numberAvailable"] == 2


FELT = {
    "disk": "EvictionThresholdMet",
    "reboot": "Rebooted",
}


def test_faults_of_real_kubelets_are_offered_where_kubelets_are_real():
    _, simple = breaking()
    assert not {key for _, key in simple.kind.options} & set(REAL)
    _, real = breaking(real_cluster())
    assert {key for _, key in real.kind.options} >= set(REAL)


def state(cluster):
    """Nodes' taints, Pods' phases, and what was altered in the machinery."""
    nodes = [
        (n["metadata"]["name"], [t["key"] for t in n["spec"].get("taints") or ()])
        for n in cluster.list("Node")
    ]
    pods = [
        (p["metadata"]["name"], is_pod_ready(p), p["spec"]["containers"][0]["image"])
        for p in cluster.list("Pod")
    ]
    faults = cluster.kubelet.faults
    return (
        nodes,
        pods,
        faults.slow,
        faults.skew,
        faults.crashing,
        cluster.controller("daemonset-controller").informer.lag,
    )


def test_the_line_that_fills_a_node_is_what_was_created():
    lab, made = breaking()
    made.kind.value = "fill"
    made.make.click()
    spec = json.loads(lab.lines[0].split("--overrides=")[1].strip("'"))["spec"]
    created = lab.cluster.get("Pod", f"filler-{lab.node}")["spec"]
    assert spec["nodeName"] == created["nodeName"] == lab.node
    assert (
        requests({"spec": spec}) == requests({"spec": created})
        and requests({"spec": spec})["cpu"] == 4000
    )


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("lag", "soon", "要写一个数，例如 5"),
        ("lag", "0", "要大于 0"),
        ("slow", "-1", "要大于 0"),
    ],
)
def test_a_number_that_is_none_is_said(key, text, expected):
    lab, made = breaking()
    made.kind.value = key
    made.amount.value = text
    made.make.click()
    assert expected in lab.said[0] and lab.lines == []


@pytest.mark.parametrize("key", ["not-ready", "crash", "image"])
def test_nothing_chosen_is_said(key):
    lab = FakeLab(Cluster(1))
    made = FaultsCard(lab)
    made.kind.value = key
    made.make.click()
    made.mend.click()
    made.refresh(lab.model)
    assert len(lab.said) == 2 and lab.lines == []


# Traffic --------------------------------------------------------------------------------------------------------------

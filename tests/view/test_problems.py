"""Problems of Pods: waiting reasons, restarts and evictions in the picture and in the event stream."""

import pytest

from k8slearn.cluster import Cluster
from k8slearn.view.labels import phase_word
from k8slearn.view.narrate import line_of
from k8slearn.view.scene import scene_of
from tests.support.helpers import bare_pod


def cluster_with(words, *, seconds=30.0, container=None):
    cluster = Cluster(1, kubelet="auto", seed=1)
    pod = bare_pod("p")
    pod["metadata"]["annotations"] = {"k8slearn/behaviour": words}
    pod["spec"]["containers"][0] |= container or {}
    cluster.create(pod)
    cluster.run(seconds)
    return cluster


def mark_of(cluster):
    [card] = scene_of(cluster.store).cards
    return card.pods[0]


def told(cluster):
    lines = [line_of(change) for change in cluster.store.log.changes[:]]
    return [
        line.text.partition("：")[0] if line.warning else line.text
        for line in lines
        if line
    ]


SHOWN = {
    "crashes": (dict(words="exit=1@5", seconds=70.0), "已退出 ×3"),
    "crashes out of memory": (
        dict(
            words="leak=10Mi/1",
            container={"resources": {"limits": {"memory": "64Mi"}}},
            seconds=18.0,
        ),
        "内存超限 ×1",
    ),
    "came back": (dict(words="seq=1@5,run"), "p ×1"),
    "cannot be configured": (
        dict(words="run", container={"envFrom": [{"configMapRef": {"name": "no"}}]}),
        "配置缺失",
    ),
    "is well": (dict(words="run"), "p"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_a_mark_says_what_is_wrong_and_how_often_it_was_restarted(case):
    about, expected = SHOWN[case]
    assert phase_word(mark_of(cluster_with(**about))) == expected


@pytest.mark.parametrize("code", [0, 9])
def test_an_evicted_pod_is_told_apart_whatever_its_containers_ended_with(code):
    cluster = cluster_with(f"mem=300Mi term=1/{code}")
    cluster.set_usage("node1", memory="7900Mi")
    cluster.run(60.0)
    assert mark_of(cluster).problem == "Evicted"
    assert phase_word(mark_of(cluster)) == "被驱逐"
    assert any("驱逐 node1 上的 Pod" in line for line in told(cluster))


def test_the_event_stream_tells_ends_and_restarts():
    lines = "\n".join(told(cluster_with("exit=1@5", seconds=70.0)))
    assert "报告 node1 上的容器退出了" in lines
    assert "重启 node1 上的容器（第 1 次）" in lines
    assert "重启 node1 上的容器（第 3 次）" in lines

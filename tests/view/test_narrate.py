"""The texts about writes, steps and lines of the event stream."""

from __future__ import annotations

import pytest

from k8slearn.apimachinery.log import Change
from k8slearn.view.narrate import line_of, sentence_of
from tests.support.fakes import (
    change,
    daemon_set,
    node,
    pod,
)

GPU = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


def service(name, **labels):
    metadata = {"name": name, "namespace": "default", "labels": labels}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata}


SAID = [
    (
        change(
            service("kubernetes", component="apiserver", provider="kubernetes"),
            "kube-apiserver",
            "ADDED",
        ),
        "kube-apiserver 登记自己的 Service kubernetes：集群里的程序由它找到 API server。",
    ),
    (change(service("web"), "user", "ADDED"), "你创建 Service web。"),
    (
        change(pod("a", "node1", 2, "unbound"), kind="ADDED"),
        "DaemonSet 控制器为 node1 创建 Pod（版本 2）。",
    ),
    (
        change(pod("a", "node1", 1, "ending"), previous=pod("a", "node1")),
        "DaemonSet 控制器删除 node1 上的 Pod（版本 1），等它终止。",
    ),
    (
        change(
            pod("a", "node1", 1, "starting"),
            "scheduler",
            previous=pod("a", "node1", 1, "unbound"),
        ),
        "调度器把 Pod 绑定到 node1。",
    ),
    (
        change(pod("a", "node1"), "kubelet", previous=pod("a", "node1", 1, "starting")),
        "kubelet 报告 node1 上的 Pod 就绪（版本 1）。",
    ),
    (
        change(pod("a", "node1"), "pod-gc", "DELETED", pod("a", "node1")),
        "Pod 垃圾收集器回收 node1 上的 Pod。",
    ),
    (change(node("node3"), "user", "ADDED"), "你加入 Node node3。"),
    (
        change(node("n", disk="ssd"), "user", previous=node("n", old="1")),
        "你给 n 改标签：disk=ssd，去掉 old。",
    ),
    (
        change(node("n", taints=[GPU]), "user", previous=node("n")),
        "你给 n 加污点 dedicated=gpu:NoSchedule。",
    ),
    (
        change(node("n", cordoned=True), "user", previous=node("n")),
        "你把 n 设为不可调度（cordon）。",
    ),
    (
        change(node("n", ready="Unknown"), "node-lifecycle", previous=node("n")),
        "Node 生命周期控制器让 n 变为 Unknown（失联）。",
    ),
    (change(daemon_set(), "user", "ADDED"), "你创建 DaemonSet filebeat-ds。"),
    (
        change(daemon_set(numberReady=1), previous=daemon_set()),
        "DaemonSet 控制器更新 filebeat-ds 的状态：期望 0，就绪 1，已更新 0，不可用 0。",
    ),
]


@pytest.mark.parametrize(
    ("told", "sentence"), SAID, ids=[sentence for _, sentence in SAID]
)
def test_a_change_is_told_in_chinese_with_its_component(
    told: Change, sentence: str
) -> None:
    numbers = {("default", "hash1"): 1, ("default", "hash2"): 2}
    assert sentence_of([told], numbers) == sentence


def test_a_step_that_does_one_thing_many_times_is_one_sentence() -> None:
    created = [change(pod(f"p{i}", f"node{i}"), kind="ADDED") for i in range(1, 7)]
    said = sentence_of(
        [*created, change(daemon_set(numberReady=1), previous=daemon_set())]
    )
    assert (
        said == "DaemonSet 控制器为 node1、node2、node3、node4 等 6 个 Node 创建 Pod。"
    )


def test_a_line_of_the_event_stream_has_time_component_and_name() -> None:
    line = line_of(
        change(pod("filebeat-x", "node1", 2), kind="ADDED"), {("default", "hash2"): 2}
    )
    assert line is not None
    assert (line.time, line.chip, line.text) == (
        42.0,
        "daemonset-controller",
        "为 node1 创建 Pod（版本 2）　filebeat-x",
    )

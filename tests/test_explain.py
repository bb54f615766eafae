"""Why: the sentences say what the decision functions decided."""

import pytest
from yaml import safe_load

from k8slearn import Cluster
from k8slearn.explain import outlook, why_node, why_pod, why_rollout
from k8slearn.lesson import manifest
from k8slearn.parity import reference

ANSWER = {(True, True): "这里该有一个 Pod", (False, True): "可以留下", (False, False): "不该有 Pod"}


def filebeat_on(nodes, **strategy):
    cluster = Cluster(nodes, seed=1)
    cluster.apply(safe_load(manifest("filebeat-ds")))
    cluster.run_until_quiet()
    if strategy:
        cluster.set_strategy("filebeat-ds", **strategy)
    return cluster


def seen(cluster):
    return outlook(cluster.store, cluster.get("DaemonSet", "filebeat-ds"), cluster.now)


def test_every_recorded_verdict_is_told_with_a_reason():
    for row in reference.decisions("node_decisions"):
        told = why_node(row["daemonSet"], row["node"])
        assert ANSWER[row["shouldRun"], row["shouldContinueRunning"]] in told.answer
        if not row["shouldRun"]:
            assert any(reason.holds is False for reason in told.reasons), told


@pytest.mark.parametrize(
    ("labels", "taints", "expected"),
    [
        ({}, [], "没有 nodeSelector、没有亲和、没有污点"),
        ({}, ["dedicated=gpu:NoSchedule"], "污点 dedicated=gpu:NoSchedule 没有被容忍"),
        ({}, ["node.kubernetes.io/disk-pressure:NoSchedule"], "这是控制器自动加给每个 daemon Pod 的"),
    ],
)
def test_reasons_for_a_node(labels, taints, expected):
    cluster = filebeat_on(1)
    cluster.add_node("a1", labels=labels, taints=taints)
    told = why_node(cluster.get("DaemonSet", "filebeat-ds"), cluster.get("Node", "a1"))
    assert expected in str(told)


def test_the_arithmetic_of_a_round_rounds_up():
    cluster = filebeat_on(7, strategy="RollingUpdate", max_unavailable="30%", max_surge=0)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    told = str(why_rollout(seen(cluster)))
    assert "本轮还能替换 3 个" in told
    assert "maxUnavailable 30% × 7 = 2.1，向上取整 = 3" in told


def test_what_is_told_is_what_happens():
    cluster = filebeat_on(7, strategy="RollingUpdate", max_unavailable="30%", max_surge=0)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    found = seen(cluster)
    pods = cluster.list("Pod")
    told = {p["metadata"]["name"] for p in pods if "这一轮会被替换" in str(why_pod(found, p, cluster.now))}
    cluster.settle()
    gone = {p["metadata"]["name"] for p in cluster.list("Pod") if "deletionTimestamp" in p["metadata"]}
    assert told == gone
    assert len(told) == 3


def test_on_delete_waits_for_you():
    cluster = filebeat_on(2, strategy="OnDelete")
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run_until_quiet()
    found = seen(cluster)
    assert "OnDelete" in str(why_rollout(found))
    assert all("等你删它" in str(why_pod(found, pod, cluster.now)) for pod in cluster.list("Pod"))


def test_surge_opens_the_new_pod_first():
    cluster = filebeat_on(3, strategy="RollingUpdate", max_unavailable=0, max_surge=1)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    found = seen(cluster)
    assert "本轮还能先多开 1 个新 Pod" in str(why_rollout(found))
    assert sum("先在它的 Node 上开新 Pod" in str(why_pod(found, p, cluster.now)) for p in cluster.list("Pod")) == 1

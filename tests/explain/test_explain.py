"""Why: the sentences say what the decision functions decided."""

import pytest
from yaml import safe_load

from k8slearn import Cluster
from k8slearn.explain import (
    outlook,
    why_here,
    why_node,
    why_pod,
    why_rollout,
    why_scheduled,
    why_this_pod,
)
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.lesson import manifest
from k8slearn.parity import reference
from tests.support.helpers import bare_pod, daemon_set, owned

ANSWER = {
    (True, True): "这里该有一个 Pod",
    (False, True): "可以留下",
    (False, False): "不该有 Pod",
}


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
        (
            {},
            ["node.kubernetes.io/disk-pressure:NoSchedule"],
            "这是控制器自动加给每个 DaemonSet 的 Pod 的",
        ),
    ],
)
def test_reasons_for_a_node(labels, taints, expected):
    cluster = filebeat_on(1)
    cluster.add_node("a1", labels=labels, taints=taints)
    told = why_node(cluster.get("DaemonSet", "filebeat-ds"), cluster.get("Node", "a1"))
    assert expected in str(told)


def test_the_arithmetic_of_a_round_rounds_up():
    cluster = filebeat_on(
        7, strategy="RollingUpdate", max_unavailable="30%", max_surge=0
    )
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    told = str(why_rollout(seen(cluster)))
    assert "本轮还能替换 3 个" in told
    assert "maxUnavailable 30% × 7 = 2.1，向上取整 = 3" in told


def test_what_is_told_is_what_happens():
    cluster = filebeat_on(
        7, strategy="RollingUpdate", max_unavailable="30%", max_surge=0
    )
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    found = seen(cluster)
    pods = cluster.list("Pod")
    told = {
        p["metadata"]["name"]
        for p in pods
        if "这一轮会被替换" in str(why_pod(found, p, cluster.now))
    }
    cluster.settle()
    gone = {
        p["metadata"]["name"]
        for p in cluster.list("Pod")
        if "deletionTimestamp" in p["metadata"]
    }
    assert told == gone
    assert len(told) == 3


def test_on_delete_waits_for_you():
    cluster = filebeat_on(2, strategy="OnDelete")
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run_until_quiet()
    found = seen(cluster)
    assert "OnDelete" in str(why_rollout(found))
    assert all(
        "等你删它" in str(why_pod(found, pod, cluster.now))
        for pod in cluster.list("Pod")
    )


def test_surge_opens_the_new_pod_first():
    cluster = filebeat_on(3, strategy="RollingUpdate", max_unavailable=0, max_surge=1)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    found = seen(cluster)
    assert "本轮还能先多开 1 个新 Pod" in str(why_rollout(found))
    assert (
        sum(
            "先在它的 Node 上开新 Pod" in str(why_pod(found, p, cluster.now))
            for p in cluster.list("Pod")
        )
        == 1
    )


def test_a_container_that_is_on_its_way_is_not_called_stuck():
    cluster = Cluster(1, seed=1)
    cluster.apply(safe_load(manifest("filebeat-ds")))
    cluster.settle()
    (pod,) = cluster.list("Pod")
    waiting = pod["status"]["containerStatuses"][0]["state"]["waiting"]
    assert waiting["reason"] == "ContainerCreating"
    assert why_pod(seen(cluster), pod, cluster.now).answer == (
        "容器还在准备：ContainerCreating"
    )


def test_an_init_container_that_crashes_is_told_and_not_who_waits_for_it():
    cluster = Cluster(1, seed=1)
    cluster.apply(safe_load(manifest("filebeat-ds")))
    cluster.run_until_quiet()
    (pod,) = cluster.list("Pod")
    pod["status"]["phase"] = "Pending"
    pod["status"]["initContainerStatuses"] = [
        {"name": "first", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    ]
    for entry in pod["status"]["containerStatuses"]:
        entry["state"] = {"waiting": {"reason": "PodInitializing"}}
    assert why_pod(seen(cluster), pod, cluster.now).answer == (
        "容器起不来：CrashLoopBackOff"
    )


@pytest.mark.parametrize(
    ("limits", "doing"),
    [
        ({"max_unavailable": 1, "max_surge": 0}, "不可用的还有 1 个（node2）"),
        ({"max_unavailable": 0, "max_surge": 1}, "正在换的还有 1 个（node2）"),
    ],
)
def test_where_no_old_pod_waits_no_round_is_counted(limits, doing):
    cluster = filebeat_on(2, strategy="RollingUpdate", **limits)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    while seen(cluster).rollout.candidates or not seen(cluster).rollout.busy:
        cluster.step()
    told = str(why_rollout(seen(cluster)))
    assert told == f"filebeat-ds：没有等着换的旧 Pod 了，{doing}"


# The scheduler ----------------------------------------------------------------------------------------------------

PORTED = {
    "name": "main",
    "image": "a",
    "ports": [{"containerPort": 80, "hostPort": 80}],
}
GREEDY = {
    "containers": [
        {"name": "main", "image": "a", "resources": {"requests": {"cpu": "500m"}}}
    ]
}


def test_a_pod_is_refused_with_the_numbers_of_the_node():
    cluster = Cluster(2)
    cluster.fill_node("node2")
    cluster.apply(daemon_set(pod=GREEDY))
    cluster.run_until_quiet()
    told = {
        get_target_node_name(p): why_scheduled(cluster.store, p) for p in owned(cluster)
    }
    assert "node2 的 cpu 不够：要 500m，一共 4，已经占了 4，只剩 0" in str(
        told["node2"]
    )
    assert "放不下" in told["node2"].answer and any(
        r.holds is False for r in told["node2"].reasons
    )


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (
            lambda c: c.taint("node1", "x=y:NoSchedule"),
            "node1 的污点 x=y:NoSchedule 没有被容忍",
        ),
        (lambda c: c.cordon("node1"), "node1 被 cordon 了"),
        (
            lambda c: c.create(
                bare_pod("taken", nodeName="node1", containers=[PORTED])
            ),
            "hostPort 80 已经有人占了",
        ),
        (lambda c: c.label("node1", {"disk": None}), "不满足 Pod 的 nodeSelector"),
    ],
)
def test_every_filter_has_its_words(harm, expected):
    cluster = Cluster(1, kubelet="manual")
    cluster.label("node1", {"disk": "ssd"})
    cluster.create(
        bare_pod(
            "p",
            nodeSelector={"disk": "ssd"},
            schedulingGates=[{"name": "hold"}],
            containers=[PORTED],
        )
    )
    assert (
        "会把它放到 node1"
        in why_scheduled(cluster.store, cluster.get("Pod", "p")).answer
    )
    harm(cluster)
    cluster.settle()
    told = why_scheduled(cluster.store, cluster.get("Pod", "p"))
    assert expected in str(told) and "放不下" in told.answer


# The past ---------------------------------------------------------------------------------------------------------


def told_of_all(cluster, moment):
    pods = moment.list("Pod")
    return {
        p["metadata"]["name"]: why_this_pod(cluster, moment, p, moment.time)
        for p in pods
    }


def test_a_pod_that_goes_is_told_with_the_arithmetic_of_the_round_that_chose_it():
    cluster = filebeat_on(
        7, strategy="RollingUpdate", max_unavailable="30%", max_surge=0
    )
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.settle()
    moment = cluster.at(cluster.store.revision)
    cluster.run_until_quiet()
    going = [
        told
        for told in told_of_all(cluster, moment).values()
        if "正在终止" in told.answer
    ]
    assert len(going) == 3
    assert all(
        "在滚动更新里轮到了" in str(told) and "3 − 0 = 3 个" in str(told)
        for told in going
    )


def test_a_new_pod_is_told_with_what_became_of_the_one_before():
    cluster = filebeat_on(3)
    old = cluster.list("Pod")[0]
    cluster.delete_pod(old["metadata"]["name"])
    cluster.run_until_quiet()
    new = next(
        p
        for p in cluster.list("Pod")
        if get_target_node_name(p) == get_target_node_name(old)
    )
    told = str(why_this_pod(cluster, cluster.store, new, cluster.now))
    assert (
        "该有一个 Pod，而当时没有" in told
        and f"{old['metadata']['name']} 是你删的" in told
    )


def test_a_surge_is_told_as_one():
    cluster = filebeat_on(2, strategy="RollingUpdate", max_unavailable=0, max_surge=1)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run_until_quiet()
    told = [
        str(why_this_pod(cluster, cluster.store, p, cluster.now))
        for p in cluster.list("Pod")
    ]
    assert len(told) == 2 and all("先开新 Pod（maxSurge）" in each for each in told)


def test_every_moment_of_a_life_can_be_explained():
    cluster = filebeat_on(4, strategy="RollingUpdate", max_unavailable=2, max_surge=0)
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run(3)
    cluster.remove_node("node2")
    cluster.create(bare_pod("alone"))
    cluster.fail_pod(cluster.list("Pod")[-1]["metadata"]["name"])
    cluster.run_until_quiet()
    for revision in range(1, cluster.store.revision + 1):
        moment = cluster.at(revision)
        assert all(told.reasons for told in told_of_all(cluster, moment).values())
        for node in moment.list("Node"):
            assert all(
                told.reasons
                for told in why_here(moment, node["metadata"]["name"], moment.time)
            )


def test_a_clock_that_is_ahead_is_told():
    cluster = Cluster(1)
    cluster.skew_clock("node1", 30)
    cluster.apply(daemon_set(minReadySeconds=10))
    cluster.run(6)
    assert "Node 的时钟快了" in str(
        why_this_pod(cluster, cluster.store, owned(cluster)[0], cluster.now)
    )


def test_a_toleration_that_both_write_is_said_to_be_of_both():
    toleration = {
        "key": "node.kubernetes.io/disk-pressure",
        "operator": "Exists",
        "effect": "NoSchedule",
    }
    cluster = Cluster(1)
    cluster.apply(daemon_set(pod={"tolerations": [toleration]}))
    cluster.taint("node1", "node.kubernetes.io/disk-pressure:NoSchedule")
    [told] = why_here(cluster.store, "node1", cluster.now)
    assert "这是你在模板里写的；不写，控制器也会自动加" in str(told)

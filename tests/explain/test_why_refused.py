"""Why a Pod is missing, waits or was evicted: quotas and the like, priority, eviction."""

import pytest

from k8slearn import Cluster
from k8slearn.explain import why_here, why_this_pod
from k8slearn.explain.why_refused import why_refused
from k8slearn.view.narrate import sentence_of
from tests.support.helpers import bare_pod, daemon_set


def sentences(explanations):
    return "\n".join(str(each) for each in explanations)


def here(cluster):
    return sentences(why_here(cluster.store, "node1", cluster.now))


QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "q", "namespace": "default"},
    "spec": {"hard": {"pods": "0"}},
}
LIMITS = {
    "apiVersion": "v1",
    "kind": "LimitRange",
    "metadata": {"name": "l", "namespace": "default"},
    "spec": {"limits": [{"type": "Container", "max": {"cpu": "1"}}]},
}
GREEDY = {"containers": [{"name": "c", "image": "x", "resources": {"limits": {"cpu": "2"}}}]}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "pod", "told"),
    [
        (QUOTA, {}, "ResourceQuota 满了"),
        (LIMITS, GREEDY, "LimitRange 给每个容器"),
        (None, {"priorityClassName": "gold"}, "PriorityClass 还没有"),
        (None, {"serviceAccountName": "robot"}, "ServiceAccount 在这个命名空间里没有"),
    ],
)
def test_it_says_who_refuses_the_pod(before, pod, told):
    cluster = Cluster(1, kubelet="manual", service_accounts=True)
    if before:
        cluster.create(before)
    cluster.settle()
    cluster.create(daemon_set(pod=pod))
    cluster.run(1)
    text = here(cluster)
    assert "被 API server 拒绝" in text and told in text


def test_nothing_is_said_once_the_pod_was_let_in():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(QUOTA)
    cluster.settle()
    cluster.create(daemon_set())
    cluster.run(1)
    cluster.delete("ResourceQuota", "q")
    cluster.run(3)
    assert len(cluster.list("Pod")) == 1 and "拒绝" not in here(cluster)
    assert why_refused(cluster.store, cluster.get("DaemonSet", "agent")) == ()


def full(policy="PreemptLowerPriority"):
    cluster = Cluster(kubelet="manual")
    cluster.add_node("node1", allocatable={"cpu": "1"})
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "value": 9}
    cluster.create({**high, "metadata": {"name": "high"}, "preemptionPolicy": policy})
    request = [{"name": "c", "image": "x", "resources": {"requests": {"cpu": "800m"}}}]
    cluster.create(bare_pod("low", containers=request))
    cluster.settle()
    boss = bare_pod("boss", containers=request, priorityClassName="high")
    cluster.create(boss)
    return cluster


def about(cluster, pod):
    plane = cluster.control_plane
    return str(why_this_pod(plane, cluster.store, cluster.get("Pod", pod), cluster.now))


def test_a_pod_that_waits_says_whom_it_would_send_away():
    assert "优先级 9 高于它们：结束 low（在 node1 上）" in about(full(), "boss")
    assert "preemptionPolicy 是 Never" in about(full("Never"), "boss")


def test_who_was_preempted_says_for_whom():
    cluster = full()
    action = cluster.step()
    assert "抢占 node1 上的 Pod" in sentence_of(cluster.changes(action))
    assert "先把 node1 留给它" in sentence_of(cluster.changes(action))
    assert "给优先级更高的 default/boss 腾地方" in about(cluster, "low")
    assert "等 low 结束" in about(cluster, "boss")


def test_who_was_evicted_says_so():
    cluster = full("Never")
    cluster.settle()
    cluster.become("low", "ready")
    cluster.evict("low")
    assert "驱逐" in sentence_of(cluster.changes(cluster.actions[-1]))
    assert "被驱逐了（Eviction API" in about(cluster, "low")


def test_gates_are_told():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(bare_pod("p", schedulingGates=[{"name": "example.com/wait"}]))
    cluster.create(daemon_set(pod={"schedulingGates": [{"name": "example.com/x"}]}))
    cluster.settle()
    assert "被 schedulingGates 拦着（example.com/x）" in here(cluster)

"""The taint eviction controller: which Pods it evicts, and when."""

import pytest

from k8slearn import Cluster
from k8slearn.controllers.taint_eviction import stay_seconds
from tests.support.helpers import (
    bare_pod,
    by_node,
    events,
    owner_of_pods,
    running,
)

HARD = {"key": "a", "effect": "NoExecute"}
OTHER = {"key": "b", "effect": "NoExecute"}


def tolerating(key, seconds=None):
    limit = {} if seconds is None else {"tolerationSeconds": seconds}
    return {"key": key, "operator": "Exists", "effect": "NoExecute", **limit}


@pytest.mark.parametrize(
    ("taints", "tolerations", "expected"),
    [
        ([], [], None),
        ([{**HARD, "effect": "NoSchedule"}], [], None),
        ([HARD], [], 0),
        ([HARD], [tolerating("a")], None),
        ([HARD], [tolerating("a", 60)], 60),
        ([HARD], [tolerating("a", 0)], 0),
        ([HARD], [tolerating("a", -5)], 0),
        ([HARD], [tolerating("a", 60), tolerating("b", 5)], 60),
        ([HARD, OTHER], [tolerating("a", 60), tolerating("b", 5)], 5),
        ([HARD, OTHER], [tolerating("a", 60)], 0),
    ],
)
def test_how_long_a_pod_may_stay(taints, tolerations, expected):
    assert stay_seconds(taints, tolerations) == expected


def tainted(seconds=None, taint="a:NoExecute"):
    """A Pod that tolerates the taint (for so long), on a Node that has just got it."""
    cluster = Cluster(1, kubelet="instant")
    tolerations = [] if seconds is None else [tolerating("a", seconds)]
    cluster.create(bare_pod("p", nodeName="node1", tolerations=tolerations))
    cluster.run(1)
    cluster.taint("node1", taint)
    return cluster


def left(cluster):
    return [
        change.time for change in cluster.store.log.changes if change.type == "DELETED"
    ]


@pytest.mark.parametrize(("seconds", "at"), [(None, [1]), (60, [61])])
def test_a_pod_leaves_in_time(seconds, at):
    cluster = tainted(seconds)
    cluster.run(100)
    assert left(cluster) == at
    [marked] = [
        c.object
        for c in cluster.store.log.changes
        if c.actor == "taint-eviction" and c.object["kind"] == "Event"
    ]
    assert marked["message"] == "Marking for deletion Pod default/p"


def test_an_eviction_is_called_off_when_the_taint_goes():
    cluster = tainted(60)
    cluster.run(30)
    cluster.taint("node1", "a-")
    cluster.run(100)
    assert left(cluster) == []
    assert events(cluster, "TaintManagerEviction") == 1


def test_another_taint_does_not_put_an_eviction_off():
    cluster = tainted(60)
    cluster.run(30)
    cluster.taint("node1", "a=again:NoExecute")
    cluster.run(100)
    assert left(cluster) == [61]


def test_a_pod_that_comes_to_a_tainted_node_is_looked_at_too():
    cluster = Cluster(1, kubelet="instant")
    cluster.taint("node1", "a:NoExecute")
    cluster.create(bare_pod("p", nodeName="node1"))
    cluster.run(1)
    assert cluster.list("Pod") == []


def test_a_namesake_is_not_taken_for_the_pod_that_was_to_go():
    cluster = tainted(60)
    cluster.delete_pod("p")
    cluster.settle()
    cluster.create(bare_pod("p", nodeName="node1", tolerations=[tolerating("a")]))
    cluster.run(100)
    assert [pod["metadata"]["name"] for pod in cluster.list("Pod")] == ["p"]


def test_a_bare_pod_leaves_a_failed_node_after_five_minutes_and_a_daemon_pod_never():
    cluster = running(2)
    cluster.create(bare_pod("p", nodeName="node1"))
    cluster.set_node_ready("node1", "Unknown")
    cluster.run(290)
    assert len(cluster.list("Pod")) == 3
    cluster.run(30)
    assert by_node(cluster) == {
        "node1": ["agent:1 Running"],
        "node2": ["agent:1 Running"],
    }
    assert len(cluster.list("Pod")) == 2


def test_a_taint_that_daemon_pods_do_not_tolerate_drives_them_off_for_good():
    cluster = running(2)
    cluster.taint("node1", "a:NoExecute")
    cluster.run_until_quiet()
    assert list(by_node(cluster)) == ["node2"]
    cluster.taint("node1", "a-")
    cluster.run_until_quiet()
    assert list(by_node(cluster)) == ["node1", "node2"]


@pytest.mark.parametrize("pace", ["instant", "simple", "auto"])
@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet"])
def test_time_goes_on_while_pods_are_made_for_a_node_that_drives_them_off(kind, pace):
    cluster = Cluster(1, kubelet=pace)
    cluster.run(2)
    cluster.taint("node1", "a:NoExecute")
    start = cluster.now
    cluster.create(owner_of_pods(kind))
    for _ in range(300):
        cluster.step()
    assert cluster.now > start + 0.3

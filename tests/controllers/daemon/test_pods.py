"""The decision for one Node: which Pods to delete, whether to create one, and how the Node counts."""

import pytest

from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.controllers.daemon.pods import assess_node, is_pod_updated
from k8slearn.controllers.daemon.status import CURRENT, DESIRED, READY
from tests.support.daemon_pods import NOW, pod
from tests.support.helpers import (
    by_hand,
    by_node,
    client_of,
    daemon_set,
    events,
    owned,
    rolling,
    running,
    status,
)

NODE = {"kind": "Node", "metadata": {"name": "node1", "labels": {}}, "spec": {}}
TAINTED = {**NODE, "spec": {"taints": [{"key": "k", "effect": "NoSchedule"}]}}
CLOSED = {**NODE, "spec": {"taints": [{"key": "k", "effect": "NoExecute"}]}}


def assessed(*pods, node=NODE, in_backoff=False, **spec):
    owner = daemon_set(**spec)
    placement = None if node is None else node_should_run_daemon_pod(owner, node)
    return assess_node(owner, placement, "node1", pods, "new", NOW, in_backoff)


def gone(found):
    return [(removal.pod["metadata"]["name"], removal.why) for removal in found.delete]


SURGE = {"updateStrategy": rolling(0, 1)}


@pytest.mark.parametrize(
    ("pods", "spec", "create", "delete"),
    [
        ([], {}, True, []),
        ([pod("a")], {}, False, []),
        ([pod("a", state="ready-ending")], {}, False, []),
        ([pod("a", state="ready-ending")], SURGE, True, []),
        ([pod("a", state="failed-ending")], {}, True, []),
        ([pod("a", state="failed")], {}, False, [("a", "failed")]),
        ([pod("a", state="failed")], SURGE, True, [("a", "failed")]),
        (
            [pod("a", state="failed"), pod("b", state="failed")],
            {},
            False,
            [("a", "failed")],
        ),
        ([pod("a", state="succeeded")], {}, False, [("a", "succeeded")]),
        ([pod("a", age=10), pod("b", age=20)], {}, False, [("a", "excess")]),
        (
            [pod("a", age=20, bound=False), pod("b", age=10)],
            {},
            False,
            [("a", "excess")],
        ),
        ([pod("a", "old", age=20), pod("b", age=10)], {}, False, [("b", "excess")]),
        ([pod("a", "old"), pod("b", state="unready")], SURGE, False, []),
        ([pod("a", "old"), pod("b")], SURGE, False, [("a", "new-available")]),
        (
            [pod("a", "old", "unready"), pod("b", state="unready")],
            SURGE,
            False,
            [("a", "old-not-ready")],
        ),
        (
            [pod("a", "old", age=30), pod("b", "old", age=20)],
            SURGE,
            False,
            [("b", "excess")],
        ),
        (
            [pod("a", age=30), pod("b", age=20), pod("c", "old")],
            SURGE,
            False,
            [("b", "excess"), ("c", "new-available")],
        ),
        (
            [pod("a", "old"), pod("b", ready_for=5)],
            {**SURGE, "minReadySeconds": 9},
            False,
            [],
        ),
    ],
)
def test_what_happens_on_a_node(pods, spec, create, delete):
    found = assessed(*pods, **spec)
    assert (found.create, gone(found)) == (create, delete)


@pytest.mark.parametrize(
    ("node", "pods", "create", "delete"),
    [
        (TAINTED, [], False, []),
        (TAINTED, [pod("a")], False, []),
        (TAINTED, [pod("a", state="failed")], False, [("a", "failed")]),
        (
            CLOSED,
            [pod("a"), pod("b", state="ready-ending")],
            False,
            [("a", "not-wanted")],
        ),
        (None, [pod("a"), pod("b", bound=False)], False, [("b", "not-wanted")]),
    ],
    ids=[
        "closed to new ones",
        "that may stay",
        "that failed",
        "none may stay",
        "the Node is gone",
    ],
)
def test_where_no_pod_is_wanted(node, pods, create, delete):
    found = assessed(*pods, node=node)
    assert (found.create, gone(found)) == (create, delete)


def test_a_failed_pod_waits_while_its_node_is_backing_off():
    found = assessed(pod("a", state="failed"), in_backoff=True)
    assert found.in_backoff and gone(found) == []


@pytest.mark.parametrize(
    ("marks", "revision_hash", "generation", "expected"),
    [
        ({"controller-revision-hash": "h"}, "h", "", True),
        ({"controller-revision-hash": "g"}, "h", "", False),
        (
            {"controller-revision-hash": "g", "pod-template-generation": "2"},
            "h",
            "2",
            True,
        ),
        ({}, "", "", False),
    ],
)
def test_a_pod_is_updated_by_hash_or_by_generation(
    marks, revision_hash, generation, expected
):
    assert (
        is_pod_updated({"metadata": {"labels": marks}}, revision_hash, generation)
        is expected
    )


def test_the_oldest_pod_counts_for_the_status():
    found = assessed(pod("a", "old", "unready", age=30), pod("b", age=20))
    assert found.counts == (DESIRED, CURRENT)
    assert READY in assessed(pod("a", state="ready-ending")).counts


# In a cluster -----------------------------------------------------------------------------------------------------


def test_a_deleted_pod_comes_back_only_when_the_old_one_is_gone():
    cluster = running(1, kubelet="manual")
    cluster.delete_pod(owned(cluster)[0]["metadata"]["name"])
    cluster.run(5)
    assert by_node(cluster) == {"node1": ["agent:1 ending"]}
    by_hand(cluster, "gone")
    assert by_node(cluster) == {"node1": ["agent:1 Pending"]}


def fail(cluster):
    """Let the only Pod run for a second and fail; returns the seconds until its successor existed."""
    by_hand(cluster, "ready")
    [pod] = owned(cluster)
    start = cluster.now
    cluster.fail_pod(pod["metadata"]["name"])
    while (
        owned(cluster)
        and owned(cluster)[0]["metadata"]["uid"] == pod["metadata"]["uid"]
    ):
        cluster.step()
    return cluster.now - start


def test_a_pod_that_fails_again_and_again_is_replaced_later_and_later():
    cluster = running(1, kubelet="manual")
    assert [fail(cluster) for _ in range(6)] == [0, 0, 2, 4, 8, 16]
    assert events(cluster, "FailedDaemonPod") == 6


def test_the_wait_for_a_failed_pod_starts_anew_with_each_generation():
    cluster = running(1, kubelet="manual")
    assert [fail(cluster) for _ in range(4)] == [0, 0, 2, 4]
    cluster.set_strategy("agent", "OnDelete")
    cluster.run(1)
    assert status(cluster)["observedGeneration"] == 2
    assert fail(cluster) == 0


def test_a_succeeded_pod_is_told_of_and_replaced():
    cluster = running(1)
    old = owned(cluster)[0]["metadata"]["name"]
    cluster.become(old, "succeeded")
    cluster.run_until_quiet()
    assert [pod["metadata"]["name"] for pod in owned(cluster)] != [old]
    assert events(cluster, "SucceededDaemonPod") == 1


def test_matching_pods_are_adopted_and_others_released():
    cluster = running(1)
    [pod] = owned(cluster)
    # Of two Pods the older one stays; a second of difference is needed to tell.
    cluster.run(5)
    cluster.patch(
        "Pod",
        pod["metadata"]["name"],
        {"metadata": {"labels": {"app": "other"}}},
        type="merge",
    )
    cluster.run_until_quiet()
    assert len(owned(cluster)) == 1 and owned(cluster) != [pod]
    released = cluster.get("Pod", pod["metadata"]["name"])
    assert "ownerReferences" not in released["metadata"]
    cluster.patch(
        "Pod",
        pod["metadata"]["name"],
        {"metadata": {"labels": {"app": "agent"}}},
        type="merge",
    )
    cluster.run_until_quiet()
    assert [pod["metadata"]["name"] for pod in owned(cluster)] == [
        released["metadata"]["name"]
    ]


def test_an_adopted_pod_names_its_owner_once():
    cluster = running(1)
    [pod] = owned(cluster)
    (named,) = pod["metadata"]["ownerReferences"]
    former = {"metadata": {"ownerReferences": [{**named, "controller": False}]}}
    cluster.patch("Pod", pod["metadata"]["name"], former, type="merge")
    cluster.run_until_quiet()
    assert [o["metadata"]["ownerReferences"] for o in owned(cluster)] == [[named]]


def test_what_others_wrote_into_the_status_stays():
    cluster = running(1)
    condition = [{"type": "Watched", "status": "True"}]
    ds = cluster.get("DaemonSet", "agent")
    client_of(cluster).update_status(
        {**ds, "status": {**ds["status"], "conditions": condition}}
    )
    cluster.add_node()
    cluster.run_until_quiet()
    assert (
        status(cluster)["conditions"] == condition
        and status(cluster)["numberReady"] == 2
    )

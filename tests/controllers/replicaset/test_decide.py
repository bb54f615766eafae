"""The ReplicaSet controller's decisions: the number of Pods, which to delete first, and the status."""

import pytest

from k8slearn.apimachinery.errors import forbidden
from k8slearn.apimachinery.objects import timestamp
from k8slearn.controllers.pod_owner import slow_start
from k8slearn.controllers.replicaset.decide import decide, status_of

NOW = 1000.0


def replica_set(replicas, **spec):
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}
    given = {"replicas": replicas, "template": template, **spec}
    return {"metadata": {"name": "web", "generation": 2}, "spec": given}


def pod(
    name, *, node="a1", phase="Running", ready_for=None, cost=None, age=500, **metadata
):
    status = {"phase": phase}
    if ready_for is not None:
        since = timestamp(NOW - ready_for)
        status["conditions"] = [
            {"type": "Ready", "status": "True", "lastTransitionTime": since}
        ]
    meta = {
        "name": name,
        "uid": name,
        "labels": {"app": "web"},
        "creationTimestamp": timestamp(NOW - age),
        **metadata,
    }
    if cost is not None:
        meta["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": cost}
    return {"metadata": meta, "spec": {"nodeName": node}, "status": status}


@pytest.mark.parametrize(
    ("replicas", "pods", "create", "gone"),
    [
        (3, [], 3, []),
        (2, [pod("a"), pod("b")], 0, []),
        # Ended Pods do not count, and stay; Pods that are being deleted do not count either.
        (1, [pod("a", phase="Failed")], 1, []),
        (1, [pod("a", deletionTimestamp="x")], 1, []),
        (700, [], 500, []),
        # Not bound, pending, not ready, cheap, crowded, young: that is the order.
        (1, [pod("a", ready_for=9), pod("b", node="")], 0, ["b"]),
        (1, [pod("a"), pod("b", phase="Pending")], 0, ["b"]),
        (1, [pod("a", ready_for=9), pod("b")], 0, ["b"]),
        (1, [pod("a", ready_for=9, cost="-5"), pod("b", ready_for=9)], 0, ["a"]),
        (1, [pod("a", ready_for=300), pod("b", ready_for=2)], 0, ["b"]),
        (2, [pod("a", ready_for=9), pod("b", ready_for=9), pod("c", node="b1", ready_for=9)], 0, ["a"]),
    ],
)  # fmt: skip
def test_pods_are_made_and_deleted(replicas, pods, create, gone):
    decided = decide(replica_set(replicas), pods, pods, NOW)
    deleted = [each["metadata"]["name"] for each in decided.delete]
    assert (decided.create, deleted) == (create, gone)


def test_who_waits_for_what_it_asked_for_does_nothing():
    decided = decide(replica_set(3), [], [], NOW, waiting=True)
    assert (decided.create, decided.delete, decided.waiting) == (0, (), True)


def test_a_status_counts_and_time_alone_makes_available():
    pods = [
        pod("a", ready_for=3),
        pod("b", ready_for=20),
        pod("c", deletionTimestamp="x"),
    ]
    owner = replica_set(2, minReadySeconds=10)
    assert status_of(owner, pods, NOW) == {
        "replicas": 2,
        "terminatingReplicas": 1,
        "fullyLabeledReplicas": 2,
        "readyReplicas": 2,
        "availableReplicas": 1,
        "observedGeneration": 2,
    }
    assert decide(owner, pods, pods, NOW).look_again == 7


def test_a_refusal_stays_as_it_was_first_told():
    refused = status_of(replica_set(1), [], NOW, ("FailedCreate", "first"))
    again = {**replica_set(1), "status": refused}
    later = status_of(again, [], NOW + 5, ("FailedCreate", "second"))
    assert later["conditions"][0]["message"] == "first"
    assert "conditions" not in status_of(again, [], NOW + 9)


@pytest.mark.parametrize(
    ("count", "room", "asked", "done"), [(10, 99, 10, 10), (10, 0, 1, 0), (10, 2, 3, 2)]
)
def test_creation_starts_slowly(count, room, asked, done):
    tried = []

    def create(number):
        tried.append(number)
        if len(tried) > room:
            raise forbidden("pods", "web", "no room")

    assert slow_start(count, create)[0] == done
    assert len(tried) == asked

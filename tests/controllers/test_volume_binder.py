"""Binding of claims and volumes: the choice, the writes to both, and what Pods wait for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.storage import (
    FAST,
    HOST,
    claim,
    created,
    default_class,
    late_claim,
    phase,
    refusal,
    settled,
    storage_class,
    told,
    torn_away,
    unclassed_claim,
    user,
    volume,
    volume_of,
)

ABOUT_C = ("PersistentVolumeClaim", "c")


def named(namespace: str, name: str) -> dict[str, str]:
    return {"namespace": namespace, "name": name}


LARGE, SMALL = volume("large", "10Gi"), volume("small", "2Gi")
MATCHES: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str]] = {
    "the smallest that is large enough": ([LARGE, SMALL], claim(), "small"),
    "none is large enough": ([SMALL], claim(size="3Gi"), ""),
    "another class": ([volume("v", storageClassName="fast")], claim(), ""),
    "other modes": ([SMALL], claim(accessModes=["ReadWriteMany"]), ""),
    "a block device": ([SMALL], claim(volumeMode="Block"), ""),
    "by its labels": (
        [LARGE, SMALL],
        claim(selector={"matchLabels": {"size": "10Gi"}}),
        "large",
    ),
    "the one that it names": ([LARGE, SMALL], claim(volumeName="large"), "large"),
    "the one that names it": (
        [volume("kept", "20Gi", claimRef=named("default", "c")), SMALL],
        claim(),
        "kept",
    ),
    "one that is kept for another": (
        [volume("kept", claimRef=named("default", "other"))],
        claim(),
        "",
    ),
    "one that is not there": ([], claim(volumeName="v"), ""),
}


# A claim that is there first takes whichever volume comes first, and so only where there is but one.
ORDERS = [
    (what, claim_first)
    for what, (volumes, *_) in MATCHES.items()
    for claim_first in (False, True)
    if not claim_first or len(volumes) < 2
]


@pytest.mark.parametrize(("what", "claim_first"), ORDERS)
def test_a_claim_gets(what: str, claim_first: bool) -> None:
    volumes, asks, expected = MATCHES[what]
    objects = [asks, *volumes] if claim_first else [*volumes, asks]
    cluster = settled(*objects)
    assert volume_of(cluster) == expected
    for each in volumes:
        name = each["metadata"]["name"]
        assert phase(cluster, name) == ("Bound" if name == expected else "Available")


@pytest.mark.parametrize(
    ("objects", "reason", "message"),
    [
        ([], "FailedBinding", "no storage class is set"),
        ([claim(storageClassName="fast")], "ProvisioningFailed", '"fast" not found'),
        (
            [storage_class("Immediate"), claim(storageClassName="fast")],
            "ExternalProvisioning",
            "'disk.example.com'",
        ),
        (
            [storage_class("WaitForFirstConsumer"), claim(storageClassName="fast")],
            "WaitForFirstConsumer",
            "first consumer",
        ),
    ],
)
def test_a_claim_without_a_volume_is_told_what_it_waits_for(
    objects: list[dict[str, Any]], reason: str, message: str
) -> None:
    cluster = settled(*(objects or [claim()]))
    (event,) = (
        e
        for e in cluster.list("Event")
        if e["involvedObject"]["kind"] == "PersistentVolumeClaim"
    )
    assert (event["reason"], event["count"]) == (reason, 1)
    assert message in event["message"]
    assert event["source"] == {"component": "persistentvolume-controller"}
    # Another look when something else changes does not make it say so for ever.
    before = cluster.store.revision
    cluster.run(600)
    assert cluster.store.revision == before


def test_both_say_who_they_belong_to() -> None:
    cluster = settled(volume("v"), claim())
    asks = cluster.get("PersistentVolumeClaim", "c")
    has = cluster.get("PersistentVolume", "v", "")
    reference = has["spec"]["claimRef"]
    assert reference["uid"] == asks["metadata"]["uid"]
    assert asks["status"] == {
        "phase": "Bound",
        "accessModes": ["ReadWriteOnce"],
        "capacity": {"storage": "1Gi"},
    }
    assert set(asks["metadata"]["annotations"]) == {
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
    }
    assert set(has["metadata"]["annotations"]) == {
        "pv.kubernetes.io/bound-by-controller"
    }


def test_what_lost_its_other_half_says_so() -> None:
    cluster = settled(volume("v"), claim(), volume("w"), claim("d"))
    cluster.delete("PersistentVolumeClaim", "c")
    cluster.run(1)
    # A released volume is not bound again before an administrator has checked its data.
    assert phase(cluster, "v") == "Released"
    cluster.create(claim("late"))
    cluster.run(1)
    assert volume_of(cluster, "late") == ""
    torn_away(cluster, "PersistentVolume", "w")
    lost = cluster.get("PersistentVolumeClaim", "d")
    assert lost["status"]["phase"] == "Lost"


def test_a_class_that_waits_for_its_pod_is_not_bound_ahead() -> None:
    waits = storage_class()
    cluster = settled(waits, volume("v", storageClassName=FAST), late_claim())
    assert volume_of(cluster) == ""
    # But for what names the claim nobody has to choose.
    kept = volume("kept", claimRef=named("default", "c"), storageClassName=FAST)
    created(cluster, kept)
    assert volume_of(cluster) == "kept"


def test_a_claim_that_waits_for_a_pod_names_those_that_wait_for_a_node() -> None:
    stuck = {"nodeSelector": {"nowhere": "yes"}}
    cluster = settled(user("p", **stuck), user("q", **stuck), storage_class())
    created(cluster, late_claim())
    message = "waiting for pods p,q to be scheduled"
    assert told(cluster, *ABOUT_C) == [("WaitForPodScheduled", message)]
    cluster.delete("Pod", "q")
    # Whatever has the claim looked at again.
    asks = cluster.get("PersistentVolumeClaim", "c")
    asks["metadata"]["labels"] = {"looked": "again"}
    cluster.update(asks)
    cluster.run(1)
    message = "waiting for pod p to be scheduled"
    assert ("WaitForPodScheduled", message) in told(cluster, *ABOUT_C)


def test_a_claim_hears_of_a_class_that_comes_later() -> None:
    cluster = settled(claim(storageClassName=FAST))
    created(cluster, storage_class("Immediate"))
    assert "ExternalProvisioning" in dict(told(cluster, *ABOUT_C))


def test_a_claim_that_is_there_gets_the_default_class_once_there_is_one() -> None:
    cluster = settled(unclassed_claim())
    created(cluster, default_class())
    asks = cluster.get("PersistentVolumeClaim", "c")
    assert asks["spec"]["storageClassName"] == FAST
    assert "ExternalProvisioning" in dict(told(cluster, *ABOUT_C))


def test_nobody_is_asked_for_volumes_that_are_made_by_hand() -> None:
    by_hand = storage_class("Immediate", provisioner="kubernetes.io/no-provisioner")
    cluster = settled(by_hand, claim(storageClassName=FAST))
    message = "no volume plugin matched name: kubernetes.io/no-provisioner"
    assert told(cluster, *ABOUT_C) == [("ProvisioningFailed", message)]


def test_a_pod_waits_for_its_claim_and_goes_where_the_volume_is() -> None:
    terms = [{"key": HOST, "operator": "In", "values": ["node2", "gone"]}]
    required = {"nodeSelectorTerms": [{"matchExpressions": terms}]}
    source = {"persistentVolumeClaim": {"claimName": "c"}}
    main = {"name": "main", "image": "nginx"}
    spec = {"containers": [main], "volumes": [{"name": "v", **source}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}
    cluster = settled(claim(), pod)
    assert "nodeName" not in cluster.get("Pod", "p")["spec"]
    cluster.create(volume("v", nodeAffinity={"required": required}))
    cluster.run(1)
    assert cluster.get("Pod", "p")["spec"]["nodeName"] == "node2"
    # And where none can have it, the scheduler says why.
    cluster.delete("Node", "node2")
    cluster.run(1)
    again = {**pod, "metadata": {"name": "q"}}
    cluster.create(again)
    cluster.run(1)
    told = cluster.get("Pod", "q")["status"]["conditions"][0]["message"]
    assert "1 node(s) didn't match PersistentVolume's node affinity" in told


def test_a_pod_waits_for_a_volume_that_is_gone() -> None:
    cluster = settled(volume("pv"), claim())
    torn_away(cluster, "PersistentVolume", "pv")
    created(cluster, user())
    assert refusal(cluster) == (
        'persistentvolumeclaim "c" bound to non-existent persistentvolume "pv". not found'
    )


def test_no_pod_starts_with_a_claim_that_goes() -> None:
    held = claim()
    held["metadata"]["finalizers"] = ["example.com/kept"]
    cluster = settled(volume("pv"), held)
    cluster.delete("PersistentVolumeClaim", "c")
    created(cluster, user())
    assert refusal(cluster) == 'persistentvolumeclaim "c" is being deleted. not found'

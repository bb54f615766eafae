"""Ephemeral volumes: a claim is created for each, and is deleted with its Pod."""

from __future__ import annotations

import pytest

from k8slearn.apimachinery.objects import controller_ref
from tests.support.storage import (
    FAST,
    claim,
    created,
    late_claim,
    local_volume,
    node_of,
    phase,
    refusal,
    settled,
    storage_class,
    told,
    torn_away,
    volume,
    volume_of,
    with_own_volume,
)

CLAIM = "PersistentVolumeClaim"
NAME = "ephemeral-volume-controller"
BY_HAND = storage_class(provisioner="kubernetes.io/no-provisioner")
STRANGE = "PVC default/p-own was not created for pod default/p (pod is not owner)"


def test_a_claim_is_made_and_its_pod_starts() -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"), with_own_volume())
    made = cluster.get(CLAIM, "p-own")
    owner = controller_ref(made)
    assert owner and (owner["kind"], owner["name"]) == ("Pod", "p")
    assert made["metadata"]["labels"] == {"of": "p"}
    assert made["spec"]["storageClassName"] == FAST
    assert node_of(cluster) == "node2"
    assert volume_of(cluster, "p-own") == "v"


def test_it_goes_with_its_pod() -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"), with_own_volume())
    cluster.delete("Pod", "p")
    cluster.run_until_quiet()
    assert not cluster.list(CLAIM)
    assert phase(cluster, "v") == "Released"
    assert not cluster.control_plane.failures


@pytest.mark.parametrize("propagation", ["Background", "Foreground"])
def test_neither_waits_for_the_other(propagation: str) -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"), with_own_volume())
    cluster.delete("Pod", "p", propagation=propagation)
    cluster.run_until_quiet()
    assert not cluster.list(CLAIM)
    assert not cluster.list("Pod")


def test_a_claim_of_that_name_that_is_another_ones_is_refused() -> None:
    there = [BY_HAND, local_volume("v", "node2"), claim("p-own")]
    cluster = settled(*there, with_own_volume())
    assert refusal(cluster) == f"{STRANGE}. not found"
    expected = ("FailedBinding", f"ephemeral volume own: {STRANGE}")
    assert expected in told(cluster, "Pod", "p")
    # Once it is out of the way, the Pod gets its own.
    cluster.delete(CLAIM, "p-own")
    cluster.run(1)
    assert node_of(cluster) == "node2"
    assert volume_of(cluster, "p-own") == "v"


def test_without_its_controller_a_pod_waits() -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"))
    cluster.stop_controller(NAME)
    created(cluster, with_own_volume())
    assert refusal(cluster) == (
        'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-own". not found'
    )
    cluster.start_controller(NAME)
    cluster.run(1)
    assert node_of(cluster) == "node2"


def test_a_claim_that_is_refused_is_told_and_tried_again() -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "none"},
        "spec": {"hard": {"persistentvolumeclaims": "0"}},
    }
    cluster = settled(BY_HAND, local_volume("v", "node2"), quota)
    created(cluster, with_own_volume())
    [reason] = {r for r, m in told(cluster, "Pod", "p") if "exceeded quota" in m}
    assert reason == "FailedBinding"
    cluster.delete("ResourceQuota", "none")
    cluster.run(30)
    assert node_of(cluster) == "node2"


def test_one_that_somebody_takes_away_is_made_again() -> None:
    cluster = settled(storage_class(), with_own_volume())
    before = cluster.get(CLAIM, "p-own")["metadata"]["uid"]
    cluster.delete(CLAIM, "p-own")
    cluster.run(1)
    assert cluster.get(CLAIM, "p-own")["metadata"]["uid"] != before
    torn = settled(BY_HAND, volume("v", storageClassName=FAST), with_own_volume())
    torn_away(torn, CLAIM, "p-own")
    assert torn.get(CLAIM, "p-own")


def test_other_pods_get_no_claim() -> None:
    cluster = settled(late_claim(), storage_class())
    assert [o["metadata"]["name"] for o in cluster.list(CLAIM)] == ["c"]

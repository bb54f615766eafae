"""Objects in use are not deleted: claims while Pods use them, volumes while claims do."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import is_deleting, with_status
from tests.support.helpers import client_of
from tests.support.storage import (
    claim,
    created,
    late_claim,
    phase,
    settled,
    storage_class,
    user,
    volume,
)

CLAIM = "PersistentVolumeClaim"
VOLUME = "PersistentVolume"
NAME = "persistentvolumeclaim-protection-controller"


def deleted(cluster: Cluster, kind: str, name: str) -> None:
    cluster.delete(kind, name)
    cluster.run(1)
    assert not cluster.control_plane.failures


def is_there(cluster: Cluster, kind: str, name: str) -> bool:
    return any(o["metadata"]["name"] == name for o in cluster.list(kind))


def test_both_are_born_with_a_finalizer() -> None:
    kept = claim("kept")
    kept["metadata"]["finalizers"] = ["example.com/mine"]
    cluster = settled(volume("v"), claim(), kept)
    finalizers = cluster.get(VOLUME, "v")["metadata"]["finalizers"]
    assert finalizers == ["kubernetes.io/pv-protection"]
    finalizers = cluster.get(CLAIM, "kept")["metadata"]["finalizers"]
    assert finalizers == ["example.com/mine", "kubernetes.io/pvc-protection"]


def test_a_claim_stays_until_its_pod_is_gone_and_a_volume_until_its_claim_is() -> None:
    cluster = settled(volume("v"), claim(), user())
    for kind, name in ((VOLUME, "v"), (CLAIM, "c")):
        deleted(cluster, kind, name)
        assert is_deleting(cluster.get(kind, name))
    assert cluster.control_plane.quiet
    # A new Pod does not start with a claim that is being deleted.
    created(cluster, user("q"))
    assert "nodeName" not in cluster.get("Pod", "q")["spec"]
    deleted(cluster, "Pod", "p")
    assert not is_there(cluster, CLAIM, "c")
    assert not is_there(cluster, VOLUME, "v")


def test_what_nobody_uses_goes_at_once() -> None:
    cluster = settled(volume("v"), claim())
    deleted(cluster, CLAIM, "c")
    assert not is_there(cluster, CLAIM, "c")
    assert phase(cluster, "v") == "Released"
    deleted(cluster, VOLUME, "v")
    assert not is_there(cluster, VOLUME, "v")


def test_a_pod_that_has_no_node_uses_nothing() -> None:
    cluster = settled(storage_class(), late_claim(), user())
    deleted(cluster, CLAIM, "c")
    assert not is_there(cluster, CLAIM, "c")
    assert "nominatedNodeName" not in cluster.get("Pod", "p")["status"]


def test_a_pod_that_has_ended_holds_its_claim_still() -> None:
    cluster = settled(volume("v"), claim(), user())
    ended = with_status(cluster.get("Pod", "p"), phase="Succeeded")
    client_of(cluster, "kubelet").update_status(ended)
    deleted(cluster, CLAIM, "c")
    assert is_deleting(cluster.get(CLAIM, "c"))
    deleted(cluster, "Pod", "p")
    assert not is_there(cluster, CLAIM, "c")


def test_the_last_pod_of_a_claim_lets_it_go() -> None:
    cluster = settled(volume("v"), claim(), user("p"), user("q"))
    deleted(cluster, CLAIM, "c")
    deleted(cluster, "Pod", "p")
    assert is_there(cluster, CLAIM, "c")
    deleted(cluster, "Pod", "q")
    assert not is_there(cluster, CLAIM, "c")


@pytest.mark.parametrize(("kind", "name"), [(CLAIM, "c"), (VOLUME, "v")])
def test_a_finalizer_that_is_taken_off_comes_back(kind: str, name: str) -> None:
    cluster = settled(volume("v"), claim())
    found = cluster.get(kind, name)
    before = found["metadata"].pop("finalizers")
    cluster.update(found)
    cluster.run(1)
    assert cluster.get(kind, name)["metadata"]["finalizers"] == before


def test_pods_are_followed_once_a_claim_is_to_go() -> None:
    cluster = settled(volume("v"), claim(), user())
    controller = cluster.control_plane.named(NAME)
    assert "Pod" not in controller.informer.cache
    deleted(cluster, CLAIM, "c")
    assert "Pod" in controller.informer.cache


def test_a_new_process_and_a_fork_go_on_where_it_was() -> None:
    cluster = settled(volume("v"), claim(), user())
    deleted(cluster, CLAIM, "c")
    twin = cluster.fork()
    cluster.stop_controller(NAME)
    cluster.start_controller(NAME)
    for each in (cluster, twin):
        deleted(each, "Pod", "p")
        assert not is_there(each, CLAIM, "c")


def test_a_namespace_ends_with_claims_in_use() -> None:
    def inside(o: dict[str, Any]) -> dict[str, Any]:
        return {**o, "metadata": {**o["metadata"], "namespace": "team"}}

    team = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}
    cluster = settled(team, volume("v"), inside(claim()), inside(user()))
    cluster.delete("Namespace", "team")
    cluster.run_until_quiet()
    with pytest.raises(ApiError, match="not found"):
        cluster.get("Namespace", "team")
    assert phase(cluster, "v") == "Released"

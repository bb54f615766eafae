"""Volumes for one Pod at a time: which Pods wait, the messages, and what lets them go on."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn.explain.why_scheduled import why_scheduled
from tests.support.helpers import bare_pod
from tests.support.storage import created, node_of, refusal, settled, user, volume

ALONE = {"accessModes": ["ReadWriteOncePod"]}
IN_USE = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode"
NO_DISK = "2 node(s) had no available disk"


def claim(mode: str = "ReadWriteOncePod") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "c"},
        "spec": {
            "accessModes": [mode],
            "storageClassName": "",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }


def test_a_claim_for_one_pod_keeps_the_second_from_every_node() -> None:
    cluster = settled(volume("v", **ALONE), claim(), user("first"))
    created(cluster, user("p"))
    assert node_of(cluster, "first") and not node_of(cluster)
    assert refusal(cluster) == f"2 {IN_USE}"
    [condition] = cluster.get("Pod", "p")["status"]["conditions"]
    assert "2 No preemption victims found for incoming pod" in condition["message"]
    told = why_scheduled(cluster.store, cluster.get("Pod", "p"))
    assert "ReadWriteOncePod" in told.reasons[0].text
    # Once the first is gone it is the second's.
    cluster.delete("Pod", "first")
    cluster.run(60)
    assert node_of(cluster)


def test_whoever_is_more_important_takes_the_claim() -> None:
    cluster = settled(volume("v", **ALONE), claim(), user("first"))
    created(cluster, user("p", priorityClassName="system-node-critical"))
    cluster.run(60)
    assert node_of(cluster)
    assert [o["metadata"]["name"] for o in cluster.list("Pod", "default")] == ["p"]


def test_other_claims_are_shared() -> None:
    cluster = settled(volume("v"), claim("ReadWriteOnce"), user("first"))
    created(cluster, user("p"))
    assert node_of(cluster)


def with_disk(name: str, source: dict[str, Any]) -> dict[str, Any]:
    pod: dict[str, Any] = bare_pod(name, volumes=[{"name": "v", **source}])
    return pod


READ = {"pdName": "a", "readOnly": True}
RBD = {"monitors": ["m", "n"], "image": "i", "pool": "p"}
ISCSI = {"targetPortal": "1.2.3.4:1", "iqn": "iqn.2020-01.com:x", "lun": 0}
# The volume of a Pod on each Node, that of a new Pod, and whether the latter must wait.
DISKS = {
    "ebs": ("awsElasticBlockStore", {"volumeID": "a"}, {"volumeID": "a", "readOnly": True}, True),
    "another ebs": ("awsElasticBlockStore", {"volumeID": "a"}, {"volumeID": "b"}, False),
    "gce": ("gcePersistentDisk", {"pdName": "a"}, {"pdName": "a"}, True),
    "gce, both read": ("gcePersistentDisk", READ, READ, False),
    "gce, one writes": ("gcePersistentDisk", READ, {"pdName": "a"}, True),
    "iscsi": ("iscsi", ISCSI, ISCSI, True),
    "rbd": ("rbd", RBD, {**RBD, "monitors": ["n"]}, True),
    "rbd elsewhere": ("rbd", RBD, {**RBD, "monitors": ["o"]}, False),
}  # fmt: skip


@pytest.mark.parametrize("case", DISKS)
def test_a_disk_is_had_once_on_a_node(case: str) -> None:
    kind, theirs, mine, waits = DISKS[case]
    cluster = settled()
    for node in ("node1", "node2"):
        pod = with_disk(node, {kind: theirs})
        pod["spec"]["nodeName"] = node
        created(cluster, pod)
    created(cluster, with_disk("p", {kind: mine}))
    assert bool(node_of(cluster)) is not waits
    if waits:
        assert refusal(cluster) == NO_DISK

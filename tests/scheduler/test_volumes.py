"""Claims with late binding: the volume of each, provisioning, and the messages otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import name
from k8slearn.explain.why_scheduled import why_scheduled
from k8slearn.kinds.node import REGION, ZONE
from k8slearn.locale import explain as words
from k8slearn.scheduler import decide, scheduler
from k8slearn.scheduler.scheduler import BIND_TIMEOUT, NOT_BOUND
from k8slearn.scheduler.volumes import PodClaims, PodVolumes, find_volumes
from k8slearn.view.narrate import sentence_of
from tests.support.helpers import bare_pod
from tests.support.storage import (
    FAST,
    HOST,
    PROVISIONER,
    claim,
    created,
    late_claim,
    local_volume,
    node_of,
    on,
    phase,
    refusal,
    settled,
    storage_class,
    told,
    user,
    volume,
    volume_of,
)

BY_HAND = storage_class(provisioner="kubernetes.io/no-provisioner")
SELECTED = "volume.kubernetes.io/selected-node"
NO_MATCH = "2 node(s) didn't find available persistent volumes to bind"


def test_a_pod_goes_where_a_volume_is_and_its_claim_is_bound() -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"), late_claim())
    assert volume_of(cluster) == ""
    assert told(cluster, "PersistentVolumeClaim", "c") == [
        (
            "WaitForFirstConsumer",
            "waiting for first consumer to be created before binding",
        )
    ]
    created(cluster, user())
    assert node_of(cluster) == "node2"
    assert volume_of(cluster) == "v"
    assert phase(cluster, "v") == "Bound"
    has = cluster.get("PersistentVolume", "v", "")
    assert has["spec"]["claimRef"]["name"] == "c"
    assert "pv.kubernetes.io/bound-by-controller" in has["metadata"]["annotations"]
    assert "nominatedNodeName" not in cluster.get("Pod", "p")["status"]
    # With nothing left to wait for, the cluster is at rest.
    assert cluster.control_plane.quiet


def test_each_claim_gets_the_smallest_volume_and_none_gets_another_ones() -> None:
    cluster = settled(
        BY_HAND,
        local_volume("big", "node1", "9Gi"),
        local_volume("small", "node1", "1Gi"),
        local_volume("alone", "node2", "9Gi"),
        late_claim("large", "5Gi"),
        late_claim("little", "1Gi"),
    )
    # Only node1 has one for each.
    created(cluster, user("p", "large", "little"))
    assert node_of(cluster) == "node1"
    assert volume_of(cluster, "large") == "big"
    assert volume_of(cluster, "little") == "small"


def test_a_volume_is_taken_once() -> None:
    both = (user("p", "c"), user("q", "d"))
    volumes = (local_volume("v", "node1"), local_volume("w", "node2"))
    cluster = settled(BY_HAND, *volumes, late_claim("c"), late_claim("d"), *both)
    assert {node_of(cluster, "p"), node_of(cluster, "q")} == {"node1", "node2"}
    assert {volume_of(cluster, "c"), volume_of(cluster, "d")} == {"v", "w"}


def test_two_pods_of_one_claim_go_to_its_volume() -> None:
    volumes = (local_volume("v", "node2"), local_volume("w", "node1", "9Gi"))
    cluster = settled(BY_HAND, *volumes, late_claim(), user("p"), user("q"))
    assert node_of(cluster, "p") == node_of(cluster, "q") != ""


UNFIT: dict[str, tuple[list[dict[str, Any]], str]] = {
    "there is no volume": ([BY_HAND], NO_MATCH),
    "it is too small": ([BY_HAND, volume("v", "1Mi", storageClassName=FAST)], NO_MATCH),
    "it is of another class": ([BY_HAND, volume("v")], NO_MATCH),
    "it is on a Node that is gone": ([BY_HAND, local_volume("v", "gone")], NO_MATCH),
    "none is made for these Nodes": (
        [
            storage_class(
                allowedTopologies=[
                    {"matchLabelExpressions": [{"key": HOST, "values": ["gone"]}]}
                ]
            )
        ],
        NO_MATCH,
    ),
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_pod_without_a_volume_is_told(what: str) -> None:
    objects, expected = UNFIT[what]
    cluster = settled(*objects, late_claim(), user())
    assert refusal(cluster) == expected
    condition = cluster.get("Pod", "p")["status"]["conditions"][0]
    assert condition["message"].endswith(
        "no new claims to deallocate, preemption: 0/2 nodes are available: "
        "2 Preemption is not helpful for scheduling."
    )
    assert cluster.control_plane.quiet
    # It is tried again once there is one.
    created(cluster, local_volume("late", "node1"))
    assert node_of(cluster) == "node1"


@pytest.mark.parametrize("mode", ["Immediate", "WaitForFirstConsumer"])
def test_a_volume_that_is_named_by_hand_must_be_there(mode: str) -> None:
    named = late_claim(volumeName="v")
    cluster = settled(storage_class(mode), named, user())
    unbound = "pod has unbound immediate PersistentVolumeClaims. not found"
    assert refusal(cluster) == unbound
    created(cluster, local_volume("v", "node2"))
    assert node_of(cluster) == "node2"


OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"


@pytest.mark.parametrize(
    ("of_volume", "of_node", "fits"),
    [
        ({}, {ZONE: "a"}, True),
        ({ZONE: "a"}, {}, True),
        ({ZONE: "a"}, {"rack": "a"}, True),
        ({ZONE: "a"}, {ZONE: "a"}, True),
        ({ZONE: "a"}, {ZONE: "b"}, False),
        ({ZONE: "a__b"}, {ZONE: "b"}, True),
        ({ZONE: "a"}, {REGION: "r"}, False),
        ({ZONE: "a", REGION: "r"}, {ZONE: "a", REGION: "s"}, False),
        ({OLD_ZONE: "a"}, {ZONE: "a"}, True),
        ({OLD_ZONE: "a"}, {OLD_ZONE: "b", ZONE: "a"}, False),
        ({ZONE: "a"}, {OLD_ZONE: "a"}, False),
    ],
)
def test_a_volume_of_another_zone_is_out_of_reach(
    of_volume: dict[str, str], of_node: dict[str, str], fits: bool
) -> None:
    cluster = settled(volume("v"), claim(volumeName="v"))
    cluster.patch("PersistentVolume", "v", {"metadata": {"labels": of_volume}})
    for node in ("node1", "node2"):
        cluster.patch("Node", node, {"metadata": {"labels": of_node}})
    assert volume_of(cluster) == "v"
    created(cluster, user())
    assert bool(node_of(cluster)) is fits
    if not fits:
        assert refusal(cluster) == "2 node(s) had no available volume zone"
        why = why_scheduled(cluster.control_plane.store, cluster.get("Pod", "p"))
        text = words.SCHEDULER_REFUSALS["other zone"]
        told_of = [text.format(node=node) for node in ("node1", "node2")]
        assert [reason.text for reason in why.reasons] == told_of


def test_both_reasons_are_told_of_a_node() -> None:
    cluster = settled(
        BY_HAND,
        volume("there", nodeAffinity=on("gone"), storageClassName="x"),
        late_claim("new"),
        {
            **late_claim("old"),
            "spec": {**late_claim()["spec"], "storageClassName": "x"},
        },
    )
    assert volume_of(cluster, "old") == "there"
    created(cluster, user("p", "old", "new"))
    assert refusal(cluster) == (
        "2 node(s) didn't find available persistent volumes to bind, "
        "2 node(s) didn't match PersistentVolume's node affinity"
    )


def test_where_somebody_makes_volumes_the_claim_names_the_node() -> None:
    cluster = settled(storage_class(), late_claim(), user(nodeSelector={HOST: "node2"}))
    asks = cluster.get("PersistentVolumeClaim", "c")
    assert asks["metadata"]["annotations"] == {
        SELECTED: "node2",
        "volume.beta.kubernetes.io/storage-provisioner": PROVISIONER,
        "volume.kubernetes.io/storage-provisioner": PROVISIONER,
    }
    reasons = dict(told(cluster, "PersistentVolumeClaim", "c"))
    assert "ExternalProvisioning" in reasons
    assert node_of(cluster) == ""
    # Its Node is known already, and there is nothing that it was refused for.
    status = cluster.get("Pod", "p")["status"]
    assert status["nominatedNodeName"] == "node2"
    assert not status.get("conditions")
    # As a provisioner does.
    made = volume("made", storageClassName=FAST, nodeAffinity=on("node2"))
    made["spec"]["claimRef"] = {"namespace": "default", "name": "c"}
    created(cluster, made)
    assert volume_of(cluster) == "made"
    assert node_of(cluster) == "node2"
    assert cluster.control_plane.quiet


def waiting(**spec: Any) -> Cluster:
    """A Pod that waits for its volume on node1."""
    needs = {"nodeSelector": {HOST: "node1"}, **spec}
    return settled(storage_class(), late_claim(), user(**needs))


def test_who_waits_for_its_volume_keeps_its_room() -> None:
    half = {"resources": {"requests": {"cpu": "3"}}}
    containers = [{"name": "main", "image": "app:1", **half}]
    cluster = waiting(containers=containers)
    important = bare_pod("q", containers=containers, nodeSelector={HOST: "node1"})
    created(cluster, important)
    assert "1 Insufficient cpu" in refusal(cluster, "q")
    # A deleted Pod frees it.
    cluster.delete("Pod", "p")
    cluster.run(1)
    assert node_of(cluster, "q") == "node1"


def test_a_volume_that_takes_too_long_is_told() -> None:
    cluster = waiting()
    cluster.run(BIND_TIMEOUT)
    status = cluster.get("Pod", "p")["status"]
    [condition] = status["conditions"]
    assert (condition["reason"], condition["message"]) == ("SchedulerError", NOT_BOUND)
    assert "nominatedNodeName" not in status
    assert ("FailedScheduling", NOT_BOUND) in told(cluster, "Pod", "p")
    assert cluster.control_plane.quiet
    made = local_volume("made", "node1")
    made["spec"]["claimRef"] = {"namespace": "default", "name": "c"}
    created(cluster, made)
    assert node_of(cluster) == "node1"


def test_a_provisioner_that_gives_up_lets_the_pod_go_elsewhere() -> None:
    # Two Nodes fit, and the provisioner of the first has no room.
    cluster = settled(storage_class(), late_claim(), user())
    first = cluster.get("Pod", "p")["status"]["nominatedNodeName"]
    cluster.cordon(first)
    asks = cluster.get("PersistentVolumeClaim", "c")
    del asks["metadata"]["annotations"][SELECTED]
    cluster.update(asks)
    cluster.run(1)
    asks = cluster.get("PersistentVolumeClaim", "c")
    [other] = {"node1", "node2"} - {first}
    assert asks["metadata"]["annotations"][SELECTED] == other
    assert cluster.get("Pod", "p")["status"]["nominatedNodeName"] == other


def test_a_node_that_goes_while_its_volume_is_made_holds_nobody() -> None:
    cluster = waiting()
    cluster.delete("Node", "node1")
    cluster.run(1)
    assert not cluster.control_plane.failures
    assert node_of(cluster) == ""
    assert "didn't match Pod's node affinity/selector" in refusal(cluster)


def test_a_new_scheduler_goes_on_where_the_old_one_was() -> None:
    cluster = settled(storage_class(), late_claim(), user())
    chosen = cluster.get("Pod", "p")["status"]["nominatedNodeName"]
    cluster.stop_controller("scheduler")
    cluster.start_controller("scheduler")
    made = volume("made", storageClassName=FAST)
    made["spec"]["claimRef"] = {"namespace": "default", "name": "c"}
    created(cluster, made)
    assert node_of(cluster) == chosen


def test_a_fork_waits_for_itself() -> None:
    cluster = waiting()
    twin = cluster.fork()
    made = volume("made", storageClassName=FAST)
    made["spec"]["claimRef"] = {"namespace": "default", "name": "c"}
    created(twin, made)
    assert node_of(twin) == "node1"
    assert node_of(cluster) == ""
    cluster.run(BIND_TIMEOUT)
    assert told(cluster, "Pod", "p") and not told(twin, "Pod", "p")[1:]


def test_the_pods_of_a_set_spread_by_where_their_volumes_are() -> None:
    template = {
        "metadata": {"labels": {"app": "db"}},
        "spec": {"containers": [{"name": "main", "image": "db:1"}]},
    }
    asked = {"metadata": {"name": "data"}, "spec": late_claim()["spec"]}
    spec = {
        "selector": {"matchLabels": {"app": "db"}},
        "serviceName": "db",
        "replicas": 2,
        "template": template,
        "volumeClaimTemplates": [asked],
    }
    body = {"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": spec}
    cluster = settled(
        BY_HAND,
        local_volume("v", "node1"),
        local_volume("w", "node2"),
        {**body, "metadata": {"name": "db"}},
    )
    cluster.run_until_quiet()
    assert {node_of(cluster, "db-0"), node_of(cluster, "db-1")} == {"node1", "node2"}
    assert {volume_of(cluster, f"data-db-{n}") for n in (0, 1)} == {"v", "w"}


def test_what_a_pod_waits_for_is_explained() -> None:
    cluster = waiting()
    found = why_scheduled(cluster.store, cluster.get("Pod", "p"))
    text = words.WAITS_FOR_VOLUMES.format(claims="c")
    assert [r.text for r in found.reasons if r.holds is False][-1] == text


def test_the_step_that_keeps_a_node_says_what_for() -> None:
    cluster = waiting()
    [action] = (a for a in cluster.actions if a.component == "scheduler")
    told_of = sentence_of(cluster.changes(action))
    assert "把 node1 留给 p，等它的存储卷绑定好" in told_of


def test_what_there_is_to_bind_is_looked_for_once_on_each_node(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cluster = settled(BY_HAND, local_volume("v", "node2"), late_claim())
    looked_at = []
    find = find_volumes

    def counted(claims: PodClaims, node: Any, reader: Any) -> PodVolumes:
        looked_at.append(name(node))
        return find(claims, node, reader)

    for module in (decide, scheduler):
        monkeypatch.setattr(module, "find_volumes", counted)
    created(cluster, user())
    assert node_of(cluster) == "node2"
    # Once each to choose, and the chosen one once more when the volume is bound.
    assert looked_at == ["node1", "node2", "node2"]

"""The exercises of lesson 05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.node import new_node
from k8slearn.manifests import manifest

DEVICE_PLUGIN = "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"
GPU = "nvidia.com/gpu"
FOR_BATCH = {
    "key": "dedicated",
    "operator": "Equal",
    "value": "batch",
    "effect": "NoExecute",
}


def other_daemon(named: str, image: str, **pod: Any) -> Object:
    """A DaemonSet in the form of filebeat's, with a name and an image of its own."""
    daemon_set: Object = yaml.safe_load(manifest("filebeat-ds"))
    marked = {"app": named}
    spec = {"containers": [{"name": named, "image": image}], **pod}
    template = {"metadata": {"labels": marked}, "spec": spec}
    meta = {"name": named, "namespace": "default"}
    return {
        **daemon_set,
        "metadata": meta,
        "spec": {"selector": {"matchLabels": marked}, "template": template},
    }


def would_run(attempt: Attempt, daemon_set: str, marked: Mapping[str, str]) -> bool:
    """Whether a Node with these labels that joined tomorrow would get a Pod."""
    node = new_node("node-of-tomorrow", attempt.cluster.now, labels=marked)
    return node_should_run_daemon_pod(
        attempt.need("DaemonSet", daemon_set), node
    ).should_run


def node_affinity(attempt: Attempt, daemon_set: str) -> Object:
    """What the template says of node affinity."""
    spec = attempt.need("DaemonSet", daemon_set)["spec"]["template"]["spec"]
    found: Object = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return found


# Solid-state disks, but not at the edge ---------------------------------------------------------------------------


def with_edge() -> Cluster:
    """Five Nodes with two kinds of disks; three say at which site they are."""
    cluster = Cluster(seed=5)
    cluster.add_node("node1", labels={"disk": "ssd"})
    cluster.add_node("node2", labels={"disk": "ssd", "site": "core"})
    cluster.add_node("node3", labels={"disk": "hdd"})
    cluster.add_node("edge1", labels={"disk": "ssd", "site": "edge"})
    cluster.add_node("edge2", labels={"disk": "hdd", "site": "edge"})
    return with_filebeat(cluster)


@rule("placement-ssd-not-edge", with_edge)
def ssd_not_edge(attempt: Attempt) -> Iterator[Missing]:
    """A rule, not a list of names: every Node with an ssd whose site is not the edge, also one that comes tomorrow."""
    if changed := attempt.changed_nodes():
        yield missing("node-changed", nodes=names(changed))
    homes = attempt.homes("filebeat-ds")
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    affinity = node_affinity(attempt, "filebeat-ds")
    if affinity and required not in affinity:
        yield missing("preferred")
    if lost := {"node1", "node2"} - homes:
        yield missing("lost", nodes=names(lost))
    if homes == {"node1", "node2", "node3", "edge1"}:
        yield missing("either")
    if homes == {"node1", "node2", "edge1"}:
        yield missing("at-the-edge")
    if extra := homes - {"node1", "node2"}:
        yield missing("too-many", nodes=names(extra))
    if would_run(attempt, "filebeat-ds", {"site": "core"}):
        yield missing("not-hdd")
    new = {"disk": "ssd", "site": "lab"}
    if not would_run(attempt, "filebeat-ds", new) or would_run(
        attempt, "filebeat-ds", {**new, "site": "edge"}
    ):
        yield missing("by-name")


# A device plugin for the Nodes with a GPU -------------------------------------------------------------------------


def with_gpus() -> Cluster:
    """Two ordinary Nodes, two with a GPU, and one with a GPU that is being repaired."""
    cluster = Cluster(nodes=2, seed=5)
    cluster.add_node(
        "gpu1", labels={"accelerator": "nvidia"}, taints=[f"{GPU}=t4:NoSchedule"]
    )
    cluster.add_node(
        "gpu2", labels={"accelerator": "nvidia"}, taints=[f"{GPU}=a100:NoSchedule"]
    )
    in_repair = [f"{GPU}=a100:NoSchedule", "repair=true:NoSchedule"]
    cluster.add_node("gpu3", labels={"accelerator": "nvidia"}, taints=in_repair)
    cluster.apply(other_daemon("gpu-plugin", DEVICE_PLUGIN))
    cluster.run_until_quiet()
    return cluster


@rule("placement-gpu", with_gpus)
def gpu(attempt: Attempt) -> Iterator[Missing]:
    """Both halves: a toleration that opens the door, and a selector that keeps the Pods from everywhere else."""
    if changed := attempt.changed_nodes():
        yield missing("node-changed", nodes=names(changed))
    homes = attempt.homes("gpu-plugin")
    if "gpu3" in homes:
        yield missing("in-repair")
    if not homes:
        yield missing("selected-only")
    gpus, ordinary = homes & {"gpu1", "gpu2"}, homes - {"gpu1", "gpu2"}
    if not gpus:
        yield missing("no-gpu")
    if len(gpus) == 1:
        yield missing(
            "one-value", here=names(gpus), nodes=names({"gpu1", "gpu2"} - gpus)
        )
    if ordinary:
        yield missing("ordinary", nodes=names(ordinary))


# Empty one Node of one daemon Pod ---------------------------------------------------------------------------------


def with_neighbours() -> Cluster:
    """Three Nodes with two DaemonSets, and on node2 a Pod that nobody would make again."""
    cluster = Cluster(nodes=3, seed=5)
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(manifest("node-exporter"))
    web = {"nodeName": "node2", "containers": [{"name": "web", "image": "nginx:1.29"}]}
    cluster.create(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": web}
    )
    cluster.run_until_quiet()
    return cluster


@rule("placement-empty-node", with_neighbours)
def empty_node(attempt: Attempt) -> Iterator[Missing]:
    """node2 without filebeat for good, and its neighbours there the very ones they were."""
    spec = attempt.need("Node", "node2").get("spec", {})
    if gone := _neighbours_gone(attempt):
        evicting = any(
            taint["effect"] == "NoExecute" for taint in spec.get("taints") or ()
        )
        yield missing("no-execute" if evicting else "neighbours", pods=names(gone))
    there = {name(pod) for pod in _filebeat_on_node2(attempt)}
    before = {name(pod) for pod in attempt.before.list("Pod")}
    if there:
        yield missing(
            "cordoned"
            if spec.get("unschedulable")
            else "untouched"
            if there <= before
            else "came-back"
        )
    if spec.get("taints") or spec.get("unschedulable"):
        yield missing("closed")
    if lost := {"node1", "node3"} - attempt.homes("filebeat-ds"):
        yield missing("lost", nodes=names(lost))


def _filebeat_on_node2(attempt: Attempt) -> list[Object]:
    return [
        pod
        for pod in attempt.pods("filebeat-ds")
        if pod["spec"].get("nodeName") == "node2"
    ]


def _neighbours_gone(attempt: Attempt) -> set[str]:
    """The Pods on node2, filebeat's apart, that were there at the beginning and are no more."""
    before = [
        p for p in attempt.before.list("Pod") if p["spec"].get("nodeName") == "node2"
    ]
    present = {pod["metadata"]["uid"] for pod in attempt.cluster.list("Pod")}
    others = [pod for pod in before if labels(pod).get("app") != "filebeat"]
    return {name(pod) for pod in others if pod["metadata"]["uid"] not in present}


# A toleration that does not fit -----------------------------------------------------------------------------------


def with_wrong_effect() -> Cluster:
    """A toleration for NoExecute, where the taint says NoSchedule; and a Node that is dedicated to something else."""
    cluster = Cluster(nodes=2, seed=5)
    cluster.add_node("batch1", taints=["dedicated=batch:NoSchedule"])
    cluster.add_node("db1", taints=["dedicated=db:NoSchedule"])
    cluster.apply(
        other_daemon("log-agent", "fluent/fluent-bit:4.0", tolerations=[FOR_BATCH])
    )
    cluster.run_until_quiet()
    return cluster


@rule("placement-toleration", with_wrong_effect)
def toleration(attempt: Attempt) -> Iterator[Missing]:
    """The toleration mended, neither the taint changed nor everything tolerated."""
    if changed := attempt.changed_nodes():
        yield missing("taint-changed", nodes=names(changed))
    homes = attempt.homes("log-agent")
    if "db1" in homes:
        yield missing("too-wide")
    if lost := {"node1", "node2"} - homes:
        yield missing("lost", nodes=names(lost))
    if "batch1" not in homes:
        yield missing("kept-off")

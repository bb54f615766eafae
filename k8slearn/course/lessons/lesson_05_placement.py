"""The exercises of lesson 05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from k8slearn.apimachinery.objects import Object, labels, name, uid
from k8slearn.cluster import Cluster
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    node_of,
    pod_spec,
    rule,
)
from k8slearn.course.lessons.shared_starts import (
    container,
    daemon_set,
    pod,
    with_filebeat,
)
from k8slearn.kinds.node import new_node
from k8slearn.manifests import manifest

FILEBEAT = "filebeat-ds"
DEVICE_PLUGIN = "nvcr.io/nvidia/k8s-device-plugin:v0.17.4"
GPU = "nvidia.com/gpu"


def would_run(attempt: Attempt, marked: Mapping[str, str]) -> bool:
    """Whether a Node with these labels that joined tomorrow would get a Pod of filebeat."""
    # The controller's own decision is asked; a fork to try it out on would take far longer.
    node = new_node("node-of-tomorrow", attempt.cluster.now, labels=marked)
    daemon = attempt.daemon_set(FILEBEAT)
    return node_should_run_daemon_pod(daemon, node).should_run


# Solid-state disks, but not at the edge -----------------------------------------------------------------------


def with_edge() -> Cluster:
    """Five Nodes with two kinds of disks; three say at which site they are."""
    cluster = Cluster(seed=5)
    # node1 has no site: "not at the edge" must not become "at the core".
    cluster.add_node("node1", labels={"disk": "ssd"})
    cluster.add_node("node2", labels={"disk": "ssd", "site": "core"})
    cluster.add_node("node3", labels={"disk": "hdd"})
    cluster.add_node("edge1", labels={"disk": "ssd", "site": "edge"})
    cluster.add_node("edge2", labels={"disk": "hdd", "site": "edge"})
    return with_filebeat(cluster)


@rule("placement-ssd-not-edge", with_edge)
def ssd_not_edge(attempt: Attempt) -> Iterator[Missing]:
    """A rule, not a list of names: every Node with an ssd whose site is not the edge, also one that comes tomorrow."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    spec = pod_spec(attempt.daemon_set(FILEBEAT))
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    if affinity and "requiredDuringSchedulingIgnoredDuringExecution" not in affinity:
        yield missing("preferred")
    homes = attempt.homes(FILEBEAT)
    lost = {"node1", "node2"} - homes
    if lost:
        yield missing("lost", nodes=lost)
    # Two sets of Nodes give away which mistake was made: an "or" for the "and", and half of the rule.
    if homes == {"node1", "node2", "node3", "edge1"}:
        yield missing("either")
    if homes == {"node1", "node2", "edge1"}:
        yield missing("at-the-edge")
    extra = homes - {"node1", "node2"}
    if extra:
        yield missing("too-many", nodes=extra)
    # Today's Nodes are right. Those of tomorrow tell the rule from what merely agrees with it.
    if would_run(attempt, {"site": "core"}):
        yield missing("not-hdd")
    at_lab = would_run(attempt, {"disk": "ssd", "site": "lab"})
    at_edge = would_run(attempt, {"disk": "ssd", "site": "edge"})
    if at_edge or not at_lab:
        yield missing("by-name")


# A device plugin for the Nodes with a GPU ---------------------------------------------------------------------


def with_gpus() -> Cluster:
    """Two ordinary Nodes, two with a GPU, and one with a GPU that is being repaired."""
    cluster = Cluster(nodes=2, seed=5)
    marked = {"accelerator": "nvidia"}
    # The same key with two values: a toleration of one of them opens one of the Nodes.
    cluster.add_node("gpu1", labels=marked, taints=[f"{GPU}=t4:NoSchedule"])
    cluster.add_node("gpu2", labels=marked, taints=[f"{GPU}=a100:NoSchedule"])
    in_repair = [f"{GPU}=a100:NoSchedule", "repair=true:NoSchedule"]
    cluster.add_node("gpu3", labels=marked, taints=in_repair)
    cluster.apply(daemon_set("gpu-plugin", container("gpu-plugin", DEVICE_PLUGIN)))
    cluster.run_until_quiet()
    return cluster


@rule("placement-gpu", with_gpus)
def gpu(attempt: Attempt) -> Iterator[Missing]:
    """Both halves: a toleration that opens the door, and a selector that keeps the Pods from everywhere else."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)
    homes = attempt.homes("gpu-plugin")
    if "gpu3" in homes:
        yield missing("in-repair")
    if not homes:
        yield missing("selected-only")
    gpus = homes & {"gpu1", "gpu2"}
    ordinary = homes - gpus
    if not gpus:
        yield missing("no-gpu")
    if len(gpus) == 1:
        other = {"gpu1", "gpu2"} - gpus
        yield missing("one-value", here=gpus, nodes=other)
    if ordinary:
        yield missing("ordinary", nodes=ordinary)


# Empty one Node of one daemon Pod -----------------------------------------------------------------------------


def with_neighbours() -> Cluster:
    """Three Nodes with two DaemonSets, and on node2 a Pod that nobody would make again."""
    cluster = Cluster(nodes=3, seed=5)
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(manifest("node-exporter"))
    cluster.create(pod("web", container("web", "nginx:1.29"), nodeName="node2"))
    cluster.run_until_quiet()
    return cluster


@rule("placement-empty-node", with_neighbours)
def empty_node(attempt: Attempt) -> Iterator[Missing]:
    """node2 without filebeat for good, and its neighbours there the very ones they were."""
    spec = attempt.need("Node", "node2").get("spec", {})
    # What happened to others is said before what is still undone: it cannot be undone.
    gone = _neighbours_gone(attempt)
    if gone:
        taints = spec.get("taints") or ()
        evicting = any(taint["effect"] == "NoExecute" for taint in taints)
        yield missing("no-execute" if evicting else "neighbours", pods=gone)
    there = _filebeat_on_node2(attempt)
    if there:
        yield missing(_why_still_there(attempt, spec, there))
    if spec.get("taints") or spec.get("unschedulable"):
        yield missing("closed")
    lost = {"node1", "node3"} - attempt.homes(FILEBEAT)
    if lost:
        yield missing("lost", nodes=lost)


def _why_still_there(attempt: Attempt, spec: Object, there: set[str]) -> str:
    if spec.get("unschedulable"):
        return "cordoned"
    before = set(map(name, attempt.before.list("Pod")))
    return "untouched" if there <= before else "came-back"


def _filebeat_on_node2(attempt: Attempt) -> set[str]:
    pods = attempt.pods(FILEBEAT)
    return {name(each) for each in pods if node_of(each) == "node2"}


def _neighbours_gone(attempt: Attempt) -> set[str]:
    """The Pods on node2, filebeat's apart, that were there at the beginning and are no more."""
    # By uid: a DaemonSet makes its Pod anew, but the one that was there did not survive.
    present = set(map(uid, attempt.cluster.list("Pod")))
    gone = set()
    for each in attempt.before.list("Pod"):
        here = node_of(each) == "node2"
        other = labels(each).get("app") != "filebeat"
        if here and other and uid(each) not in present:
            gone.add(name(each))
    return gone


# A toleration that does not fit -------------------------------------------------------------------------------


def with_wrong_effect() -> Cluster:
    """A toleration for NoExecute, where the taint says NoSchedule; and a Node that is dedicated to something else."""
    cluster = Cluster(nodes=2, seed=5)
    cluster.add_node("batch1", taints=["dedicated=batch:NoSchedule"])
    cluster.add_node("db1", taints=["dedicated=db:NoSchedule"])
    for_batch = {
        "key": "dedicated",
        "operator": "Equal",
        "value": "batch",
        "effect": "NoExecute",
    }
    agent = container("log-agent", "fluent/fluent-bit:4.0")
    cluster.apply(daemon_set("log-agent", agent, pod={"tolerations": [for_batch]}))
    cluster.run_until_quiet()
    return cluster


@rule("placement-toleration", with_wrong_effect)
def toleration(attempt: Attempt) -> Iterator[Missing]:
    """The toleration mended, neither the taint changed nor everything tolerated."""
    changed = attempt.changed_nodes()
    if changed:
        yield missing("taint-changed", nodes=changed)
    homes = attempt.homes("log-agent")
    # db1 is there for this: without a value or a key the toleration fits its taint as well.
    if "db1" in homes:
        yield missing("too-wide")
    lost = {"node1", "node2"} - homes
    if lost:
        yield missing("lost", nodes=lost)
    if "batch1" not in homes:
        yield missing("kept-off")

"""The exercises of lesson 05."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from k8slearn.apimachinery.objects import Object, labels, name, uid
from k8slearn.apimachinery.selectors import REQUIRED
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
from k8slearn.course.lessons.shared_starts import container, pod, with_filebeat
from k8slearn.kinds.node import is_cordoned, new_node
from k8slearn.manifests import manifest

FILEBEAT = "filebeat-ds"


def would_run(attempt: Attempt, marked: Mapping[str, str]) -> bool:
    """Whether a new Node with these labels would get a Pod of filebeat."""
    # The controller's own decision is called; a trial on a fork would take far longer.
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
    if affinity and REQUIRED not in affinity:
        yield missing("preferred")
    homes = attempt.homes(FILEBEAT)
    lost = {"node1", "node2"} - homes
    if lost:
        yield missing("lost", nodes=lost)
    # Two sets of Nodes reveal the mistake: "or" instead of "and", or only half of the rule.
    if homes == {"node1", "node2", "node3", "edge1"}:
        yield missing("either")
    if homes == {"node1", "node2", "edge1"}:
        yield missing("at-the-edge")
    extra = homes - {"node1", "node2"}
    if extra:
        yield missing("too-many", nodes=extra)
    # The present Nodes are right. New Nodes distinguish the rule from one that only agrees by chance.
    if would_run(attempt, {"site": "core"}):
        yield missing("not-hdd")
    at_lab = would_run(attempt, {"disk": "ssd", "site": "lab"})
    at_edge = would_run(attempt, {"disk": "ssd", "site": "edge"})
    if at_edge or not at_lab:
        yield missing("by-name")


# Empty one Node of one daemon Pod -----------------------------------------------------------------------------


def with_neighbours() -> Cluster:
    """Three Nodes with two DaemonSets, and on node2 a bare Pod, which would not be created again."""
    cluster = Cluster(nodes=3, seed=5)
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(manifest("node-exporter"))
    cluster.create(pod("web", container("web", "nginx:1.29"), nodeName="node2"))
    cluster.run_until_quiet()
    return cluster


@rule("placement-empty-node", with_neighbours)
def empty_node(attempt: Attempt) -> Iterator[Missing]:
    """node2 without filebeat for good, and its neighbours there the very ones they were."""
    node = attempt.need("Node", "node2")
    taints = node["spec"].get("taints") or ()
    # First the damage to other Pods, which cannot be undone.
    gone = _neighbours_gone(attempt)
    if gone:
        evicting = any(taint["effect"] == "NoExecute" for taint in taints)
        yield missing("no-execute" if evicting else "neighbours", pods=gone)
    there = _filebeat_on_node2(attempt)
    if there:
        yield missing(_why_still_there(attempt, node, there))
    if taints or is_cordoned(node):
        yield missing("closed")
    lost = {"node1", "node3"} - attempt.homes(FILEBEAT)
    if lost:
        yield missing("lost", nodes=lost)


def _why_still_there(attempt: Attempt, node: Object, there: set[str]) -> str:
    if is_cordoned(node):
        return "cordoned"
    before = set(map(name, attempt.before.list("Pod")))
    if there <= before:
        return "untouched"
    return "came-back"


def _filebeat_on_node2(attempt: Attempt) -> set[str]:
    pods = attempt.pods(FILEBEAT)
    return {name(each) for each in pods if node_of(each) == "node2"}


def _neighbours_gone(attempt: Attempt) -> set[str]:
    """The Pods on node2 other than filebeat's that are gone since the beginning."""
    # By uid: a DaemonSet recreates its Pod, but the original one was deleted.
    present = set(map(uid, attempt.cluster.list("Pod")))
    gone = set()
    for each in attempt.before.list("Pod"):
        here = node_of(each) == "node2"
        other = labels(each).get("app") != "filebeat"
        if here and other and uid(each) not in present:
            gone.add(name(each))
    return gone

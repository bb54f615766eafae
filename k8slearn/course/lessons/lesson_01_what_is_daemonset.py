"""The exercises of lesson 01."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, name
from k8slearn.apimachinery.selectors import PREFERRED
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    node_of,
    pod_spec,
    rule,
)
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.node import is_cordoned
from k8slearn.scheduler.filters import untolerated_taints

FILEBEAT = "filebeat-ds"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
EFFECT = "NoSchedule"
DISK = {"disk": "ssd"}


# A Node that keeps Pods off -----------------------------------------------------------------------------------


def with_control_plane() -> Cluster:
    """Two Nodes with filebeat, and a control plane that keeps it off."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.add_node("control1", taints=[f"{CONTROL_PLANE}:{EFFECT}"])
    return with_filebeat(cluster)


@rule("what-control-plane", with_control_plane)
def control_plane(attempt: Attempt) -> Iterator[Missing]:
    """A ready Pod on the tainted Node too, by a toleration of that taint alone."""
    # First the two ways around a toleration: removing the taint, and creating the DaemonSet anew.
    node = attempt.need("Node", "control1")
    if not _control_plane_taints(node["spec"].get("taints", [])):
        yield missing("taint-gone")
    if attempt.rebuilt(FILEBEAT):
        yield missing("rebuilt")
    spec = pod_spec(attempt.daemon_set(FILEBEAT))
    tolerations = spec.get("tolerations", [])
    # A toleration without a key tolerates all taints, also future ones.
    if any(not toleration.get("key") for toleration in tolerations):
        yield missing("everything")
    homes = attempt.homes(FILEBEAT)
    shut = _control_plane_taints(untolerated_taints(spec, node, EFFECT))
    if "control1" not in homes:
        places = map(node_of, attempt.cluster.list("Pod"))
        if "control1" in places:
            yield missing("bare-pod")
        yield missing("no-match" if shut and tolerations else "nothing-there")
    # The Pod came while the taint was removed for a moment; a later Pod would not come.
    if shut:
        yield missing("only-now")
    lost = {"node1", "node2"} - homes
    if lost:
        yield missing("lost", nodes=lost)


def _control_plane_taints(taints: list[Object]) -> list[Object]:
    """The control plane's original taint among `taints`: with PreferNoSchedule it would keep no Pods away."""
    lock = CONTROL_PLANE, EFFECT
    return [taint for taint in taints if (taint["key"], taint["effect"]) == lock]


# Only where the disk is fast ----------------------------------------------------------------------------------


def with_two_disks() -> Cluster:
    """Four Nodes with filebeat, two of them with a solid state disk."""
    cluster = Cluster(seed=1)
    for number in range(1, 5):
        # Every other Node, so that "the first two" is no solution.
        labels = DISK if number % 2 else None
        cluster.add_node(f"node{number}", labels=labels)
    return with_filebeat(cluster)


@rule("what-only-ssd", with_two_disks)
def only_ssd(attempt: Attempt) -> Iterator[Missing]:
    """Pods on the labelled Nodes alone, on one that joins later as well, and the Nodes left as they were."""
    nodes = attempt.cluster.list("Node")
    marred = [node for node in nodes if node["spec"].get("taints")]
    if marred:
        # A cordon is a taint too, but another misconception.
        closed = any(map(is_cordoned, marred))
        key = "cordoned" if closed else "tainted"
        yield missing(key, nodes=set(map(name, marred)))
    homes = attempt.homes(FILEBEAT)
    if not homes:
        yield missing("nowhere")
    extra = homes & {"node2", "node4"}
    if extra:
        key = "preferred" if _prefers(attempt) else "extra"
        yield missing(key, nodes=extra)
    lost = {"node1", "node3"} - homes
    if lost:
        yield missing("lost", nodes=lost)
    if _homes_later(attempt) != {*homes, "later-ssd"}:
        yield missing("by-name")
    # Last: labels that the learner added were not needed.
    changed = attempt.changed_nodes()
    if changed:
        yield missing("node-changed", nodes=changed)


def _prefers(attempt: Attempt) -> bool:
    """Whether the template has a preferred node affinity, which the DaemonSet controller ignores."""
    affinity = pod_spec(attempt.daemon_set(FILEBEAT)).get("affinity", {})
    return bool(affinity.get("nodeAffinity", {}).get(PREFERRED))


def _homes_later(attempt: Attempt) -> set[str]:
    """The Nodes with Pods after two more Nodes have joined a fork, one with the label and one without."""
    # This finds solutions that list Nodes' names; the learner's cluster is unchanged.
    later = attempt.fork()
    later.cluster.add_node("later-ssd", labels=DISK)
    later.cluster.add_node("later-plain")
    later.cluster.run_until_quiet()
    return later.homes(FILEBEAT)


# Another name, the same Pods ----------------------------------------------------------------------------------


@rule("what-rename", lambda: with_filebeat(Cluster(nodes=3, seed=1)))
def rename(attempt: Attempt) -> Iterator[Missing]:
    """The same Pods, now controlled by a DaemonSet of another name with the same template."""
    new = attempt.get("DaemonSet", "log-agent")
    if new is None:
        yield missing("no-new")
        return
    if attempt.get("DaemonSet", FILEBEAT) is not None:
        yield missing("both")
    before = attempt.at_start("DaemonSet", FILEBEAT) or {}
    # Pods are adopted by their labels: with another selector or template there is nothing to keep.
    if new["spec"]["selector"] != before["spec"]["selector"]:
        yield missing("selector")
    if new["spec"]["template"] != before["spec"]["template"]:
        yield missing("template")
    lost = {"node1", "node2", "node3"} - attempt.kept("log-agent")
    if lost:
        yield missing("restarted", nodes=lost)

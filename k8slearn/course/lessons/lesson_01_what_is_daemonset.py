"""The exercises of lesson 01."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
from k8slearn.course.lessons.shared_starts import with_filebeat

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
DISK = {"disk": "ssd"}


def with_control_plane() -> Cluster:
    """Two Nodes with filebeat, and a control plane that keeps it off."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.add_node("control1", taints=[f"{CONTROL_PLANE}:NoSchedule"])
    return with_filebeat(cluster)


def with_two_disks() -> Cluster:
    """Four Nodes with filebeat, two of them with a solid state disk."""
    cluster = Cluster(seed=1)
    for number in range(1, 5):
        cluster.add_node(f"node{number}", labels=DISK if number % 2 else None)
    return with_filebeat(cluster)


@rule("what-control-plane", with_control_plane)
def control_plane(attempt: Attempt) -> Iterator[Missing]:
    """A ready Pod on the tainted Node too, by a toleration of that taint alone."""
    taints = attempt.need("Node", "control1")["spec"].get("taints", [])
    if CONTROL_PLANE not in [taint["key"] for taint in taints]:
        yield missing("taint-gone")
    daemon_set = attempt.need("DaemonSet", "filebeat-ds")
    if attempt.rebuilt("filebeat-ds"):
        yield missing("rebuilt")
    tolerations = daemon_set["spec"]["template"]["spec"].get("tolerations", [])
    if any(not toleration.get("key") for toleration in tolerations):
        yield missing("everything")
    homes = attempt.homes("filebeat-ds")
    if "control1" not in homes:
        strangers = [
            pod
            for pod in attempt.cluster.list("Pod")
            if pod["spec"].get("nodeName") == "control1"
        ]
        yield missing("bare-pod" if strangers else "nothing-there")
    if lost := {"node1", "node2"} - homes:
        yield missing("lost", nodes=names(lost))


@rule("what-only-ssd", with_two_disks)
def only_ssd(attempt: Attempt) -> Iterator[Missing]:
    """Pods on the labelled Nodes alone, on one that joins later as well, and the Nodes left as they were."""
    nodes = attempt.cluster.list("Node")
    if marred := [
        node["metadata"]["name"] for node in nodes if node["spec"].get("taints")
    ]:
        closed = any(node["spec"].get("unschedulable") for node in nodes)
        yield missing("cordoned" if closed else "tainted", nodes="、".join(marred))
    homes = attempt.homes("filebeat-ds")
    if not homes:
        yield missing("nowhere")
    if extra := homes & {"node2", "node4"}:
        yield missing("extra", nodes=names(extra))
    if not {"node1", "node3"} <= homes:
        yield missing("lost", nodes=names({"node1", "node3"} - homes))
    if _homes_later(attempt) != {*homes, "later-ssd"}:
        yield missing("by-name")


@rule("what-rename", lambda: with_filebeat(Cluster(nodes=3, seed=1)))
def rename(attempt: Attempt) -> Iterator[Missing]:
    """The same Pods, now controlled by a DaemonSet of another name with the same template."""
    old, new = (
        attempt.get("DaemonSet", "filebeat-ds"),
        attempt.get("DaemonSet", "log-agent"),
    )
    if new is None:
        yield missing("no-new")
        return
    if old is not None:
        yield missing("both")
    before = attempt.at_start("DaemonSet", "filebeat-ds") or {}
    if new["spec"]["selector"] != before["spec"]["selector"]:
        yield missing("selector")
    if _image(new) != _image(before):
        yield missing("template")
    if lost := {"node1", "node2", "node3"} - attempt.kept("log-agent"):
        yield missing("restarted", nodes=names(lost))


def _homes_later(attempt: Attempt) -> set[str]:
    """Where the Pods would be, had two more Nodes joined, one with the label and one without."""
    later = attempt.cluster.fork()
    later.add_node("later-ssd", labels=DISK)
    later.add_node("later-plain")
    later.run_until_quiet()
    return Attempt(later, attempt.since).homes("filebeat-ds")


def _image(daemon_set: Object) -> str:
    return str(daemon_set["spec"]["template"]["spec"]["containers"][0]["image"])

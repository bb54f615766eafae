"""The exercises of lesson 01."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.cluster import Cluster
from k8slearn.lesson.checking import Attempt, Missing, missing, rule
from k8slearn.lesson.manifests import manifest

CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def with_control_plane() -> Cluster:
    """Two Nodes with filebeat, and a control plane that keeps it off."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.add_node("control1", taints=[f"{CONTROL_PLANE}:NoSchedule"])
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


@rule("what-control-plane", with_control_plane)
def control_plane(attempt: Attempt) -> Iterator[Missing]:
    """A ready Pod on the tainted Node too, by a toleration of that taint alone."""
    taints = attempt.need("Node", "control1")["spec"].get("taints", [])
    if CONTROL_PLANE not in [taint["key"] for taint in taints]:
        yield missing("taint-gone")
    daemon_set = attempt.need("DaemonSet", "filebeat-ds")
    before = attempt.at_start("DaemonSet", "filebeat-ds")
    if before is None or daemon_set["metadata"]["uid"] != before["metadata"]["uid"]:
        yield missing("rebuilt")
    tolerations = daemon_set["spec"]["template"]["spec"].get("tolerations", [])
    if any(not toleration.get("key") for toleration in tolerations):
        yield missing("everything")
    homes = attempt.homes("filebeat-ds")
    if "control1" not in homes:
        strangers = [pod for pod in attempt.cluster.list("Pod") if pod["spec"].get("nodeName") == "control1"]
        yield missing("bare-pod" if strangers else "nothing-there")
    if lost := {"node1", "node2"} - homes:
        yield missing("lost", nodes="、".join(sorted(lost)))

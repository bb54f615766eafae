"""The gallery's trials on the model: a manifest as it is, and without one of its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, copied, name, namespace
from k8slearn.cluster import Cluster
from k8slearn.course import gallery_faults
from k8slearn.course.checking import node_of
from k8slearn.course.gallery_faults import NEXT
from k8slearn.locale import course as words
from k8slearn.network import node_address, request


def mixed() -> Cluster:
    """Eight Nodes of all sorts: a control plane, plain ones, a GPU, two kinds of storage, Windows, one not ready."""
    # Only the placement of Pods matters here, so they start at once.
    cluster = Cluster(seed=20, kubelet="instant")
    cluster.add_node(
        "control1", taints=["node-role.kubernetes.io/control-plane:NoSchedule"]
    )
    cluster.add_node("node1")
    cluster.add_node("node2")
    cluster.add_node(
        "gpu1",
        labels={"nvidia.com/gpu.present": "true"},
        taints=["nvidia.com/gpu:NoSchedule"],
    )
    cluster.add_node("gluster1", labels={"storage": "gluster"})
    cluster.add_node("ceph1", labels={"storage": "ceph"})
    cluster.add_node("win1", labels={"kubernetes.io/os": "windows"})
    cluster.add_node("new1", ready=False)
    cluster.settle()
    return cluster


def running(daemon_set: Object) -> Cluster:
    """The mixed cluster with a DaemonSet rolled out."""
    cluster = mixed()
    cluster.apply(daemon_set)
    cluster.run_until_quiet()
    return cluster


def placed(cluster: Cluster) -> list[str]:
    """The Nodes that have a Pod."""
    nodes = set(map(node_of, cluster.list("Pod")))
    # Pending Pods have no Node.
    return sorted(nodes - {""})


def without(daemon_set: Object, path: str) -> Object:
    """A copy of the DaemonSet without the field at a path such as spec.template.spec.tolerations."""
    found = copied(daemon_set)
    *way, last = path.split(".")
    place: Any = found
    for step in way:
        place = place[int(step) if step.isdecimal() else step]
    del place[last]
    return found


def try_without(daemon_set: Object, cut: str, trial: str) -> tuple[str, str]:
    """The results of a trial ("nodes", "update", "port 9100", …) with and without the field `cut`."""
    kind, _, detail = trial.partition(" ")
    attempt = TRIALS[kind]
    before = attempt(daemon_set, detail)
    after = attempt(without(daemon_set, cut), detail)
    return before, after


def node_changes(before: list[str], after: list[str]) -> str:
    """A text of which Nodes were added and which removed."""
    told = []
    for pattern, nodes in (
        (words.MORE_NODES, set(after) - set(before)),
        (words.FEWER_NODES, set(before) - set(after)),
    ):
        if nodes:
            listed = words.SEPARATOR.join(sorted(nodes))
            told.append(pattern.format(nodes=listed))
    return words.CHANGES_SEPARATOR.join(told)


def _nodes(daemon_set: Object, _: str) -> str:
    return " ".join(placed(running(daemon_set)))


def _update(daemon_set: Object, _: str) -> str:
    cluster = running(daemon_set)
    before = set(map(name, cluster.list("Pod")))
    own = name(daemon_set)
    cluster.set_image(own, NEXT, namespace=namespace(daemon_set))
    cluster.run_until_quiet()
    new = set(map(name, cluster.list("Pod"))) - before
    return words.UPDATED.format(count=len(new))


def _port(daemon_set: Object, port: str) -> str:
    cluster = running(daemon_set)
    # node1 is a plain Node: if a port is closed there, neither taints nor labels are the reason.
    node = cluster.get("Node", "node1")
    address = node_address(node)
    answer = request(cluster, "outside", f"{address}:{port}")
    pattern = words.REACHED if answer.ok else words.NOT_REACHED
    return pattern.format(node=name(node), port=port)


def _qos(daemon_set: Object, _: str) -> str:
    pod = running(daemon_set).list("Pod")[0]
    return words.QOS.format(qos=pod["status"]["qosClass"])


def _priority(daemon_set: Object, _: str) -> str:
    pod = running(daemon_set).list("Pod")[0]
    return words.PRIORITY.format(priority=pod["spec"]["priority"])


def _admission(daemon_set: Object, _: str) -> str:
    try:
        mixed().apply(daemon_set)
    except ApiError as error:
        # The first cause is enough; the API server lists one for each field.
        causes = error.status.get("details", {}).get("causes")
        message = causes[0]["message"] if causes else str(error)
        return words.REFUSED.format(error=message)
    return words.ADMITTED


# The names that gallery.yaml uses.
TRIALS: dict[str, Callable[[Object, str], str]] = {
    "nodes": _nodes,
    "update": _update,
    "port": _port,
    "qos": _qos,
    "priority": _priority,
    "admission": _admission,
    "brake": gallery_faults.brake,
    "hang": gallery_faults.hang,
    "leak": gallery_faults.leak,
    "full": gallery_faults.full,
    "network": gallery_faults.no_network,
    "clash": gallery_faults.clash,
    "address": gallery_faults.address,
    "speed": gallery_faults.speed,
}

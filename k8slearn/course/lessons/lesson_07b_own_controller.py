"""The exercises of lesson 07b."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    labels,
    name,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.custom import ControllerApi, CustomController
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    node_of,
    rule,
)

SSD: dict[str, str | None] = {"disk": "ssd"}
# The number of CPUs from which a Node is "big", as the task says.
BIG = 16

# A controller that only listens --------------------------------------------------------------------------------


def listening(api: ControllerApi) -> None:
    """A colleague's controller: it labels a Node only when it first hears of it."""
    for change in api.heard:
        if change.type == "ADDED":
            node = change.object
            label = {"metadata": {"labels": {"size": _size_of(node)}}}
            api.patch("Node", name(node), label)


def with_listener() -> Cluster:
    """Four Nodes with their labels; then one loses it, another gets the wrong one."""
    cluster = Cluster(seed=7)
    for number, cpu in enumerate(("4", "32", "8", "16"), start=1):
        node = f"node{number}"
        cluster.add_node(node, allocatable={"cpu": cpu})
    cluster.add_controller("sizer", listening, ["Node"])
    cluster.run_until_quiet()
    cluster.label("node2", {"size": None})
    cluster.label("node3", {"size": "big"})
    cluster.run_until_quiet()
    return cluster


@rule("reconcile-listener", with_listener)
def sizes(attempt: Attempt) -> Iterator[Missing]:
    """Each Node's label says its size, now and after every change."""
    yield from _unlabelled(attempt.cluster, "unlabelled")
    yield from _mislabelled(attempt.cluster, "wrong")
    # On a fork: labels that were corrected by hand would be wrong after the next change.
    later = attempt.cluster.fork()
    later.add_node("node8", allocatable={"cpu": "64"})
    later.run_until_quiet()
    yield from _unlabelled(later, "new")
    later.label("node4", {"size": None})
    later.run_until_quiet()
    yield from _unlabelled(later, "drift")
    later.label("node1", {"size": "big"})
    later.run_until_quiet()
    yield from _mislabelled(later, "drift")


def _unlabelled(cluster: Cluster, key: str) -> Iterator[Missing]:
    nodes = cluster.list("Node")
    lacking = [name(node) for node in nodes if "size" not in labels(node)]
    if lacking:
        yield missing(key, nodes=lacking)


def _mislabelled(cluster: Cluster, key: str) -> Iterator[Missing]:
    wrong = []
    for node in cluster.list("Node"):
        # Only "big" or not counts; other sizes may have any name.
        says_big = labels(node)["size"] == "big"
        is_big = _size_of(node) == "big"
        if says_big != is_big:
            wrong.append(name(node))
    if wrong:
        yield missing(key, nodes=wrong)


def _size_of(node: Object) -> str:
    allocatable = node["status"]["allocatable"]
    if int(allocatable["cpu"]) >= BIG:
        return "big"
    return "small"


# A controller of one's own -------------------------------------------------------------------------------------


def with_disks() -> Cluster:
    """Four Nodes, two of them with the label."""
    cluster = Cluster(nodes=4, seed=7)
    for node in ("node1", "node3"):
        cluster.label(node, SSD)
    return cluster


@rule("reconcile-own", with_disks)
def own(attempt: Attempt) -> Iterator[Missing]:
    """One Pod on each Node with the label, whatever happens; what may happen is tried on a fork."""
    cluster = attempt.cluster
    # The exercise is to write the controller, not to use a DaemonSet.
    if cluster.list("DaemonSet"):
        yield missing("daemon-set")
    homes = _homes(cluster)
    if not homes:
        yield missing("nothing")
    for node, count in sorted(homes.items()):
        if count > 1:
            yield missing("doubled", node=node, count=count)
    if not cluster.quiet:
        yield from _refused(cluster)
        yield missing("busy")
    later = cluster.fork()
    later.add_node("node9", labels=SSD)
    yield from _settled(later, "new-node")
    later.label("node1", {"disk": None})
    yield from _settled(later, "left-over")
    for pod in _pods(later):
        if node_of(pod) == "node9":
            later.delete_pod(name(pod))
    yield from _settled(later, "not-replaced")
    yield from _outage(later)


def _outage(later: Cluster) -> Iterator[Missing]:
    """Changes are made while the controller is down: it gets no events of them, and must list."""
    stopped = [controller.name for controller in _own_controllers(later)]
    for each in stopped:
        later.stop_controller(each)
    later.label("node3", {"disk": None})
    later.label("node2", SSD)
    later.run(60)
    for each in stopped:
        later.start_controller(each)
    yield from _settled(later, "outage")


def _settled(cluster: Cluster, key: str) -> Iterator[Missing]:
    """What is wrong after a while; an uncaught ApiError of the controller comes first."""
    cluster.run_until_quiet()
    wanted = {name(node) for node in cluster.list("Node", selector="disk=ssd")}
    homes = _homes(cluster)
    if homes != Counter(wanted):
        yield from _refused(cluster)
        yield missing(
            key,
            lacking=wanted - homes.keys(),
            extra=homes.keys() - wanted,
        )


def _refused(cluster: Cluster) -> Iterator[Missing]:
    for controller in _own_controllers(cluster):
        if controller.failures:
            yield missing("refused", failure=controller.failures[-1])


def _own_controllers(cluster: Cluster) -> list[CustomController]:
    """The learner's controllers."""
    return [
        controller
        for controller in cluster.control_plane.controllers
        if isinstance(controller, CustomController)
    ]


def _pods(cluster: Cluster) -> list[Object]:
    pods = cluster.list("Pod", selector="app=scrub")
    return [pod for pod in pods if not is_deleting(pod)]


def _homes(cluster: Cluster) -> Counter[str]:
    # Counted: a controller that looks before its own Pods are there makes two.
    return Counter(node_of(pod) for pod in _pods(cluster))

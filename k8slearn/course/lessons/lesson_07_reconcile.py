"""The exercises of lesson 07."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    is_deleting,
    labels,
    name,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.controllers.custom import Api, CustomController
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
from k8slearn.course.lessons.shared_starts import with_filebeat

NEW_IMAGE = "ikubernetes/filebeat:5.6.6-alpine"
SSD: dict[str, str | None] = {"disk": "ssd"}
BIG = 16

# Nobody acts ---------------------------------------------------------------------------------------------------


def without_controller() -> Cluster:
    """A new image, a deleted Pod, and ten minutes in which no DaemonSet controller runs."""
    cluster = with_filebeat(Cluster(nodes=3, seed=7))
    cluster.stop_controller("daemonset-controller")
    cluster.set_image("filebeat-ds", NEW_IMAGE)
    cluster.delete_pod(name(cluster.list("Pod")[0]))
    cluster.run(600)
    return cluster


@rule("reconcile-stopped", without_controller)
def stopped(attempt: Attempt) -> Iterator[Missing]:
    """The new image on each Node, by the controller itself."""
    daemon_set, before = (
        attempt.need("DaemonSet", "filebeat-ds"),
        attempt.at_start("DaemonSet", "filebeat-ds"),
    )
    assert before is not None
    if any(controller_ref(pod) is None for pod in attempt.cluster.list("Pod")):
        yield missing("bare-pod")
    if uid(daemon_set) != uid(before):
        yield missing("rebuilt")
    meta, pods = daemon_set["metadata"], attempt.pods("filebeat-ds")
    if meta["generation"] != daemon_set["status"]["observedGeneration"]:
        touched = meta["generation"] > before["metadata"]["generation"]
        yield missing(
            "touched" if touched else "deleted" if len(pods) < 2 else "nobody",
            pods=len(pods),
        )
    if attempt.images("filebeat-ds") != {NEW_IMAGE}:
        yield missing("other-image", images=names(attempt.images("filebeat-ds")))
    if len(attempt.homes("filebeat-ds")) < 3:
        yield missing("deleted", pods=len(pods))


# A controller that only listens --------------------------------------------------------------------------------


def listening(api: Api) -> None:
    """What a colleague wrote: it labels a Node when it hears of it for the first time."""
    for change in api.heard:
        if change.type == "ADDED":
            size = "big" if _cpu(change.object) >= BIG else "small"
            api.patch(
                "Node", name(change.object), {"metadata": {"labels": {"size": size}}}
            )


def with_listener() -> Cluster:
    """Four Nodes with their labels; then one loses it, another gets the wrong one."""
    cluster = Cluster(seed=7)
    for node, cpu in {"node1": "4", "node2": "32", "node3": "8", "node4": "16"}.items():
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
    if lacking := [
        name(node) for node in cluster.list("Node") if "size" not in labels(node)
    ]:
        yield missing(key, nodes="、".join(lacking))


def _mislabelled(cluster: Cluster, key: str) -> Iterator[Missing]:
    if wrong := [
        name(node)
        for node in cluster.list("Node")
        if (_cpu(node) >= BIG) != (labels(node)["size"] == "big")
    ]:
        yield missing(key, nodes="、".join(wrong))


def _cpu(node: Object) -> int:
    return int(node["status"]["allocatable"]["cpu"])


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
    if attempt.cluster.list("DaemonSet"):
        yield missing("daemon-set")
    homes = _homes(attempt.cluster)
    if not homes:
        yield missing("nothing")
    if doubled := [node for node, count in sorted(homes.items()) if count > 1]:
        yield missing("doubled", node=doubled[0], count=homes[doubled[0]])
    if not attempt.cluster.quiet:
        yield from _refused(attempt.cluster)
        yield missing("busy")
    later = attempt.cluster.fork()
    later.add_node("node9", labels=SSD)
    yield from _settled(later, "new-node")
    later.label("node1", {"disk": None})
    yield from _settled(later, "left-over")
    later.delete_pod(
        next(name(pod) for pod in _pods(later) if pod["spec"]["nodeName"] == "node9")
    )
    yield from _settled(later, "not-replaced")
    yield from _outage(later)


def _outage(later: Cluster) -> Iterator[Missing]:
    own_ones = [
        controller.name
        for controller in later.control_plane.controllers
        if isinstance(controller, CustomController)
    ]
    for each in own_ones:
        later.stop_controller(each)
    later.label("node3", {"disk": None})
    later.label("node2", SSD)
    later.run(60)
    for each in own_ones:
        later.start_controller(each)
    yield from _settled(later, "outage")


def _settled(cluster: Cluster, key: str) -> Iterator[Missing]:
    """What is wrong after a while; a refusal that the function did not catch is told before all."""
    cluster.run_until_quiet()
    wanted, homes = (
        {name(node) for node in cluster.list("Node", selector="disk=ssd")},
        _homes(cluster),
    )
    if homes != Counter(wanted):
        yield from _refused(cluster)
        yield missing(
            key,
            lacking=_names(wanted - homes.keys()),
            extra=_names(homes.keys() - wanted),
        )


def _refused(cluster: Cluster) -> Iterator[Missing]:
    failures = [
        f
        for c in cluster.control_plane.controllers
        if isinstance(c, CustomController)
        for f in c.failures
    ]
    if failures:
        yield missing("refused", failure=failures[-1])


def _names(nodes: set[str]) -> str:
    return names(nodes)


def _pods(cluster: Cluster) -> list[Object]:
    return [
        pod for pod in cluster.list("Pod", selector="app=scrub") if not is_deleting(pod)
    ]


def _homes(cluster: Cluster) -> Counter[str]:
    return Counter(pod["spec"].get("nodeName", "") for pod in _pods(cluster))

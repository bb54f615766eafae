"""The exercises of lesson 04."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.course.lessons.shared_starts import with_filebeat

DS = "filebeat-ds"
OLD = "ikubernetes/filebeat:5.6.5-alpine"
NEW = "ikubernetes/filebeat:5.6.8-alpine"
BROKEN = "ikubernetes/filebeat:5.6.9-broken"
CHOSEN = "node2"


def running(nodes: int) -> Cluster:
    """Filebeat, up on all Nodes."""
    return with_filebeat(Cluster(nodes=nodes, seed=4))


def stuck() -> Cluster:
    """Four Nodes, and an update that got stuck on the first of them."""
    cluster = running(4)
    cluster.set_image(DS, BROKEN)
    cluster.run(600)
    return cluster


@rule("update-one-node", lambda: running(4))
def one_node(attempt: Attempt) -> Iterator[Missing]:
    """The new template's Pod on one Node; the others' Pods are still the old ones, and stay so."""
    template = _image(attempt.need("DaemonSet", DS)["spec"]["template"])
    images = {pod["spec"].get("nodeName", ""): _image(pod) for pod in attempt.pods(DS)}
    if template != NEW:
        yield missing("by-pod" if NEW in images.values() else "nothing")
    fresh = {node for node, image in images.items() if image == NEW}
    if len(fresh) > 1:
        yield missing("all", count=len(fresh))
    if not fresh:
        yield missing("waiting")
    if fresh != {CHOSEN}:
        yield missing("other-node", node="、".join(fresh))
    if len(attempt.kept(DS)) < len(images) - 1:
        yield missing("restarted")


@rule("update-two-at-once", lambda: running(6))
def two_at_once(attempt: Attempt) -> Iterator[Missing]:
    """All new, two missing at the worst moment, by a strategy that does the same the next time."""
    count = len(attempt.cluster.list("Node"))
    if attempt.images(DS) != {NEW}:
        yield missing("old")
    daemon_set = attempt.need("DaemonSet", DS)
    if daemon_set["spec"]["updateStrategy"]["type"] != "RollingUpdate":
        yield missing("by-hand")
    lost = count - attempt.fewest_ready()
    if lost == 0:
        yield missing("surge")
    if lost > 2:
        yield missing("too-many", lost=lost)
    if lost < 2:
        yield missing("slow", lost=lost)


@rule("update-no-gap", lambda: running(4))
def no_gap(attempt: Attempt) -> Iterator[Missing]:
    """All new, and no moment at which fewer Pods were ready than there are Nodes."""
    sets = [
        found["metadata"]["name"]
        for found in attempt.cluster.list("DaemonSet", "default")
    ]
    if sets != [DS]:
        yield missing("two-sets", names="、".join(sets))
    count, fewest = len(attempt.cluster.list("Node")), attempt.fewest_ready()
    if fewest == 0:
        yield missing("dark")
    if fewest < count:
        yield missing("gap", fewest=fewest, count=count)
    if attempt.images(DS) != {NEW}:
        yield missing("old")


@rule("update-rescue", stuck)
def rescue(attempt: Attempt) -> Iterator[Missing]:
    """Every Node has a ready Pod of the old image, and those that were healthy were left alone."""
    daemon_set = attempt.need("DaemonSet", DS)
    image = _image(daemon_set["spec"]["template"])
    if image == BROKEN:
        yield _how_stuck(attempt, daemon_set)
    if len(attempt.kept(DS)) < 3:
        yield missing("restarted", count=len(attempt.kept(DS)))
    if image != OLD:
        yield missing("other-image", image=image)
    if len(attempt.homes(DS)) < 4:
        yield missing("not-ready")


def _how_stuck(attempt: Attempt, daemon_set: Object) -> Missing:
    if len([pod for pod in attempt.pods(DS) if _image(pod) == BROKEN]) > 1:
        return missing("pushed")
    if daemon_set["spec"]["updateStrategy"]["type"] == "OnDelete":
        return missing("on-delete")
    return missing("stuck" if len(attempt.kept(DS)) == 4 else "deleted")


def _image(template: Object) -> str:
    return str(template["spec"]["containers"][0]["image"])

"""The exercises of lesson 04."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    image_of,
    missing,
    node_of,
    rule,
    strategy_of,
)
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
    # Ten minutes, so that nobody takes it for merely slow.
    cluster.run(600)
    return cluster


@rule("update-one-node", lambda: running(4))
def one_node(attempt: Attempt) -> Iterator[Missing]:
    """The new template's Pod on one Node; the others' Pods are still the old ones, and stay so."""
    template = attempt.daemon_set(DS)["spec"]["template"]
    pods = attempt.pods(DS)
    fresh = [pod for pod in pods if image_of(pod) == NEW]
    if image_of(template) != NEW:
        # A Pod's image can be changed by itself, but then the template still says the old one.
        yield missing("by-pod" if fresh else "nothing")
    if len(fresh) > 1:
        yield missing("all", count=len(fresh))
    if not fresh:
        yield missing("waiting")
    [node] = [node_of(pod) for pod in fresh]
    if node != CHOSEN:
        yield missing("other-node", node=node)
    others = len(pods) - 1
    if len(attempt.kept(DS)) < others:
        yield missing("restarted")


@rule("update-two-at-once", lambda: running(6))
def two_at_once(attempt: Attempt) -> Iterator[Missing]:
    """All new, two missing at the worst moment, by a strategy that does the same the next time."""
    if attempt.images(DS) != {NEW}:
        yield missing("old")
    daemon_set = attempt.daemon_set(DS)
    if strategy_of(daemon_set) != "RollingUpdate":
        yield missing("by-hand")
    # What the strategy says is not looked at: "33%" of six is two as well.
    nodes = attempt.cluster.list("Node")
    lost = len(nodes) - attempt.fewest_ready()
    if lost == 0:
        yield missing("surge")
    if lost > 2:
        yield missing("too-many", lost=lost)
    if lost < 2:
        yield missing("slow", lost=lost)


@rule("update-no-gap", lambda: running(4))
def no_gap(attempt: Attempt) -> Iterator[Missing]:
    """All new, and no moment at which fewer Pods were ready than there are Nodes."""
    # A second DaemonSet beside the first would leave no gap either, and twice the Pods.
    found = attempt.cluster.list("DaemonSet", "default")
    sets = set(map(name, found))
    if sets != {DS}:
        yield missing("two-sets", names=sets)
    count = len(attempt.cluster.list("Node"))
    fewest = attempt.fewest_ready()
    if fewest == 0:
        yield missing("dark")
    if fewest < count:
        yield missing("gap", fewest=fewest, count=count)
    if attempt.images(DS) != {NEW}:
        yield missing("old")


@rule("update-rescue", stuck)
def rescue(attempt: Attempt) -> Iterator[Missing]:
    """Every Node has a ready Pod of the old image, and those that were healthy were left alone."""
    daemon_set = attempt.daemon_set(DS)
    image = image_of(daemon_set["spec"]["template"])
    kept = len(attempt.kept(DS))
    if image == BROKEN:
        yield _how_stuck(attempt, daemon_set)
    # Three of four were healthy; the fourth Pod must go, for it is of the broken template.
    if kept < 3:
        yield missing("restarted", count=kept)
    if image != OLD:
        yield missing("other-image", image=image)
    if len(attempt.homes(DS)) < 4:
        yield missing("not-ready")


def _how_stuck(attempt: Attempt, daemon_set: Object) -> Missing:
    """What was tried with the broken template still in place."""
    broken = [pod for pod in attempt.pods(DS) if image_of(pod) == BROKEN]
    if len(broken) > 1:
        return missing("pushed")
    if strategy_of(daemon_set) == "OnDelete":
        return missing("on-delete")
    untouched = len(attempt.kept(DS)) == 4
    return missing("stuck" if untouched else "deleted")

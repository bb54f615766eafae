"""The exercises of lesson 04."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    image_of,
    missing,
    node_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import with_filebeat

DS = "filebeat-ds"
NEW = "ikubernetes/filebeat:5.6.8-alpine"
CHOSEN = "node2"


def running(nodes: int) -> Cluster:
    """Filebeat, up on all Nodes."""
    return with_filebeat(Cluster(nodes=nodes, seed=4))


@rule("update-one-node", lambda: running(4))
def one_node(attempt: Attempt) -> Iterator[Missing]:
    """The new template's Pod on one Node; the others' Pods are still the old ones, and stay so."""
    template = attempt.daemon_set(DS)["spec"]["template"]
    pods = attempt.pods(DS)
    fresh = [pod for pod in pods if image_of(pod) == NEW]
    if image_of(template) != NEW:
        # The image of a Pod alone can be changed, but then the template still has the old one.
        yield missing("by-pod" if fresh else "nothing")
    if len(fresh) > 1:
        yield missing("all", count=len(fresh))
    if not fresh:
        yield missing("waiting")
    [node] = [node_of(pod) for pod in fresh]
    if node != CHOSEN:
        yield missing("other-node", node=node)
    lost = set(map(node_of, attempt.before.list("Pod", "default")))
    lost -= set(map(node_of, pods))
    if lost:
        yield missing("lost", nodes=lost)
    others = len(pods) - 1
    if len(attempt.kept(DS)) < others:
        yield missing("restarted")


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

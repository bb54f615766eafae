"""The exercise of lesson 00."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.manifests import manifest

WANTED = 3


def before_time_goes_on() -> Cluster:
    """Two Nodes and a manifest that was just applied; no component has run yet."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    return cluster


# wait=False: that nothing happens until time goes on is the subject of the lesson.
@rule("start-third-node", before_time_goes_on, wait=False)
def third_node(attempt: Attempt) -> Iterator[Missing]:
    """Three Nodes, each with a ready Pod of the one DaemonSet; letting time go on is the learner's part."""
    nodes = attempt.cluster.list("Node")
    if len(nodes) != WANTED:
        yield missing("nodes", count=len(nodes))
    sets = attempt.cluster.list("DaemonSet", "default")
    if len(sets) > 1:
        yield missing("second-set", names=set(map(name, sets)))
    pods = attempt.cluster.list("Pod", "default")
    if any("ownerReferences" not in pod["metadata"] for pod in pods):
        yield missing("by-hand")
    homes = attempt.homes("filebeat-ds")
    if not homes:
        yield missing("still")
    # Pods start one after another, and the learner may have stopped too early.
    if len(homes) < WANTED:
        yield missing("halfway", count=len(homes))

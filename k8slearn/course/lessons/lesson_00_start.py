"""The exercise of lesson 00."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.manifests import manifest

WANTED = 3


def before_time_goes_on() -> Cluster:
    """Two Nodes and a manifest that nobody has looked at yet."""
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    return cluster


@rule("start-third-node", before_time_goes_on, wait=False)
def third_node(attempt: Attempt) -> Iterator[Missing]:
    """Three Nodes, each with a ready Pod of the one DaemonSet; letting time go on is the learner's part."""
    nodes = attempt.cluster.list("Node")
    if len(nodes) != WANTED:
        yield missing("nodes", count=len(nodes))
    sets = [
        found["metadata"]["name"]
        for found in attempt.cluster.list("DaemonSet", "default")
    ]
    if len(sets) > 1:
        yield missing("second-set", names="、".join(sets))
    if any(
        "ownerReferences" not in pod["metadata"]
        for pod in attempt.cluster.list("Pod", "default")
    ):
        yield missing("by-hand")
    homes = attempt.homes("filebeat-ds")
    if not homes:
        yield missing("still")
    if len(homes) < WANTED:
        yield missing("halfway", count=len(homes))

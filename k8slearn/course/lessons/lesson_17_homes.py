"""Where the agents of lesson 17 belong, and where they are missing."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, labels, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing
from k8slearn.course.lessons.lesson_17_cluster import AGENT


def _belongs(node: Object) -> bool:
    return labels(node).get("site") != "edge"


def wanted(cluster: Cluster) -> set[str]:
    """The Nodes that are to have an agent: all but those at the edge."""
    nodes = filter(_belongs, cluster.list("Node"))
    return set(map(name, nodes))


def lost(attempt: Attempt) -> Iterator[Missing]:
    """Nodes that lack a ready agent, or have one that should not."""
    homes = attempt.homes(AGENT)
    nodes = wanted(attempt.cluster)
    if homes != nodes:
        yield missing("lost", lacking=nodes - homes, extra=homes - nodes)

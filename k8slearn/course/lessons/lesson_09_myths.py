"""The exercises of lesson 09: bring the cluster to a state that refutes a myth."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    controller_uid,
    is_deleting,
    labels,
    name,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    missing,
    node_of,
    rule,
)
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.pod.state import is_pod_ready

FILEBEAT = "filebeat-ds"
Pair = tuple[Object, Object]


def three_filebeats() -> Cluster:
    """Three Nodes with a ready filebeat each."""
    return with_filebeat(Cluster(nodes=3, seed=9))


# "Never two Pods of one DaemonSet on a Node" ------------------------------------------------------------------


@rule("myth-two-on-a-node", three_filebeats)
def two_on_a_node(attempt: Attempt) -> Iterator[Missing]:
    """At some moment two ready Pods of this one DaemonSet were on one Node."""
    owner = uid(attempt.daemon_set(FILEBEAT))
    seen = list(pairs(attempt))
    own = []
    for pair in seen:
        if set(map(controller_uid, pair)) == {owner}:
            own.append(pair)
    if any(map(both_ready, own)):
        return
    # A Pod made by hand with the right labels is adopted, but has no hash of a template.
    if any(HASH_LABEL not in labels(pod) for pair in own for pod in pair):
        yield missing("by-hand")
    if own:
        node = own[0][0]["spec"]["nodeName"]
        yield missing("one-not-ready", node=node)
    if any(map(both_ready, seen)):
        yield missing("of-another")
    if template_changed(attempt):
        yield missing("one-by-one")
    yield missing("never-two")


def pairs(attempt: Attempt) -> Iterator[Pair]:
    """Any two Pods that were on one Node at the same moment since the exercise began."""
    # Every revision counts: with a surge the two run side by side for a few seconds only.
    for moment in range(attempt.since, attempt.cluster.store.revision + 1):
        pods = attempt.cluster.at(moment).list("Pod")
        placed = [pod for pod in pods if node_of(pod)]
        for one, other in combinations(placed, 2):
            if one["spec"]["nodeName"] == other["spec"]["nodeName"]:
                yield one, other


def both_ready(pair: Pair) -> bool:
    """Whether both Pods were ready at that moment."""
    return all(map(is_pod_ready, pair))


def template_changed(attempt: Attempt) -> bool:
    """Whether the template is another one than when the exercise began."""
    before = attempt.at_start("DaemonSet", FILEBEAT)
    if before is None:
        return False
    now = attempt.daemon_set(FILEBEAT)
    template = now["spec"]["template"]
    return bool(before["spec"]["template"] != template)


# "Without deleting it there is no way to be rid of its Pods" --------------------------------------------------


@rule("myth-none-left", three_filebeats)
def none_left(attempt: Attempt) -> Iterator[Missing]:
    """No Pod is left, and neither the DaemonSet nor a Node was taken away or shut off."""
    if attempt.rebuilt(FILEBEAT):
        yield missing("rebuilt")
    changed = attempt.changed_nodes()
    if changed:
        yield missing("nodes-changed", nodes=changed)
    pods = attempt.cluster.list("Pod", "default")
    pods = [pod for pod in pods if not is_deleting(pod)]
    if not pods:
        return
    count = len(pods)
    # Pods that do not run are Pods, too: a broken image is no solution.
    if not any(map(is_pod_ready, pods)):
        yield missing("only-broken", count=count)
    at_start = set(map(name, attempt.before.list("Pod")))
    if set(map(name, pods)) - at_start:
        yield missing("came-back", count=count)
    yield missing("still-there", count=count)

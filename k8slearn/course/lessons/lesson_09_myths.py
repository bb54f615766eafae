"""The exercises of lesson 09: bring the cluster to a state that refutes what somebody says."""

from __future__ import annotations

from collections.abc import Iterator

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
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.kinds.pod.state import is_pod_ready

FILEBEAT = "filebeat-ds"
Pair = tuple[Object, Object]


def three_filebeats() -> Cluster:
    """Three Nodes with a ready filebeat each."""
    return with_filebeat(Cluster(nodes=3, seed=9))


def pairs(attempt: Attempt) -> Iterator[Pair]:
    """Any two Pods that were on one Node at the same moment since the exercise began."""
    for moment in range(attempt.since, attempt.cluster.store.revision + 1):
        placed = [
            pod
            for pod in attempt.cluster.at(moment).list("Pod")
            if pod["spec"].get("nodeName")
        ]
        for number, one in enumerate(placed):
            for other in placed[number + 1 :]:
                if one["spec"]["nodeName"] == other["spec"]["nodeName"]:
                    yield one, other


def both_ready(pair: Pair) -> bool:
    """Whether both Pods were ready at that moment."""
    return all(map(is_pod_ready, pair))


def template_changed(attempt: Attempt) -> bool:
    """Whether the template is another one than when the exercise began."""
    before = attempt.at_start("DaemonSet", FILEBEAT)
    return (
        before is not None
        and before["spec"]["template"]
        != attempt.need("DaemonSet", FILEBEAT)["spec"]["template"]
    )


@rule("myth-two-on-a-node", three_filebeats)
def two_on_a_node(attempt: Attempt) -> Iterator[Missing]:
    """At some moment two ready Pods of this one DaemonSet were on one Node."""
    owner = uid(attempt.need("DaemonSet", FILEBEAT))
    seen = list(pairs(attempt))
    own = [pair for pair in seen if all(controller_uid(pod) == owner for pod in pair)]
    if any(map(both_ready, own)):
        return
    if any(HASH_LABEL not in labels(pod) for pair in own for pod in pair):
        yield missing("by-hand")
    if own:
        yield missing("one-not-ready", node=own[0][0]["spec"]["nodeName"])
    if any(map(both_ready, seen)):
        yield missing("of-another")
    if template_changed(attempt):
        yield missing("one-by-one")
    yield missing("never-two")


@rule("myth-none-left", three_filebeats)
def none_left(attempt: Attempt) -> Iterator[Missing]:
    """No Pod is left, and neither the DaemonSet nor a Node was taken away or shut off."""
    if attempt.rebuilt(FILEBEAT):
        yield missing("rebuilt")
    if changed := attempt.changed_nodes():
        yield missing("nodes-changed", nodes=names(changed))
    pods = [
        pod for pod in attempt.cluster.list("Pod", "default") if not is_deleting(pod)
    ]
    at_start = {name(pod) for pod in attempt.before.list("Pod")}
    if pods and not any(map(is_pod_ready, pods)):
        yield missing("only-broken", count=len(pods))
    if any(name(pod) not in at_start for pod in pods):
        yield missing("came-back", count=len(pods))
    if pods:
        yield missing("still-there", count=len(pods))

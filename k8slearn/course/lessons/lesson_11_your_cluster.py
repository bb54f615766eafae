"""The exercise of lesson 11: a rollout on a cluster from a dump, quick enough and gentle to each zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, labels, name, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    image_of,
    missing,
    rule,
)
from k8slearn.course.lessons.shared_rollouts import duration, nodes_without, versions
from k8slearn.course.samples import sample_dump
from k8slearn.kinds.node import ZONE

PLACE = "ops"
DS = "log-agent"
NEW = "registry.example/log-agent:2.5"
MINUTE = 60.0
LONGEST = 30 * MINUTE


def loaded() -> Cluster:
    """The sample dump's cluster."""
    return Cluster.load(sample_dump(), seed=11)


@rule("own-limit", loaded)
def limit(attempt: Attempt) -> Iterator[Missing]:
    """The new version is everywhere within half an hour, and never were two Nodes of a zone without a ready Pod."""
    before = attempt.at_start("DaemonSet", DS, PLACE)
    now = attempt.need("DaemonSet", DS, PLACE)
    assert before is not None, "the exercise begins with it"
    two = two_of_a_zone(attempt)
    # A DaemonSet that was created anew and has adopted the Pods has done no harm.
    if two is not None and uid(before) != uid(now):
        yield missing("rebuilt")
    if image_of(now["spec"]["template"]) != NEW:
        yield missing("nothing")
    changes = attempt.cluster.store.log.changes[attempt.since :]
    if two is not None:
        zone, nodes = two
        yield missing("two", zone=zone, nodes=nodes)
    # A smaller minReadySeconds is quicker, but loses the protection that it gives.
    wait = before["spec"].get("minReadySeconds")
    for each in versions(attempt, PLACE, DS, NEW):
        if each["spec"].get("minReadySeconds") != wait:
            yield missing("hurried")
    seconds = duration(changes, PLACE, DS, NEW)
    if seconds is None:
        yield missing("unfinished", count=_left(now))
    elif seconds > LONGEST:
        yield missing("slow", minutes=round(seconds / MINUTE))


def two_of_a_zone(attempt: Attempt) -> tuple[str, list[str]] | None:
    """The first zone with two Nodes at once without a ready Pod, and these Nodes; None if there was none."""
    zones = {name(o): labels(o).get(ZONE, "") for o in attempt.before.list("Node")}
    for without in nodes_without(attempt, DS, PLACE):
        away = Counter(zones[node] for node in without)
        for zone, count in away.items():
            if count > 1:
                return zone, [node for node in without if zones[node] == zone]
    return None


def _left(daemon_set: Object) -> int:
    """The number of Nodes without an available Pod of the new version."""
    status = daemon_set["status"]
    fields = ("updatedNumberScheduled", "numberAvailable", "desiredNumberScheduled")
    updated, available, wanted = (int(status.get(field, 0)) for field in fields)
    return wanted - min(updated, available)

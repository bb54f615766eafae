"""The exercise of lesson 11: a rollout on a cluster from a dump, quick enough and gentle to each zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    image_of,
    missing,
    node_of,
    rule,
)
from k8slearn.course.samples import sample_dump
from k8slearn.kinds.pod.state import is_pod_ready

PLACE = "ops"
DS = "log-agent"
NEW = "registry.example/log-agent:2.5"
ZONE = "topology.kubernetes.io/zone"
MINUTE = 60.0
LONGEST = 30 * MINUTE


def loaded() -> Cluster:
    """The warehouse's cluster, as it was dumped."""
    return Cluster.load(sample_dump(), seed=11)


@rule("own-limit", loaded)
def limit(attempt: Attempt) -> Iterator[Missing]:
    """The new version everywhere within half an hour, and no moment at which two Nodes of a zone were without."""
    before = attempt.at_start("DaemonSet", DS, PLACE)
    now = attempt.need("DaemonSet", DS, PLACE)
    if before is None or uid(before) != uid(now):
        yield missing("rebuilt")
        return
    if image_of(now["spec"]["template"]) != NEW:
        yield missing("nothing")
    changes = attempt.cluster.store.log.changes[attempt.since :]
    two = two_of_a_zone(attempt, changes)
    if two is not None:
        zone, nodes = two
        yield missing("two", zone=zone, nodes=nodes)
    # Who counts a Pod as available at once is quick, and sees nothing of what the wait is for.
    if now["spec"].get("minReadySeconds") != before["spec"].get("minReadySeconds"):
        yield missing("hurried")
    seconds = duration(changes)
    if seconds is None:
        yield missing("unfinished", count=_left(now))
    elif seconds > LONGEST:
        yield missing("slow", minutes=round(seconds / MINUTE))


def two_of_a_zone(
    attempt: Attempt, changes: list[Change]
) -> tuple[str, list[str]] | None:
    """The first zone of which two Nodes at once had no ready Pod, and these Nodes; None where that never was."""
    zones = {name(o): labels(o).get(ZONE, "") for o in attempt.before.list("Node")}
    ready: dict[str, set[str]] = {node: set() for node in zones}
    for pod in attempt.before.list("Pod", PLACE):
        _count(pod, ready, gone=False)
    for change in changes:
        if change.key[0] != "Pod" or namespace(change.object) != PLACE:
            continue
        _count(change.object, ready, gone=change.type == "DELETED")
        without = [node for node, pods in ready.items() if not pods]
        away = Counter(zones[node] for node in without)
        for zone, count in away.items():
            if count > 1:
                return zone, [node for node in without if zones[node] == zone]
    return None


def _count(pod: Object, ready: dict[str, set[str]], *, gone: bool) -> None:
    """Take in how a Pod is now: it counts for its Node while it is ready and stays."""
    pods = ready.get(node_of(pod))
    if labels(pod).get("app") != DS or pods is None:
        return
    if gone or is_deleting(pod) or not is_pod_ready(pod):
        pods.discard(uid(pod))
    else:
        pods.add(uid(pod))


def duration(changes: list[Change]) -> float | None:
    """Seconds from the new template to the moment at which all is new and available; None where that has not come."""
    begun = None
    for change in changes:
        daemon_set = change.object
        if change.key != ("DaemonSet", PLACE, DS):
            continue
        if image_of(daemon_set["spec"]["template"]) != NEW:
            begun = None
            continue
        if begun is None:
            begun = change.time
        if _is_done(daemon_set):
            return change.time - begun
    return None


def _left(daemon_set: Object) -> int:
    """On how many Nodes the new version is not yet there, or not yet available."""
    status = daemon_set["status"]
    fields = ("updatedNumberScheduled", "numberAvailable", "desiredNumberScheduled")
    updated, available, wanted = (int(status.get(field, 0)) for field in fields)
    return wanted - min(updated, available)


def _is_done(daemon_set: Object) -> bool:
    status = daemon_set["status"]
    wanted = status.get("desiredNumberScheduled")
    seen = status.get("observedGeneration") == daemon_set["metadata"]["generation"]
    updated = status.get("updatedNumberScheduled")
    available = status.get("numberAvailable")
    return bool(seen and wanted == updated == available)

"""Figures about rollouts: how far one would get, how long it took, and which Nodes were without a ready Pod."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.course.checking import Attempt, image_of, node_of
from k8slearn.kinds.pod.state import is_pod_ready


def pushed_to(
    later: Attempt, named: str, image: str, behaviour: str, seconds: float
) -> int:
    """The number of Nodes that a version with this behaviour reaches on this fork, ready or not."""
    note = {"annotations": {"k8slearn/behaviour": behaviour}}
    containers = [{"name": named, "image": image}]
    template = {"metadata": note, "spec": {"containers": containers}}
    later.cluster.patch("DaemonSet", named, {"spec": {"template": template}})
    later.cluster.run(seconds)
    return sum(image_of(pod) == image for pod in later.pods(named))


def nodes_without(attempt: Attempt, app: str, place: str) -> Iterator[list[str]]:
    """After each change since the exercise began, the Nodes where no Pod with the label `app` is ready and stays."""
    ready: dict[str, set[str]] = {}
    for node in attempt.before.list("Node"):
        ready[name(node)] = set()
    for pod in attempt.before.list("Pod", place):
        _count(pod, app, ready, gone=False)
    for change in attempt.cluster.store.log.changes[attempt.since :]:
        if change.key[0] != "Pod" or namespace(change.object) != place:
            continue
        _count(change.object, app, ready, gone=change.type == "DELETED")
        yield [node for node, pods in ready.items() if not pods]


def _count(pod: Object, app: str, ready: dict[str, set[str]], *, gone: bool) -> None:
    """Take in a Pod's state: it counts for its Node while it is ready and not being deleted."""
    pods = ready.get(node_of(pod))
    if labels(pod).get("app") != app or pods is None:
        return
    if gone or is_deleting(pod) or not is_pod_ready(pod):
        pods.discard(uid(pod))
    else:
        pods.add(uid(pod))


def versions(
    attempt: Attempt, place: str, daemon_set: str, image: str
) -> Iterator[Object]:
    """A DaemonSet after each of its changes since the exercise began, where its image was `image`."""
    for change in attempt.cluster.store.log.changes[attempt.since :]:
        if change.key != ("DaemonSet", place, daemon_set):
            continue
        if image_of(change.object["spec"]["template"]) == image:
            yield change.object


def duration(
    changes: Iterable[Change], place: str, daemon_set: str, image: str
) -> float | None:
    """Seconds from the new template until all Pods are new and available; None if they are not yet."""
    begun = None
    for change in changes:
        if change.key != ("DaemonSet", place, daemon_set):
            continue
        if image_of(change.object["spec"]["template"]) != image:
            begun = None
            continue
        if begun is None:
            begun = change.time
        if _is_done(change.object):
            return change.time - begun
    return None


def _is_done(daemon_set: Object) -> bool:
    status = daemon_set["status"]
    wanted = status.get("desiredNumberScheduled")
    seen = status.get("observedGeneration") == daemon_set["metadata"]["generation"]
    updated = status.get("updatedNumberScheduled")
    available = status.get("numberAvailable")
    return bool(seen and wanted == updated == available)

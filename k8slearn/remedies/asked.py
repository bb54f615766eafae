"""The question as plain data, and how far the rollout or Pod in question has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import HASH_LABEL, Object, is_deleting, labels, name
from k8slearn.controllers.daemon.pods import NodePods
from k8slearn.controllers.deployment.replica_sets import find_new
from k8slearn.controllers.pod_owner import active
from k8slearn.explain.outlook import Outlook, Outlooks
from k8slearn.explain.why_workload import owned, owner_of
from k8slearn.kinds.job import finished_as
from k8slearn.kinds.pod.state import (
    get_target_node_name,
    is_pod_available,
    phase,
)
from k8slearn.kinds.workload import replicas_of


@dataclass(frozen=True, slots=True)
class Standstill:
    """What is stuck: an object that owns Pods, on all its Nodes or on one (`node`), or a Pod without an owner."""

    kind: str
    name: str
    namespace: str = "default"
    node: str = ""


def lacks_pod(daemon_set: str, node: str, namespace: str = "default") -> Standstill:
    """The question why no Pod of a DaemonSet works on a Node."""
    return Standstill("DaemonSet", daemon_set, namespace, node)


def stands(
    name: str, kind: str = "DaemonSet", namespace: str = "default"
) -> Standstill:
    """The question why the rollout of a DaemonSet, a Deployment or a StatefulSet is stuck."""
    return Standstill(kind, name, namespace)


def waits(reader: Reader, pod: str, namespace: str = "default") -> Standstill:
    """The question why a Pod waits; it is about the Pod's topmost owner, which may replace the Pod."""
    found = reader.get("Pod", pod, namespace)
    if found is None:
        return Standstill("Pod", pod, namespace)
    above = found
    # A Deployment's Pod belongs to a ReplicaSet, which belongs to the Deployment.
    while (owner := owner_of(reader, above)) is not None:
        above = owner
    node = get_target_node_name(found) if above["kind"] == "DaemonSet" else ""
    return Standstill(above["kind"], name(above), namespace, node)


class Working(NamedTuple):
    """A working Pod and its place: a Node for a DaemonSet, else a number."""

    place: str
    pod: str
    restarts: int


@dataclass(frozen=True, slots=True)
class Advance:
    """The progress: the working Pods, and all places to be filled."""

    working: frozenset[Working] = frozenset()
    wanted: frozenset[str] = frozenset()

    @property
    def well(self) -> frozenset[str]:
        """The places with a working Pod."""
        return frozenset([each.place for each in self.working])

    def lasting(self, earlier: Advance) -> Advance:
        """The progress without Pods that have crashed since an `earlier` moment."""
        before = {each.pod: each.restarts for each in earlier.working}
        kept = []
        for each in self.working:
            if before.get(each.pod, each.restarts) == each.restarts:
                kept.append(each)
        return Advance(frozenset(kept), self.wanted)

    @property
    def left(self) -> frozenset[str]:
        """The places without a working Pod."""
        return self.wanted - self.well

    @property
    def complete(self) -> bool:
        """Whether all places have a working Pod."""
        return bool(self.wanted) and not self.left


def advance_of(asked: Standstill, outlooks: Outlooks) -> Advance:
    """The progress at the moment of these outlooks."""
    reader = outlooks.reader
    now = outlooks.now
    about = reader.get(asked.kind, asked.name, asked.namespace)
    if about is None:
        return Advance()
    if asked.kind == "DaemonSet":
        return _of_daemon_set(asked, outlooks, about)
    found, total = _PODS[asked.kind](reader, about)
    min_ready = about.get("spec", {}).get("minReadySeconds", 0)
    well = [p for p in found if _works(p, min_ready, now)]
    working = []
    for number, pod in enumerate(well[:total], 1):
        working.append(_working(str(number), pod))
    numbers = [str(number) for number in range(1, total + 1)]
    return Advance(frozenset(working), frozenset(numbers))


def _working(place: str, pod: Object) -> Working:
    restarts = 0
    for entry in pod.get("status", {}).get("containerStatuses") or ():
        restarts += entry.get("restartCount", 0)
    return Working(place, name(pod), restarts)


def _works(pod: Object, min_ready: int, now: float) -> bool:
    if phase(pod) == "Succeeded":
        return True
    return not is_deleting(pod) and is_pod_available(pod, min_ready, now)


def look_at(asked: Standstill, outlooks: Outlooks, about: Object) -> Outlook:
    """The DaemonSet controller's assessment of the Nodes in question."""
    if asked.node:
        return outlooks.near(about, asked.node)
    return outlooks.of(about)


def is_concerned(node: NodePods) -> bool:
    """Whether a rollout has to update a Node: it should run a Pod, or continue to run the one that it has."""
    if node.wanted:
        return True
    stays = node.placement is not None and node.placement.should_continue_running
    return stays and bool(node.pods)


def _of_daemon_set(asked: Standstill, outlooks: Outlooks, about: Object) -> Advance:
    found = look_at(asked, outlooks, about)
    working: set[Working] = set()
    wanted = {asked.node} if asked.node else set()
    for node in found.nodes.values():
        pod = node.new_pod if node.new_available else None
        if asked.node and node.old_available:
            # For a single Node a working Pod of any version will do.
            pod = node.old_pod
        if not asked.node and is_concerned(node):
            wanted.add(node.node)
        if pod is not None:
            working.add(_working(node.node, pod))
    return Advance(frozenset(working), frozenset(wanted))


# The Pods of the present version, and how many there are to be ---------------------------------------------------


def _of_deployment(reader: Reader, about: Object) -> tuple[list[Object], int]:
    new = find_new(about, owned(reader, "ReplicaSet", about))
    pods = owned(reader, "Pod", new) if new is not None else []
    return active(pods), replicas_of(about)


def _of_replica_set(reader: Reader, about: Object) -> tuple[list[Object], int]:
    return active(owned(reader, "Pod", about)), replicas_of(about)


def _of_stateful_set(reader: Reader, about: Object) -> tuple[list[Object], int]:
    status = about.get("status", {})
    total = replicas_of(about)
    if status.get("observedGeneration") != about["metadata"].get("generation"):
        # The status is about an earlier template.
        return [], total
    update = status.get("updateRevision")
    pods = active(owned(reader, "Pod", about))
    return [p for p in pods if labels(p).get(HASH_LABEL) == update], total


def _of_job(reader: Reader, about: Object) -> tuple[list[Object], int]:
    total = about["spec"].get("parallelism", 1)
    pods = owned(reader, "Pod", about)
    if finished_as(about) == "Complete":
        return pods, min(total, len(pods))
    return [p for p in pods if phase(p) != "Failed"], total


def _of_pod(reader: Reader, about: Object) -> tuple[list[Object], int]:
    return [about], 1


_PODS: dict[str, Callable[[Reader, Object], tuple[list[Object], int]]] = {
    "Deployment": _of_deployment,
    "ReplicaSet": _of_replica_set,
    "StatefulSet": _of_stateful_set,
    "Job": _of_job,
    "Pod": _of_pod,
}
KINDS = ("DaemonSet", *_PODS)
"""The kinds that can be asked about."""


def not_working(
    reader: Reader, asked: Standstill, about: Object, now: float
) -> list[Object]:
    """The Pods of the present version that do not work; for a DaemonSet see `look_at`."""
    found, _ = _PODS[asked.kind](reader, about)
    min_ready = about.get("spec", {}).get("minReadySeconds", 0)
    return [pod for pod in found if not _works(pod, min_ready, now)]

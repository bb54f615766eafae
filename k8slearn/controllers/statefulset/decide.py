"""What the StatefulSet controller decides in one sync, composed here and nowhere else.

Kubernetes: pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery.objects import Object, is_deleting, name, uid
from k8slearn.controllers.statefulset.identity import (
    is_available,
    is_healthy,
    is_running_and_ready,
    is_wanted,
    new_pod,
    ordinal_of,
    partition_of,
    revision_of,
    start_of,
)
from k8slearn.kinds.pod.state import is_pod_terminal, phase
from k8slearn.kinds.workload import replicas_of


@dataclass(frozen=True, slots=True)
class PodStep:
    """`create` or `delete` a Pod; `why` is missing, ended, scaled-down or rollout."""

    do: str
    pod: Object
    why: str


@dataclass(frozen=True, slots=True)
class StatefulSync:
    """What one sync decides. `waits_for` is the Pod without which it does not go on, '' where there is none.

    Of the Pods that it came to, `pending` are those that may miss a claim, `settled` those whose labels and claims are
    put right, `condemned` those that must go.
    """

    steps: tuple[PodStep, ...]
    status: Object
    waits_for: str = ""
    pending: tuple[Object, ...] = ()
    settled: tuple[Object, ...] = ()
    condemned: tuple[Object, ...] = ()


@dataclass
class Walk:
    """A sync that is being decided, Pod after Pod."""

    stateful_set: Object
    current: Object
    update: Object
    now: float
    replicas: list[Object] = field(default_factory=list)
    condemned: list[Object] = field(default_factory=list)
    steps: list[PodStep] = field(default_factory=list)
    waits_for: str = ""
    pending: list[Object] = field(default_factory=list)
    settled: list[Object] = field(default_factory=list)

    def __post_init__(self) -> None:
        spec = self.stateful_set["spec"]
        self.min_ready = int(spec.get("minReadySeconds", 0))
        policy = spec.get("podManagementPolicy", "OrderedReady")
        self.ordered = bool(policy == "OrderedReady")

    def take(self, do: str, pod: Object, why: str) -> None:
        """Add a step."""
        self.steps.append(PodStep(do, pod, why))

    def stop(self, pod: Object) -> bool:
        """Stop here until this Pod is as it should be; with podManagementPolicy Parallel the walk goes on."""
        if self.ordered and not self.waits_for:
            self.waits_for = name(pod)
        return self.ordered

    def is_available(self, pod: Object) -> bool:
        """Whether a Pod has been ready long enough."""
        return is_available(pod, self.min_ready, self.now)


def decide(
    stateful_set: Object,
    pods: Iterable[Object],
    current: Object,
    update: Object,
    now: float,
) -> StatefulSync:
    """Decide one sync from the set's own Pods and the two revisions that count: the one that was, and the new one."""
    walk = Walk(stateful_set, current, update, now)
    _sort_out(walk, pods)
    own = [*(p for p in walk.replicas if uid(p)), *walk.condemned]
    status = _counted(walk, own)
    stopped = True
    if not is_deleting(stateful_set):
        # Each part begins only where the one before it had nothing to wait for.
        stopped = _living(walk)
        if not stopped and not _condemned(walk):
            _rollout(walk, status)
    status = _completed(walk, status)
    return StatefulSync(
        steps=tuple(walk.steps),
        status=status,
        waits_for=walk.waits_for,
        pending=tuple(walk.pending),
        settled=tuple(walk.settled),
        condemned=() if stopped else tuple(walk.condemned),
    )


def _sort_out(walk: Walk, pods: Iterable[Object]) -> None:
    """The Pods in the order of their ordinals, with new ones in the gaps; the others must go, the last one first."""
    stateful_set = walk.stateful_set
    found: dict[int, Object] = {}
    for pod in pods:
        ordinal = ordinal_of(stateful_set, pod)
        if ordinal is not None:
            found[ordinal] = pod
    start = start_of(stateful_set)
    for ordinal in range(start, start + replicas_of(stateful_set)):
        there = found.get(ordinal)
        if there is None:
            there = new_pod(stateful_set, walk.current, walk.update, ordinal)
        walk.replicas.append(there)
    others = [o for o in sorted(found, reverse=True) if not is_wanted(stateful_set, o)]
    walk.condemned = [found[ordinal] for ordinal in others]


def _living(walk: Walk) -> bool:
    """Handle the wanted Pods in ascending order; returns whether one stops the walk. Kubernetes: processReplica"""
    return any(_stops(walk, pod) for pod in walk.replicas)


def _stops(walk: Walk, pod: Object) -> bool:
    if not uid(pod):
        walk.take("create", pod, "missing")
        return walk.stop(pod)
    if is_pod_terminal(pod):
        # Whatever its container ended with: one that is gone from its Node looks the same. The next sync makes it anew.
        if not is_deleting(pod):
            walk.take("delete", pod, "ended")
        return walk.stop(pod)
    if phase(pod) == "Pending":
        walk.pending.append(pod)
    if (is_deleting(pod) or not walk.is_available(pod)) and walk.stop(pod):
        return True
    walk.settled.append(pod)
    return False


def _condemned(walk: Walk) -> bool:
    """Handle those that must go, in descending order; whether one stops the walk. Kubernetes: processCondemned"""
    broken = _first_broken(walk)
    for pod in walk.condemned:
        if is_deleting(pod):
            if walk.stop(pod):
                return True
            continue
        # Who does not work goes at once; but while another one does not, nobody who does.
        if not walk.is_available(pod) and pod is not broken and walk.stop(pod):
            return True
        walk.take("delete", pod, "scaled-down")
        if walk.stop(pod):
            return True
    return False


def _first_broken(walk: Walk) -> Object | None:
    for pod in (*walk.replicas, *reversed(walk.condemned)):
        if not uid(pod) or not is_healthy(pod):
            return pod
    return None


def _rollout(walk: Walk, status: Object) -> None:
    """One old Pod at a time, the last one first, down to the partition. Kubernetes: the end of updateStatefulSet"""
    stateful_set = walk.stateful_set
    strategy = stateful_set["spec"].get("updateStrategy", {})
    if strategy.get("type") == "OnDelete":
        return
    for pod in reversed(walk.replicas[partition_of(stateful_set) :]):
        if revision_of(pod) != name(walk.update) and not is_deleting(pod):
            if uid(pod):
                walk.take("delete", pod, "rollout")
                _count(status, "currentReplicas", -1)
            return
        if not walk.is_available(pod) or is_deleting(pod):
            walk.waits_for = walk.waits_for or name(pod)
            return


# The status --------------------------------------------------------------------------------------------------------


def _counted(walk: Walk, pods: Sequence[Object]) -> Object:
    """Kubernetes: updateStatus"""
    stateful_set = walk.stateful_set
    before = stateful_set.get("status", {})
    status: Object = {
        "observedGeneration": stateful_set["metadata"].get("generation", 0),
        "replicas": len(pods),
        "availableReplicas": 0,
        "currentRevision": name(walk.current),
        "updateRevision": name(walk.update),
        "collisionCount": before.get("collisionCount", 0),
    }
    for pod in pods:
        if is_running_and_ready(pod):
            _count(status, "readyReplicas", 1)
            _count(status, "availableReplicas", int(walk.is_available(pod)))
        if is_deleting(pod):
            continue
        if revision_of(pod) == name(walk.current):
            _count(status, "currentReplicas", 1)
        if revision_of(pod) == name(walk.update):
            _count(status, "updatedReplicas", 1)
    return status


def _count(status: Object, field: str, count: int) -> None:
    total = status.get(field, 0) + count
    if total or field == "availableReplicas":
        status[field] = total
    else:
        status.pop(field, None)


def _completed(walk: Walk, status: Object) -> Object:
    """Once all Pods are new and ready the new revision is the current one. Kubernetes: completeRollingUpdate"""
    strategy = walk.stateful_set["spec"].get("updateStrategy", {})
    wanted = replicas_of(walk.stateful_set)
    counts = [
        status.get(f, 0) for f in ("updatedReplicas", "replicas", "readyReplicas")
    ]
    if strategy.get("type") != "RollingUpdate" or counts != [wanted] * 3:
        return status
    found = {**status, "currentRevision": status["updateRevision"]}
    if wanted:
        found["currentReplicas"] = wanted
    return found


def truncated(
    revisions: Sequence[Object], live: Collection[str], limit: int
) -> list[Object]:
    """The revisions to delete: the oldest beyond the limit that nobody is of. Kubernetes: truncateHistory"""
    unused = [each for each in revisions if name(each) not in live]
    unused.sort(key=lambda each: (each["revision"], name(each)))
    return unused[: max(len(unused) - limit, 0)]

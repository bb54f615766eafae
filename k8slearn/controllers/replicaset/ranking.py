"""Which Pods of a ReplicaSet go first when it has too many.

Kubernetes: pkg/controller/controller_utils.go, ActivePodsWithRanks; pkg/controller/replicaset, getPodsToDelete
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf, log2
from typing import Any

from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    name,
    seconds_of,
    uid,
)
from k8slearn.kinds.pod.state import is_pod_ready, phase, sidecars
from k8slearn.kinds.pod_template.annotations import DELETION_COST

# Pods that run go last: one that never ran is no loss.
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
# Upstream takes the logarithm of nanoseconds, so a second is already class 29.
_NANOSECONDS = 1e9


def pods_to_delete(
    pods: Sequence[Object], related: Iterable[Object], count: int, now: float
) -> list[Object]:
    """The `count` least useful of the Pods, the least useful first; `related` are all Pods of the same controller."""
    if count >= len(pods):
        return list(pods)
    crowds = Counter(pod["spec"].get("nodeName", "") for pod in related)
    ranked = sorted(pods, key=lambda pod: usefulness(pod, crowds, now))
    return ranked[:count]


def least_advanced_first(pod: Object) -> Any:
    """The order in which a Job's Pods go, to the second and whatever their deletion costs. Kubernetes: ActivePods"""
    ready = is_pod_ready(pod)
    ready_since = _ready_since(pod) if ready else None
    return (
        bool(pod["spec"].get("nodeName")),
        _PHASES.get(phase(pod), 2),
        ready,
        -(ready_since if ready_since is not None else inf),
        _restarts(pod),
        -seconds_of(pod["metadata"]["creationTimestamp"]),
        uid(pod),
    )


def usefulness(pod: Object, crowds: Counter[str], now: float) -> Any:
    """A sort key; the lowest goes first: not bound, pending, not ready, cheap, crowded, young, restarted often.

    Among Pods of one age class the uid decides, which is random: so a service does not always lose its youngest.
    """
    node = pod["spec"].get("nodeName", "")
    ready = is_pod_ready(pod)
    ready_since = _ready_since(pod) if ready else None
    created = seconds_of(pod["metadata"]["creationTimestamp"])
    return (
        bool(node),
        _PHASES.get(phase(pod), 2),
        ready,
        deletion_cost(pod),
        -crowds[node],
        _age_class(ready_since, now),
        _restarts(pod),
        _age_class(created, now),
        uid(pod),
        name(pod),
    )


def deletion_cost(pod: Object) -> int:
    """What its deletion costs, as its author says. Kubernetes: GetDeletionCostFromPodAnnotations"""
    text = annotations_of(pod).get(DELETION_COST, "0")
    return int(text)


def _age_class(since: float | None, now: float) -> int:
    """The age in powers of two: a Pod twice as old is worth more. Kubernetes: logarithmicRankDiff"""
    if since is None:
        return 0
    age = (now - since) * _NANOSECONDS
    if age > 0:
        return int(log2(age))
    return 0


def _ready_since(pod: Object) -> float | None:
    for found in pod.get("status", {}).get("conditions", ()):
        if found["type"] == "Ready" and found.get("lastTransitionTime"):
            return seconds_of(found["lastTransitionTime"])
    return None


def _restarts(pod: Object) -> tuple[int, int]:
    """Restarts of containers, of sidecars; negative: more sort first. Kubernetes: compareMaxContainerRestarts"""
    status = pod.get("status", {})
    beside = sidecars(pod)
    inits = status.get("initContainerStatuses", ())
    kept = [each for each in inits if each["name"] in beside]
    return _most(status.get("containerStatuses", ())), _most(kept)


def _most(statuses: Iterable[Object]) -> int:
    return -max((each.get("restartCount", 0) for each in statuses), default=0)

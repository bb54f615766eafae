"""Whom a kubelet ends so that a critical Pod has room. Pure functions.

Kubernetes: pkg/kubelet/preemption/preemption.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kubelet.admission import is_critical, requests

# Whose kind is the cheapest to lose first.
_QUALITIES = ("BestEffort", "Burstable", "Guaranteed")

Lacking = dict[str, int]


def victims(
    pod: Object, others: list[Object], lacking: Iterable[tuple[str, int]]
) -> list[Object] | None:
    """As few as do, the cheapest to lose first; None where all together are not enough. Kubernetes: getPodsToPreempt"""
    groups = _groups(pod, others)
    # Beside each group those that are cheaper than it.
    cheaper: list[list[Object]] = [[]]
    for group in groups:
        cheaper.append(cheaper[-1] + group)
    needed = dict(lacking)
    if _without(needed, cheaper.pop()):
        return None
    chosen: list[Object] = []
    # The dearest first: of them only those that are needed even if all the cheaper ones go.
    for group, others_go in zip(reversed(groups), reversed(cheaper), strict=True):
        left = _without(needed, [*others_go, *chosen])
        chosen = [*_nearest(group, left), *chosen]
    return chosen


def _groups(pod: Object, others: list[Object]) -> list[list[Object]]:
    """Kubernetes: sortPodsByQOS"""
    found = [other for other in others if _yields(other, pod)]
    return [[p for p in found if qos_class(p["spec"]) == q] for q in _QUALITIES]


def _yields(other: Object, pod: Object) -> bool:
    """Kubernetes: kubelet/types Preemptable"""
    if is_critical(pod) and not is_critical(other):
        return True
    return int(pod["spec"].get("priority", 0)) > int(other["spec"].get("priority", 0))


def _without(lacking: Lacking, pods: Iterable[Object]) -> Lacking:
    """What is still lacking once these are gone. Kubernetes: admissionRequirementList.subtract"""
    left = dict(lacking)
    for pod in pods:
        gives = _gives(pod)
        left = {which: amount - gives.get(which, 0) for which, amount in left.items()}
    return {which: amount for which, amount in left.items() if amount > 0}


def _gives(pod: Object) -> Lacking:
    return {**requests(pod), "pods": 1}


def _nearest(pods: list[Object], lacking: Lacking) -> list[Object]:
    """Pods chosen one by one, each freeing the most of what is still lacking. Kubernetes: getPodsToPreemptByDistance"""
    left = list(pods)
    chosen = []
    while lacking and left:
        best = min(left, key=lambda each: (_distance(each, lacking), _size(each)))
        left.remove(best)
        chosen.append(best)
        lacking = _without(lacking, [best])
    return chosen


def _distance(pod: Object, lacking: Lacking) -> float:
    """How much of each lacking resource the Pod does not free: shares squared and summed, each resource alike."""
    gives = _gives(pod)
    shares = (
        max(amount - gives.get(which, 0), 0) / amount
        for which, amount in lacking.items()
    )
    return sum(share**2 for share in shares)


def _size(pod: Object) -> tuple[int, int]:
    """Kubernetes: smallerResourceRequest"""
    asked = requests(pod)
    return asked.get("memory", 0), asked.get("cpu", 0)

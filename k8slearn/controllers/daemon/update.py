"""The rolling update: which old Pods go, and which Nodes get a new one first, within maxUnavailable or maxSurge.

Invariants: of the Pods that work, never more than maxUnavailable are taken away at a time; with maxSurge an old Pod
goes only after a new one on its Node is available; terminating Pods are never counted twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.objects import Object, percent_or_number
from k8slearn.controllers.daemon.pods import NodePods, Removal


@dataclass(frozen=True, slots=True)
class Limits:
    """maxUnavailable and maxSurge as numbers, and the number of Nodes they were counted on."""

    desired: int
    max_unavailable: int
    max_surge: int


@dataclass(frozen=True, slots=True)
class Rollout:
    """One round of the rolling update, with its arithmetic.

    `busy` are the Nodes that count against the limit (unavailable, or surging), `free` how many more may start,
    `forced` what is replaced in any case since it does not work, `candidates` what could be replaced. `blocked` names
    a Node that is gone and stops a surging round.
    """

    limits: Limits
    busy: tuple[str, ...] = ()
    free: int = 0
    forced: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    delete: tuple[Removal, ...] = ()
    create: tuple[str, ...] = ()
    blocked: str = ""


def limits_of(daemon_set: Object, desired: int) -> Limits:
    """maxUnavailable and maxSurge for `desired` Nodes, percentages rounded up; both 0 means maxUnavailable 1.

    Kubernetes: pkg/controller/daemon/update.go, updatedDesiredNodeCounts.
    """
    rolling: dict[str, Any] = (daemon_set["spec"].get("updateStrategy") or {}).get(
        "rollingUpdate"
    ) or {}
    unavailable = percent_or_number(rolling.get("maxUnavailable", 0), desired)
    surge = percent_or_number(rolling.get("maxSurge", 0), desired)
    if desired and not unavailable and not surge:
        unavailable = 1
    return Limits(desired, unavailable, surge)


def rolling_update(daemon_set: Object, nodes: Collection[NodePods]) -> Rollout:
    """Decide one round. Nodes without a Pod where none belongs do not count.

    Kubernetes: pkg/controller/daemon/update.go, rollingUpdate.
    """
    limits = limits_of(daemon_set, sum(1 for node in nodes if node.wanted))
    # The real controller walks its Nodes in no fixed order; here those where nothing is ending go first.
    involved = [
        node for node in nodes if (node.pods or node.wanted) and not node.terminating
    ]
    involved += [node for node in nodes if node.terminating]
    if limits.max_surge:
        return _surge(limits, involved)
    return _replace(limits, involved)


def _replace(limits: Limits, nodes: Iterable[NodePods]) -> Rollout:
    busy: list[str] = []
    forced: list[Object] = []
    candidates: list[Object] = []
    for node in nodes:
        if node.excess or (node.new_pod is None) == (node.old_pod is None):
            busy.append(node.node)
        elif node.new_pod is not None:
            if not node.new_available:
                busy.append(node.node)
        elif node.old_pod is not None:
            (candidates if node.old_available else forced).append(node.old_pod)
    free = max(limits.max_unavailable - len(busy) - len(forced), 0)
    return Rollout(
        limits,
        tuple(busy),
        free,
        tuple(pod["metadata"]["name"] for pod in forced),
        tuple(pod["metadata"]["name"] for pod in candidates),
        tuple(Removal(pod, "rollout") for pod in forced + candidates[:free]),
    )


def _surge(limits: Limits, nodes: Iterable[NodePods]) -> Rollout:
    busy: list[str] = []
    forced: list[str] = []
    candidates: list[str] = []
    replaced: list[Object] = []
    misplaced: list[Object] = []
    stray: list[Object] = []
    available = 0
    for node in nodes:
        available += node.old_available if node.old_pod else node.new_available
        if node.excess:
            busy.append(node.node)
        elif node.old_pod is None:
            continue
        elif node.new_pod is not None:
            if node.new_available:
                replaced.append(node.old_pod)
            else:
                busy.append(node.node)
        elif node.placement is None:
            return Rollout(limits, blocked=node.node)
        elif not node.wanted:
            (misplaced if node.old_available else stray).append(node.old_pod)
        else:
            (candidates if node.old_available else forced).append(node.node)
    free = max(limits.max_surge - len(busy), 0)
    spare = max(available - limits.desired, 0)
    delete = [Removal(pod, "new-available") for pod in replaced]
    delete += [Removal(pod, "not-wanted") for pod in stray + misplaced[:spare]]
    create = (*forced, *candidates[:free])
    return Rollout(
        limits,
        tuple(busy),
        free,
        tuple(forced),
        tuple(candidates),
        tuple(delete),
        create,
    )

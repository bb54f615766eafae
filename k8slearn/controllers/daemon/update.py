"""The rolling update: which old Pods go, and which Nodes get a new one first, within maxUnavailable or maxSurge.

Invariants: of the Pods that work, never more than maxUnavailable are taken away at a time; with maxSurge an old Pod
goes only after a new one on its Node is available; terminating Pods are never counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.objects import Object, name, percent_or_number
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.controllers.daemon.status import DESIRED
from k8slearn.controllers.daemon.tally import (
    BUSY,
    CANDIDATES,
    FORCED,
    GONE,
    MISPLACED,
    REPLACED,
    STRAY,
    Tally,
    in_place_basket,
    surging_basket,
)


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
    `forced` what is replaced in any case since it does not work, `candidates` how many could be replaced. `blocked`
    names a Node that is gone and stops a surging round.
    """

    limits: Limits
    busy: tuple[str, ...] = ()
    free: int = 0
    forced: tuple[str, ...] = ()
    candidates: int = 0
    delete: tuple[Removal, ...] = ()
    create: tuple[str, ...] = ()
    blocked: str = ""


def limits_of(daemon_set: Object, desired: int) -> Limits:
    """maxUnavailable and maxSurge for `desired` Nodes, percentages rounded up; both 0 means maxUnavailable 1.

    Kubernetes: pkg/controller/daemon/update.go, updatedDesiredNodeCounts.
    """
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    rolling: dict[str, Any] = strategy.get("rollingUpdate") or {}
    unavailable = percent_or_number(rolling.get("maxUnavailable", 0), desired)
    surge = percent_or_number(rolling.get("maxSurge", 0), desired)
    # Without this a rollout could never begin; validation refuses two zeros, a DaemonSet stored before it need not.
    if desired and not unavailable and not surge:
        unavailable = 1
    return Limits(desired=desired, max_unavailable=unavailable, max_surge=surge)


def rolling_update(daemon_set: Object, nodes: Tally) -> Rollout:
    """Decide one round. Nodes without a Pod where none belongs do not count.

    Kubernetes: pkg/controller/daemon/update.go, rollingUpdate.
    """
    limits = limits_of(daemon_set, nodes.counts[DESIRED])
    if limits.max_surge:
        return _surge(limits, nodes)
    return _replace(limits, nodes)


def _replace(limits: Limits, nodes: Tally) -> Rollout:
    """Delete old Pods: those that do not work at once, of the others as many as the limit leaves."""
    baskets = nodes.baskets(in_place_basket)
    busy = baskets[BUSY]
    forced = nodes.old_pods(baskets[FORCED])
    candidates = baskets[CANDIDATES]
    free = max(limits.max_unavailable - len(busy) - len(forced), 0)
    chosen = nodes.old_pods(candidates.first(free))
    return Rollout(
        limits,
        busy=tuple(busy),
        free=free,
        forced=tuple(name(pod) for pod in forced),
        candidates=len(candidates),
        delete=_removals(forced + chosen, "rollout"),
    )


def _surge(limits: Limits, nodes: Tally) -> Rollout:
    """Start new Pods beside old ones, and delete old ones whose successor is available."""
    baskets = nodes.baskets(surging_basket)
    # An old Pod on a Node that is gone keeps the real controller from deciding at all (it fails to look the Node up)
    # until the Pod garbage collector has taken the Pod away.
    if baskets[GONE]:
        return Rollout(limits, blocked=baskets[GONE].first(1)[0])
    busy = baskets[BUSY]
    forced = baskets[FORCED]
    candidates = baskets[CANDIDATES]
    free = max(limits.max_surge - len(busy), 0)
    # A Pod that works where none belongs may go only while enough others work.
    spare = max(nodes.working - limits.desired, 0)
    misplaced = nodes.old_pods(baskets[MISPLACED].first(spare))
    not_wanted = nodes.old_pods(baskets[STRAY]) + misplaced
    replaced = nodes.old_pods(baskets[REPLACED])
    return Rollout(
        limits,
        busy=tuple(busy),
        free=free,
        forced=tuple(forced),
        candidates=len(candidates),
        delete=(
            *_removals(replaced, "new-available"),
            *_removals(not_wanted, "not-wanted"),
        ),
        create=(*forced, *candidates.first(free)),
    )


def _removals(pods: Iterable[Object], why: str) -> tuple[Removal, ...]:
    return tuple(Removal(pod, why) for pod in pods)

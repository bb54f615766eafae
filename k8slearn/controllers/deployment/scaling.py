"""A Deployment that is scaled in mid-rollout: each ReplicaSet gets its share.

Kubernetes: pkg/controller/deployment/sync.go, scale; util/deployment_util.go, GetReplicaSetProportion
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from k8slearn.apimachinery.objects import Object, name
from k8slearn.controllers.deployment.bookkeeping import desired_of, maximum_of
from k8slearn.controllers.deployment.limits import (
    ROLLING_UPDATE,
    counted,
    max_surge,
    strategy_of,
    wanted_of,
)
from k8slearn.kinds.workload import replicas_of


def created(replica_set: Object) -> tuple[str, str]:
    """By age, and by name where that is the same."""
    return replica_set["metadata"].get("creationTimestamp", ""), name(replica_set)


def active_ones(replica_sets: Sequence[Object]) -> list[Object]:
    """Those that are to have Pods. Kubernetes: FilterActiveReplicaSets"""
    return [each for each in replica_sets if replicas_of(each) > 0]


def sizes(
    deployment: Object, new: Object | None, old: Sequence[Object]
) -> dict[str, int]:
    """The size of each ReplicaSet by name when the Deployment was scaled; those that are left out stay as they are."""
    total = replicas_of(deployment)
    only = _only_one(new, old)
    if only is not None:
        return {name(only): total}
    if new is not None and _is_saturated(deployment, new):
        return {name(each): 0 for each in active_ones(old)}
    if strategy_of(deployment) != ROLLING_UPDATE:
        return {}
    every = active_ones([*old, *([new] if new is not None else [])])
    return _shares(deployment, every)


def _only_one(new: Object | None, old: Sequence[Object]) -> Object | None:
    """The one that has Pods, or where none has the newest. Kubernetes: FindActiveOrLatest"""
    newest_first = sorted(old, key=created, reverse=True)
    every = [*newest_first, *([new] if new is not None else [])]
    living = active_ones(every)
    if len(living) > 1:
        return None
    if living:
        return living[0]
    if new is not None:
        return new
    if newest_first:
        return newest_first[0]
    return None


def _is_saturated(deployment: Object, new: Object) -> bool:
    # Kubernetes: IsSaturated
    total = replicas_of(deployment)
    available = counted([new], "availableReplicas")
    return desired_of(new) == replicas_of(new) == available == total


def _shares(deployment: Object, every: Sequence[Object]) -> dict[str, int]:
    """In proportion to what each has; what rounding leaves over goes to the largest."""
    total = replicas_of(deployment)
    allowed = total + max_surge(deployment) if total else 0
    to_add = allowed - wanted_of(every)
    # Those of one size: more Pods go to the newer ones first, fewer are taken from the older ones first.
    by_age = sorted(every, key=created, reverse=to_add > 0)
    largest_first = sorted(by_age, key=replicas_of, reverse=True)
    found = {name(each): replicas_of(each) for each in largest_first}
    added = 0
    for each in largest_first:
        share = _share(each, deployment, to_add, added)
        found[name(each)] += share
        added += share
    if largest_first and to_add:
        first = name(largest_first[0])
        found[first] = max(found[first] + to_add - added, 0)
    return found


def _share(replica_set: Object, deployment: Object, to_add: int, added: int) -> int:
    if not replicas_of(replica_set) or to_add in (0, added):
        return 0
    fraction = _fraction(replica_set, deployment)
    left = to_add - added
    if to_add > 0:
        return min(fraction, left)
    return max(fraction, left)


def _fraction(replica_set: Object, deployment: Object) -> int:
    """How much a ReplicaSet grows or shrinks with its Deployment. Kubernetes: getReplicaSetFraction"""
    own = replicas_of(replica_set)
    total = replicas_of(deployment)
    if not total:
        return -own
    before = maximum_of(replica_set) or deployment.get("status", {}).get("replicas", 0)
    if not before:
        return 0
    # A half is rounded up: Go's RoundToInt32, of numbers that are not negative.
    size = floor(own * (total + max_surge(deployment)) / before + 0.5)
    return size - own

"""How many Pods a Deployment may have too many and too few at a time.

Kubernetes: pkg/controller/deployment/util/deployment_util.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.gotext import go_atoi
from k8slearn.apimachinery.objects import Object, Readable, percent_or_number
from k8slearn.kinds.workload import replicas_of

ROLLING_UPDATE = "RollingUpdate"


def strategy_of(deployment: Readable) -> str:
    """RollingUpdate or Recreate."""
    return str(deployment["spec"].get("strategy", {}).get("type", ROLLING_UPDATE))


def fenceposts(deployment: Readable) -> tuple[int, int]:
    """(maxSurge, maxUnavailable) as numbers: the surge rounded up, what may be missing rounded down.

    Both 0 after that: one may be missing, for else nothing could move. Kubernetes: ResolveFenceposts
    """
    rolling = deployment["spec"].get("strategy", {}).get("rollingUpdate") or {}
    total = replicas_of(deployment)
    surge = percent_or_number(rolling.get("maxSurge", 0), total)
    unavailable = _rounded_down(rolling.get("maxUnavailable", 0), total)
    if not surge and not unavailable:
        unavailable = 1
    return surge, unavailable


def _rounded_down(value: int | str, total: int) -> int:
    if isinstance(value, int):
        return value
    return go_atoi(value.removesuffix("%")) * total // 100


def max_surge(deployment: Readable) -> int:
    """Kubernetes: MaxSurge"""
    if strategy_of(deployment) != ROLLING_UPDATE:
        return 0
    return fenceposts(deployment)[0]


def max_unavailable(deployment: Readable) -> int:
    """Kubernetes: MaxUnavailable"""
    total = replicas_of(deployment)
    if strategy_of(deployment) != ROLLING_UPDATE or not total:
        return 0
    return min(fenceposts(deployment)[1], total)


def wanted_of(replica_sets: Iterable[Object]) -> int:
    """How many Pods these ReplicaSets are to have. Kubernetes: GetReplicaCountForReplicaSets"""
    return sum(map(replicas_of, replica_sets))


def counted(replica_sets: Iterable[Object], field: str) -> int:
    """The sum of a field of their statuses."""
    return sum(each.get("status", {}).get(field, 0) for each in replica_sets)


def new_size(deployment: Object, every: Iterable[Object], new: Object) -> int:
    """How large the new ReplicaSet may be now, given all of them. Kubernetes: NewRSNewReplicas"""
    total = replicas_of(deployment)
    if strategy_of(deployment) != ROLLING_UPDATE:
        return total
    room = total + max_surge(deployment) - wanted_of(every)
    if room <= 0:
        return replicas_of(new)
    return replicas_of(new) + min(room, total - replicas_of(new))

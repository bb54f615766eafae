"""What the ReplicaSet controller decides in one sync, composed here and nowhere else.

Kubernetes: pkg/controller/replicaset/replica_set.go, manageReplicas; replica_set_utils.go, calculateStatus
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object, condition, labels, timestamp
from k8slearn.controllers.pod_owner import active, next_available, terminating
from k8slearn.controllers.replicaset.ranking import pods_to_delete
from k8slearn.kinds.pod.state import is_pod_available, is_pod_ready
from k8slearn.kinds.workload import replicas_of

BURST_REPLICAS = 500
"""As many Pods at most are created or deleted in one go. Kubernetes: replica_set.go, BurstReplicas"""
REPLICA_FAILURE = "ReplicaFailure"


@dataclass(frozen=True, slots=True)
class ReplicaSync:
    """What one sync decides: how many Pods are made, which go, and when time alone asks for another look.

    `difference` is how many Pods there are more than wanted. `waiting` means that earlier creations or deletions were
    not yet seen, so that only the status was brought up.
    """

    create: int
    delete: tuple[Object, ...]
    difference: int
    look_again: float | None
    waiting: bool = False


def decide(
    replica_set: Object,
    pods: Sequence[Object],
    related: Iterable[Object],
    now: float,
    *,
    waiting: bool = False,
) -> ReplicaSync:
    """Decide one sync from the ReplicaSet's own Pods; `related` are those of all ReplicaSets of its Deployment."""
    living = active(pods)
    difference = len(living) - replicas_of(replica_set)
    again = next_available(replica_set, living, now)
    if waiting or "deletionTimestamp" in replica_set["metadata"]:
        return ReplicaSync(
            create=0,
            delete=(),
            difference=difference,
            look_again=again,
            waiting=waiting,
        )
    if difference <= 0:
        missing = min(-difference, BURST_REPLICAS)
        return ReplicaSync(
            create=missing, delete=(), difference=difference, look_again=again
        )
    count = min(difference, BURST_REPLICAS)
    chosen = pods_to_delete(living, active(related), count, now)
    return ReplicaSync(
        create=0, delete=tuple(chosen), difference=difference, look_again=again
    )


def status_of(
    replica_set: Object,
    pods: Iterable[Object],
    now: float,
    failure: tuple[str, str] | None = None,
) -> Object:
    """The status that the controller writes; `failure` is (reason, message) of what was refused just now."""
    own = list(pods)
    living = active(own)
    min_ready = replica_set["spec"].get("minReadySeconds", 0)
    marks = labels(replica_set["spec"]["template"]).items()
    counts = {
        "fullyLabeledReplicas": sum(marks <= labels(pod).items() for pod in living),
        "readyReplicas": sum(is_pod_ready(pod) for pod in living),
        "availableReplicas": sum(
            is_pod_available(pod, min_ready, now) for pod in living
        ),
        "observedGeneration": replica_set["metadata"].get("generation", 0),
    }
    status: Object = {
        "replicas": len(living),
        "terminatingReplicas": len(terminating(own)),
        **{field: count for field, count in counts.items() if count},
    }
    conditions = _conditions(replica_set, failure, now)
    if conditions:
        status["conditions"] = conditions
    return status


def _conditions(
    replica_set: Object, failure: tuple[str, str] | None, now: float
) -> list[Object]:
    """Its conditions: a refusal stays as it was first told until nothing is refused any more."""
    present = replica_set.get("status", {}).get("conditions") or []
    known = condition(replica_set, REPLICA_FAILURE)
    if failure is None:
        return [each for each in present if each["type"] != REPLICA_FAILURE]
    if known is not None:
        return list(present)
    reason, message = failure
    entry = {
        "type": REPLICA_FAILURE,
        "status": "True",
        "lastTransitionTime": timestamp(now),
        "reason": reason,
        "message": message,
    }
    return [*present, entry]

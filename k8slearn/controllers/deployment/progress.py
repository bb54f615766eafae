"""The status of a Deployment: its counts, whether it is available, whether its rollout moves on.

Kubernetes: pkg/controller/deployment/progress.go, syncRolloutStatus; sync.go, calculateStatus
"""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.gotext import MAX_INT32
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    condition,
    conditions_with,
    name,
    seconds_of,
    timestamp,
)
from k8slearn.controllers.deployment.limits import (
    counted,
    max_unavailable,
    wanted_of,
)
from k8slearn.kinds.workload import replicas_of

PROGRESSING = "Progressing"
AVAILABLE = "Available"
FAILURE = "ReplicaFailure"
COMPLETE = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"
UPDATED = "ReplicaSetUpdated"
CREATED = "NewReplicaSetCreated"
FOUND = "FoundNewReplicaSet"
PAUSED = "DeploymentPaused"
RESUMED = "DeploymentResumed"
CREATE_FAILED = "ReplicaSetCreateError"
# A status has whole seconds: looked at earlier, the deadline would not be over. Kubernetes: requeueStuckDeployment
_SKEW = 1.0


def has_deadline(deployment: Readable) -> bool:
    """Whether a rollout may be late. Kubernetes: HasProgressDeadline"""
    deadline = deployment["spec"].get("progressDeadlineSeconds")
    # "No deadline" is said by the largest number.
    return deadline is not None and deadline != MAX_INT32


def with_condition(
    o: Object, kind: str, status: str, reason: str, message: str, now: float
) -> Object:
    """The object with a condition; one of the same status and reason stays. Kubernetes: SetDeploymentCondition"""
    known = condition(o, kind)
    if known is not None and (known["status"], known["reason"]) == (status, reason):
        return o
    stamp = timestamp(now)
    since = stamp
    if known is not None and known["status"] == status:
        since = known["lastTransitionTime"]
    entry = {
        "type": kind,
        "status": status,
        "lastUpdateTime": stamp,
        "lastTransitionTime": since,
        "reason": reason,
        "message": message,
    }
    return _with_conditions(o, conditions_with(o, entry))


def _without(o: Object, kind: str) -> Object:
    present = o.get("status", {}).get("conditions") or []
    return _with_conditions(o, [each for each in present if each["type"] != kind])


def _with_conditions(o: Object, conditions: list[Object]) -> Object:
    status = {**o.get("status", {}), "conditions": conditions}
    if not conditions:
        del status["conditions"]
    return {**o, "status": status}


def counted_status(
    deployment: Object, every: Sequence[Object], new: Object | None, now: float
) -> Object:
    """The Deployment with its counts and the condition Available. Kubernetes: calculateStatus"""
    available = counted(every, "availableReplicas")
    newest = [new] if new is not None else []
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": counted(every, "replicas"),
        "updatedReplicas": counted(newest, "replicas"),
        "readyReplicas": counted(every, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(wanted_of(every) - available, 0),
    }
    before = deployment.get("status", {})
    kept = {f: before[f] for f in ("conditions", "collisionCount") if f in before}
    status: Object = {field: count for field, count in counts.items() if count}
    status["terminatingReplicas"] = counted(every, "terminatingReplicas")
    found = {**deployment, "status": {**status, **kept}}
    if available >= replicas_of(deployment) - max_unavailable(deployment):
        text = "Deployment has minimum availability."
        reason = "MinimumReplicasAvailable"
        return with_condition(found, AVAILABLE, "True", reason, text, now)
    text = "Deployment does not have minimum availability."
    reason = "MinimumReplicasUnavailable"
    return with_condition(found, AVAILABLE, "False", reason, text, now)


def is_complete(deployment: Object, status: Readable) -> bool:
    """Whether the rollout is over: all Pods are new and available. Kubernetes: DeploymentComplete"""
    total = replicas_of(deployment)
    counts = [
        status.get(field, 0)
        for field in ("updatedReplicas", "replicas", "availableReplicas")
    ]
    observed = status.get("observedGeneration", 0)
    is_seen = observed >= deployment["metadata"].get("generation", 0)
    return counts == [total] * 3 and bool(is_seen)


def rollout_status(
    deployment: Object, every: Sequence[Object], new: Object | None, now: float
) -> Object:
    """The Deployment with its counts and its conditions in a rollout. Kubernetes: syncRolloutStatus"""
    found = counted_status(deployment, every, new, now)
    found = _progress(deployment, found, new, now)
    failure = _failure(every, new)
    if failure is None:
        return _without(found, FAILURE)
    about = (failure["status"], failure["reason"], failure.get("message", ""))
    return with_condition(found, FAILURE, *about, now)


def _progress(
    deployment: Object, found: Object, new: Object | None, now: float
) -> Object:
    if not has_deadline(deployment):
        return _without(found, PROGRESSING)
    status = found["status"]
    known = condition(deployment, PROGRESSING)
    # Once complete it stays so, whatever happens to its Pods: that is no rollout.
    all_new = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    if all_new and known is not None and known["reason"] == COMPLETE:
        return found
    whose = f'Deployment "{name(deployment)}"'
    if new is not None:
        whose = f'ReplicaSet "{name(new)}"'
    if is_complete(deployment, status):
        text = f"{whose} has successfully progressed."
        return with_condition(found, PROGRESSING, "True", COMPLETE, text, now)
    if _moved(deployment.get("status", {}), status):
        text = f"{whose} is progressing."
        return _anew(found, text, now)
    if _is_late(deployment, found, now):
        text = f"{whose} has timed out progressing."
        return with_condition(found, PROGRESSING, "False", TIMED_OUT, text, now)
    return found


def _anew(found: Object, text: str, now: float) -> Object:
    """The condition Progressing written anew, so that the deadline counts from the latest progress."""
    known = condition(found, PROGRESSING)
    again = with_condition(
        _without(found, PROGRESSING), PROGRESSING, "True", UPDATED, text, now
    )
    if known is None or known["status"] != "True":
        return again
    entry = condition(again, PROGRESSING) or {}
    kept = {**entry, "lastTransitionTime": known["lastTransitionTime"]}
    return _with_conditions(again, conditions_with(again, kept))


def _moved(before: Readable, status: Readable) -> bool:
    # Kubernetes: DeploymentProgressing
    for field in ("updatedReplicas", "readyReplicas", "availableReplicas"):
        if status.get(field, 0) > before.get(field, 0):
            return True
    return _old_ones(status) < _old_ones(before)


def _old_ones(status: Readable) -> int:
    return int(status.get("replicas", 0) - status.get("updatedReplicas", 0))


def _is_late(deployment: Object, found: Object, now: float) -> bool:
    # Kubernetes: DeploymentTimedOut
    known = condition(found, PROGRESSING)
    if known is None or known["reason"] == COMPLETE:
        return False
    if known["reason"] == TIMED_OUT:
        return True
    deadline = deployment["spec"]["progressDeadlineSeconds"]
    return bool(seconds_of(known["lastUpdateTime"]) + deadline < now)


def look_again(deployment: Object, found: Object, now: float) -> float | None:
    """In how many seconds the rollout will be late, None where it cannot be. Kubernetes: requeueStuckDeployment"""
    known = condition(deployment, PROGRESSING)
    if not has_deadline(deployment) or known is None:
        return None
    if is_complete(deployment, found["status"]) or known["reason"] == TIMED_OUT:
        return None
    deadline = deployment["spec"]["progressDeadlineSeconds"]
    left = seconds_of(known["lastUpdateTime"]) + deadline - now
    return float(max(left, 0.0) + _SKEW)


def _failure(every: Sequence[Object], new: Object | None) -> Object | None:
    """The ReplicaFailure condition to report, the new ReplicaSet's before others'. Kubernetes: getReplicaFailures"""
    newest = [new] if new is not None else []
    for replica_set in (*newest, *every):
        found = condition(replica_set, FAILURE)
        if found is not None:
            return found
    return None


def pause_told(deployment: Object, now: float) -> Object:
    """The Deployment with what its condition says of a pause. Kubernetes: checkPausedConditions"""
    known = condition(deployment, PROGRESSING)
    if not has_deadline(deployment):
        return deployment
    if known is not None and known["reason"] == TIMED_OUT:
        return deployment
    was_paused = known is not None and known["reason"] == PAUSED
    paused = bool(deployment["spec"].get("paused"))
    if paused and not was_paused:
        text = "Deployment is paused"
        return with_condition(deployment, PROGRESSING, "Unknown", PAUSED, text, now)
    if was_paused and not paused:
        text = "Deployment is resumed"
        return with_condition(deployment, PROGRESSING, "Unknown", RESUMED, text, now)
    return deployment

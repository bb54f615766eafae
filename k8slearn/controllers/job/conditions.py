"""The conditions of a Job: how it is going to end, and how it has ended.

Kubernetes: pkg/controller/job/job_controller.go, newCondition, ensureJobConditionStatus
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    condition,
    timestamp,
)

COMPLETE = "Complete"
FAILED = "Failed"
TARGETS = {"SuccessCriteriaMet": COMPLETE, "FailureTarget": FAILED}
"""The condition that announces an end, and the one that replaces it when all Pods have ended."""


class JobEnd(NamedTuple):
    """How a Job ends: `kind` is SuccessCriteriaMet or FailureTarget."""

    kind: str
    reason: str
    message: str


REACHED = JobEnd(
    "SuccessCriteriaMet",
    "CompletionsReached",
    "Reached expected number of succeeded pods",
)


def failing(reason: str, message: str) -> JobEnd:
    """A Job that is to fail."""
    return JobEnd("FailureTarget", reason, message)


def verdict_of(job: Readable) -> JobEnd | None:
    """The end that its conditions announce, None where they announce none."""
    for kind in TARGETS:
        found = condition(job, kind)
        if found is not None and found["status"] == "True":
            return JobEnd(kind, found["reason"], found["message"])
    return None


def entry(kind: str, status: str, reason: str, message: str, now: float) -> Object:
    """A condition as it is written anew."""
    stamp = timestamp(now)
    return {
        "type": kind,
        "status": status,
        "lastProbeTime": stamp,
        "lastTransitionTime": stamp,
        "reason": reason,
        "message": message,
    }


def with_entry(conditions: list[Object], new: Object) -> list[Object]:
    """The conditions with this one in its place; one that says the same stays as it is."""
    found = []
    known = False
    for old in conditions:
        if old["type"] != new["type"]:
            found.append(old)
            continue
        known = True
        same = [old[f] == new[f] for f in ("status", "reason", "message")]
        found.append(old if all(same) else new)
    # One that was never true need not be told to be false.
    if not known and new["status"] == "True":
        found.append(new)
    return found

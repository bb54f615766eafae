"""How long a Job waits after failures, and what its policies say of them.

Kubernetes: pkg/controller/job/backoff_utils.go, pod_failure_policy.go, success_policy.go
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    condition,
    full_name,
)
from k8slearn.controllers.job.indexes import parse
from k8slearn.controllers.job.pods import ended_at

# Kubernetes: job_controller.go, DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff
FIRST_WAIT = 10.0
LONGEST_WAIT = 600.0


@dataclass(frozen=True, slots=True)
class FailureRecord:
    """How many Pods have failed since the last one that did not, and when the last one did (simulated seconds)."""

    count: int = 0
    last: float = 0.0

    def wait(self, now: float) -> float:
        """In how many seconds the next Pod may start."""
        return wait_after(self.count, self.last, now)

    def with_more(
        self, succeeded: Iterable[Object], failed: Iterable[Object], now: float
    ) -> FailureRecord:
        """The record after these Pods have ended. Kubernetes: newBackoffRecord"""
        good = [ended_at(pod, now) for pod in succeeded]
        bad = [ended_at(pod, now) for pod in failed]
        if good:
            # Whoever succeeds makes all forgotten that failed before it, or with it.
            bad = [moment for moment in bad if moment > max(good)]
            return FailureRecord(len(bad), max(bad, default=0.0))
        if bad:
            return FailureRecord(self.count + len(bad), max(bad))
        return self


def wait_after(count: int, last: float, now: float) -> float:
    """Seconds to wait: 10 after a failure, doubled by each further one. Kubernetes: getRemainingTimeForFailuresCount"""
    if not count:
        return 0.0
    # Twenty doublings are long past the limit.
    seconds = min(FIRST_WAIT * 2.0 ** min(count - 1, 20), LONGEST_WAIT)
    return max(last + seconds - now, 0.0)


class Judgement(NamedTuple):
    """What a failure policy says of one failed Pod: `fail_job` is why the whole Job fails, '' if it does not."""

    counts: bool = True
    fail_job: str = ""
    fail_index: bool = False


def judged(job: Readable, pod: Object) -> Judgement:
    """The first rule that matches decides. Kubernetes: matchPodFailurePolicy"""
    policy = job["spec"].get("podFailurePolicy") or {}
    for number, rule in enumerate(policy.get("rules", ())):
        why = _matched(rule, pod)
        if why:
            action = rule["action"]
            text = f"{why} matching {action} rule at index {number}"
            return Judgement(
                counts=action != "Ignore",
                fail_job=text if action == "FailJob" else "",
                fail_index=action == "FailIndex",
            )
    return Judgement()


def _matched(rule: Object, pod: Object) -> str:
    codes = rule.get("onExitCodes")
    if codes is not None:
        return _by_exit_code(codes, pod)
    for pattern in rule.get("onPodConditions") or ():
        found = condition(pod, pattern["type"])
        if found is not None and found["status"] == pattern.get("status", "True"):
            return f"Pod {full_name(pod)} has condition {pattern['type']}"
    return ""


def _by_exit_code(codes: Object, pod: Object) -> str:
    status = pod.get("status", {})
    every = [
        *(status.get("initContainerStatuses") or ()),
        *(status.get("containerStatuses") or ()),
    ]
    for each in every:
        code = each.get("state", {}).get("terminated", {}).get("exitCode", 0)
        named = codes.get("containerName")
        # One that ended well is no failure, whatever the rule lists.
        if not code or (named and named != each["name"]):
            continue
        is_listed = code in codes.get("values", ())
        if is_listed == (codes["operator"] == "In"):
            about = f"Container {each['name']} for pod {full_name(pod)}"
            return f"{about} failed with exit code {code}"
    return ""


def success_met(job: Readable, done: set[int]) -> str:
    """Why enough numbers are done, '' where they are not. Kubernetes: matchSuccessPolicy"""
    policy = job["spec"].get("successPolicy") or {}
    total = job["spec"].get("completions", 0)
    for number, rule in enumerate(policy.get("rules", ())):
        meant = set(range(total))
        if "succeededIndexes" in rule:
            meant = parse(rule["succeededIndexes"], total)
        needed = rule.get("succeededCount", len(meant))
        if len(done & meant) >= needed:
            return f"Matched rules at index {number}"
    return ""

"""Failures that are counted index by index: backoffLimitPerIndex, and the action FailIndex.

How often an index has failed is written on its Pods, each carrying on what the one before it had. So the last failed
Pod of an index keeps its finalizer until the next one is there.

Kubernetes: pkg/controller/job/indexed_job_utils.go, backoff_utils.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    annotations_of,
    with_metadata,
)
from k8slearn.controllers.job.failures import judged, wait_after
from k8slearn.controllers.job.indexes import parse
from k8slearn.controllers.job.pods import ended_at, has_failed, index_of, is_tracked

FAILURES = "batch.kubernetes.io/job-index-failure-count"
IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count"


def has_limit(job: Readable) -> bool:
    """Whether each index has a limit of its own."""
    return "backoffLimitPerIndex" in job["spec"]


def failed(job: Readable, pods: Iterable[Object]) -> set[int]:
    """The indexes that are given up: those told of before, and those of Pods. Kubernetes: calculateFailedIndexes"""
    if not has_limit(job):
        return set()
    total = job["spec"].get("completions", 0)
    found = parse(job.get("status", {}).get("failedIndexes", ""), total)
    for pod in pods:
        index = index_of(pod)
        if index is not None and is_tracked(pod) and _is_lost(job, pod):
            found.add(index)
    return {index for index in found if index < total}


def _is_lost(job: Readable, pod: Object) -> bool:
    """Whether this failure is one too many for its index. Kubernetes: isIndexFailed"""
    if not has_failed(job, pod):
        return False
    found = judged(job, pod)
    if found.fail_index:
        return True
    limit = job["spec"]["backoffLimitPerIndex"]
    return found.counts and _number(pod, FAILURES) >= limit


def to_be_replaced(
    job: Readable, pods: Iterable[Object], settled: set[int], now: float
) -> dict[int, Object]:
    """The last failed Pod of each index that is not settled. Kubernetes: getPodsWithDelayedDeletionPerIndex"""
    found: dict[int, Object] = {}
    if not has_limit(job):
        return found
    for pod in pods:
        index = index_of(pod)
        if index is None or index in settled or not is_tracked(pod):
            continue
        if has_failed(job, pod):
            last = found.get(index, pod)
            found[index] = max(last, pod, key=lambda p: (_tries(p), ended_at(p, now)))
    return found


def wait_for(before: Object | None, now: float) -> float:
    """In how many seconds the Pod after this one may start. Kubernetes: getRemainingTimePerIndex"""
    if before is None:
        return 0.0
    return wait_after(_tries(before) + 1, ended_at(before, now), now)


def carrying_on(job: Readable, pod: Object, before: Object | None) -> Object:
    """A new Pod with the counts of the one that it replaces. Kubernetes: addIndexFailureCountAnnotation"""
    counts = {FAILURES: 0, IGNORED: 0}
    if before is not None:
        counts = {key: _number(before, key) for key in counts}
        counts[FAILURES if judged(job, before).counts else IGNORED] += 1
    if not counts[IGNORED]:
        del counts[IGNORED]
    told = {key: str(count) for key, count in counts.items()}
    return with_metadata(pod, annotations={**annotations_of(pod), **told})


def _number(pod: Object, key: str) -> int:
    text = annotations_of(pod).get(key, "")
    if text.isdigit():
        return int(text)
    return 0


def _tries(pod: Object) -> int:
    return _number(pod, FAILURES) + _number(pod, IGNORED)

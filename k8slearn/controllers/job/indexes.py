"""The numbers of an Indexed Job: which are done, which have failed, which come next.

Kubernetes: pkg/controller/job/indexed_job_utils.go
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, Readable
from k8slearn.controllers.job.pods import has_failed, has_succeeded, index_of


def parse(text: str, total: int) -> set[int]:
    """`1,3-5` as numbers below `total`."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return {number for number in found if number < total}


def printed(numbers: Iterable[int]) -> str:
    """Numbers as `1,3-5`; two in a row are told one by one."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = []
    for run in runs:
        # Kubernetes: orderedIntervals.String
        joint = "," if len(run) == 2 else "-"
        words.append(f"{run[0]}{joint}{run[-1]}" if len(run) > 1 else str(run[0]))
    return ",".join(words)


def completed(job: Readable, pods: Iterable[Object]) -> set[int]:
    """The numbers that are done: those told of before, and those of Pods that ended well."""
    total = job["spec"].get("completions", 0)
    found = parse(job.get("status", {}).get("completedIndexes", ""), total)
    found |= {index for pod in pods if has_succeeded(pod) and (index := index_of(pod)) is not None}  # fmt: skip
    return {index for index in found if index < total}


def failed(job: Readable, pods: Iterable[Object]) -> set[int]:
    """The numbers that have failed more often than backoffLimitPerIndex lets them."""
    spec = job["spec"]
    limit = spec.get("backoffLimitPerIndex")
    if limit is None:
        return set()
    total = spec.get("completions", 0)
    counts = Counter(index_of(pod) for pod in pods if has_failed(job, pod))
    found = parse(job.get("status", {}).get("failedIndexes", ""), total)
    found |= {index for index, count in counts.items() if index is not None and count > limit}  # fmt: skip
    return {index for index in found if index < total}


def next_ones(taken: set[int], total: int, count: int) -> list[int]:
    """The first free numbers. Kubernetes: firstPendingIndexes"""
    free = (number for number in range(total) if number not in taken)
    return [number for number, _ in zip(free, range(count), strict=False)]

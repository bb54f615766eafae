"""The numbers of an Indexed Job: which are done, which come next.

Kubernetes: pkg/controller/job/indexed_job_utils.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, Readable
from k8slearn.controllers.job.pods import has_succeeded, index_of, is_tracked


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
    for pod in pods:
        index = index_of(pod)
        # One that is counted is told of in the status, as long as its number is one of the Job's.
        if index is not None and has_succeeded(pod) and is_tracked(pod):
            found.add(index)
    return {index for index in found if index < total}


def next_ones(taken: set[int], total: int, count: int) -> list[int]:
    """The first free numbers. Kubernetes: firstPendingIndexes"""
    free = (number for number in range(total) if number not in taken)
    return [number for number, _ in zip(free, range(count), strict=False)]

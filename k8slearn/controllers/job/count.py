"""What is counted in one sync of a Job.

Kubernetes: pkg/controller/job/job_controller.go, syncJobCtx, getNewFinishedPods
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.job import indexes, per_index
from k8slearn.controllers.job.conditions import JobEnd
from k8slearn.controllers.job.failures import FailureRecord, judged
from k8slearn.controllers.job.pods import (
    has_failed,
    has_succeeded,
    index_of,
    is_indexed,
    is_tracked,
)
from k8slearn.controllers.pod_owner import active


@dataclass
class Count:
    """A sync that is being decided."""

    job: Object
    pods: Sequence[Object]
    now: float
    failures: FailureRecord
    waiting: bool
    status: Object = field(default_factory=dict)
    verdict: JobEnd | None = None
    create: list[Object] = field(default_factory=list)
    delete: list[Object] = field(default_factory=list)
    told: list[tuple[str, str, str]] = field(default_factory=list)
    again: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.status = dict(self.job.get("status", {}))
        self.spec: Object = self.job["spec"]
        self.active = active(self.pods)
        uncounted = [pod for pod in self.pods if is_tracked(pod) and self.means(pod)]  # fmt: skip
        self.new_good = [pod for pod in uncounted if has_succeeded(pod)]
        self.new_bad = [
            pod
            for pod in uncounted
            if has_failed(self.job, pod) and not has_succeeded(pod)
        ]
        self.failures = self.failures.with_more(self.new_good, self.new_bad, self.now)
        self.done: set[int] = set()
        self.lost: set[int] = set()
        if is_indexed(self.job):
            self.done = indexes.completed(self.job, self.pods)
            self.lost = per_index.failed(self.job, self.pods)
        settled = self.done | self.lost | in_use(self.active)
        self.replaced = per_index.to_be_replaced(self.job, self.pods, settled, self.now)

    @property
    def succeeded(self) -> int:
        """How many have ended well, those that are counted with this sync included."""
        if is_indexed(self.job):
            return len(self.done)
        return int(self.status.get("succeeded", 0)) + len(self.new_good)

    @property
    def failed(self) -> int:
        """How many have failed."""
        more = sum(judged(self.job, pod).counts for pod in self.new_bad)
        return int(self.status.get("failed", 0)) + more

    @property
    def suspended(self) -> bool:
        """Whether its author holds it back."""
        return bool(self.spec.get("suspend"))

    def means(self, pod: Object) -> bool:
        """Whether a Pod has one of the Job's numbers, if its Pods have any."""
        if not is_indexed(self.job):
            return True
        index = index_of(pod)
        return index is not None and index < self.spec["completions"]


def in_use(pods: Iterable[Object]) -> set[int]:
    """The numbers of Pods. Kubernetes: getIndexes"""
    return {index for pod in pods if (index := index_of(pod)) is not None}

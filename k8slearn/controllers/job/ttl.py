"""The TTL-after-finished controller: a Job that has ended is deleted after so many seconds."""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    full_name,
    is_deleting,
    name,
    namespace,
    seconds_of,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.job import finished_as

ACTOR = "ttl-after-finished-controller"


class TTLAfterFinished(Controller):
    """Kubernetes: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go"""

    name = ACTOR
    kinds = ("Job",)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.informer.on("Job", self.on_job, WRITTEN)

    def on_job(self, change: Change) -> None:
        """Only a Job that has ended and has ttlSecondsAfterFinished is looked at."""
        if _due(change.object) is not None:
            self.enqueue(full_name(change.object))

    def sync(self, key: str) -> None:
        """Delete the Job when its time has come. Kubernetes: processJob"""
        place, _, job_name = key.partition("/")
        job = self.client.get("Job", job_name, place)
        due = _due(job) if job is not None else None
        if job is None or due is None:
            return
        left = due - self.clock.now
        if left > 0:
            self.enqueue_after(key, left)
            return
        self.client.delete("Job", name(job), namespace(job), propagation="Foreground")


def _due(job: Object) -> float | None:
    """When it is to be deleted, None where nothing says so."""
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    kind = finished_as(job)
    if seconds is None or kind is None or is_deleting(job):
        return None
    ended = condition(job, kind) or {}
    return float(seconds_of(ended["lastTransitionTime"]) + seconds)

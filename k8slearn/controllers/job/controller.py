"""The Job controller: watches, has `decide` decide, and carries it out."""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    full_name,
    name,
    namespace,
    uid,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.job.conditions import COMPLETE, TARGETS
from k8slearn.controllers.job.decide import JobSync, decide
from k8slearn.controllers.job.failures import FailureRecord
from k8slearn.controllers.job.pods import is_tracked, untracked
from k8slearn.controllers.pod_owner import PodOwner, slow_start
from k8slearn.kinds.job import is_finished

ACTOR = "job-controller"
MANAGER = "kubernetes.io/job-controller"
"""The `managedBy` of a Job that names no controller. Kubernetes: batch/v1 JobControllerName"""
BATCH_SECONDS = 1.0
"""How long a sync waits after a change of a Pod, to take several into one. Kubernetes: SyncJobBatchPeriod"""
TOO_MANY = (
    "TooManySucceededPods",
    "Too many succeeded pods running after completion count reached",
)
_ORPHAN = "orphan "
"""The prefix of the key of a Pod whose Job is gone."""


class JobController(PodOwner):
    """Kubernetes: pkg/controller/job/job_controller.go, Controller."""

    name = ACTOR
    kinds = ("Job",)
    owner_kind = "Job"
    # Kubernetes: DefaultJobApiBackOff, MaxJobApiBackOff
    retry_base = 1.0
    retry_limit = 60.0

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.records: dict[str, FailureRecord] = {}

    def on_owner(self, change: Change) -> None:
        """A changed spec is looked at at once, a changed status with the next Pods."""
        for kind in self.dependents:
            self.informer.follow(kind, self.client.registry.store)
        job = change.object
        before = change.previous
        key = full_name(job)
        if change.type == "DELETED":
            self.expectations.forget(key)
            self.records.pop(uid(job), None)
            for pod in self.pods.all_of(uid(job)):
                self._orphaned(pod)
        elif before is None or _generation(before) != _generation(job):
            self.enqueue(key)
        else:
            self.enqueue_after(key, BATCH_SECONDS)

    def on_pod(self, change: Change) -> None:
        """Take the finalizer off a Pod whose Job is gone."""
        super().on_pod(change)
        pod = change.object
        if change.type != "DELETED" and is_tracked(pod) and self.owner_of(pod) is None:
            self._orphaned(pod)

    def touched(self, owner: Object, nodes: set[str]) -> None:
        """What happens within a second is one sync."""
        self.enqueue_after(full_name(owner), BATCH_SECONDS)

    def _orphaned(self, pod: Object) -> None:
        if is_tracked(pod):
            self.enqueue(f"{_ORPHAN}{full_name(pod)}")

    def sync(self, key: str) -> JobSync | None:
        """Bring one Job nearer to its end; returns what was decided. Kubernetes: syncJob, syncOrphanPod."""
        if key.startswith(_ORPHAN):
            self._let_go(key.removeprefix(_ORPHAN))
            return None
        job = self.present(key)
        if job is None:
            return None
        if job["spec"].get("managedBy", MANAGER) != MANAGER:
            # Somebody else's: not even its status is touched.
            return None
        if is_finished(job):
            self.records.pop(uid(job), None)
            return None
        pods = self.claim_pods(job)
        waiting = not self.expectations.satisfied(key)
        known = self.records.get(uid(job), FailureRecord())
        decided = decide(job, pods, known, self.clock.now, waiting=waiting)
        refused = self._carry_out(job, decided)
        # By uid: a Job of the same name that is made later starts without a wait.
        self.records[uid(job)] = decided.failures
        self._update_status(job, decided)
        if decided.look_again is not None:
            self.enqueue_after(key, decided.look_again)
        if refused is not None:
            raise refused
        return decided

    def _let_go(self, key: str) -> None:
        place, _, pod_name = key.partition("/")
        pod = self.client.get("Pod", pod_name, place)
        if pod is None or not is_tracked(pod):
            return
        # Live: one that was adopted meanwhile is somebody's to count.
        if not controller_uid(pod) or self.owner_of(pod) is None:
            self.client.update(untracked(pod))

    def _carry_out(self, job: Object, decided: JobSync) -> ApiError | None:
        refused = self._create(job, decided.create)
        if decided.delete:
            self.expectations.set(full_name(job), 0, len(decided.delete))
        # First, so that one that is deleted since it is not wanted any more is not counted as failed.
        for pod in decided.counted:
            fresh = self.client.get("Pod", name(pod), namespace(pod))
            if fresh is not None and is_tracked(fresh):
                self.client.update(untracked(fresh))
        for pod in decided.delete:
            self.delete_pod(job, pod)
        for event in decided.told:
            self.recorder.record(job, *event)
        return refused

    def _create(self, job: Object, pods: Sequence[Object]) -> ApiError | None:
        if not pods:
            return None
        key = full_name(job)
        self.expectations.set(key, len(pods), 0)
        done, refused = slow_start(
            len(pods), lambda number: self.create_pod(job, pods[number])
        )
        self.expectations.created(key, len(pods) - done)
        return refused

    def _update_status(self, job: Object, decided: JobSync) -> None:
        fresh = self.client.get("Job", name(job), namespace(job))
        if fresh is None or uid(fresh) != uid(job):
            return
        if decided.status != fresh.get("status"):
            self.client.update_status({**fresh, "status": decided.status})
        ended = decided.ended
        if ended is None:
            return
        if TARGETS[ended.kind] == COMPLETE:
            if _too_many(decided.status, job):
                self.recorder.record(job, "Warning", *TOO_MANY)
            self.recorder.record(job, "Normal", "Completed", "Job completed")
        else:
            self.recorder.record(job, "Warning", ended.reason, ended.message)


def _generation(job: Object) -> object:
    return job["metadata"].get("generation")


def _too_many(status: Object, job: Object) -> bool:
    wanted = job["spec"].get("completions")
    return wanted is not None and status.get("succeeded", 0) > wanted

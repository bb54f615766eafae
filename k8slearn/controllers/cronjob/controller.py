"""The CronJob controller: watches CronJobs and their Jobs, has `decide` decide, and carries it out."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    controller_uid,
    full_name,
    name,
    namespace,
    uid,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.cronjob.decide import CronSync, decide
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller

ACTOR = "cronjob-controller"


class CronJobController(Controller):
    """Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go, ControllerV2."""

    name = ACTOR
    kinds = ("CronJob",)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, ACTOR)
        self.informer.on("CronJob", self.on_cron_job)
        self.informer.on("Job", self.on_job)

    def on_cron_job(self, change: Change) -> None:
        """Every change of a CronJob is looked at."""
        self.informer.follow("Job", self.client.registry.store)
        self.enqueue(full_name(change.object))

    def on_job(self, change: Change) -> None:
        """A Job that came, ended or went is looked at with its CronJob."""
        job = change.object
        ref = controller_ref(job)
        if ref is None or ref["kind"] != "CronJob":
            return
        owner = self.informer.get("CronJob", ref["name"], namespace(job))
        if owner is not None and uid(owner) == ref["uid"]:
            self.enqueue(full_name(owner))

    def sync(self, key: str) -> CronSync | None:
        """Bring one CronJob's Jobs up to date; returns what was decided. Kubernetes: sync"""
        place, _, own = key.partition("/")
        cron_job = self.informer.get("CronJob", own, place)
        if cron_job is None:
            return None
        jobs = [
            job
            for job in self.informer.list("Job")
            if controller_uid(job) == uid(cron_job)
        ]
        decided = decide(cron_job, jobs, self.clock.now)
        for job in decided.delete:
            self._delete(job)
        for event in decided.told:
            self.recorder.record(cron_job, *event)
        status = decided.status
        if decided.create is not None:
            status = self._create(cron_job, decided.create, status)
        self._update_status(cron_job, status)
        if decided.look_again is not None:
            self.enqueue_after(key, decided.look_again)
        return decided

    def _delete(self, job: Object) -> None:
        address = ("Job", name(job), namespace(job))
        if self.client.get(*address) is not None:
            self.client.delete(*address, propagation="Background")

    def _create(self, cron_job: Object, job: Object, status: Object) -> Object:
        """Raises ApiError; else the status with the Job among those at work."""
        try:
            created = self.client.create(job)
        except ApiError as refused:
            text = f"Error creating job: {refused}"
            self.recorder.record(cron_job, "Warning", "FailedCreate", text)
            raise
        text = f"Created job {name(created)}"
        self.recorder.record(cron_job, "Normal", "SuccessfulCreate", text)
        reference = {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "name": name(created),
            "namespace": namespace(created),
            "resourceVersion": created["metadata"]["resourceVersion"],
            "uid": uid(created),
        }
        return {**status, "active": [*(status.get("active") or ()), reference]}

    def _update_status(self, cron_job: Object, status: Object) -> None:
        fresh = self.client.get("CronJob", name(cron_job), namespace(cron_job))
        if fresh is None or uid(fresh) != uid(cron_job):
            return
        if status != fresh.get("status", {}):
            self.client.update_status({**fresh, "status": status})

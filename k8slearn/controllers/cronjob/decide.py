"""What the CronJob controller decides in one sync, composed here and nowhere else.

Kubernetes: pkg/controller/cronjob/cronjob_controllerv2.go, syncCronJob, cleanupFinishedJobs; utils.go
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from k8slearn.apimachinery import cron
from k8slearn.apimachinery.objects import (
    START,
    Object,
    Readable,
    annotations_of,
    is_deleting,
    labels,
    name,
    namespace,
    owner_reference,
    seconds_of,
    timestamp,
    uid,
)
from k8slearn.kinds.cronjob import time_zone
from k8slearn.kinds.job import finished_as

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"
_MANY = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
_FORBIDDEN = "Not starting job because prior execution is running and concurrency policy is Forbid"
# Looked at so much after the moment: two clocks may not agree to the millisecond. Kubernetes: nextScheduleDelta
_DELTA = 0.1
# Moments that may be missed before a Warning tells of it; a Job is made all the same.
_TOLERATED = 100

Told = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CronSync:
    """What one sync decides: a Job that is made, Jobs that are deleted, Events, the status, when to look again.

    `scheduled` is the moment (simulated seconds) that the new Job is for; `why` is why none is made: suspended,
    not-yet, too-late, done, forbidden, bad or deleting.
    """

    create: Object | None
    delete: tuple[Object, ...]
    told: tuple[Told, ...]
    status: Object
    look_again: float | None = None
    scheduled: float | None = None
    why: str = ""


@dataclass
class CronLook:
    """A sync that is being decided."""

    cron_job: Object
    jobs: Sequence[Object]
    now: float
    status: Object = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    delete: list[Object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.status = dict(self.cron_job.get("status", {}))
        self.spec: Object = self.cron_job["spec"]

    @property
    def active(self) -> list[Object]:
        """References to the Jobs that are at work."""
        return list(self.status.get("active") or ())

    def set_active(self, references: list[Object]) -> None:
        """The Jobs that are at work from now on."""
        if references:
            self.status["active"] = references
        else:
            self.status.pop("active", None)

    def end(
        self,
        why: str,
        again: float | None = None,
        create: Object | None = None,
        scheduled: float | None = None,
    ) -> CronSync:
        """What was decided."""
        return CronSync(
            create=create,
            delete=tuple(self.delete),
            told=tuple(self.told),
            status=self.status,
            look_again=again,
            scheduled=scheduled,
            why=why,
        )


def decide(cron_job: Object, jobs: Sequence[Object], now: float) -> CronSync:
    """Decide one sync from the CronJob's own Jobs."""
    look = CronLook(cron_job, jobs, now)
    _count(look)
    _clean_up(look)
    if is_deleting(cron_job):
        return look.end("deleting")
    zone = time_zone(look.spec.get("timeZone"))
    try:
        schedule = cron.parse(look.spec["schedule"])
    except cron.BadSchedule:
        return look.end("bad")
    if look.spec.get("suspend"):
        return look.end("suspended")
    assert zone is not None, "validation lets in no other"
    clock = Clockwork(schedule, zone)
    earliest = _earliest(look, deadline=True)
    due = clock.latest(earliest, now)
    if clock.missed(earliest, now) > _TOLERATED:
        look.told.append(("Warning", "TooManyMissedTimes", _MANY))
    again = clock.next_after(_earliest(look), now) - now + _DELTA
    if due is None:
        return look.end("not-yet", again)
    return _start(look, due, again)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """A schedule in simulated seconds, by the clocks of a zone."""

    schedule: cron.Schedule
    zone: tzinfo

    def after(self, seconds: float) -> float:
        """The next moment later than this one."""
        moment = (START + timedelta(seconds=seconds)).astimezone(self.zone)
        found = self.schedule.after(moment)
        if found is None:
            return float("inf")
        return (found - START).total_seconds()

    def latest(self, earliest: float, now: float) -> float | None:
        """The last moment up to now, None where there was none since `earliest`."""
        # Only the last one counts: what was missed while nobody looked is not made up for.
        found = None
        moment = self.after(earliest)
        while moment <= now:
            found = moment
            moment = self.after(moment)
        return found

    def missed(self, earliest: float, now: float) -> int:
        """About how many moments are due, by the distance of the first two. Kubernetes: mostRecentScheduleTime"""
        first = self.after(earliest)
        if now < first:
            return 0
        second = self.after(first)
        if now < second:
            return 1
        return int(now - first) // round(second - first) + 1

    def next_after(self, earliest: float, now: float) -> float:
        """The first moment that is still to come."""
        latest = self.latest(earliest, now)
        return self.after(now if latest is None else latest)


def _earliest(look: CronLook, *, deadline: bool = False) -> float:
    """From when on moments count: the last one that was kept, or else its birth. Kubernetes: mostRecentScheduleTime"""
    last = look.status.get("lastScheduleTime")
    since = last or look.cron_job["metadata"]["creationTimestamp"]
    found = seconds_of(since)
    seconds = look.spec.get("startingDeadlineSeconds")
    if deadline and seconds is not None:
        return max(found, look.now - float(seconds))
    return found


def _count(look: CronLook) -> None:
    """Jobs that have ended or gone are no longer at work."""
    by_uid = {uid(job): job for job in look.jobs}
    kept = []
    for reference in look.active:
        job = by_uid.get(reference["uid"])
        if job is None:
            text = f"Active job went missing: {reference['name']}"
            look.told.append(("Normal", "MissingJob", text))
        elif finished_as(job) is not None:
            text = f"Saw completed job: {name(job)}, condition: {finished_as(job)}"
            look.told.append(("Normal", "SawCompletedJob", text))
        else:
            kept.append(reference)
    known = {reference["uid"] for reference in look.active}
    for job in look.jobs:
        if finished_as(job) is None and uid(job) not in known:
            text = (
                f"Saw a job that the controller did not create or forgot: {name(job)}"
            )
            look.told.append(("Warning", "UnexpectedJob", text))
    look.set_active(kept)
    ends = [job["status"].get("completionTime") for job in look.jobs if finished_as(job) == "Complete"]  # fmt: skip
    latest = max([end for end in ends if end], default=None)
    if latest and latest > look.status.get("lastSuccessfulTime", ""):
        look.status["lastSuccessfulTime"] = latest


def _clean_up(look: CronLook) -> None:
    """Of the Jobs that have ended only the newest stay. Kubernetes: cleanupFinishedJobs"""
    limits = (
        ("Complete", "successfulJobsHistoryLimit"),
        ("Failed", "failedJobsHistoryLimit"),
    )
    for kind, field_name in limits:
        limit = look.spec.get(field_name)
        if limit is None:
            continue
        ended = [job for job in look.jobs if finished_as(job) == kind]
        # The oldest go: whoever looks into a failure wants the latest.
        ended.sort(key=_started)
        for job in ended[: max(len(ended) - limit, 0)]:
            _remove(look, job)


def _started(job: Readable) -> tuple[bool, str, str]:
    """One that never started counts as the newest. Kubernetes: byJobStartTime"""
    start = job.get("status", {}).get("startTime", "")
    return not start, start, name(job)


def _remove(look: CronLook, job: Object) -> None:
    look.delete.append(job)
    look.told.append(("Normal", "SuccessfulDelete", f"Deleted job {name(job)}"))


def _start(look: CronLook, due: float, again: float) -> CronSync:
    deadline = look.spec.get("startingDeadlineSeconds")
    if deadline is not None and due + deadline < look.now:
        moment = START + timedelta(seconds=due)
        text = f"Missed scheduled time to start a job: {_rfc1123(moment)}"
        look.told.append(("Warning", "MissSchedule", text))
        return look.end("too-late", again)
    job = new_job(look.cron_job, due)
    if look.status.get("lastScheduleTime") == timestamp(due) or _is_known(look, job):
        return look.end("done", again)
    policy = look.spec.get("concurrencyPolicy", "Allow")
    if policy == "Forbid" and look.active:
        look.told.append(("Normal", "JobAlreadyActive", _FORBIDDEN))
        return look.end("forbidden", again)
    if policy == "Replace":
        _replace(look)
    look.status["lastScheduleTime"] = timestamp(due)
    return look.end("", again, create=job, scheduled=due)


def _replace(look: CronLook) -> None:
    by_uid = {uid(job): job for job in look.jobs}
    for reference in look.active:
        job = by_uid.get(reference["uid"])
        if job is not None:
            _remove(look, job)
    look.set_active([])


def _is_known(look: CronLook, job: Object) -> bool:
    names: Iterable[str] = (name(each) for each in look.jobs)
    return name(job) in names


def new_job(cron_job: Object, scheduled: float) -> Object:
    """The Job for a moment: its name says which minute. Kubernetes: getJobFromTemplate2, getJobName"""
    moment = START + timedelta(seconds=scheduled)
    template = cron_job["spec"]["jobTemplate"]
    zone = time_zone(cron_job["spec"].get("timeZone"))
    told = moment.astimezone(zone).isoformat().replace("+00:00", "Z")
    metadata = {
        "name": f"{name(cron_job)}-{int(moment.timestamp()) // 60}",
        "namespace": namespace(cron_job),
        "labels": dict(labels(template)),
        "annotations": {**annotations_of(template), SCHEDULED: told},
        "ownerReferences": [owner_reference(cron_job)],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {field: value for field, value in metadata.items() if value},
        "spec": template["spec"],
    }


def _rfc1123(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")

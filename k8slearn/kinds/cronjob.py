"""CronJob.

Kubernetes: pkg/registry/batch/cronjob/strategy.go, pkg/apis/batch/validation/validation.go,
pkg/apis/batch/v1/defaults.go
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from k8slearn.apimachinery import cron
from k8slearn.apimachinery.field import (
    Causes,
    chosen,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object, Readable, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds import workload
from k8slearn.kinds.filling import filled
from k8slearn.kinds.job_rules import job_spec
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.printing import NONE, Cell, age, since

POLICIES = ("Allow", "Forbid", "Replace")
# A Job's name is the CronJob's with eleven characters more, and must be a label's value. Kubernetes: ValidateCronJob
_MAX_NAME = 52
_DEFAULTS = {"failedJobsHistoryLimit": 1, "successfulJobsHistoryLimit": 3}
_COUNTS = ("successfulJobsHistoryLimit", "failedJobsHistoryLimit")
_LOCAL_ZONE = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
_TWO_ZONES = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
_ZONE_IN_SCHEDULE = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"


def default(cron_job: Object) -> Object:
    """Kubernetes: SetDefaults_CronJob"""
    spec = {**_DEFAULTS, "suspend": False, **cron_job.get("spec", {})}
    spec = filled(spec, {"concurrencyPolicy": "Allow"})
    made = spec.get("jobTemplate", {})
    inner = made.get("spec", {})
    inner = {**inner, "template": template_defaults(inner.get("template", {}))}
    spec["jobTemplate"] = {**made, "spec": inner}
    return {**cron_job, "spec": spec, "status": cron_job.get("status", {})}


def prepare_for_create(cron_job: Object, reader: object) -> Object:
    """Kubernetes: cronJobStrategy.PrepareForCreate"""
    return {**cron_job, "status": {}}


def validate(cron_job: Object) -> Causes:
    """Kubernetes: ValidateCronJobCreate"""
    yield from _spec(cron_job.get("spec", {}), {})
    own = name(cron_job)
    if len(own) > _MAX_NAME:
        yield invalid("metadata.name", own, "must be no more than 52 characters")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateCronJobUpdate"""
    yield from _spec(new["spec"], old["spec"])


def _spec(spec: Object, before: Object) -> Causes:
    # Kubernetes: validateCronJobSpec
    schedule = spec.get("schedule", "")
    if not schedule:
        yield required("spec.schedule")
    else:
        yield from _schedule(schedule, spec, before)
    yield from workload.counts(spec, "spec", ("startingDeadlineSeconds",))
    zone = spec.get("timeZone")
    # What was let in before zones were known may stay.
    if not before or zone != before.get("timeZone"):
        yield from _time_zone(zone, "spec.timeZone")
    yield from chosen(spec, "concurrencyPolicy", "spec", POLICIES)
    yield from _job_template(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    yield from workload.counts(spec, "spec", _COUNTS)


def _job_template(spec: Object, path: str) -> Causes:
    # Kubernetes: ValidateJobTemplateSpec
    yield from job_spec(spec, path)
    selector = spec.get("selector")
    if selector is not None:
        shown = meta.selector_value(selector)
        yield invalid(f"{path}.selector", shown, "`selector` will be auto-generated")
    if spec.get("manualSelector"):
        yield not_supported(f"{path}.manualSelector", True, ("nil", "false"))


def _schedule(schedule: str, spec: Object, before: Object) -> Causes:
    # Kubernetes: validateScheduleFormat
    path = "spec.schedule"
    times = schedule
    if schedule.startswith(("TZ=", "CRON_TZ=")):
        # The parser knows of zones; that they have a field of their own is said below.
        times = schedule.partition(" ")[2].lstrip()
    try:
        cron.parse(times)
    except cron.BadSchedule as why:
        yield invalid(path, schedule, str(why))
    if "TZ" not in schedule:
        return
    if "TZ" not in before.get("schedule", ""):
        yield invalid(path, schedule, _ZONE_IN_SCHEDULE)
    elif spec.get("timeZone") is not None:
        yield invalid(path, schedule, _TWO_ZONES)


def _time_zone(zone: str | None, path: str) -> Causes:
    if zone is None:
        return
    if not zone:
        yield invalid(path, zone, "timeZone must be nil or non-empty string")
    elif zone.lower() == "local":
        yield invalid(path, zone, _LOCAL_ZONE)
    elif time_zone(zone) is None:
        yield invalid(path, zone, f"unknown time zone {zone}")


def time_zone(zone: str | None) -> tzinfo | None:
    """The zone of this name, None where nobody knows it; without a name the cluster's, which is UTC."""
    if zone in (None, "", "UTC", "Etc/UTC"):
        return UTC
    try:
        return ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def cells(o: Readable, now: float) -> list[Cell]:
    """Kubernetes: printCronJob"""
    spec = o["spec"]
    status = o.get("status", {})
    last = status.get("lastScheduleTime")
    return [
        name(o),
        spec.get("schedule", ""),
        spec.get("timeZone", NONE),
        "True" if spec.get("suspend") else "False",
        len(status.get("active") or ()),
        since(last, now) if last else NONE,
        age(o, now),
        *workload.container_cells(spec["jobTemplate"]["spec"]["template"]),
        NONE,
    ]


CRON_JOB = Kind(
    "batch/v1",
    "CronJob",
    generation=True,
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    prepare_for_create=prepare_for_create,
    cells=cells,
)

"""Job.

Kubernetes: pkg/registry/batch/job/strategy.go, pkg/apis/batch/validation/validation.go, pkg/apis/batch/v1/defaults.go
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, invalid, required
from k8slearn.apimachinery.gotext import MAX_INT32
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    is_condition_true,
    is_deleting,
    labels,
    name,
    seconds_of,
    uid,
    with_metadata,
)
from k8slearn.kinds import metadata as meta
from k8slearn.kinds import workload
from k8slearn.kinds.job_rules import INDEXED, changed_spec, job_spec
from k8slearn.kinds.kind import Kind, text_at
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.printing import Cell, age, human_duration

# As it was before there was garbage collection. Kubernetes: jobStrategy.DefaultGarbageCollectionPolicy
_KEPT = (
    "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or "
    "set propagationPolicy=Orphan to suppress this warning"
)
CONTROLLER_UID = "batch.kubernetes.io/controller-uid"
JOB_NAME = "batch.kubernetes.io/job-name"
# The names from before there was a prefix: both are set, since old selectors ask by them.
_OLD_CONTROLLER_UID = "controller-uid"
_OLD_JOB_NAME = "job-name"
_DEFAULT_LIMIT = 6
_NOT_GENERATED = "`selector` not auto-generated"
_STATUS_COUNTS = ("active", "succeeded", "failed", "ready", "terminating")


def default(job: Object) -> Object:
    """Kubernetes: SetDefaults_Job"""
    spec = default_spec(job.get("spec", {}))
    completed = {**job, "spec": spec, "status": default_status(job.get("status", {}))}
    marks = labels(spec["template"])
    if marks and not labels(job):
        return with_metadata(completed, labels=dict(marks))
    return completed


def default_spec(given: Object) -> Object:
    """What a Job's spec says by leaving it out."""
    spec = {"completionMode": "NonIndexed", "suspend": False, **given}
    spec.setdefault("manualSelector", False)
    if "parallelism" not in spec and "completions" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    per_index = "backoffLimitPerIndex" in spec
    spec.setdefault("backoffLimit", MAX_INT32 if per_index else _DEFAULT_LIMIT)
    policy = spec.get("podFailurePolicy")
    if policy is not None:
        spec["podFailurePolicy"] = _default_policy(policy)
    # Who judges a failed Pod must see how it ended, so its successor waits for that.
    waits = "Failed" if policy is not None else "TerminatingOrFailed"
    spec.setdefault("podReplacementPolicy", waits)
    spec["template"] = template_defaults(spec.get("template", {}))
    return spec


def _default_policy(policy: Object) -> Object:
    rules = []
    for rule in policy.get("rules", ()):
        if "onPodConditions" in rule:
            patterns = [{"status": "True", **each} for each in rule["onPodConditions"]]
            rule = {**rule, "onPodConditions": patterns}
        rules.append(rule)
    return {**policy, "rules": rules}


def default_status(given: Object) -> Object:
    """Nothing is written even when it is 0."""
    return given


def prepare_for_create(job: Object, reader: object) -> Object:
    """The selector that it gets by itself, unless the author takes that on. Kubernetes: generateSelectorIfNeeded"""
    job = {**job, "status": {}}
    spec = job["spec"]
    if spec.get("manualSelector"):
        return job
    own = uid(job)
    marks = {
        CONTROLLER_UID: own,
        JOB_NAME: name(job),
        _OLD_CONTROLLER_UID: own,
        _OLD_JOB_NAME: name(job),
    }
    template = spec["template"]
    about = template.get("metadata", {})
    labelled = {**about, "labels": {**about.get("labels", {}), **marks}}
    spec = {
        **spec,
        "selector": {"matchLabels": {CONTROLLER_UID: own}},
        "template": {**template, "metadata": labelled},
    }
    job = {**job, "spec": spec}
    # Without labels of its own it gets those of its Pods, as SetDefaults_Job has it when it is read back.
    if labels(job):
        return job
    return with_metadata(job, labels=labelled["labels"])


def validate(job: Object) -> Causes:
    """Kubernetes: ValidateJob"""
    spec = job.get("spec", {})
    selector = spec.get("selector")
    is_manual = spec.get("manualSelector")
    if selector is not None and not is_manual:
        yield invalid("spec.selector", meta.selector_value(selector), _NOT_GENERATED)
    yield from job_spec(spec, "spec")
    if selector is None and is_manual:
        yield required("spec.selector")
    if selector is not None or is_manual:
        yield from meta.label_selector(selector, "spec.selector")
        template = spec.get("template", {})
        yield from workload.template_selected(selector, template, "spec.template")
    yield from _pod_names(job)


def _pod_names(job: Object) -> Causes:
    """The last of an Indexed Job's Pods must have a name that can be a host's."""
    spec = job.get("spec", {})
    completions = spec.get("completions", 0)
    if spec.get("completionMode") != INDEXED or completions <= 0:
        return
    last = f"{name(job)}-{completions - 1}"
    if text.dns_label(last):
        detail = f"will not able to create pod with invalid DNS label: {last}"
        yield invalid("metadata.name", name(job), detail)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateJobUpdate"""
    yield from job_spec(new["spec"], "spec")
    yield from changed_spec(new, old)


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateJobStatus"""
    yield from workload.counts(new.get("status", {}), "status", _STATUS_COUNTS)


def is_finished(job: Readable) -> bool:
    """Whether it has ended, well or badly. Kubernetes: IsJobFinished"""
    return finished_as(job) is not None


def finished_as(job: Readable) -> str | None:
    """Complete, Failed, or None while it goes on."""
    for kind in ("Complete", "Failed"):
        if is_condition_true(job, kind):
            return kind
    return None


def cells(o: Readable, now: float) -> list[Cell]:
    """Kubernetes: printJob"""
    return [
        name(o),
        _shown_status(o),
        _completions_cell(o),
        _duration(o, now),
        age(o, now),
        *workload.container_cells(o["spec"]["template"]),
        workload.selector_cell(o),
    ]


def _shown_status(o: Readable) -> str:
    ended = finished_as(o)
    if ended is not None:
        return ended
    if is_deleting(o):
        return "Terminating"
    for kind in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if is_condition_true(o, kind):
            return kind
    return "Running"


def _completions_cell(o: Readable) -> str:
    spec = o["spec"]
    succeeded = o.get("status", {}).get("succeeded", 0)
    if "completions" in spec:
        return f"{succeeded}/{spec['completions']}"
    parallelism = spec.get("parallelism", 0)
    if parallelism > 1:
        return f"{succeeded}/1 of {parallelism}"
    return f"{succeeded}/1"


def _duration(o: Readable, now: float) -> str:
    status = o.get("status", {})
    start = status.get("startTime")
    end = status.get("completionTime")
    if not start:
        return ""
    finish = seconds_of(end) if end else now
    return human_duration(finish - seconds_of(start))


JOB = Kind(
    "batch/v1",
    "Job",
    keeps_dependents=True,
    kept_warning=_KEPT,
    generation=True,
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    cells=cells,
    selectable_fields={"status.successful": text_at("status.succeeded")},
)

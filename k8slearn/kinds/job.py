"""Job.

Kubernetes: pkg/registry/batch/job/strategy.go, pkg/apis/batch/validation/validation.go, pkg/apis/batch/v1/defaults.go
"""

from __future__ import annotations

from k8slearn.apimachinery.field import (
    Causes,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    condition,
    labels,
    name,
    seconds_of,
    uid,
    with_metadata,
)
from k8slearn.kinds import metadata as meta
from k8slearn.kinds import workload
from k8slearn.kinds.kind import Kind, text_at
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.pod_template.spec import pod_template
from k8slearn.kinds.printing import Cell, age, human_duration

INDEXED = "Indexed"
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
_MAX_INT32 = 2**31 - 1
_DEFAULT_LIMIT = 6
_NOT_GENERATED = "`selector` not auto-generated"
_COUNTS = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
)
_FIXED = (
    "selector",
    "template",
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
)
_STATUS_COUNTS = ("active", "succeeded", "failed", "ready", "terminating")
_ON_EXIT = ("In", "NotIn")
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")


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
    spec.setdefault("backoffLimit", _MAX_INT32 if per_index else _DEFAULT_LIMIT)
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
    if spec.get("manualSelector"):
        yield from validate_spec(spec, "spec")
        if selector is None:
            yield required("spec.selector")
        else:
            yield from meta.label_selector(selector, "spec.selector")
            template = spec.get("template", {})
            yield from workload.template_selected(selector, template, "spec.template")
        return
    if selector is not None:
        yield invalid("spec.selector", meta.selector_value(selector), _NOT_GENERATED)
    yield from validate_spec(spec, "spec")
    if selector is not None:
        marks = labels(spec.get("template", {}))
        path = "spec.template.metadata.labels"
        yield invalid(path, dict(sorted(marks.items())), workload.MISMATCH)


def validate_spec(spec: Object, path: str) -> Causes:
    """Kubernetes: validateJobSpec"""
    yield from workload.counts(spec, path, _COUNTS)
    mode = spec.get("completionMode", "")
    if mode not in ("NonIndexed", INDEXED, ""):
        yield not_supported(f"{path}.completionMode", mode, ("Indexed", "NonIndexed"))
    if mode == INDEXED and "completions" not in spec:
        detail = "when completion mode is Indexed"
        yield required(f"{path}.completions", detail)
    if "backoffLimitPerIndex" in spec and mode != INDEXED:
        detail = "requires indexed completion mode"
        count = spec["backoffLimitPerIndex"]
        yield invalid(f"{path}.backoffLimitPerIndex", count, detail)
    template = spec.get("template", {})
    policy = spec.get("podFailurePolicy")
    if policy is not None:
        yield from _failure_policy(policy, f"{path}.podFailurePolicy")
    yield from pod_template(template, f"{path}.template")
    yield from _restart_policy(template.get("spec", {}), policy, f"{path}.template")


def _restart_policy(pod: Object, policy: Object | None, path: str) -> Causes:
    given = pod.get("restartPolicy", "")
    at = f"{path}.spec.restartPolicy"
    if given not in ("OnFailure", "Never"):
        yield required(at, 'valid values: "OnFailure", "Never"')
    elif policy is not None and given != "Never":
        detail = 'only "Never" is supported when podFailurePolicy is specified'
        yield invalid(at, given, detail)


def _failure_policy(policy: Object, path: str) -> Causes:
    for i, rule in enumerate(policy.get("rules", ())):
        at = f"{path}.rules[{i}]"
        action = rule.get("action", "")
        if not action:
            yield required(f"{at}.action", f"valid values: {list(_ACTIONS)}")
        elif action not in _ACTIONS:
            yield not_supported(f"{at}.action", action, _ACTIONS)
        codes = rule.get("onExitCodes")
        if codes is not None and codes.get("operator") not in _ON_EXIT:
            operator = codes.get("operator", "")
            yield not_supported(f"{at}.onExitCodes.operator", operator, _ON_EXIT)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateJobUpdate, ValidateJobSpecUpdate"""
    spec = new["spec"]
    before = old["spec"]
    yield from validate_spec(spec, "spec")
    yield from _completions(spec, before)
    for field in _FIXED:
        yield from meta.immutable(f"spec.{field}", spec.get(field), before.get(field))


def _completions(spec: Object, before: Object) -> Causes:
    """Only an elastic Indexed Job may change it: together with its parallelism."""
    elastic = (
        spec.get("completionMode") == INDEXED
        and "completions" in before
        and spec.get("completions") == spec.get("parallelism")
    )
    if not elastic:
        path = "spec.completions"
        yield from meta.immutable(path, spec.get("completions"), before.get("completions"))  # fmt: skip


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateJobStatus"""
    yield from workload.counts(new.get("status", {}), "status", _STATUS_COUNTS)


def is_finished(job: Readable) -> bool:
    """Whether it has ended, well or badly. Kubernetes: IsJobFinished"""
    return finished_as(job) is not None


def finished_as(job: Readable) -> str | None:
    """Complete, Failed, or None while it goes on."""
    for kind in ("Complete", "Failed"):
        found = condition(job, kind)
        if found is not None and found["status"] == "True":
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
    shown = (("Complete", "Complete"), ("Failed", "Failed"))
    for kind, word in shown:
        found = condition(o, kind)
        if found is not None and found["status"] == "True":
            return word
    if "deletionTimestamp" in o["metadata"]:
        return "Terminating"
    for kind, word in (
        ("Suspended", "Suspended"),
        ("FailureTarget", "FailureTarget"),
        ("SuccessCriteriaMet", "SuccessCriteriaMet"),
    ):
        found = condition(o, kind)
        if found is not None and found["status"] == "True":
            return word
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
    owner_graph=True,
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

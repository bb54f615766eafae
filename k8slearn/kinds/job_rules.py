"""What the spec of a Job must meet, also inside a CronJob, and what of it may change.

Kubernetes: pkg/apis/batch/validation/validation.go validateJobSpec, ValidateJobSpecUpdate
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    NIL,
    OMITTED,
    Causes,
    duplicate,
    indexed,
    invalid,
    nonnegative,
    not_supported,
    required,
    too_long,
    too_many,
)
from k8slearn.apimachinery.gotext import go_quote, go_quoted
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds import workload
from k8slearn.kinds.filling import with_fields_of
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.kinds.pod_template.spec import pod_template
from k8slearn.kinds.status_rules import STATUSES

INDEXED = "Indexed"
_MODES = ("NonIndexed", INDEXED)
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
    "completionMode",
    "podFailurePolicy",
    "backoffLimitPerIndex",
    "managedBy",
    "successPolicy",
)
_PLACING = ("nodeSelector", "tolerations", "schedulingGates")
_ON_EXIT = ("In", "NotIn")
_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
# What strconv.Atoi reads.
_GO_NUMBER = r"[+-]?[0-9]+"
_MAX_RULES = 20
_MAX_CODES = 255
_MAX_MANAGER = 63
_MAX_INDEXES = 64 * 1024
# What an Indexed Job's status can list in etcd's room, and what of it where each index has its own limit.
_MANY = 100_000
_FEWER = 10_000
_BOTH = "specifying both OnExitCodes and OnPodConditions is not supported"
_NEITHER = "specifying one of OnExitCodes and OnPodConditions is required"
_NO_CONTAINER = (
    "must be one of the container or initContainer names in the pod template"
)
_NEEDS_INDEXES = "requires indexed completion mode"
_NEEDS_RULES = (
    "at least one rules must be specified when the successPolicy is specified"
)
_NEEDS_EITHER = "at least one of succeededCount or succeededIndexes must be specified"


def job_spec(spec: Object, path: str) -> Causes:
    """Kubernetes: validateJobSpec"""
    yield from workload.counts(spec, path, _COUNTS)
    if "maxFailedIndexes" in spec and "backoffLimitPerIndex" not in spec:
        detail = "when maxFailedIndexes is specified"
        yield required(f"{path}.backoffLimitPerIndex", detail)
    if spec.get("managedBy") is not None:
        yield from _manager(spec["managedBy"], f"{path}.managedBy")
    mode = spec.get("completionMode", "")
    if mode and mode not in _MODES:
        yield not_supported(f"{path}.completionMode", mode, _MODES)
    if mode == INDEXED:
        yield from _indexes(spec, path)
    else:
        for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if field in spec and mode in ("", "NonIndexed"):
                yield invalid(f"{path}.{field}", spec[field], _NEEDS_INDEXES)
    yield from _policies(spec, path)
    template = spec.get("template", {})
    yield from pod_template(template, f"{path}.template")
    yield from _restart_policy(spec, f"{path}.template.spec.restartPolicy")


def _manager(name: str, path: str) -> Causes:
    if name:
        yield from meta.domain_path(name, path)
    else:
        yield required(path)
    if text.size(name) > _MAX_MANAGER:
        yield too_long(path, _MAX_MANAGER)


def _indexes(spec: Object, path: str) -> Causes:
    completions = spec.get("completions")
    parallelism = spec.get("parallelism", 0)
    if completions is None:
        detail = "when completion mode is Indexed"
        yield required(f"{path}.completions", detail)
        completions = 0
    if parallelism > _MANY:
        detail = f"{_at_most(_MANY)} when completion mode is Indexed"
        yield invalid(f"{path}.parallelism", parallelism, detail)
    yield from _failed_indexes(spec, f"{path}.maxFailedIndexes")
    if completions > _MANY and "backoffLimitPerIndex" in spec:
        yield from _many_indexes(spec, path)


def _at_most(limit: int) -> str:
    return f"must be less than or equal to {limit}"


def _failed_indexes(spec: Object, path: str) -> Causes:
    count = spec.get("maxFailedIndexes")
    if count is None:
        return
    if "completions" in spec and count > spec["completions"]:
        yield invalid(path, count, "must be less than or equal to completions")
    if count > _MANY:
        yield invalid(path, count, _at_most(_MANY))


def _many_indexes(spec: Object, path: str) -> Causes:
    if "maxFailedIndexes" not in spec:
        detail = f"must be specified when completions is above {_MANY}"
        yield required(f"{path}.maxFailedIndexes", detail)
    for field in ("parallelism", "maxFailedIndexes"):
        count = spec.get(field, 0)
        if count > _FEWER:
            when = f"when completions are above {_MANY} and used with backoff limit per index"
            yield invalid(f"{path}.{field}", count, f"{_at_most(_FEWER)} {when}")


def _policies(spec: Object, path: str) -> Causes:
    failure = spec.get("podFailurePolicy")
    if failure is not None:
        yield from _failure_policy(failure, spec, f"{path}.podFailurePolicy.rules")
    success = spec.get("successPolicy")
    at = f"{path}.successPolicy"
    if success is not None and spec.get("completionMode") == INDEXED:
        yield from _success_policy(success, spec, f"{at}.rules")
    elif success is not None:
        yield invalid(at, _success_value(success), _NEEDS_INDEXES)
    # Whoever judges a failed Pod has to see how it ended first.
    supported = _REPLACEMENTS if failure is None else ("Failed",)
    replacement = spec.get("podReplacementPolicy")
    if replacement is not None and replacement not in supported:
        yield not_supported(f"{path}.podReplacementPolicy", replacement, supported)


def _restart_policy(spec: Object, path: str) -> Causes:
    policy = spec.get("template", {}).get("spec", {}).get("restartPolicy", "")
    if policy in ("", "Always"):
        yield required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield not_supported(path, policy, ("OnFailure", "Never"))
    elif policy != "Never" and spec.get("podFailurePolicy") is not None:
        detail = 'only "Never" is supported when podFailurePolicy is specified'
        yield invalid(path, policy, detail)


# podFailurePolicy --------------------------------------------------------------------------------------------------


def _failure_policy(policy: Object, spec: Object, path: str) -> Causes:
    rules = policy.get("rules", [])
    if len(rules) > _MAX_RULES:
        yield too_many(path, len(rules), _MAX_RULES)
    pod = spec.get("template", {}).get("spec", {})
    names = {container.get("name", "") for container in containers_in(pod)}
    for at, rule in indexed(rules, path):
        yield from _action(rule.get("action", ""), spec, f"{at}.action")
        codes = rule.get("onExitCodes")
        if codes is not None:
            yield from _exit_codes(codes, names, f"{at}.onExitCodes")
        conditions = rule.get("onPodConditions", [])
        yield from _conditions(conditions, f"{at}.onPodConditions")
        if codes is not None and conditions:
            yield invalid(at, OMITTED, _BOTH)
        if codes is None and not conditions:
            yield invalid(at, OMITTED, _NEITHER)


def _action(action: str, spec: Object, path: str) -> Causes:
    if not action:
        yield required(path, _valid(_ACTIONS))
    elif action not in _ACTIONS:
        yield not_supported(path, action, _ACTIONS)
    elif action == "FailIndex" and "backoffLimitPerIndex" not in spec:
        yield invalid(path, action, "requires the backoffLimitPerIndex to be set")


def _valid(names: tuple[str, ...]) -> str:
    return f"valid values: {go_quoted(names)}"


def _exit_codes(codes: Object, names: set[str], path: str) -> Causes:
    operator = codes.get("operator", "")
    if not operator:
        yield required(f"{path}.operator", _valid(_ON_EXIT))
    elif operator not in _ON_EXIT:
        yield not_supported(f"{path}.operator", operator, _ON_EXIT)
    container = codes.get("containerName")
    if container is not None and container not in names:
        yield invalid(f"{path}.containerName", container, _NO_CONTAINER)
    values = codes.get("values") or []
    if not values:
        shown = codes.get("values", NIL)
        yield invalid(f"{path}.values", shown, "at least one value is required")
    elif len(values) > _MAX_CODES:
        yield too_many(f"{path}.values", len(values), _MAX_CODES)
    for at, value in indexed(values, f"{path}.values"):
        if value == 0 and operator == "In":
            yield invalid(at, value, "must not be 0 for the In operator")
    yield from _once_and_in_order(values, f"{path}.values")


def _once_and_in_order(values: list[int], path: str) -> Causes:
    seen: set[int] = set()
    for at, value in indexed(values, path):
        if value in seen:
            yield duplicate(at, value)
        seen.add(value)
    if values != sorted(values):
        yield invalid(path, values, "must be ordered")


def _conditions(patterns: list[Object], path: str) -> Causes:
    if len(patterns) > _MAX_RULES:
        yield too_many(path, len(patterns), _MAX_RULES)
    for at, pattern in indexed(patterns, path):
        yield from meta.label_key(pattern.get("type", ""), f"{at}.type")
        status = pattern.get("status", "")
        if not status:
            yield required(f"{at}.status", _valid(STATUSES))
        elif status not in STATUSES:
            yield not_supported(f"{at}.status", status, STATUSES)


# successPolicy -----------------------------------------------------------------------------------------------------


def _success_policy(policy: Object, spec: Object, path: str) -> Causes:
    rules = policy.get("rules", [])
    if not rules:
        yield required(path, _NEEDS_RULES)
    if len(rules) > _MAX_RULES:
        yield too_many(path, len(rules), _MAX_RULES)
    for at, rule in indexed(rules, path):
        yield from _success_rule(rule, spec.get("completions", 0), at)


def _success_rule(rule: Object, completions: int, path: str) -> Causes:
    count = rule.get("succeededCount")
    listed = rule.get("succeededIndexes")
    if count is None and listed is None:
        yield required(path, _NEEDS_EITHER)
    total = 0
    if listed is not None:
        at = f"{path}.succeededIndexes"
        if text.size(listed) > _MAX_INDEXES:
            yield too_long(at, _MAX_INDEXES)
        try:
            total = count_indexes(listed, completions)
        except ValueError as why:
            yield invalid(at, listed, f"error parsing succeededIndexes: {why}")
    if count is not None:
        at = f"{path}.succeededCount"
        yield from nonnegative(count, at)
        if count > completions:
            detail = f"{_at_most(completions)} (the number of specified completions)"
            yield invalid(at, count, detail)
        if listed is not None and count > total:
            of = "the number of indexes in the specified succeededIndexes field"
            yield invalid(at, count, f"{_at_most(total)} ({of})")


def count_indexes(listed: str, completions: int) -> int:
    """How many indexes stand in a list such as `0,2-5`. Raises ValueError with Go's words.

    Kubernetes: validateIndexesFormat
    """
    total = 0
    last: int | None = None
    for fragment in listed.split(",") if listed else ():
        first, end = _interval(fragment, completions)
        if last is not None and last >= first:
            raise ValueError(_not_rising(last, first))
        total += end - first + 1
        last = end
    return total


def _interval(fragment: str, completions: int) -> tuple[int, int]:
    parts = fragment.split("-")
    if len(parts) > 2:
        rule = "an index interval can have at most two parts separated by '-'"
        told = f"the fragment {go_quote(fragment)} violates the requirement that {rule}"
        raise ValueError(told)
    found = []
    for part in parts:
        if not re.fullmatch(_GO_NUMBER, part):
            told = f"cannot convert string to integer for index: {go_quote(part)}"
            raise ValueError(told)
        if int(part) >= completions:
            raise ValueError(f"too large index: {go_quote(part)}")
        found.append(int(part))
    if len(found) > 1 and found[0] >= found[1]:
        raise ValueError(_not_rising(*found))
    return found[0], found[-1]


def _not_rising(previous: int, current: int) -> str:
    return f"non-increasing order, previous: {previous}, current: {current}"


def _success_value(policy: Object) -> Object:
    """A policy as Go prints its struct."""
    names = {"SucceededIndexes": "succeededIndexes", "SucceededCount": "succeededCount"}
    rules = [
        {shown: rule.get(field) for shown, field in names.items()}
        for rule in policy.get("rules", [])
    ]
    return {"Rules": rules}


# Changes -----------------------------------------------------------------------------------------------------------


def changed_spec(new: Object, old: Object) -> Causes:
    """What of a Job stays as it was. Kubernetes: ValidateJobSpecUpdate"""
    spec, before = new["spec"], old["spec"]
    yield from _completions(spec, before)
    yield from _stays("selector", spec, before)
    kept = before.get("template", {})
    if before.get("suspend") and not old.get("status", {}).get("startTime"):
        # Whoever queues Jobs says where they run before he lets them go.
        kept = _placed_as(kept, spec.get("template", {}))
    yield from meta.immutable("spec.template", spec.get("template", {}), kept)
    for field in _FIXED:
        yield from _stays(field, spec, before)


def _stays(field: str, spec: Object, before: Object) -> Causes:
    return meta.immutable(f"spec.{field}", spec.get(field), before.get(field))


def _completions(spec: Object, before: Object) -> Causes:
    """Only an elastic Indexed Job may change it: together with its parallelism. Kubernetes: validateCompletions"""
    if spec.get("completionMode") != INDEXED:
        yield from _stays("completions", spec, before)
        return
    count = spec.get("completions")
    is_told = count is None or count == before.get("completions")
    if not is_told and count != spec.get("parallelism"):
        detail = "can only be modified in tandem with spec.parallelism"
        yield invalid("spec.completions", count, detail)


def _placed_as(template: Object, other: Object) -> Object:
    """A template with the labels, annotations, place and sizes of another one. Kubernetes: validatePodTemplateUpdate"""
    notes = other.get("metadata", {}), template.get("metadata", {})
    metadata = with_fields_of(*notes, "labels", "annotations")
    wanted, spec = other.get("spec", {}), template.get("spec", {})
    spec = with_fields_of(wanted, spec, *_PLACING)
    for field in ("containers", "initContainers"):
        if field in spec:
            spec[field] = _sized_as(spec[field], wanted.get(field) or [])
    rules = wanted.get("affinity", {}), spec.get("affinity", {})
    affinity = with_fields_of(*rules, "nodeAffinity")
    if affinity or "affinity" in wanted:
        spec["affinity"] = affinity
    else:
        spec.pop("affinity", None)
    found = {**template, "metadata": metadata, "spec": spec}
    if not metadata and "metadata" not in other:
        del found["metadata"]
    return found


def _sized_as(containers: list[Object], others: list[Object]) -> list[Object]:
    """Containers with the resources of others. Kubernetes: MutablePodResourcesForSuspendedJobs, on since v1.36"""
    if len(containers) != len(others):
        return containers
    pairs = zip(others, containers, strict=True)
    return [with_fields_of(*pair, "resources") for pair in pairs]

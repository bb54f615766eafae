"""DaemonSet.

Kubernetes: pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/validation/validation.go,
pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.field import (
    Causes,
    given,
    invalid,
    nonnegative,
    not_supported,
    required,
)
from k8slearn.apimachinery.gotext import go_atoi, go_quote
from k8slearn.apimachinery.objects import (
    TEMPLATE_GENERATION,
    Object,
    Readable,
    annotations_of,
    name,
    with_metadata,
)
from k8slearn.apimachinery.selectors import INTEGER, selector_matches
from k8slearn.kinds import metadata as meta
from k8slearn.kinds import workload
from k8slearn.kinds.int_or_percent import not_over_all, number_or_percent
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.pod_template.spec import pod_template
from k8slearn.kinds.printing import Cell, age, joined, selector_text
from k8slearn.kinds.types import AnyDaemonSet

STRATEGIES = ("RollingUpdate", "OnDelete")
# One Pod at a time: an agent that fails takes no more than one Node with it.
_ROLLING_UPDATE = {"maxSurge": 0, "maxUnavailable": 1}
_NO_LIMITS = {"maxUnavailable": 0, "maxSurge": 0}
# Go's status has these by value: they are written even when they are zero.
_NO_STATUS = {
    "currentNumberScheduled": 0,
    "desiredNumberScheduled": 0,
    "numberMisscheduled": 0,
    "numberReady": 0,
}
_UNREADABLE = 'DaemonSet in version "v1" cannot be handled as a DaemonSet: {}'
_STATUS_NUMBERS = (
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "observedGeneration",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
    "collisionCount",
)
_SHOWN_NUMBERS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
)


def default(daemon_set: Object) -> Object:
    """Kubernetes: SetDefaults_DaemonSet"""
    # Read at every write: the annotation may come by an update or with a status too, and the next one counts on it.
    _given_generation(daemon_set)
    spec = {"revisionHistoryLimit": 10, **daemon_set.get("spec", {})}
    spec["template"] = template_defaults(spec.get("template", {}))
    strategy = workload.strategy_defaults(
        spec.get("updateStrategy", {}), _ROLLING_UPDATE
    )
    spec["updateStrategy"] = strategy
    status = default_status(daemon_set.get("status", {}))
    return {**daemon_set, "spec": spec, "status": status}


def default_status(given: Object) -> Object:
    """The numbers that Go writes even when they are 0."""
    return {**_NO_STATUS, **given}


def prepare_for_create(daemon_set: Object, reader: object) -> Object:
    """Kubernetes: daemonSetStrategy.PrepareForCreate"""
    generation = _given_generation(daemon_set)
    new = _with_template_generation(daemon_set, generation)
    return {**new, "status": _NO_STATUS}


def prepare_for_update(new: Object, old: Object) -> Object:
    """The template's generation counts its changes. Kubernetes: daemonSetStrategy.PrepareForUpdate"""
    generation = _given_generation(old)
    if new["spec"]["template"] != old["spec"]["template"]:
        generation += 1
    return _with_template_generation(new, generation)


def _with_template_generation(daemon_set: Object, generation: int) -> Object:
    # In extensions/v1beta1 it was a field of the spec; apps/v1 carries it along as an annotation.
    annotations = {**annotations_of(daemon_set), TEMPLATE_GENERATION: str(generation)}
    return with_metadata(daemon_set, annotations=annotations)


def _given_generation(daemon_set: Object) -> int:
    """The template's generation that a manifest carries along, at least 1. Raises ApiError BadRequest for no number.

    Kubernetes: pkg/apis/apps/v1/conversion.go, Convert_v1_DaemonSet_To_apps_DaemonSet.
    """
    given = annotations_of(daemon_set).get(TEMPLATE_GENERATION, "1")
    if not INTEGER.fullmatch(given):
        reason = f"strconv.ParseInt: parsing {go_quote(given)}: invalid syntax"
        raise bad_request(_UNREADABLE.format(reason))
    # No int64 has twenty digits, and Python refuses thousands of them.
    if len(given) > 20 or abs(int(given)) >= 2**63:
        reason = f"strconv.ParseInt: parsing {go_quote(given)}: value out of range"
        raise bad_request(_UNREADABLE.format(reason))
    return max(int(given), 1)


def validate(daemon_set: Object) -> Causes:
    """Kubernetes: ValidateDaemonSet"""
    yield from _spec(daemon_set.get("spec", {}), "spec")


def validate_update(new: Object, old: Object) -> Causes:
    """Its selector never changes. Kubernetes: ValidateDaemonSetUpdate, daemonSetStrategy.ValidateUpdate"""
    yield from workload.selector_stays(new, old)
    yield from _spec(new["spec"], "spec")


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateDaemonSetStatusUpdate"""
    # Metadata come along with a status, whose write fills in no defaults.
    _given_generation(new)
    status = new.get("status", {})
    numbers = dict.fromkeys(_STATUS_NUMBERS, nonnegative)
    yield from given(status, "status", numbers)
    count = status.get("collisionCount", 0)
    if count < old.get("status", {}).get("collisionCount", 0):
        yield invalid("status.collisionCount", count, "cannot be decremented")


def _spec(spec: Object, path: str) -> Causes:
    # Kubernetes: ValidateDaemonSetSpec
    template = spec.get("template", {})
    labels = template.get("metadata", {}).get("labels")
    yield from _selector(spec.get("selector"), labels, path)
    yield from pod_template(template, f"{path}.template")
    yield from workload.stays(template, f"{path}.template", "DaemonSet")
    yield from given(spec, path, {"minReadySeconds": nonnegative})
    yield from _strategy(spec.get("updateStrategy", {}), f"{path}.updateStrategy")
    yield from given(spec, path, {"revisionHistoryLimit": nonnegative})


def _selector(
    selector: Object | None, labels: dict[str, str] | None, path: str
) -> Causes:
    causes = list(meta.label_selector(selector, f"{path}.selector"))
    yield from causes
    # An unreadable selector matches nothing; that it does not is no second error.
    if not causes and not _selects(selector, labels or {}):
        yield workload.mismatch(labels, f"{path}.template")
    if selector is not None and not selector:
        yield invalid(f"{path}.selector", {}, "empty selector is invalid for daemonset")


def _selects(selector: Object | None, labels: dict[str, str]) -> bool:
    # A selector that is not there selects nothing, an empty one everything.
    return selector is not None and selector_matches(selector, labels)


def _strategy(strategy: Object, path: str) -> Causes:
    # Kubernetes: ValidateDaemonSetUpdateStrategy
    kind = strategy.get("type", "")
    rolling = strategy.get("rollingUpdate")
    if kind not in STRATEGIES:
        # The whole strategy is the bad value.
        shown = workload.strategy_value(strategy, _NO_LIMITS)
        yield not_supported(path, shown, STRATEGIES)
    elif kind == "RollingUpdate":
        yield from _rolling_update(rolling, f"{path}.rollingUpdate")


def _rolling_update(rolling: Object | None, path: str) -> Causes:
    # Kubernetes: ValidateRollingUpdateDaemonSet
    if rolling is None:
        yield required(path)
        return
    unavailable = rolling.get("maxUnavailable", 0)
    surge = rolling.get("maxSurge", 0)
    limits = {"maxUnavailable": unavailable, "maxSurge": surge}
    for field, limit in limits.items():
        yield from number_or_percent(limit, f"{path}.{field}")
    for field, limit in limits.items():
        yield from not_over_all(limit, f"{path}.{field}")
    # Either an old Pod goes first or a new one comes first: both at once, or neither, is no order.
    if _amount(unavailable) and _amount(surge):
        detail = "may not be set when maxUnavailable is non-zero"
        yield invalid(f"{path}.maxSurge", surge, detail)
    elif not _amount(unavailable) and not _amount(surge):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")


def _amount(amount: Any) -> int:
    """A number, or that of a percentage; any other text counts as strconv.Atoi has it."""
    if not isinstance(amount, str):
        return int(amount)
    number = amount if text.percent(amount) else amount.removesuffix("%")
    return go_atoi(number)


def cells(o: AnyDaemonSet, now: float) -> list[Cell]:
    """Kubernetes: printDaemonSet"""
    status: Readable = o.get("status", {})
    template = o["spec"]["template"]["spec"]
    counts: list[Cell] = [int(status.get(field) or 0) for field in _SHOWN_NUMBERS]
    containers = template["containers"]
    return [
        name(o),
        *counts,
        joined(template.get("nodeSelector")),
        age(o, now),
        ",".join(container["name"] for container in containers),
        ",".join(container.get("image", "") for container in containers),
        selector_text(o["spec"].get("selector")),
    ]


DAEMON_SET = Kind(
    "apps/v1",
    "DaemonSet",
    generation=True,
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    prepare_for_update=prepare_for_update,
    cells=cells,
)

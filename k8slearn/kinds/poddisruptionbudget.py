"""PodDisruptionBudget: how many Pods may be missing while somebody evicts.

Kubernetes: pkg/registry/policy/poddisruptionbudget/strategy.go, pkg/apis/policy/validation/validation.go
"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes, invalid, not_negative, not_supported
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    labels,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.int_or_percent import not_over_all, number_or_percent
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell, age
from k8slearn.kinds.status_rules import conditions

_COUNTS = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
# In the order in which they are looked at.
_COUNTED = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")
_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_BOTH = "minAvailable and maxUnavailable cannot be both set"


def default(o: Object) -> Object:
    """Its counts are there even where they are 0."""
    return {**o, "status": default_status(o.get("status", {}))}


def default_status(status: Object) -> Object:
    """The part of `default` for a status alone."""
    return {**dict.fromkeys(_COUNTS, 0), **status}


def prepare_for_create(o: Object, reader: object) -> Object:
    """What it allows is for its controller to say."""
    return {**o, "status": default_status({})}


def validate(o: Object) -> Causes:
    """Kubernetes: ValidatePodDisruptionBudgetSpec"""
    spec = o.get("spec", {})
    if "minAvailable" in spec and "maxUnavailable" in spec:
        yield invalid("spec", spec, _BOTH)
    for field in ("minAvailable", "maxUnavailable"):
        if field in spec:
            yield from number_or_percent(spec[field], f"spec.{field}")
            yield from not_over_all(spec[field], f"spec.{field}")
    yield from meta.label_selector(spec.get("selector"), "spec.selector")
    policy = spec.get("unhealthyPodEvictionPolicy", "IfHealthyBudget")
    if policy not in _POLICIES:
        yield not_supported("spec.unhealthyPodEvictionPolicy", policy, _POLICIES)


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePodDisruptionBudgetStatusUpdate"""
    status = new.get("status", {})
    yield from conditions(status.get("conditions", []), "status.conditions")
    for field in _COUNTED:
        yield from not_negative(f"status.{field}", status.get(field))


def selects(budget: Object, pod: Object) -> bool:
    """Whether the budget is about a Pod; one without a selector is about none."""
    if namespace(budget) != namespace(pod):
        return False
    selector = budget.get("spec", {}).get("selector")
    return selector is not None and selector_matches(selector, labels(pod))


ALLOWED = "DisruptionAllowed"


def with_condition(
    budget: Object, status: str, reason: str, message: str, now: float
) -> Object:
    """The budget with its one condition, whose time is kept while it stays as it was."""
    old = condition(budget, ALLOWED) or {}
    since = timestamp(now)
    if old.get("status") == status:
        since = old["lastTransitionTime"]
    entry = {
        "type": ALLOWED,
        "status": status,
        "reason": reason,
        "message": message,
        "lastTransitionTime": since,
        "observedGeneration": budget["status"].get("observedGeneration", 0),
    }
    found = {
        field: value for field, value in entry.items() if value or field == "message"
    }
    return with_status(budget, conditions=[found])


def with_allowance(budget: Object, now: float) -> Object:
    """The budget whose condition says whether it allows a disruption. Kubernetes: UpdateDisruptionAllowedCondition"""
    if budget["status"]["disruptionsAllowed"] > 0:
        return with_condition(budget, "True", "SufficientPods", "", now)
    return with_condition(budget, "False", "InsufficientPods", "", now)


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printPodDisruptionBudget"""
    spec = o.get("spec", {})
    bounds = [str(spec.get(field, "N/A")) for field in ("minAvailable", "maxUnavailable")]  # fmt: skip
    allowed = o.get("status", {}).get("disruptionsAllowed", 0)
    return [name(o), *bounds, allowed, age(o, now)]


POD_DISRUPTION_BUDGET = Kind(
    "policy/v1",
    "PodDisruptionBudget",
    generation=True,
    needs_version=True,
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=lambda new, old: validate(new),
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    cells=cells,
)

"""ResourceQuota: how much the objects of a namespace may take together.

Kubernetes: pkg/registry/core/resourcequota/strategy.go, ValidateResourceQuota
"""

from __future__ import annotations

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import IMMUTABLE, NIL, Causes, invalid, required
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.filling import canonical_amounts, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.resources import (
    OF_QUOTAS,
    resource_amount,
    resource_name,
)
from k8slearn.kinds.printing import Cell, age

COMPUTE = (
    "cpu",
    "memory",
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
)
"""What each container must ask for by itself where a quota names it."""
SCOPES = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)
_OPPOSITES = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
# A Pod is of such a scope or it is not.
_ONLY_EXISTING = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "CrossNamespacePodAffinity",
)
_MUST_EXIST = (
    "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
    "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"
)
_NEEDS_VALUE = (
    "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"
)
_NO_VALUE = (
    "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"
)


def default(o: Object) -> Object:
    """Amounts as Kubernetes writes them."""
    found = inside(o, "spec", _canonical)
    return inside(found, "status", default_status)


def default_status(status: Object) -> Object:
    """The status' amounts as Kubernetes writes them."""
    return inside(_canonical(status), "used", canonical_amounts)


def _canonical(spec: Object) -> Object:
    return inside(spec, "hard", canonical_amounts)


def prepare_for_create(o: Object, reader: object) -> Object:
    """What is used is for its controller to say."""
    return {**o, "status": {}}


def validate(o: Object) -> Causes:
    """Kubernetes: ValidateResourceQuotaSpec"""
    spec = o.get("spec", {})
    yield from _amounts(spec.get("hard", {}), "spec.hard")
    yield from _scopes(spec)
    if "scopeSelector" in spec:
        yield from _scope_selector(spec)


def _amounts(found: dict[str, str], path: str) -> Causes:
    for resource, amount in sorted(found.items()):
        at = f"{path}[{resource}]"
        yield from _name(resource, at)
        yield from resource_amount(resource, amount, at)


def _name(resource: str, at: str) -> Causes:
    yield from resource_name(resource, at)
    is_page = resource.startswith(("hugepages-", "requests.hugepages-"))
    if "/" in resource or is_page or text.label_key(resource):
        return
    if resource not in OF_QUOTAS:
        yield invalid(at, resource, "must be a standard resource for quota")


def _scopes(spec: Object) -> Causes:
    scopes = spec.get("scopes", [])
    at = "spec.scopes"
    for scope in scopes:
        if scope not in SCOPES:
            yield invalid(at, scopes, "unsupported scope")
        for resource in sorted(spec.get("hard", {})):
            if resource in OF_QUOTAS and not _is_for(scope, resource):
                yield invalid(at, scopes, "unsupported scope applied to resource")
    yield from _no_opposites(scopes, scopes, at)


def _no_opposites(found: list[str], shown: list[str], at: str) -> Causes:
    for pair in _OPPOSITES:
        if all(scope in found for scope in pair):
            yield invalid(at, shown, "conflicting scopes")


def _is_for(scope: str, resource: str) -> bool:
    """Whether a scope can be asked of what counts for a resource. Kubernetes: IsResourceQuotaScopeValidForResource"""
    if scope not in SCOPES or resource == "pods":
        return True
    # Pods of best effort ask for nothing: there is nothing of theirs to add up but their number.
    return scope != "BestEffort" and resource in COMPUTE


def _scope_selector(spec: Object) -> Causes:
    # Kubernetes: validateScopedResourceSelectorRequirement, which speaks of the list and not of its items
    at = "spec.scopeSelector.matchExpressions"
    selector = spec["scopeSelector"]
    found = []
    for entry in selector.get("matchExpressions", []):
        scope = entry.get("scopeName", "")
        found.append(scope)
        if scope not in SCOPES:
            yield invalid(f"{at}.scopeName", scope, "unsupported scope")
        for resource in sorted(spec.get("hard", {})):
            if resource in OF_QUOTAS and not _is_for(scope, resource):
                why = "unsupported scope applied to resource"
                yield invalid(at, _selector_as_go(selector), why)
        yield from _scope_operator(entry, scope, at)
    yield from _no_opposites(found, spec.get("scopes", NIL), at)


def _selector_as_go(selector: Object) -> Object:
    entries = [
        {
            "ScopeName": entry.get("scopeName", ""),
            "Operator": entry.get("operator", ""),
            "Values": entry.get("values"),
        }
        for entry in selector.get("matchExpressions", [])
    ]
    return {"MatchExpressions": entries}


def _scope_operator(entry: Object, scope: str, at: str) -> Causes:
    operator = entry.get("operator", "")
    values = entry.get("values", [])
    if scope in _ONLY_EXISTING and operator != "Exists":
        yield invalid(f"{at}.operator", operator, _MUST_EXIST)
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{at}.values", _NEEDS_VALUE)
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield invalid(f"{at}.values", values, _NO_VALUE)
    else:
        yield invalid(f"{at}.operator", operator, "not a valid selector operator")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateResourceQuotaUpdate"""
    yield from validate(new)
    spec = new.get("spec", {})
    before = old.get("spec", {})
    if sorted(spec.get("scopes", [])) != sorted(before.get("scopes", [])):
        yield invalid("spec.scopes", spec.get("scopes", []), IMMUTABLE)


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateResourceQuotaStatusUpdate"""
    for side in ("hard", "used"):
        amounts = new.get("status", {}).get(side, {})
        yield from _amounts(amounts, f"status.{side}")


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printResourceQuota"""
    status = o.get("status", {})
    used = status.get("used", {})
    columns: dict[bool, list[str]] = {False: [], True: []}
    for resource, hard in sorted(status.get("hard", {}).items()):
        taken = quantity.canonical(used.get(resource, "0"))
        shown = f"{resource}: {taken}/{hard}"
        columns[resource.startswith("limits.")].append(shown)
    return [name(o), ", ".join(columns[False]), ", ".join(columns[True]), age(o, now)]


RESOURCE_QUOTA = Kind(
    "v1",
    "ResourceQuota",
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    returned_on_delete=True,
    cells=cells,
)

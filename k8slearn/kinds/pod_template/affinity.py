"""Affinities, tolerations and spreading.

Kubernetes: pkg/apis/core/validation/validation.go validateAffinity, ValidateTolerations,
validateTopologySpreadConstraints
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.taint import EFFECTS

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_BAD_OPERATOR = "not a valid selector operator"
_SINGLE = "must be specified single value when `operator` is 'Lt' or 'Gt'"
_ONLY_ONE = (
    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
)
_NEEDS_EXISTS = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
_NEEDS_NO_EXECUTE = "effect must be 'NoExecute' when `tolerationSeconds` is set"
_IN_BOTH = "exists in both matchLabelKeys and labelSelector"


def affinity(found: Object, path: str) -> Causes:
    """A Pod's affinity."""
    if "nodeAffinity" in found:
        yield from _node_affinity(found["nodeAffinity"], f"{path}.nodeAffinity")
    for kind in ("podAffinity", "podAntiAffinity"):
        if kind in found:
            yield from _pod_affinity(found[kind], f"{path}.{kind}")


def _node_affinity(found: Object, path: str) -> Causes:
    if _REQUIRED in found:
        yield from node_selector(found[_REQUIRED], f"{path}.{_REQUIRED}")
    for i, term in enumerate(found.get(_PREFERRED, [])):
        at = f"{path}.{_PREFERRED}[{i}]"
        yield from _weight(term, at)
        yield from _node_term(
            term.get("preference", {}), f"{at}.preference", check_values=False
        )


def _weight(term: Object, path: str) -> Causes:
    if not 1 <= (weight := term.get("weight", 0)) <= 100:
        yield invalid(f"{path}.weight", weight, "must be in the range 1-100")


def node_selector(found: Object, path: str) -> Causes:
    """Terms of which a Node must meet one. Kubernetes: ValidateNodeSelector"""
    terms = found.get("nodeSelectorTerms") or []
    if not terms:
        yield required(
            f"{path}.nodeSelectorTerms", "must have at least one node selector term"
        )
    for i, term in enumerate(terms):
        yield from _node_term(term, f"{path}.nodeSelectorTerms[{i}]", check_values=True)


def _node_term(term: Object, path: str, *, check_values: bool) -> Causes:
    for i, expression in enumerate(term.get("matchExpressions", [])):
        yield from _node_expression(
            expression, f"{path}.matchExpressions[{i}]", check_values
        )
    for i, expression in enumerate(term.get("matchFields", [])):
        yield from _node_field(expression, f"{path}.matchFields[{i}]")


def _node_expression(expression: Object, path: str, check_values: bool) -> Causes:
    operator, values = expression.get("operator", ""), expression.get("values", [])
    yield from meta.set_operator(operator, values, path)
    if operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", _SINGLE)
    elif operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        yield invalid(f"{path}.operator", operator, _BAD_OPERATOR)
    yield from meta.label_key(expression.get("key", ""), f"{path}.key")
    for i, value in enumerate(values if check_values else ()):
        yield from each_invalid(f"{path}.values[{i}]", value, text.label_value(value))


def _node_field(expression: Object, path: str) -> Causes:
    operator, values = expression.get("operator", ""), expression.get("values", [])
    if operator not in ("In", "NotIn"):
        yield invalid(f"{path}.operator", operator, _BAD_OPERATOR)
    elif len(values) != 1:
        yield required(f"{path}.values", _ONLY_ONE)
    if (key := expression.get("key", "")) != "metadata.name":
        yield invalid(f"{path}.key", key, "not a valid field selector key")
        return
    for i, value in enumerate(values):
        yield from each_invalid(f"{path}.values[{i}]", value, text.dns_subdomain(value))


def _pod_affinity(found: Object, path: str) -> Causes:
    for i, term in enumerate(found.get(_REQUIRED, [])):
        yield from _pod_term(term, f"{path}.{_REQUIRED}[{i}]")
    for i, term in enumerate(found.get(_PREFERRED, [])):
        at = f"{path}.{_PREFERRED}[{i}]"
        yield from _weight(term, at)
        yield from _pod_term(term.get("podAffinityTerm", {}), f"{at}.podAffinityTerm")


def _pod_term(term: Object, path: str) -> Causes:
    # Kubernetes: validatePodAffinityTerm
    for field in ("labelSelector", "namespaceSelector"):
        yield from meta.label_selector(term.get(field), f"{path}.{field}")
    for name in term.get("namespaces", []):
        yield from each_invalid(f"{path}.namespace", name, text.dns_label(name))
    match, mismatch = term.get("matchLabelKeys", []), term.get("mismatchLabelKeys", [])
    yield from _label_keys(match, mismatch, term.get("labelSelector"), path)
    key = term.get("topologyKey", "")
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from meta.label_key(key, f"{path}.topologyKey")


def _label_keys(
    match: list[str], mismatch: list[str], selector: Object | None, path: str
) -> Causes:
    # Kubernetes: ValidateMatchLabelKeysAndMismatchLabelKeys
    for field, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if keys and selector is None:
            yield forbidden(
                f"{path}.{field}", "must not be specified when labelSelector is not set"
            )
        for i, key in enumerate(keys if selector is not None else ()):
            yield from meta.label_key(key, f"{path}.{field}[{i}]")
    yield from _merged_keys(match, selector or {}, path)
    for i, key in enumerate(match):
        if key in mismatch:
            yield invalid(
                f"{path}.matchLabelKeys[{i}]",
                key,
                "exists in both matchLabelKeys and mismatchLabelKeys",
            )


def _merged_keys(match: list[str], selector: Object, path: str) -> Causes:
    seen = set(selector.get("matchLabels", {}))
    for expression in selector.get("matchExpressions", []):
        key = expression.get("key", "")
        if key in match and key in seen:
            yield invalid(f"{path}[{match.index(key)}]", key, _IN_BOTH)
        seen.add(key)


def tolerations(found: list[Object], path: str) -> Causes:
    """What a Pod puts up with."""
    for i, toleration in enumerate(found):
        yield from _toleration(toleration, f"{path}[{i}]")


def _toleration(toleration: Object, path: str) -> Causes:
    key, operator = toleration.get("key", ""), toleration.get("operator", "")
    effect = toleration.get("effect", "")
    if key:
        yield from meta.label_key(key, f"{path}.key")
    elif operator != "Exists":
        yield invalid(f"{path}.operator", operator, _NEEDS_EXISTS)
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        yield invalid(f"{path}.effect", effect, _NEEDS_NO_EXECUTE)
    yield from _toleration_value(operator, toleration.get("value", ""), path)
    if effect and effect not in EFFECTS:
        yield not_supported(f"{path}.effect", effect, EFFECTS)


def _toleration_value(operator: str, value: str, path: str) -> Causes:
    if operator in ("", "Equal"):
        if messages := text.label_value(value):
            yield invalid(f"{path}.operator", value, ";".join(messages))
    elif operator == "Exists":
        if value:
            yield invalid(
                f"{path}.operator",
                value,
                "value must be empty when `operator` is 'Exists'",
            )
    elif operator in (
        "Lt",
        "Gt",
    ):  # refused while the feature gate TaintTolerationComparisonOperators is off
        yield not_supported(
            f"{path}.operator", operator, ("Equal", "Exists", "Lt", "Gt")
        )
    else:
        yield not_supported(f"{path}.operator", operator, ("Equal", "Exists"))


def topology_spread(found: list[Object], path: str) -> Causes:
    """How Pods spread over zones and Nodes."""
    for i, constraint in enumerate(found):
        at = f"{path}[{i}]"
        for check in _SPREAD_CHECKS:
            yield from check(constraint, at)
        yield from _not_repeated(constraint, found[i + 1 :], at)
        yield from _spread_policies(constraint, at)
        selector = constraint.get("labelSelector")
        yield from _label_keys(constraint.get("matchLabelKeys", []), [], selector, at)
        yield from meta.label_selector(selector, f"{at}.labelSelector")


def _skew(constraint: Object, path: str) -> Causes:
    if (skew := constraint.get("maxSkew", 0)) <= 0:
        yield invalid(f"{path}.maxSkew", skew, "must be greater than zero")


def _topology_key(constraint: Object, path: str) -> Causes:
    if not constraint.get("topologyKey"):
        yield required(f"{path}.topologyKey", "can not be empty")


def _when_unsatisfiable(constraint: Object, path: str) -> Causes:
    action = constraint.get("whenUnsatisfiable", "")
    if action not in ("DoNotSchedule", "ScheduleAnyway"):
        yield not_supported(
            f"{path}.whenUnsatisfiable", action, ("DoNotSchedule", "ScheduleAnyway")
        )


_SPREAD_CHECKS: tuple[Callable[[Object, str], Causes], ...] = (
    _skew,
    _topology_key,
    _when_unsatisfiable,
)


def _not_repeated(constraint: Object, rest: list[Object], path: str) -> Causes:
    pair = (constraint.get("topologyKey", ""), constraint.get("whenUnsatisfiable", ""))
    if any(
        (other.get("topologyKey", ""), other.get("whenUnsatisfiable", "")) == pair
        for other in rest
    ):
        yield duplicate(
            f"{path}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}"
        )


def _spread_policies(constraint: Object, path: str) -> Causes:
    domains, action = (
        constraint.get("minDomains"),
        constraint.get("whenUnsatisfiable", ""),
    )
    if domains is not None and domains <= 0:
        yield invalid(f"{path}.minDomains", domains, "must be greater than zero")
    if domains is not None and action != "DoNotSchedule":
        detail = (
            f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        )
        yield invalid(f"{path}.minDomains", domains, detail)
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if constraint.get(field, "Honor") not in ("Honor", "Ignore"):
            yield not_supported(
                f"{path}.{field}", constraint[field], ("Honor", "Ignore")
            )

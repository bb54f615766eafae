"""Affinities, tolerations and spreading.

Kubernetes: pkg/apis/core/validation/validation.go validateAffinity, ValidateTolerations,
validateTopologySpreadConstraints
"""

from __future__ import annotations

from collections import Counter

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each,
    each_by,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.selectors import PREFERRED, REQUIRED
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.taint import EFFECTS

_BAD_OPERATOR = "not a valid selector operator"
_SINGLE = "must be specified single value when `operator` is 'Lt' or 'Gt'"
_ONLY_ONE = (
    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
)
_NEEDS_EXISTS = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
_NEEDS_NO_EXECUTE = "effect must be 'NoExecute' when `tolerationSeconds` is set"
_NO_VALUE = "value must be empty when `operator` is 'Exists'"
_NEEDS_SELECTOR = "must not be specified when labelSelector is not set"
_IN_BOTH_LISTS = "exists in both matchLabelKeys and mismatchLabelKeys"
_IN_BOTH = "exists in both matchLabelKeys and labelSelector"
_LABEL_VALUES = each_by(text.label_value)
_NODE_NAMES = each_by(text.dns_subdomain)
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
_NODE_POLICIES = ("Honor", "Ignore")


def affinity(found: Object, path: str) -> Causes:
    """A Pod's affinity."""
    yield from given(found, path, _AFFINITIES)


def _node_affinity(found: Object, path: str) -> Causes:
    yield from given(found, path, {REQUIRED: node_selector})
    for at, term in items(found, PREFERRED, path):
        yield from _weight(term, at)
        yield from given(term, at, {"preference": _node_preference})


def _node_preference(term: Object, path: str) -> Causes:
    # A preference that no Node can meet does no harm: its values are not looked at.
    yield from _node_term(term, path, check_values=False)


def _weight(term: Object, path: str) -> Causes:
    weight = term.get("weight", 0)
    if weight < 1 or weight > 100:
        yield invalid(f"{path}.weight", weight, "must be in the range 1-100")


def node_selector(found: Object, path: str) -> Causes:
    """Terms of which a Node must meet one. Kubernetes: ValidateNodeSelector"""
    path = f"{path}.nodeSelectorTerms"
    terms = found.get("nodeSelectorTerms", [])
    if not terms:
        yield required(path, "must have at least one node selector term")
    for at, term in indexed(terms, path):
        yield from _node_term(term, at, check_values=True)


def _node_term(term: Object, path: str, *, check_values: bool) -> Causes:
    expressions = term.get("matchExpressions", [])
    for at, expression in indexed(expressions, f"{path}.matchExpressions"):
        yield from _node_expression(expression, at, check_values)
    for at, field in items(term, "matchFields", path):
        yield from _node_field(field, at)


def _node_expression(expression: Object, path: str, check_values: bool) -> Causes:
    operator = expression.get("operator", "")
    values = expression.get("values", [])
    yield from meta.set_operator(operator, values, path)
    if operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", _SINGLE)
    elif operator not in meta.SET_OPERATORS:
        yield invalid(f"{path}.operator", operator, _BAD_OPERATOR)
    key = expression.get("key", "")
    yield from meta.label_key(key, f"{path}.key")
    if check_values:
        yield from given(expression, path, {"values": _LABEL_VALUES})


def _node_field(expression: Object, path: str) -> Causes:
    operator = expression.get("operator", "")
    values = expression.get("values", [])
    if operator not in ("In", "NotIn"):
        yield invalid(f"{path}.operator", operator, _BAD_OPERATOR)
    elif len(values) != 1:
        yield required(f"{path}.values", _ONLY_ONE)
    key = expression.get("key", "")
    # The one field of a Node that can be asked by: a DaemonSet's Pods are bound by it.
    if key != "metadata.name":
        yield invalid(f"{path}.key", key, "not a valid field selector key")
        return
    yield from given(expression, path, {"values": _NODE_NAMES})


def _pod_affinity(found: Object, path: str) -> Causes:
    for at, term in items(found, REQUIRED, path):
        yield from _pod_term(term, at)
    for at, term in items(found, PREFERRED, path):
        yield from _weight(term, at)
        wanted = term.get("podAffinityTerm", {})
        yield from _pod_term(wanted, f"{at}.podAffinityTerm")


def _pod_term(term: Object, path: str) -> Causes:
    # Kubernetes: validatePodAffinityTerm
    yield from given(term, path, _SELECTORS)
    for name in term.get("namespaces", []):
        yield from follows(f"{path}.namespace", name, text.dns_label)
    match = term.get("matchLabelKeys", [])
    mismatch = term.get("mismatchLabelKeys", [])
    selector = term.get("labelSelector")
    yield from _label_keys(match, mismatch, selector, path)
    key = term.get("topologyKey", "")
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from meta.label_key(key, f"{path}.topologyKey")


_SELECTORS = {
    "labelSelector": meta.label_selector,
    "namespaceSelector": meta.label_selector,
}
_AFFINITIES = {
    "nodeAffinity": _node_affinity,
    "podAffinity": _pod_affinity,
    "podAntiAffinity": _pod_affinity,
}


def _label_keys(
    match: list[str], mismatch: list[str], selector: Object | None, path: str
) -> Causes:
    # Kubernetes: ValidateMatchLabelKeysAndMismatchLabelKeys
    for field, keys in (("matchLabelKeys", match), ("mismatchLabelKeys", mismatch)):
        if not keys:
            continue
        at = f"{path}.{field}"
        # The keys are merged into the selector: without one there is nothing to merge into.
        if selector is None:
            yield forbidden(at, _NEEDS_SELECTOR)
        else:
            yield from meta.each_follows(keys, at, text.label_key)
    yield from _merged_keys(match, selector or {}, path)
    for at, key in indexed(match, f"{path}.matchLabelKeys"):
        if key in mismatch:
            yield invalid(at, key, _IN_BOTH_LISTS)


def _merged_keys(match: list[str], selector: Object, path: str) -> Causes:
    seen = set(selector.get("matchLabels", {}))
    for expression in selector.get("matchExpressions", []):
        key = expression.get("key", "")
        # The API server itself adds an expression for each of the keys: only a second one is the user's.
        if key in match and key in seen:
            place = match.index(key)
            yield invalid(f"{path}[{place}]", key, _IN_BOTH)
        seen.add(key)


def tolerations(found: list[Object], path: str) -> Causes:
    """What a Pod puts up with."""
    yield from each(_toleration)(found, path)


def _toleration(toleration: Object, path: str) -> Causes:
    key = toleration.get("key", "")
    operator = toleration.get("operator", "")
    effect = toleration.get("effect", "")
    if key:
        yield from meta.label_key(key, f"{path}.key")
    elif operator != "Exists":
        yield invalid(f"{path}.operator", operator, _NEEDS_EXISTS)
    # Only NoExecute evicts: no other effect leaves a time to wait.
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        yield invalid(f"{path}.effect", effect, _NEEDS_NO_EXECUTE)
    value = toleration.get("value", "")
    yield from _toleration_value(operator, value, f"{path}.operator")
    if effect and effect not in EFFECTS:
        yield not_supported(f"{path}.effect", effect, EFFECTS)


def _toleration_value(operator: str, value: str, path: str) -> Causes:
    # Upstream hands the operator's path on for the value as well.
    if operator in ("", "Equal"):
        messages = text.label_value(value)
        if messages:
            yield invalid(path, value, ";".join(messages))
    elif operator == "Exists":
        if value:
            yield invalid(path, value, _NO_VALUE)
    elif operator in ("Lt", "Gt"):
        # Known but refused while the feature gate TaintTolerationComparisonOperators is off.
        yield not_supported(path, operator, ("Equal", "Exists", "Lt", "Gt"))
    else:
        yield not_supported(path, operator, ("Equal", "Exists"))


def topology_spread(found: list[Object], path: str) -> Causes:
    """How Pods spread over zones and Nodes."""
    pairs = [_spread_pair(constraint) for constraint in found]
    # The first of two alike is the one that is complained of, once: so what counts is what comes after it.
    after = Counter(pairs)
    for (at, constraint), pair in zip(indexed(found, path), pairs, strict=True):
        yield from _spread_basics(constraint, at)
        after[pair] -= 1
        if after[pair]:
            yield duplicate(f"{at}.{{topologyKey, whenUnsatisfiable}}", pair)
        yield from _spread_policies(constraint, at)
        selector = constraint.get("labelSelector")
        keys = constraint.get("matchLabelKeys", [])
        yield from _label_keys(keys, [], selector, at)
        yield from meta.label_selector(selector, f"{at}.labelSelector")


def _spread_basics(constraint: Object, path: str) -> Causes:
    skew = constraint.get("maxSkew", 0)
    if skew <= 0:
        yield invalid(f"{path}.maxSkew", skew, "must be greater than zero")
    if not constraint.get("topologyKey"):
        yield required(f"{path}.topologyKey", "can not be empty")
    action = constraint.get("whenUnsatisfiable", "")
    if action not in _UNSATISFIABLE:
        yield not_supported(f"{path}.whenUnsatisfiable", action, _UNSATISFIABLE)


def _spread_pair(constraint: Object) -> str:
    """The pair as upstream prints it."""
    key = constraint.get("topologyKey", "")
    action = constraint.get("whenUnsatisfiable", "")
    return f"{{{key}, {action}}}"


def _spread_policies(constraint: Object, path: str) -> Causes:
    domains = constraint.get("minDomains")
    if domains is not None:
        yield from _min_domains(domains, constraint, f"{path}.minDomains")
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        policy = constraint.get(field, "Honor")
        if policy not in _NODE_POLICIES:
            yield not_supported(f"{path}.{field}", policy, _NODE_POLICIES)


def _min_domains(domains: int, constraint: Object, path: str) -> Causes:
    if domains <= 0:
        yield invalid(path, domains, "must be greater than zero")
    action = constraint.get("whenUnsatisfiable", "")
    # Where Pods are scheduled anyway a least number of domains binds nobody.
    if action != "DoNotSchedule":
        condition = "can only use minDomains if whenUnsatisfiable=DoNotSchedule"
        yield invalid(path, domains, f"{condition}, not {action}")

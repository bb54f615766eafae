"""Selectors, node affinity, taints and tolerations, as pure functions that say what they looked at.

A function named look_at… returns what it met, requirement by requirement, so that `explain` can show it; one named
…matches or …tolerates gives only the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from k8slearn.apimachinery.objects import Object, labels, name

Labels = Mapping[str, str]
Expression = Mapping[str, object]
Values = tuple[str, ...]

INTEGER = re.compile(r"[+-]?[0-9]+")
# strconv.ParseInt with 64 bits; what does not fit is no number to Gt and Lt.
_INT64_END = 2**63
_MAX_KEPT = 32
"""The most values of an expression whose verdict is cached."""

# Kubernetes: core/v1 NodeAffinity, PodAffinity, PodAntiAffinity
REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"

# Kubernetes: apimachinery/pkg/util/validation IsQualifiedName, IsValidLabelValue
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DNS = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_KEY = re.compile(rf"((?=.{{1,253}}/){_DNS}(\.{_DNS})*/)?{_NAME}")
_LABEL_VALUE = re.compile(rf"({_NAME})?")


class Requirement(NamedTuple):
    """One expression of a selector and what it met: `actual` is the value found, None when the key is absent."""

    key: str
    operator: str
    values: Values
    actual: str | None
    holds: bool


Requirements = tuple[Requirement, ...]


class TaintVerdict(NamedTuple):
    """A taint and the toleration that meets it, None when nothing tolerates it."""

    taint: Object
    toleration: Object | None


# Label selectors ----------------------------------------------------------------------------------------------------


def holds(operator: str, actual: str | None, values: Sequence[str]) -> bool:
    """Whether a value (None: the key is absent) meets an operator; an expression that is not valid holds never.

    Kubernetes: apimachinery pkg/labels, Requirement.Matches.
    """
    match operator:
        case "In":
            return bool(values) and actual in values
        case "NotIn":
            # An absent key is in no list, so it meets NotIn.
            return bool(values) and actual not in values
        case "Exists":
            return not values and actual is not None
        case "DoesNotExist":
            return not values and actual is None
        case "Gt" | "Lt":
            return _compare(operator, actual, values)
    return False


def _compare(operator: str, actual: str | None, values: Sequence[str]) -> bool:
    bound = integer(values[0]) if len(values) == 1 else None
    found = integer(actual)
    if found is None or bound is None:
        return False
    if operator == "Gt":
        return found > bound
    return found < bound


def integer(text: str | None) -> int | None:
    """The number that Gt and Lt compare by, None for what is none to them."""
    if text is None or not INTEGER.fullmatch(text):
        return None
    number = int(text)
    if abs(number) < _INT64_END:
        return number
    return None


def _is_well_formed(key: str, values: Values) -> bool:
    # What is kept is kept for good: a client's thousand values are not.
    if len(values) > _MAX_KEPT:
        return _follows_rules(key, values)
    return _known_to_follow(key, values)


def _follows_rules(key: str, values: Values) -> bool:
    if not _LABEL_KEY.fullmatch(key):
        return False
    return all(map(_LABEL_VALUE.fullmatch, values))


# Kept, because a DaemonSet's few expressions are held against every Node again and again.
_known_to_follow = lru_cache(maxsize=4096)(_follows_rules)


def _parts(expression: Expression) -> tuple[str, str, Values]:
    """(key, operator, values) of an expression, whatever a user has written there."""
    key = str(expression["key"])
    operator = str(expression.get("operator") or "")
    values = expression.get("values")
    # A list nearly always, and it takes long to find out that something is iterable.
    if isinstance(values, (list, Iterable)):
        return key, operator, tuple(map(str, values))
    return key, operator, ()


def look(expression: Expression, found: Labels) -> Requirement:
    """Hold one `{key, operator, values}` against labels; one that is not well-formed holds never.

    Kubernetes: apimachinery pkg/labels, NewRequirement.
    """
    key, operator, values = _parts(expression)
    actual = found.get(key)
    met = _is_well_formed(key, values) and holds(operator, actual, values)
    return Requirement(
        key=key, operator=operator, values=values, actual=actual, holds=met
    )


def look_at_labels(wanted: Labels | None, found: Labels) -> Requirements:
    """Hold each `key: value` of matchLabels or nodeSelector against labels."""
    requirements = []
    wanted = wanted or {}
    for key, value in wanted.items():
        actual = found.get(key)
        met = actual == value
        requirement = Requirement(
            key=key, operator="In", values=(value,), actual=actual, holds=met
        )
        requirements.append(requirement)
    return tuple(requirements)


def look_at_selector(selector: Object | None, found: Labels) -> Requirements:
    """Hold a label selector (matchLabels and matchExpressions) against labels."""
    if not selector:
        return ()
    requirements = list(look_at_labels(selector.get("matchLabels"), found))
    for expression in selector.get("matchExpressions") or ():
        requirement = look(expression, found)
        requirements.append(requirement)
    return tuple(requirements)


def selector_matches(selector: Object | None, found: Labels) -> bool:
    """Whether a label selector takes these labels; an empty selector takes all."""
    if not selector:
        return True
    # Not by way of look_at_selector: this is asked of every Pod, and stops at the first label that differs.
    wanted = selector.get("matchLabels") or {}
    for key, value in wanted.items():
        if found.get(key) != value:
            return False
    expressions = selector.get("matchExpressions")
    if not expressions:
        return True
    return all(look(expression, found).holds for expression in expressions)


# Node affinity ------------------------------------------------------------------------------------------------------


def look_at_field(expression: Expression, node: Object) -> Requirement:
    """Hold one matchFields entry against a Node: only metadata.name, In or NotIn, one value."""
    key, operator, values = _parts(expression)
    actual = name(node)
    met = _field_holds(key, operator, actual, values)
    return Requirement(
        key=key, operator=operator, values=values, actual=actual, holds=met
    )


def _field_holds(key: str, operator: str, actual: str, values: Values) -> bool:
    if key != "metadata.name" or len(values) != 1:
        return False
    return operator in ("In", "NotIn") and holds(operator, actual, values)


def look_at_term(term: Object, node: Object) -> Requirements:
    """Hold one nodeSelectorTerm (matchExpressions and matchFields) against a Node; empty for an empty term."""
    found = labels(node)
    requirements = []
    for expression in term.get("matchExpressions") or ():
        requirement = look(expression, found)
        requirements.append(requirement)
    for expression in term.get("matchFields") or ():
        requirement = look_at_field(expression, node)
        requirements.append(requirement)
    return tuple(requirements)


def term_matches(term: Requirements) -> bool:
    """Whether all requirements of a term hold; an empty term matches no Node."""
    return bool(term) and all(requirement.holds for requirement in term)


def any_term_matches(terms: Iterable[Object], node: Object) -> bool:
    """Whether one of these nodeSelectorTerms takes a Node."""
    return any(_matches(term, node) for term in terms)


def _matches(term: Object, node: Object) -> bool:
    # Not by way of look_at_term: the scheduler asks for each Pod, and its term says no more than a Node's name.
    expressions = term.get("matchExpressions") or ()
    fields = term.get("matchFields") or ()
    for each in fields:
        key, operator, values = _parts(each)
        if not _field_holds(key, operator, name(node), values):
            return False
    found = labels(node) if expressions else {}
    for each in expressions:
        if not look(each, found).holds:
            return False
    return bool(expressions or fields)


def required_terms(pod_spec: Object) -> list[Object] | None:
    """The terms of the required node affinity, None when there is no such affinity.

    Kubernetes: component-helpers scheduling/corev1/nodeaffinity, GetRequiredNodeAffinity.
    """
    affinity = pod_spec.get("affinity") or {}
    node_affinity = affinity.get("nodeAffinity") or {}
    required = node_affinity.get(REQUIRED)
    if required is None:
        return None
    # No terms at all is not the same as no affinity: it matches no Node.
    terms = required.get("nodeSelectorTerms") or ()
    return list(terms)


def matches_affinity(pod_spec: Object, node: Object) -> bool:
    """Whether nodeSelector and required node affinity take the Node."""
    if not selector_matches(
        {"matchLabels": pod_spec.get("nodeSelector")}, labels(node)
    ):
        return False
    terms = required_terms(pod_spec)
    return terms is None or any_term_matches(terms, node)


# Taints -------------------------------------------------------------------------------------------------------------


def tolerates(toleration: Object, taint: Object) -> bool:
    """Whether one toleration meets one taint. Kubernetes: api core/v1, Toleration.ToleratesTaint."""
    # An empty effect or key tolerates every effect or key.
    for field in ("effect", "key"):
        wanted = toleration.get(field)
        if wanted and wanted != taint.get(field):
            return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Equal":
        wanted = toleration.get("value") or ""
        found = taint.get("value") or ""
        return bool(wanted == found)
    return bool(operator == "Exists")


def judge_taint(taint: Object, tolerations: Iterable[Object]) -> TaintVerdict:
    """The first toleration that meets the taint, if any does."""
    for toleration in tolerations:
        if tolerates(toleration, taint):
            return TaintVerdict(taint, toleration)
    return TaintVerdict(taint, None)


def untolerated(verdicts: Iterable[TaintVerdict], *effects: str) -> list[Object]:
    """The taints with one of these effects that nothing tolerates."""
    found = []
    for verdict in verdicts:
        taint = verdict.taint
        if verdict.toleration is None and taint.get("effect") in effects:
            found.append(taint)
    return found


def selector_as_go(selector: Object | None) -> str:
    """A selector as Go's %v prints it. Kubernetes: apimachinery meta/v1, LabelSelector.String"""
    selector = selector or {}
    pairs = "".join(
        f"{k}: {v}," for k, v in sorted(selector.get("matchLabels", {}).items())
    )
    terms = ""
    for each in selector.get("matchExpressions", ()):
        values = " ".join(each.get("values", ()))
        terms += f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},Values:[{values}],}},"
    labels_text = f"MatchLabels:map[string]string{{{pairs}}}"
    return f"&LabelSelector{{{labels_text},MatchExpressions:[]LabelSelectorRequirement{{{terms}}},}}"

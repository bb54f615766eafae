"""Selectors, node affinity, taints and tolerations, as pure functions that say what they looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from k8slearn.apimachinery.objects import Object, labels, name

INTEGER = re.compile(r"[+-]?[0-9]+")
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_DNS = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
LABEL_KEY = re.compile(rf"((?=.{{1,253}}/){_DNS}(\.{_DNS})*/)?{_NAME}")
LABEL_VALUE = re.compile(rf"({_NAME})?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One expression of a selector and what it met: `actual` is the value found, None when the key is absent."""

    key: str
    operator: str
    values: tuple[str, ...]
    actual: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class TaintVerdict:
    """A taint and the toleration that meets it, None when nothing tolerates it."""

    taint: Object
    toleration: Object | None


def _integer(text: str | None) -> int | None:
    return (
        int(text)
        if text is not None and INTEGER.fullmatch(text) and abs(int(text)) < 2**63
        else None
    )


def _compare(operator: str, actual: str | None, values: Sequence[str]) -> bool:
    found = _integer(actual)
    bound = _integer(values[0]) if len(values) == 1 else None
    if found is None or bound is None:
        return False
    return found > bound if operator == "Gt" else found < bound


def holds(operator: str, actual: str | None, values: Sequence[str]) -> bool:
    """Whether a value (None: the key is absent) meets an operator; an expression that is not valid holds never.

    Kubernetes: apimachinery pkg/labels, Requirement.Matches.
    """
    match operator:
        case "In":
            return bool(values) and actual in values
        case "NotIn":
            return bool(values) and actual not in values
        case "Exists":
            return not values and actual is not None
        case "DoesNotExist":
            return not values and actual is None
        case "Gt" | "Lt":
            return _compare(operator, actual, values)
    return False


@lru_cache(maxsize=4096)
def _well_formed(key: str, values: tuple[str, ...]) -> bool:
    return bool(LABEL_KEY.fullmatch(key)) and all(
        LABEL_VALUE.fullmatch(value) for value in values
    )


def look(expression: Mapping[str, object], found: Mapping[str, str]) -> Requirement:
    """Hold one `{key, operator, values}` against labels; one that is not well-formed holds never.

    Kubernetes: apimachinery pkg/labels, NewRequirement.
    """
    key, operator = str(expression["key"]), str(expression.get("operator") or "")
    raw = expression.get("values")
    values = tuple(str(value) for value in raw) if isinstance(raw, Iterable) else ()
    actual = found.get(key)
    return Requirement(
        key,
        operator,
        values,
        actual,
        _well_formed(key, values) and holds(operator, actual, values),
    )


def look_at_field(expression: Mapping[str, object], node: Object) -> Requirement:
    """Hold one matchFields entry against a Node: only metadata.name, In or NotIn, one value."""
    key, operator = str(expression["key"]), str(expression.get("operator") or "")
    raw = expression.get("values")
    values = tuple(str(value) for value in raw) if isinstance(raw, Iterable) else ()
    fits = key == "metadata.name" and operator in ("In", "NotIn") and len(values) == 1
    return Requirement(
        key, operator, values, name(node), fits and holds(operator, name(node), values)
    )


def look_at_labels(
    wanted: Mapping[str, str] | None, found: Mapping[str, str]
) -> tuple[Requirement, ...]:
    """Hold each `key: value` of matchLabels or nodeSelector against labels."""
    return tuple(
        Requirement(key, "In", (value,), found.get(key), found.get(key) == value)
        for key, value in (wanted or {}).items()
    )


def look_at_selector(
    selector: Object | None, found: Mapping[str, str]
) -> tuple[Requirement, ...]:
    """Hold a label selector (matchLabels and matchExpressions) against labels."""
    selector = selector or {}
    expressions = tuple(
        look(expression, found) for expression in selector.get("matchExpressions") or ()
    )
    return look_at_labels(selector.get("matchLabels"), found) + expressions


def selector_matches(selector: Object | None, found: Mapping[str, str]) -> bool:
    """Whether a label selector takes these labels; an empty selector takes all."""
    if not selector:
        return True
    wanted = selector.get("matchLabels") or {}
    return all(found.get(key) == value for key, value in wanted.items()) and all(
        look(expression, found).holds
        for expression in selector.get("matchExpressions") or ()
    )


def look_at_term(term: Object, node: Object) -> tuple[Requirement, ...]:
    """Hold one nodeSelectorTerm (matchExpressions and matchFields) against a Node; empty for an empty term."""
    expressions = tuple(
        look(expression, labels(node))
        for expression in term.get("matchExpressions") or ()
    )
    fields = tuple(
        look_at_field(expression, node) for expression in term.get("matchFields") or ()
    )
    return expressions + fields


def term_matches(term: tuple[Requirement, ...]) -> bool:
    """Whether all requirements of a term hold; an empty term matches no Node."""
    return bool(term) and all(requirement.holds for requirement in term)


def required_terms(pod_spec: Object) -> list[Object] | None:
    """The terms of the required node affinity, None when there is no such affinity.

    Kubernetes: component-helpers scheduling/corev1/nodeaffinity, GetRequiredNodeAffinity.
    """
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return None if required is None else list(required.get("nodeSelectorTerms") or ())


def tolerates(toleration: Object, taint: Object) -> bool:
    """Whether one toleration meets one taint. Kubernetes: api core/v1, Toleration.ToleratesTaint."""
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Equal":
        return (toleration.get("value") or "") == (taint.get("value") or "")
    return bool(operator == "Exists")


def judge_taint(taint: Object, tolerations: Iterable[Object]) -> TaintVerdict:
    """The first toleration that meets the taint, if any does."""
    return TaintVerdict(
        taint, next((each for each in tolerations if tolerates(each, taint)), None)
    )


def untolerated(verdicts: Iterable[TaintVerdict], *effects: str) -> list[Object]:
    """The taints with one of these effects that nothing tolerates."""
    return [
        v.taint
        for v in verdicts
        if v.toleration is None and v.taint.get("effect") in effects
    ]


_CLAUSE = re.compile(
    r"\s*(?:(?P<absent>!)\s*(?P<key0>[^\s,=!()]+)|(?P<key>[^\s,=!()]+)\s*"
    r"(?:(?P<op>==|=|!=)\s*(?P<value>[^\s,()]*)|(?P<set>in|notin)\s*\((?P<values>[^)]*)\))?)\s*(?:,|$)"
)


def parse_selector(text: str) -> Object:
    """A selector string such as `app=web,tier in (a, b),!old` as a label selector object.

    Raises ValueError when the string is not a selector. Kubernetes: apimachinery pkg/labels, Parse.
    """
    expressions: list[Object] = []
    position = 0
    while position < len(text.rstrip()):
        clause = _CLAUSE.match(text, position)
        if clause is None or clause.end() == position:
            raise ValueError(f"unable to parse requirement: {text[position:]!r}")
        expressions.append(_expression(clause))
        position = clause.end()
    return {"matchExpressions": expressions}


def _expression(clause: re.Match[str]) -> Object:
    if clause["absent"]:
        return {"key": clause["key0"], "operator": "DoesNotExist"}
    if clause["op"]:
        return {
            "key": clause["key"],
            "operator": "NotIn" if clause["op"] == "!=" else "In",
            "values": [clause["value"]],
        }
    if clause["set"]:
        values = [value.strip() for value in clause["values"].split(",")]
        return {
            "key": clause["key"],
            "operator": "In" if clause["set"] == "in" else "NotIn",
            "values": values,
        }
    return {"key": clause["key"], "operator": "Exists"}

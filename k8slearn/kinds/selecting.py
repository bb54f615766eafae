"""Label and field selectors, from the text of a query.

Kubernetes: apimachinery pkg/fields/selector.go; the fields of each kind: pkg/registry/*/strategy.go
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.errors import aggregate, bad_request
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, labels
from k8slearn.apimachinery.selector_text import parse_selector
from k8slearn.apimachinery.selectors import integer, selector_matches
from k8slearn.kinds.kind import Kind

MAX_SELECTOR = 8 * 1024
"""Characters of a selector. Deviation: upstream has no limit but its URL's, of which most front ends take 8 KiB."""
_TOO_LONG = "the selector is too long: may not be more than {} characters"
_UNKNOWN = (
    '"{}" is not a known field selector: only "metadata.name", "metadata.namespace"'
)
_NO_INTEGER = "for 'Gt', 'Lt' operators, the value must be an integer"
# Possessive: what is read is never given back, so that the time grows as the text does.
_TERM = re.compile(r"\s*+([^=!,]++)(==|!=|=)((?:[^,\\=]|\\.)*+)")
_ESCAPE = re.compile(r"\\(.)")
_BAD_ESCAPE = re.compile(r"\\[^\\,=]")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """`field = value`, or `field != value`."""

    field: str
    equal: bool
    value: str


def selects(
    row: Kind, o: Object, by_label: Object | None, terms: Iterable[FieldTerm]
) -> bool:
    """Whether an object of a kind meets both selectors."""
    for term in terms:
        if (row.field_value(o, term.field) == term.value) is not term.equal:
            return False
    return by_label is None or selector_matches(by_label, labels(o))


def parse_fields(written: str, row: Kind) -> tuple[FieldTerm, ...]:
    """The terms of a field selector. Raises ApiError 400 for bad syntax and for a field that cannot be asked by."""
    _check_length(written)
    terms = tuple(_term(part) for part in _split(written) if part)
    for term in terms:
        if row.is_selectable(term.field):
            continue
        if row.names_fields:
            raise bad_request(f"field label not supported: {term.field}")
        raise bad_request(_UNKNOWN.format(term.field))
    return terms


def _check_length(written: str) -> None:
    if len(written) > MAX_SELECTOR:
        raise bad_request(_TOO_LONG.format(MAX_SELECTOR))


def _split(text: str) -> list[str]:
    # Commas part the terms, unless they are escaped.
    return [part.replace("\0", "\\,") for part in text.replace("\\,", "\0").split(",")]


def _term(part: str) -> FieldTerm:
    match = _TERM.fullmatch(part)
    if match is None or _BAD_ESCAPE.search(match[3]):
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    return FieldTerm(
        field=match[1].rstrip(),
        equal=match[2] != "!=",
        value=_ESCAPE.sub(r"\1", match[3]),
    )


def label_selector(written: str) -> Object | None:
    """A label selector from its text, None for an empty one. Raises ApiError 400."""
    _check_length(written)
    if not written.strip():
        return None
    try:
        selector = parse_selector(written)
    except ValueError as error:
        raise bad_request(str(error)) from None
    for expression in selector["matchExpressions"]:
        _check(expression)
    return selector


def _check(expression: Object) -> None:
    """Kubernetes: apimachinery pkg/labels/selector.go, NewRequirement"""
    key = expression["key"]
    values = expression.get("values", ())
    found = _complaints("key", key, text.label_key(key))
    if expression["operator"] in ("Gt", "Lt"):
        for number, value in enumerate(values):
            if integer(value) is None:
                found += _complaints(f"values[{number}]", value, [_NO_INTEGER])
    for number, value in enumerate(values):
        messages = text.label_value(value)
        found += _complaints(f"values[{number}][{key}]", value, messages)
    if found:
        raise bad_request(f"unable to parse requirement: {aggregate(found)}")


def _complaints(field: str, value: str, messages: Sequence[str]) -> list[str]:
    if not messages:
        return []
    return [f"{field}: Invalid value: {go_quote(value)}: {'; '.join(messages)}"]

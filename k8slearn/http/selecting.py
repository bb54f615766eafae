"""Which objects a request means: by namespace, name, labels and fields.

Kubernetes: apimachinery pkg/fields/selector.go; the fields of each kind: pkg/registry/*/strategy.go
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apimachinery.selectors import parse_selector, selector_matches
from k8slearn.http.paths import Target
from k8slearn.http.types import Request
from k8slearn.kinds.kind import Kind

Select = Callable[[Object], bool]

_UNKNOWN = (
    '"{}" is not a known field selector: only "metadata.name", "metadata.namespace"'
)
_TERM = re.compile(r"\s*([^=!,]+?)\s*(==|!=|=)((?:[^,\\=]|\\.)*)")
_ESCAPE = re.compile(r"\\(.)")
_BAD_ESCAPE = re.compile(r"\\[^\\,=]")


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """`field = value`, or `field != value`."""

    field: str
    equal: bool
    value: str


def parse_fields(written: str, row: Kind) -> list[FieldTerm]:
    """The terms of a field selector. Raises ApiError 400 for bad syntax and for a field that cannot be asked by."""
    terms = [_term(part) for part in _split(written) if part]
    for term in terms:
        if row.is_selectable(term.field):
            continue
        # A kind with fields of its own has its own conversion, which words it otherwise.
        if row.selectable_fields:
            raise bad_request(f"field label not supported: {term.field}")
        raise bad_request(_UNKNOWN.format(term.field))
    return terms


def _split(text: str) -> list[str]:
    return [part.replace("\0", "\\,") for part in text.replace("\\,", "\0").split(",")]


def _term(part: str) -> FieldTerm:
    match = _TERM.fullmatch(part)
    if match is None or _BAD_ESCAPE.search(match[3]):
        raise bad_request(f"invalid selector: '{part}'; can't understand '{part}'")
    return FieldTerm(match[1], match[2] != "!=", _ESCAPE.sub(r"\1", match[3]))


def selection(request: Request, target: Target) -> Select:
    """Whether an object is meant by the request, whose path and selectors are looked at. Raises ApiError 400."""
    by_label = label_selector(request.query.get("labelSelector", ""))
    row = target.served.resource
    by_field = parse_fields(request.query.get("fieldSelector", ""), row)
    if target.name:
        by_field.append(FieldTerm("metadata.name", True, target.name))

    def select(o: Object) -> bool:
        return (
            (not target.namespace or namespace(o) == target.namespace)
            and all(
                (row.field_value(o, term.field) == term.value) is term.equal
                for term in by_field
            )
            and (by_label is None or selector_matches(by_label, labels(o)))
        )

    return select


def label_selector(written: str) -> Object | None:
    """A label selector from its text, None for an empty one. Raises ApiError 400."""
    if not written.strip():
        return None
    try:
        found = parse_selector(written)
    except ValueError as error:
        raise bad_request(str(error).replace("'", '"')) from None
    for expression in found["matchExpressions"]:
        _check(expression)
    return found


def _check(expression: Object) -> None:
    """Kubernetes: apimachinery pkg/labels/selector.go, NewRequirement"""
    key = expression["key"]
    wrong = [("key", key, text.label_key(key))]
    values = enumerate(expression.get("values", ()))
    wrong += [
        (f"values[{i}][{key}]", value, text.label_value(value)) for i, value in values
    ]
    for place, value, messages in wrong:
        for message in messages:
            raise bad_request(
                f'unable to parse requirement: {place}: Invalid value: "{value}": {message}'
            )


def key_of(o: Object) -> tuple[str, str]:
    """Where an object stands in a list: by namespace and name."""
    return namespace(o), name(o)

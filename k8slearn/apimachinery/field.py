"""The kinds of field errors, worded as Kubernetes words them.

Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.gotext import go_json, go_quote

Causes = Iterator[Cause]

NIL: Final = object()
"""A nil map or list as a bad value: `null`. A nil pointer is None: `"null"`."""

IMMUTABLE = "field is immutable"
NEGATIVE = "must be greater than or equal to 0"


def _printed(value: Any) -> str:
    if value is NIL:
        return "null"
    if value is None or isinstance(value, str):
        return go_quote("null" if value is None else value)
    return go_json(value)


def _worded(title: str, detail: str) -> str:
    return f"{title}: {detail}" if detail else title


def invalid(path: str, value: Any, detail: str) -> Cause:
    """A malformed value."""
    return Cause(
        path, "FieldValueInvalid", _worded(f"Invalid value: {_printed(value)}", detail)
    )


def each_invalid(path: str, value: Any, details: Iterable[str]) -> Causes:
    """One malformed value with several complaints."""
    for detail in details:
        yield invalid(path, value, detail)


def required(path: str, detail: str = "") -> Cause:
    """A value that is missing."""
    return Cause(path, "FieldValueRequired", _worded("Required value", detail))


def forbidden(path: str, detail: str) -> Cause:
    """A value that may not be set here, however well formed."""
    return Cause(path, "FieldValueForbidden", _worded("Forbidden", detail))


def duplicate(path: str, value: Any, detail: str = "") -> Cause:
    """A value that must be unique."""
    return Cause(
        path,
        "FieldValueDuplicate",
        _worded(f"Duplicate value: {_printed(value)}", detail),
    )


def not_found(path: str, value: Any, detail: str = "") -> Cause:
    """A name that nothing has."""
    return Cause(
        path, "FieldValueNotFound", _worded(f"Not found: {_printed(value)}", detail)
    )


def not_supported(path: str, value: Any, supported: Iterable[str]) -> Cause:
    """A value outside an enumeration; `supported` is printed in its order."""
    listed = "supported values: " + ", ".join(map(go_quote, supported))
    return Cause(
        path,
        "FieldValueNotSupported",
        f"Unsupported value: {_printed(value)}: {listed}",
    )


def too_long(path: str, limit: int) -> Cause:
    """A value of more than `limit` bytes."""
    return Cause(
        path, "FieldValueTooLong", f"Too long: may not be more than {limit} bytes"
    )


def too_many(path: str, count: int, limit: int) -> Cause:
    """A list of more than `limit` items."""
    return Cause(
        path, "FieldValueTooMany", f"Too many: {count}: must have at most {limit} items"
    )


def not_negative(path: str, value: int | None) -> Causes:
    """A number that may not be below zero; an absent one is zero."""
    if (value or 0) < 0:
        yield invalid(path, value, NEGATIVE)


def one_of(path: str, value: str, supported: Iterable[str]) -> Causes:
    """A required value out of an enumeration."""
    if not value:
        yield required(path)
    elif value not in (names := list(supported)):
        yield not_supported(path, value, names)

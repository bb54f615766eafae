"""The kinds of field errors, worded as Kubernetes words them.

Kubernetes: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.gotext import go_json, go_quote

Causes = Iterator[Cause]
Check = Callable[[Any, str], Causes]
"""What is wrong with a value that stands at a path."""
Item = TypeVar("Item")

NIL: Final = object()
"""A nil map or list as a bad value: `null`. A nil pointer is None: `"null"`."""
OMITTED: Final = object()
"""A bad value that is not shown: what is wrong is how its parts go together. Go: field.OmitValueType"""

WHOLE: Final = "[]"
"""The path of an object as a whole. Go: field.NewPath("")"""

SOUND_KEPT = 64
"""How many sound values of a check are remembered; only a few templates are rolled out at a time."""

IMMUTABLE = "field is immutable"
NEGATIVE = "must be greater than or equal to 0"


def _printed(value: Any) -> str:
    if value is NIL:
        return "null"
    # Kubernetes: field.Error.ErrorBody quotes what is a string, and calls a nil pointer by this string.
    if value is None:
        return go_quote("null")
    if isinstance(value, str):
        return go_quote(value)
    return go_json(value)


def _worded(title: str, detail: str) -> str:
    if detail:
        return f"{title}: {detail}"
    return title


def _about(title: str, value: Any, detail: str) -> str:
    if value is OMITTED:
        return _worded(title, detail)
    shown = _printed(value)
    return _worded(f"{title}: {shown}", detail)


def invalid(path: str, value: Any, detail: str) -> Cause:
    """A malformed value."""
    message = _about("Invalid value", value, detail)
    return Cause(path, "FieldValueInvalid", message)


def each_invalid(path: str, value: Any, details: Iterable[str]) -> Causes:
    """One malformed value with several complaints."""
    for detail in details:
        yield invalid(path, value, detail)


def follows(path: str, value: Item, rule: Callable[[Item], Iterable[str]]) -> Causes:
    """A value by a rule that says what is wrong with it; one error for each complaint."""
    # Not by each_invalid: this is asked thousands of times a rollout, and mostly there is nothing to tell.
    for detail in rule(value):
        yield invalid(path, value, detail)


def given(o: dict[str, Any], path: str, checks: Mapping[str, Check]) -> Causes:
    """The checks of those fields that hold anything, in the order of the checks."""
    for field, check in checks.items():
        value = o.get(field)
        if value is None:
            continue
        # An empty object is something that was said, an empty text or a zero is not.
        if value or value == {}:
            yield from check(value, f"{path}.{field}")


def once(check: Check) -> Check:
    """A check that is made once of each of the latest values that had nothing wrong.

    All Pods of a DaemonSet hold the very same labels and owners, and objects are never changed in place.
    """
    sound: dict[int, Any] = {}

    def checked(value: Any, path: str) -> Causes:
        if sound.get(id(value)) is value:
            return
        is_sound = True
        for cause in check(value, path):
            is_sound = False
            yield cause
        if is_sound:
            if len(sound) >= SOUND_KEPT:
                sound.clear()
            # The value itself is kept: as long as it lives, no other one has its id.
            sound[id(value)] = value

    return checked


def by(rule: Callable[[Any], Iterable[str]]) -> Check:
    """A rule as the check of a value at a path."""

    def check(value: Any, path: str) -> Causes:
        return follows(path, value, rule)

    return check


def indexed(items: Iterable[Item], path: str) -> Iterator[tuple[str, Item]]:
    """Each item of a list with its own path. Kubernetes: field.Path.Index"""
    for i, item in enumerate(items):
        yield f"{path}[{i}]", item


def items(o: Mapping[str, Any], field: str, path: str) -> Iterator[tuple[str, Any]]:
    """Each item of the list in a field of `o`, with its own path."""
    return indexed(o.get(field, ()), f"{path}.{field}")


def each_by(rule: Callable[[Any], Iterable[str]]) -> Check:
    """A rule as the check of each value of a list at a path."""

    def check(values: Iterable[Any], path: str) -> Causes:
        for at, value in indexed(values, path):
            yield from follows(at, value, rule)

    return check


def each(check: Check) -> Check:
    """The check of each item of a list at a path."""

    def check_all(values: Iterable[Any], path: str) -> Causes:
        for at, value in indexed(values, path):
            yield from check(value, at)

    return check_all


def required(path: str, detail: str = "") -> Cause:
    """A value that is missing."""
    message = _worded("Required value", detail)
    return Cause(path, "FieldValueRequired", message)


def forbidden(path: str, detail: str) -> Cause:
    """A value that may not be set here, however well formed."""
    message = _worded("Forbidden", detail)
    return Cause(path, "FieldValueForbidden", message)


def duplicate(path: str, value: Any, detail: str = "") -> Cause:
    """A value that must be unique."""
    message = _about("Duplicate value", value, detail)
    return Cause(path, "FieldValueDuplicate", message)


def not_found(path: str, value: Any, detail: str = "") -> Cause:
    """A name that nothing has."""
    message = _about("Not found", value, detail)
    return Cause(path, "FieldValueNotFound", message)


def not_supported(path: str, value: Any, supported: Iterable[str]) -> Cause:
    """A value outside an enumeration; `supported` is printed in its order."""
    listed = ", ".join(map(go_quote, supported))
    message = _about("Unsupported value", value, f"supported values: {listed}")
    return Cause(path, "FieldValueNotSupported", message)


def too_long(path: str, limit: int) -> Cause:
    """A value of more than `limit` bytes."""
    message = f"Too long: may not be more than {limit} bytes"
    return Cause(path, "FieldValueTooLong", message)


def too_many(path: str, count: int, limit: int) -> Cause:
    """A list of more than `limit` items."""
    message = f"Too many: {count}: must have at most {limit} items"
    return Cause(path, "FieldValueTooMany", message)


def not_negative(path: str, value: int | None) -> Causes:
    """A number that may not be below zero; an absent one is zero."""
    # Kubernetes: apimachinery/pkg/api/validation ValidateNonnegativeField
    if value is not None and value < 0:
        yield invalid(path, value, NEGATIVE)


def one_of(path: str, value: str, supported: Iterable[str]) -> Causes:
    """A required value out of an enumeration."""
    names = list(supported)
    if not value:
        yield required(path)
    elif value not in names:
        yield not_supported(path, value, names)


def chosen(
    o: Mapping[str, Any], field: str, path: str, supported: Iterable[str]
) -> Causes:
    """A field that must hold one value out of an enumeration."""
    return one_of(f"{path}.{field}", o.get(field, ""), supported)


def choice(
    o: Mapping[str, Any], field: str, path: str, supported: Sequence[str]
) -> Causes:
    """A field that may hold one value out of an enumeration."""
    value = o.get(field)
    if value and value not in supported:
        yield not_supported(f"{path}.{field}", value, supported)


def needed(
    o: Mapping[str, Any],
    field: str,
    path: str,
    rule: Callable[[str], Iterable[str]],
) -> Causes:
    """A text that must be there and follow a rule."""
    value = o.get(field)
    if value:
        yield from follows(f"{path}.{field}", value, rule)
    else:
        yield required(f"{path}.{field}")


def nonnegative(value: int, path: str) -> Causes:
    """As `not_negative`, in the order of a check. Kubernetes: ValidateNonnegativeField"""
    return not_negative(path, value)

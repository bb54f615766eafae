"""Objects by the structural schema of a definition: what it does not know, what it fills in, what it forbids.

Kubernetes: apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting}, pkg/apiserver/validation; kube-openapi
pkg/validation. Deviation: rules in CEL (x-kubernetes-validations) are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from k8slearn.apimachinery.custom_types import OF_OBJECTS, PRESERVES
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    invalid,
    not_supported,
    required,
    too_many,
)
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object, copied
from k8slearn.kinds.formats import has_format

EMBEDDED = "x-kubernetes-embedded-resource"
INT_OR_STRING = "x-kubernetes-int-or-string"
_KEYS = "x-kubernetes-list-map-keys"
_LIST_TYPE = "x-kubernetes-list-type"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_NAMES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer"}


# Pruning ------------------------------------------------------------------------------------------------------------


def pruned(o: Object, schema: Object) -> tuple[Object, list[str]]:
    """The object without the fields that its schema does not know, and their paths."""
    unknown: list[str] = []
    found = {}
    for field, value in o.items():
        if field in OF_OBJECTS:
            found[field] = value
        elif _is_known(field, schema):
            found[field] = _prune(value, _below(schema, field), field, unknown)
        else:
            unknown.append(field)
    return found, unknown


def _is_known(field: str, schema: Object) -> bool:
    known = field in schema.get("properties", {}) or schema.get(PRESERVES)
    return bool(known or schema.get("additionalProperties"))


def _below(schema: Object, field: str) -> Object:
    """The schema of a field; what is preserved without one may be anything."""
    found = schema.get("properties", {}).get(field)
    if found is None:
        found = schema.get("additionalProperties")
    if isinstance(found, dict):
        return found
    return {PRESERVES: True}


def _prune(value: Any, schema: Object, path: str, unknown: list[str]) -> Any:
    if isinstance(value, list):
        items = schema.get("items") or {PRESERVES: True}
        pairs = enumerate(value)
        return [_prune(each, items, f"{path}[{i}]", unknown) for i, each in pairs]
    if not isinstance(value, dict):
        return value
    found = {}
    for field, item in value.items():
        at = f"{path}.{field}"
        own = schema.get(EMBEDDED) and field in OF_OBJECTS
        if own:
            found[field] = item
        elif _is_known(field, schema):
            found[field] = _prune(item, _below(schema, field), at, unknown)
        else:
            unknown.append(at)
    return found


# Defaults -----------------------------------------------------------------------------------------------------------


def defaulted(value: Any, schema: Object) -> Any:
    """The value with what its schema says where nothing is given; null counts as nothing unless it is allowed."""
    if isinstance(value, list):
        items = schema.get("items", {})
        return [defaulted(each, items) for each in value]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for field, below in schema.get("properties", {}).items():
        absent = field not in found
        if found.get(field) is None and not absent:
            absent = not below.get("nullable")
        if absent and "default" in below:
            found[field] = copied(below["default"])
    for field, item in list(found.items()):
        if _is_idle_null(item, schema, field):
            del found[field]
        elif field != "metadata":
            found[field] = defaulted(item, _below(schema, field))
    return found


def _is_idle_null(value: Any, schema: Object, field: str) -> bool:
    """Whether a field is null that may not be. Kubernetes: defaulting/prune.go, PruneNonNullableNullsWithoutDefaults"""
    fields = schema.get("properties", {}).get(field, schema.get("additionalProperties"))
    is_typed = isinstance(fields, dict) and field != "metadata"
    return value is None and is_typed and not fields.get("nullable")


# Validation ---------------------------------------------------------------------------------------------------------


def violations(value: Any, schema: Object, path: str = "") -> Causes:
    """What is wrong with a value by its schema; the object's metadata have rules of their own."""
    if value is None and schema.get("nullable"):
        return
    if schema.get(INT_OR_STRING):
        if not isinstance(value, int | str) or isinstance(value, bool):
            yield _wrong_type(value, "integer,string", path)
        return
    wanted = schema.get("type", "")
    if wanted and not _is_of(value, wanted):
        yield _wrong_type(value, wanted, path)
        return
    if "enum" in schema and value not in schema["enum"]:
        yield not_supported(path, value, [str(each) for each in schema["enum"]])
    if isinstance(value, dict):
        yield from _object(value, schema, path)
    elif isinstance(value, list):
        yield from _list(value, schema, path)
    elif isinstance(value, str):
        yield from _text(value, schema, path)
    elif not isinstance(value, bool) and value is not None:
        yield from _number(value, schema, path)
    yield from _combined(value, schema, path)


def _is_of(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    if isinstance(value, float) and wanted == "integer":
        return value.is_integer()
    return isinstance(value, _TYPES[wanted])


def _wrong_type(value: Any, wanted: str, path: str) -> Any:
    found = "null"
    if value is not None:
        found = _NAMES.get(type(value), "number")
    detail = f'{path} in body must be of type {wanted}: "{found}"'
    return invalid(path, found, detail)


class _Bound(NamedTuple):
    """A bound of a schema, how a value is measured against it, and what is said where it is broken."""

    field: str
    is_most: bool
    words: str


_PROPERTIES = (
    _Bound("maxProperties", True, "should have at most {} properties"),
    _Bound("minProperties", False, "should have at least {} properties"),
)


_ITEMS = (_Bound("minItems", False, "should have at least {} items"),)


_LENGTH = (
    _Bound("maxLength", True, "should be at most {} chars long"),
    _Bound("minLength", False, "should be at least {} chars long"),
)


def _broken(
    size: int, schema: Object, bounds: tuple[_Bound, ...], path: str
) -> Iterator[str]:
    """What is said of the bounds that a size breaks."""
    for bound in bounds:
        limit = schema.get(bound.field)
        if limit is None:
            continue
        breaks = size > limit if bound.is_most else size < limit
        if breaks:
            said = bound.words.format(limit)
            yield f"{path} in body {said}"


def _object(value: Object, schema: Object, path: str) -> Causes:
    for field in schema.get("required", ()):
        if field not in value:
            yield required(_join(path, field))
    for field, item in value.items():
        if not path and field in OF_OBJECTS:
            continue
        below = _below(schema, field)
        if below.keys() != {PRESERVES}:
            yield from violations(item, below, _join(path, field))
    for said in _broken(len(value), schema, _PROPERTIES, path):
        yield invalid(path, len(value), said)


def _join(path: str, field: str) -> str:
    if path:
        return f"{path}.{field}"
    return field


def _list(value: list[Any], schema: Object, path: str) -> Causes:
    items = schema.get("items", {})
    for number, item in enumerate(value):
        yield from violations(item, items, f"{path}[{number}]")
    most = schema.get("maxItems")
    if most is not None and len(value) > most:
        yield too_many(path, len(value), most)
    for said in _broken(len(value), schema, _ITEMS, path):
        yield invalid(path, len(value), said)
    yield from _repeated(value, schema, path)


def _repeated(value: list[Any], schema: Object, path: str) -> Causes:
    """Elements of a set, or with the keys of a map, that come twice."""
    kind = schema.get(_LIST_TYPE)
    if kind not in ("set", "map"):
        return
    seen: list[Any] = []
    for number, item in enumerate(value):
        known = item
        if kind == "map" and isinstance(item, dict):
            known = {key: item.get(key) for key in schema.get(_KEYS, ())}
        if known in seen:
            yield duplicate(f"{path}[{number}]", known)
        seen.append(known)


def _text(value: str, schema: Object, path: str) -> Causes:
    for said in _broken(len(value), schema, _LENGTH, path):
        yield invalid(path, value, said)
    wanted = schema.get("format")
    if wanted and not has_format(value, wanted):
        shown = go_quote(value)
        yield invalid(path, value, f"{path} in body must be of type {wanted}: {shown}")
    pattern = schema.get("pattern")
    if pattern and not _matches(pattern, value):
        yield invalid(path, value, f"{path} in body should match '{pattern}'")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # Go's regular expressions know a few things that Python's do not.
        return True


def _number(value: float, schema: Object, path: str) -> Causes:
    most = schema.get("maximum")
    least = schema.get("minimum")
    if most is not None:
        only = schema.get("exclusiveMaximum")
        if value > most or (only and value == most):
            words = "less than" if only else "less than or equal to"
            yield invalid(path, value, f"{path} in body should be {words} {most}")
    if least is not None:
        only = schema.get("exclusiveMinimum")
        if value < least or (only and value == least):
            words = "greater than" if only else "greater than or equal to"
            yield invalid(path, value, f"{path} in body should be {words} {least}")
    step = schema.get("multipleOf")
    if step and value % step:
        yield invalid(path, value, f"{path} in body should be a multiple of {step}")


def _combined(value: Any, schema: Object, path: str) -> Causes:
    """allOf, anyOf, oneOf and not. Kubernetes: kube-openapi schema_props.go"""
    for each in schema.get("allOf", ()):
        yield from violations(value, each, path)
    if "anyOf" in schema and not any(_fits(value, schema["anyOf"], path)):
        yield invalid(path, "", f'"{path}" must validate at least one schema (anyOf)')
    if "oneOf" in schema and sum(_fits(value, schema["oneOf"], path)) != 1:
        yield invalid(path, "", f'"{path}" must validate one and only one schema (oneOf)')  # fmt: skip
    if "not" in schema and not any(violations(value, schema["not"], path)):
        yield invalid(path, "", f'"{path}" must not validate the schema (not)')


def _fits(value: Any, schemas: list[Object], path: str) -> Iterator[bool]:
    for each in schemas:
        yield not any(violations(value, each, path))

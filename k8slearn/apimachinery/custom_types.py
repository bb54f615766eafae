"""The types of kinds that definitions add: their schemas stand beside the facts', named after their content.

Two clusters of one process may each define a kind of one name: the types have different names then, and each cluster
knows its own. Whoever owns fields or explains them finds them there.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import CUSTOM_PREFIX, MACHINERY, META, REFERENCE

_ANYTHING = {"$ref": f"{REFERENCE}{MACHINERY}runtime.RawExtension"}
_INT_OR_STRING = {"$ref": f"{REFERENCE}{MACHINERY}util.intstr.IntOrString"}
# Characters of a digest: enough that no two schemas share one.
_DIGITS = 16
_MARKS = (
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-map-type",
)
PRESERVES = "x-kubernetes-preserve-unknown-fields"
_MARK = "x-kubernetes-group-version-kind"
# What an object always has, whatever its schema says.
OF_OBJECTS = ("apiVersion", "kind", "metadata")
DOCUMENTS: dict[str, Object] = {}
"""The schemas as their definitions have them, by the names of the types: with all that is in them in one piece."""
_PLAIN = ("string", "boolean", "number")


def define(api_version: str, kind: str, schema: Object) -> str:
    """Add the type that a definition's schema describes; returns its name."""
    text = json.dumps([api_version, kind, schema], sort_keys=True)
    digest = sha256(text.encode()).hexdigest()[:_DIGITS]
    group, _, version = api_version.rpartition("/")
    name = f"{CUSTOM_PREFIX}{digest}.{version}.{kind}"
    if name not in facts.schemas():
        found: dict[str, Object] = {}
        _struct(schema, name, found, is_object=True)
        mark = {"group": group, "version": version, "kind": kind}
        found[name][_MARK] = [mark]
        facts.schemas().update(found | {f"{name}List": _list_of(name)})
        DOCUMENTS[name] = {**schema, **_document(schema, found[name])}
    return name


def _document(schema: Object, own: Object) -> Object:
    """What stands in the OpenAPI document otherwise than in the definition."""
    always = {field: own["properties"][field] for field in OF_OBJECTS}
    properties = {**schema.get("properties", {}), **always}
    return {"properties": properties, _MARK: own[_MARK]}


def _list_of(name: str) -> Object:
    return {
        "type": "object",
        "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": f"{REFERENCE}{META}ListMeta"},
            "items": {"type": "array", "items": {"$ref": REFERENCE + name}},
        },
    }


def _struct(
    schema: Object, name: str, found: dict[str, Object], *, is_object: bool = False
) -> None:
    """Put a struct, and those that it holds, among the types found."""
    properties: Object = {}
    found[name] = {"type": "object", "properties": properties}
    for part in ("description", "required", PRESERVES):
        if part in schema:
            found[name][part] = schema[part]
    for field, below in schema.get("properties", {}).items():
        properties[field] = _entry(below, f"{name}_{field}", found)
    if is_object:
        properties["apiVersion"] = {"type": "string"}
        properties["kind"] = {"type": "string"}
        properties["metadata"] = {"$ref": f"{REFERENCE}{META}ObjectMeta"}


def _entry(schema: Object, name: str, found: dict[str, Object]) -> Object:
    """A field as the facts would have it: a struct within it is a type of its own."""
    entry = _bare(schema, name, found)
    about = schema.get("description")
    if about and "$ref" in entry:
        entry = {"allOf": [entry]}
    more = {mark: schema[mark] for mark in _MARKS if mark in schema}
    for part in ("enum", "default"):
        if part in schema and "allOf" not in entry and "$ref" not in entry:
            more[part] = schema[part]
    return {**entry, **more, **({"description": about} if about else {})}


def _bare(schema: Object, name: str, found: dict[str, Object]) -> Object:
    kind: Any = schema.get("type")
    if schema.get("x-kubernetes-int-or-string"):
        return _INT_OR_STRING
    if kind == "object" and schema.get("properties"):
        _struct(schema, name, found)
        return {"$ref": REFERENCE + name}
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        values = _entry(schema["additionalProperties"], f"{name}_", found)
        return {"type": "object", "additionalProperties": values}
    if kind == "array":
        return {"type": "array", "items": _entry(schema.get("items", {}), name, found)}
    if kind == "integer":
        return {"type": "integer", "format": schema.get("format", "int64")}
    if kind in _PLAIN:
        return {"type": kind}
    return _ANYTHING

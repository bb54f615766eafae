"""What a kind's types alone say of an object: structs that are always there, and values that stand in the facts.

Kubernetes: the markers +default in k8s.io/api; Go writes a struct that it holds by value even where it is empty.
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Type, kind_type, struct


def with_type_defaults(o: Object) -> Object:
    """The object with what its types fill in."""
    wanted = kind_type(o["apiVersion"], o["kind"])
    if wanted is None:
        return o
    found: Object = _filled(o, wanted)
    return found


def _filled(value: Any, wanted: Type) -> Any:
    if wanted.kind == "list" and wanted.element is not None:
        if isinstance(value, list):
            return [_filled(item, wanted.element) for item in value]
    elif wanted.kind == "struct" and isinstance(value, dict):
        return _with_fields(value, wanted)
    return value


def _with_fields(value: Object, wanted: Type) -> Object:
    found = dict(value)
    for name, field in struct(wanted.struct).fields.items():
        # An object's metadata are seen to elsewhere.
        if name == "metadata":
            continue
        if name in value:
            found[name] = _filled(value[name], field.type)
        elif field.by_value:
            found[name] = _filled({}, field.type)
        elif field.default and not isinstance(field.default, dict):
            found[name] = field.default
    return found

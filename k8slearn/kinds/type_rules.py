"""What a kind's types alone forbid: a text that has to be there and is empty, and a value that none of its names is.

Kubernetes: pkg/apis/*/validation, whose rules for kinds without behaviour are mostly these two.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.field import Causes, indexed, not_supported, required
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Type, kind_type, struct

# Looked at by rules of their own, or written by the server alone.
_LEFT_OUT = ("apiVersion", "kind", "metadata", "status")
# Here an empty text is one that means something: the API server itself.
_TOLD = {"HTTPIngressPath.pathType": "pathType must be specified"}
"""What is said of a text that is missing, where more is said than that."""
_MAY_BE_EMPTY = frozenset({"TokenRequest.audience"})


class FieldRule(NamedTuple):
    """What holds of a field: whether it is needed, the names that it may have, and its type."""

    name: str
    needed: bool
    names: tuple[str, ...]
    type: Type
    told: str


@cache
def _rules(name: str) -> tuple[FieldRule, ...]:
    schema = facts.schemas()[name]
    bare = name.rpartition(".")[2]
    required_fields = schema.get("required", ())
    found = []
    for field, slot in struct(name).fields.items():
        entry = schema["properties"][field]
        is_text = slot.type.kind == "string"
        may_be_empty = f"{bare}.{field}" in _MAY_BE_EMPTY
        needed = is_text and field in required_fields and not may_be_empty
        found.append(
            FieldRule(
                name=field,
                needed=needed,
                names=tuple(entry.get("enum", ())),
                type=slot.type,
                told=_TOLD.get(f"{bare}.{field}", ""),
            )
        )
    return tuple(found)


def by_type(o: Object) -> Causes:
    """What is wrong with an object by its types."""
    wanted = kind_type(o["apiVersion"], o["kind"])
    if wanted is not None:
        yield from _struct(o, wanted.struct, "", _LEFT_OUT)


def _struct(
    value: Object, name: str, path: str, left_out: tuple[str, ...] = ()
) -> Causes:
    for rule in _rules(name):
        if rule.name in left_out:
            continue
        at = f"{path}.{rule.name}" if path else rule.name
        found = value.get(rule.name)
        if rule.needed and not found:
            yield required(at, rule.told)
        elif rule.names and found and found not in rule.names:
            yield not_supported(at, found, rule.names)
        elif found is not None:
            for place, inner, struct_name in _within(found, rule.type, at):
                yield from _struct(inner, struct_name, place, ("metadata",))


def _within(value: Any, wanted: Type, path: str) -> Iterator[tuple[str, Object, str]]:
    """The structs that a field holds, each with its path and its type's name."""
    if wanted.kind == "struct":
        yield path, value, wanted.struct
    elif wanted.kind == "list" and wanted.element is not None:
        for at, item in indexed(value, path):
            yield from _within(item, wanted.element, at)

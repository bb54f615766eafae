"""Values as server-side apply sees them: against the types' marks, before Go's types have made anything of them.

What a client applies stays as it was written (an explicit zero, a null, a quantity such as "0.5"): all of that counts
for who owns what. The marks stand in the types as +listType, +listMapKey, +structType and +mapType.
Kubernetes: sigs.k8s.io/structured-merge-diff/typed, validate.go, tofieldset.go and helpers.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from k8slearn.apimachinery.gotext import go_plain, go_syntax
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import (
    DEDUCED,
    Field,
    kind_type,
    named_type,
    standing,
    struct,
)
from k8slearn.apiserver.field_sets import (
    Path,
    keys_of,
    shown_step,
    stepped,
    value_key,
)

ABSENT: Any = object()
"""What stands for a value that is not there, which is not the same as null."""

_STRINGS = ("string", "bytes")
_NUMBERS = ("int", "number")
_SCALARS = (*_STRINGS, *_NUMBERS, "bool", "time", "quantity", "int-or-string")
_GO_TYPES: dict[type, str] = {
    bool: "bool",
    str: "string",
    dict: "map[string]interface {}",
    list: "[]interface {}",
}


class Untellable(Exception):
    """An element of a list that cannot be told from the others."""


Slots = Callable[[str, str], Field]
"""A whole object of a kind, by apiVersion and kind: each cluster has its own kinds besides those that all have."""


def slot_of(api_version: str, kind: str) -> Field:
    """A whole object of a kind that every cluster has."""
    found = kind_type(api_version, kind)
    if found is None:
        return DEDUCED
    return standing(found)


def slot_of_type(name: str) -> Field:
    """A whole object of a type."""
    return standing(named_type(name))


def shape(slot: Field, *values: Any) -> str:
    """How values are looked at: as `struct`, `map` or `list`, part by part, or as a `leaf`, which is one whole."""
    if slot.atomic:
        return "leaf"
    if slot.type.kind != "deduced":
        return slot.type.kind
    # Whoever is there decides.
    there = [value for value in values if value is not ABSENT and value is not None]
    if there and all(isinstance(v, dict) for v in there):
        return "map"
    return "leaf"


# Elements of lists -------------------------------------------------------------------------------------------------


def element_step(item: Any, slot: Field) -> str:
    """How an element of a list is told from the others. Raises Untellable. Go: listItemToPathElement"""
    if slot.keys:
        return _key_step(item, slot)
    if isinstance(item, dict):
        why = "associative list without keys has an element that's a map type"
        raise Untellable(why)
    if isinstance(item, list):
        raise Untellable("not supported: associative list with lists as elements")
    if item is None:
        why = "associative list without keys has an element that's an explicit null"
        raise Untellable(why)
    return value_key(item)


def _key_step(item: Any, slot: Field) -> str:
    if item is None:
        raise Untellable("associative list with keys may not have a null element")
    if not isinstance(item, dict):
        raise Untellable("associative list with keys may not have non-map elements")
    element = slot.type.element
    fields = {}
    if element is not None:
        fields = struct(element.struct).fields
    found = {}
    for key in slot.keys:
        # A key that is absent counts as its default.
        default = fields[key].default if key in fields else None
        value = item.get(key, default)
        if value is not None or key in item:
            found[key] = value
    if not found:
        names = " ".join(f'"{key}"' for key in slot.keys)
        raise Untellable(
            f"associative list with keys has an element that omits all key fields [{names}] "
            "(and doesn't have default values for any key fields)"
        )
    return keys_of(found)


def elements(items: Any, slot: Field) -> dict[str, list[Any]]:
    """The elements of a list by their steps; of one step there may be more than one, since updates allow duplicates."""
    found: dict[str, list[Any]] = {}
    for item in items or ():
        try:
            step = element_step(item, slot)
        except Untellable:
            continue
        found.setdefault(step, []).append(item)
    return found


# Against the types -------------------------------------------------------------------------------------------------


def complaints(value: Any, slot: Field, at: str = "") -> Iterable[str]:
    """What is wrong with a value that is applied, each with its path. Go: validatingObjectWalker"""
    kind = slot.type.kind
    if value is None or kind in ("any", "deduced"):
        return ()
    if kind in _SCALARS:
        trouble = _wrong_scalar(value, kind)
        if trouble:
            return [_told(at, trouble)]
        return ()
    if kind == "list":
        return _list_complaints(value, slot, at)
    if not isinstance(value, dict):
        return [_told(at, f"expected map, got &{{{go_plain(value)}}}")]
    return _map_complaints(value, slot, at)


def _told(at: str, trouble: str) -> str:
    if at:
        return f"{at}: {trouble}"
    return trouble


def _wrong_scalar(value: Any, kind: str) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in _STRINGS and not isinstance(value, str):
        return (
            f"expected string, got &value.valueUnstructured{{Value:{go_syntax(value)}}}"
        )
    if kind in _NUMBERS and not is_number:
        found = _GO_TYPES[_plain(value)]
        return f"expected numeric (int or float), got {found}"
    if kind == "bool" and not isinstance(value, bool):
        return f"expected boolean, got &{{{go_plain(value)}}}"
    if isinstance(value, dict | list):
        return f"expected any scalar, got &{{{go_plain(value)}}}"
    return ""


def _plain(value: Any) -> type:
    for kind in (bool, str, dict):
        if isinstance(value, kind):
            return kind
    return list


def _map_complaints(value: Object, slot: Field, at: str) -> list[str]:
    found: list[str] = []
    for key, item in value.items():
        place = f"{at}.{key}"
        inner = stepped(slot, f"f:{key}")
        if inner is None:
            found.append(_told(place, "field not declared in schema"))
            # Upstream looks no further into this object: visitMapItems stops here.
            break
        found += complaints(item, inner, place)
    return found


def _list_complaints(value: Any, slot: Field, at: str) -> list[str]:
    if not isinstance(value, list):
        return [_told(at, f"expected list, got &{{{go_plain(value)}}}")]
    element = DEDUCED
    if slot.type.element:
        element = standing(slot.type.element)
    found: list[str] = []
    seen: set[str] = set()
    for index, item in enumerate(value):
        step = shown = f"[{index}]"
        if not slot.atomic:
            try:
                step = element_step(item, slot)
            except Untellable as error:
                # Nothing that lies in it could be told either, and upstream ends here.
                return [*found, _told(at, f"element {index}: {error}")]
            shown = shown_step(step)
            if step in seen:
                found.append(_told(at, f"duplicate entries for key {shown}"))
            seen.add(step)
        found += complaints(item, element, f"{at}{shown}")
    return found


# What is named -----------------------------------------------------------------------------------------------------


def field_set(value: Any, slot: Field) -> set[Path]:
    """What somebody who applies a value wants to own. Go: toFieldSetWalker

    The values that are named, entries of maps and elements of lists; not the structs, maps and lists that these lie in,
    unless they are empty or null.
    """
    found: set[Path] = set()
    _name(found, value, slot, ())
    return found


def _name(found: set[Path], value: Any, slot: Field, at: Path) -> None:
    form = shape(slot, value)
    if form == "leaf":
        found.add(at)
    elif form == "list":
        for step, items in elements(value, slot).items():
            path = (*at, step)
            found.add(path)
            _name(found, items[0], _element(slot), path)
    elif isinstance(value, dict):
        for key, item in value.items():
            _name_entry(found, item, slot, (*at, f"f:{key}"))


def _name_entry(found: set[Path], item: Any, slot: Field, path: Path) -> None:
    inner = stepped(slot, path[-1])
    is_declared = inner is not None and slot.type.kind == "struct"
    if item is None or item == {} or not is_declared:
        found.add(path)
    if inner is not None:
        _name(found, item, inner, path)


def _element(slot: Field) -> Field:
    if slot.type.element:
        return standing(slot.type.element)
    return DEDUCED

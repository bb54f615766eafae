"""Sets of fields: how a place in an object is written, told and ordered, and how a set stands in FieldsV1.

A path's elements are written as in FieldsV1: `f:name`, `k:{"name":"x"}` for an element that is known by its keys,
`v:"x"` for one of a set of plain values.
Kubernetes: sigs.k8s.io/structured-merge-diff/fieldpath
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from k8slearn.apimachinery.gotext import go_json, go_quote
from k8slearn.apimachinery.schema import Field, standing, struct

Path = tuple[str, ...]
Fields = frozenset[Path]
Tree = dict[str, Any]

WHOLE = "."
"""The step of FieldsV1 that says: all of this, although more lies in it."""


def value_key(item: Any) -> str:
    """How an element of a set is told from the others: by what it is."""
    return f"v:{go_json(item)}"


def keys_of(values: Mapping[str, Any]) -> str:
    """How an element is told from the others by some of its fields."""
    # Written as Go writes it: two texts of one key would be two elements.
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"k:{text}"


# FieldsV1 ----------------------------------------------------------------------------------------------------------


def encode(paths: Iterable[Path]) -> Tree:
    """Paths as FieldsV1: a tree of steps, in which "." marks what is owned although more lies in it."""
    tree: Tree = {}
    # In order, so that each level comes out sorted as Go writes it, and what contains comes before what it contains.
    for path in sorted(paths):
        node = tree
        for step in path[:-1]:
            inner = node.get(step)
            if inner is None:
                inner = node[step] = {}
            elif not inner:
                # So far it was a whole, and nothing lay in it.
                inner[WHOLE] = {}
            node = inner
        node[path[-1]] = {}
    return tree


def decode(fields: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of a FieldsV1."""
    # A client may send anything.
    if not isinstance(fields, Mapping):
        return
    for step, child in fields.items():
        if step == WHOLE:
            yield at
            continue
        written = as_written(step)
        if not written:
            continue
        if child:
            yield from decode(child, (*at, written))
        else:
            yield (*at, written)


def as_written(step: str) -> str | None:
    """A step as we write it, "" for a kind of step that nobody knows, None for one that nobody can read.

    A client may put anything into its managedFields. Go: DeserializePathElement
    """
    kind, rest = step[:2], step[2:]
    if len(kind) < 2 or kind[1] != ":":
        return None
    if kind == "f:":
        return step
    if kind == "i:":
        return step if re.fullmatch("[+-]?[0-9]+", rest) else None
    if kind not in ("k:", "v:"):
        return ""
    try:
        value = json.loads(rest)
    except ValueError:
        return None
    if kind == "v:":
        return value_key(value)
    if value is not None and not isinstance(value, dict):
        return None
    return keys_of(value or {})


def is_readable(fields: Any) -> bool:
    """Whether a FieldsV1 can be read to its end."""
    if fields is None:
        return True
    if not isinstance(fields, Mapping):
        return False
    for step, child in fields.items():
        if step == WHOLE:
            continue
        written = as_written(step)
        # What lies below a step of a kind that nobody knows is passed over.
        if written is None or (written and not is_readable(child)):
            return False
    return True


def is_member(child: Tree | None) -> bool:
    """Whether a step of a tree is itself in the set, and not only the way to what is."""
    return child is not None and (not child or WHOLE in child)


def below(child: Tree | None) -> Tree:
    """What lies below a step of a tree."""
    if not child:
        return {}
    return {step: tree for step, tree in child.items() if step != WHOLE}


# What contains -----------------------------------------------------------------------------------------------------


def with_named(paths: Iterable[Path], slot: Field) -> Fields:
    """The set with the fields of structs that lie on its ways: a set names what is written, not what that lies in.

    Elements of lists and entries of maps are not added: they may be anybody's. Go: Set.EnsureNamedFieldsAreMembers
    """
    found = set(paths)
    _add_named(found, encode(found), slot, ())
    return frozenset(found)


def _add_named(found: set[Path], tree: Tree, slot: Field | None, at: Path) -> None:
    for step, child in tree.items():
        if not child or step == WHOLE:
            continue
        path = (*at, step)
        inner = None if slot is None else stepped(slot, step)
        if slot is not None and slot.type.kind == "struct" and inner is not None:
            found.add(path)
        _add_named(found, child, inner, path)


def stepped(slot: Field, step: str) -> Field | None:
    """What lies one step further, None where nothing is declared there."""
    kind = slot.type
    if kind.kind == "deduced":
        return slot
    if kind.kind == "struct" and step.startswith("f:"):
        return struct(kind.struct).field(step[2:])
    if kind.element is None:
        return None
    return standing(kind.element)


# Telling -----------------------------------------------------------------------------------------------------------


def in_order(paths: Iterable[Path]) -> list[Path]:
    """The paths as a refusal lists them: a level's own before what lies deeper. Go: Set.Iterate"""
    found: list[Path] = []
    _collect(found, encode(paths), ())
    return found


def _collect(found: list[Path], tree: Tree, at: Path) -> None:
    steps = sorted((step for step in tree if step != WHOLE), key=_rank)
    for step in steps:
        if is_member(tree[step]):
            found.append((*at, step))
    for step in steps:
        _collect(found, tree[step], (*at, step))


def _rank(step: str) -> tuple[str, list[Any]]:
    """Fields, then keys, then values; numbers among keys by their size. Go: PathElement.Compare"""
    sort, _, text = step.partition(":")
    if sort == "f":
        return sort, [text]
    value = json.loads(text)
    if sort == "v":
        return sort, [*_comparable(value)]
    pairs: list[Any] = []
    for key in sorted(value):
        pairs += [key, *_comparable(value[key])]
    return sort, pairs


def _comparable(value: Any) -> tuple[int, Any]:
    # Go: value.Compare takes numbers before texts before truth values.
    if isinstance(value, bool):
        return 2, value
    if isinstance(value, int | float):
        return 0, value
    return 1, str(value)


def shown(path: Path) -> str:
    """A path as refusals tell it: .spec.containers[name="c"].image"""
    return "".join(map(shown_step, path))


def shown_step(step: str) -> str:
    """One step of a path as refusals tell it."""
    if step.startswith("f:"):
        return f".{step[2:]}"
    if step.startswith("v:"):
        value = json.loads(step[2:])
        return f"[={_shown_value(value)}]"
    keys = json.loads(step[2:])
    pairs = [f"{key}={_shown_value(keys[key])}" for key in sorted(keys)]
    inside = ",".join(pairs)
    return f"[{inside}]"


def _shown_value(value: Any) -> str:
    if isinstance(value, str):
        return go_quote(value)
    return json.dumps(value)

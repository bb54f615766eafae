"""Server-side apply: a client says what it wants to own, conflicts included.

Kubernetes: sigs.k8s.io/structured-merge-diff/merge/update.go, Updater.Apply; apimachinery pkg/util/managedfields
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.errors import ApiError, Cause, failure
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Signature
from k8slearn.apimachinery.objects import Object, timestamp
from k8slearn.apimachinery.schema import Field, Type, kind_type, struct
from k8slearn.apiserver.managed_fields import (
    APPLY,
    CONTAINER,
    WHOLE,
    Owned,
    Path,
    difference,
    element_key,
    encode,
    leaves,
    owners_of,
    value_key,
    with_owners,
)


def apply(
    live: Object, wanted: Object, owner: Signature, now: float, *, force: bool = False
) -> Object:
    """The live object with what the applier wants merged in, with its managedFields. Raises ApiError 409."""
    owners = owners_of(live)
    kind = kind_type(wanted["apiVersion"], wanted["kind"])
    mine = _named(wanted)
    before = owners.pop(owner, None)
    merged = _merge(live, wanted, kind) if kind else wanted
    if before is not None:
        # What the applier named the last time and names no more goes, unless somebody else wants it.
        held = _held([mine, *(owned.paths for owned in owners.values())])
        merged = _pruned(merged, before.paths - mine - held, kind)
    changes = difference(leaves(live), leaves(merged))
    disputed = {who: owned.paths & changes.written for who, owned in owners.items()}
    conflicts = {who: paths for who, paths in disputed.items() if paths}
    if conflicts and not force:
        raise _conflict(conflicts, owners)
    for who, owned in owners.items():
        left = owned.paths - disputed[who] - changes.removed
        owners[who] = owned._replace(paths=left)
    moment = timestamp(now)
    if before is not None and before.paths == mine:
        # Who wants what it wanted before keeps its entry, time included, or each apply would be a write.
        moment = before.time
    owners[owner] = Owned(mine, wanted["apiVersion"], moment)
    return with_owners(merged, owners)


def _named(wanted: Object) -> frozenset[Path]:
    """What an applier wants to own: the values that it names, and the elements of lists, but not what these lie in."""
    found = set()
    for path, value in leaves(wanted).items():
        is_element = path[-1].startswith("k:")
        if value is not CONTAINER or is_element:
            found.add(path)
    return frozenset(found)


def _merge(live: Object, wanted: Object, kind: Type) -> Object:
    known = struct(kind.struct)
    merged = dict(live)
    for name, value in wanted.items():
        field = known.fields.get(name)
        present = live.get(name)
        # With nothing on one of the sides there is nothing to merge.
        is_alone = not value or not present
        if field is None or field.atomic or is_alone:
            merged[name] = value
        else:
            merged[name] = _merge_field(present, value, field)
    return merged


def _merge_field(live: Any, wanted: Any, field: Field) -> Any:
    if field.type.kind == "struct":
        return _merge(live, wanted, field.type)
    if field.type.kind == "map":
        return {**live, **wanted}
    element = field.type.element
    if field.unique or element is None:
        known = set(map(value_key, live))
        return [*live, *(item for item in wanted if value_key(item) not in known)]
    found = {element_key(item, field.keys, element): item for item in live}
    for item in wanted:
        place = element_key(item, field.keys, element)
        if place in found:
            item = _merge(found[place], item, element)
        found[place] = item
    return list(found.values())


def _held(owned: Iterable[frozenset[Path]]) -> frozenset[Path]:
    """What somebody holds, and what that lies in."""
    found: set[Path] = set()
    for paths in owned:
        for path in paths:
            found.update(path[:end] for end in range(1, len(path) + 1))
    return frozenset(found)


def _pruned(o: Any, gone: Iterable[Path], kind: Type | None) -> Any:
    """Without what has been given up; what tells an element from the others stays with it."""
    paths = [path for path in gone if not _is_key(path)]
    if paths:
        return _without(o, encode(paths), kind)
    return o


def _is_key(path: Path) -> bool:
    """Whether a path leads to one of the fields by which a list's element is told from the others."""
    inside = path[-2] if len(path) > 1 else ""
    if not inside.startswith("k:"):
        return False
    return path[-1].removeprefix("f:") in json.loads(inside[2:])


def _without(o: Any, gone: Object, kind: Type | None) -> Any:
    """A copy of a struct or map without what a tree of steps leads to; lists and maps left empty go as well."""
    if not isinstance(o, dict):
        return o
    is_struct = kind is not None and kind.kind == "struct"
    fields = struct(kind.struct).fields if kind is not None and is_struct else {}
    left = dict(o)
    for step, below in gone.items():
        name = step.removeprefix("f:")
        if step == WHOLE or name not in o:
            continue
        field = fields.get(name)
        rest = None if _is_whole(below) else _inner(o[name], below, field)
        # An empty struct still says something (`emptyDir: {}`); an empty list or map is none.
        is_collection = field is not None and field.type.kind in ("list", "map")
        if rest is None or (is_collection and not rest):
            del left[name]
        else:
            left[name] = rest
    return left


def _is_whole(tree: Object) -> bool:
    return not tree or WHOLE in tree


def _inner(value: Any, gone: Object, field: Field | None) -> Any:
    kind = field.type if field is not None else None
    if isinstance(value, dict):
        return _without(value, gone, kind)
    if not isinstance(value, list) or field is None:
        return value
    # By its step each element is looked up once, however many go.
    steps = {_as_written(step, field): below for step, below in gone.items()}
    left = []
    for item in value:
        below = steps.get(_element_step(item, field))
        if below is None:
            left.append(item)
        elif not _is_whole(below):
            left.append(_without(item, below, field.type.element))
    return left


def _element_step(item: Any, field: Field) -> str:
    element = field.type.element
    if element is not None and field.keys and isinstance(item, dict):
        return element_key(item, field.keys, element)
    return value_key(item)


def _as_written(step: str, field: Field) -> str:
    """A step as we write it: a client may put blanks into its managedFields, and leave out what is the default."""
    try:
        return _element_step(json.loads(step[2:]), field)
    except ValueError:
        return step


# Conflicts ---------------------------------------------------------------------------------------------------------


def _conflict(
    conflicts: dict[Signature, frozenset[Path]], owners: dict[Signature, Owned]
) -> ApiError:
    # Kubernetes: apimachinery pkg/util/managedfields/internal/conflict.go NewConflictError
    found = []
    for owner, paths in conflicts.items():
        who = _who(owner, owners[owner])
        found += [(who, _shown(path)) for path in sorted(paths)]
    causes = []
    for who, path in found:
        cause = Cause(path, "FieldManagerConflict", f"conflict with {who}")
        causes.append(cause.as_dict())
    return failure(409, "Conflict", _message(found), {"causes": causes})


def _message(found: list[tuple[str, str]]) -> str:
    if len(found) == 1:
        who, path = found[0]
        return f"Apply failed with 1 conflict: conflict with {who}: {path}"
    lines = []
    for each in sorted({who for who, _ in found}):
        lines.append(f"conflicts with {each}:")
        lines += [f"- {path}" for who, path in found if who == each]
    return f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)


def _who(owner: Signature, owned: Owned) -> str:
    found = go_quote(owner.manager)
    if owner.subresource:
        found += f" with subresource {go_quote(owner.subresource)}"
    # An applier's version is its own affair; an updater's says how its fields are to be read.
    if owner.operation != APPLY:
        found += f" using {owned.api_version}"
    return found


def _shown(path: Path) -> str:
    return "".join(_step(step) for step in path)


def _step(step: str) -> str:
    if step.startswith("f:"):
        return f".{step[2:]}"
    if step.startswith("v:"):
        return f"[={step[2:]}]"
    keys = json.loads(step[2:])
    pairs = [f"{key}={json.dumps(value)}" for key, value in keys.items()]
    return f"[{','.join(pairs)}]"

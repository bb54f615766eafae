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
    Owned,
    Path,
    difference,
    element_key,
    leaves,
    owners_of,
    with_owners,
)


def apply(
    live: Object, wanted: Object, owner: Signature, now: float, *, force: bool = False
) -> Object:
    """The live object with what the applier wants merged in, with its managedFields. Raises ApiError 409."""
    assert owner.operation == APPLY
    owners = owners_of(live)
    kind = kind_type(wanted["apiVersion"], wanted["kind"])
    mine = frozenset(
        path
        for path, value in leaves(wanted).items()
        if value is not CONTAINER or path[-1][0] == "k"
    )
    merged = _merge(live, wanted, kind) if kind else wanted
    given_up = owners[owner].paths - mine if owner in owners else frozenset()
    others = {other: owned for other, owned in owners.items() if other != owner}
    merged = _pruned(
        merged,
        given_up - _held([mine, *(owned.paths for owned in others.values())]),
        kind,
    )
    changes = difference(leaves(live), leaves(merged))
    conflicts = {
        other: owned.paths & changes.written for other, owned in others.items()
    }
    if any(conflicts.values()) and not force:
        raise _conflict(
            {other: paths for other, paths in conflicts.items() if paths}, others
        )
    kept = {
        other: owned._replace(paths=owned.paths - conflicts[other] - changes.removed)
        for other, owned in others.items()
    }
    before = owners.get(owner)
    same = before is not None and before.paths == mine
    moment = before.time if same and before is not None else timestamp(now)
    return with_owners(
        merged, kept | {owner: Owned(mine, wanted["apiVersion"], moment)}
    )


def _merge(live: Object, wanted: Object, kind: Type) -> Object:
    known = struct(kind.struct)
    merged = dict(live)
    for name, value in wanted.items():
        field = known.fields.get(name)
        if (
            field is None
            or name not in live
            or not value
            or not live[name]
            or field.atomic
        ):
            merged[name] = value
        else:
            merged[name] = _merge_field(live[name], value, field)
    return merged


def _merge_field(live: Any, wanted: Any, field: Field) -> Any:
    if field.type.kind == "struct":
        return _merge(live, wanted, field.type)
    if field.type.kind == "map":
        return {**live, **wanted}
    element = field.type.element
    if field.unique or element is None:
        return [*live, *(item for item in wanted if item not in live)]
    found = {element_key(item, field.keys, element): item for item in live}
    for item in wanted:
        place = element_key(item, field.keys, element)
        if place in found:
            item = _merge(found[place], item, element)
        found[place] = item
    return list(found.values())


def _held(owned: Iterable[frozenset[Path]]) -> frozenset[Path]:
    """What somebody holds, and what that lies in."""
    return frozenset(
        path[:end]
        for paths in owned
        for path in paths
        for end in range(1, len(path) + 1)
    )


def _pruned(o: Any, gone: Iterable[Path], kind: Type | None) -> Any:
    """Without what has been given up, whole elements first; what tells an element from the others stays with it."""
    for path in sorted(gone, key=len):
        if not _is_key(path):
            o = _without(o, path, kind)
    return o


def _is_key(path: Path) -> bool:
    inside = path[-2] if len(path) > 1 else ""
    return inside.startswith("k:") and path[-1].removeprefix("f:") in json.loads(
        inside[2:]
    )


def _without(o: Any, path: Path, kind: Type | None) -> Any:
    """A copy of a struct or map without what stands at the path; lists and maps left empty go as well."""
    name = path[0].removeprefix("f:")
    if not isinstance(o, dict) or name not in o:
        return o
    field = (
        struct(kind.struct).fields.get(name)
        if kind is not None and kind.kind == "struct"
        else None
    )
    rest = _inner(o[name], path[1:], field) if len(path) > 1 else None
    if rest is None or (
        rest in ([], {}) and field is not None and field.type.kind in ("list", "map")
    ):
        return {key: value for key, value in o.items() if key != name}
    return {**o, name: rest}


def _inner(value: Any, path: Path, field: Field | None) -> Any:
    kind = field.type if field is not None else None
    if isinstance(value, dict):
        return _without(value, path, kind)
    if not isinstance(value, list):
        return value
    element = kind.element if kind is not None else None
    matching = [i for i, item in enumerate(value) if _is_at(item, path[0], element)]
    if len(path) == 1:
        return [item for i, item in enumerate(value) if i not in matching]
    return [
        _without(item, path[1:], element) if i in matching else item
        for i, item in enumerate(value)
    ]


def _is_at(item: Any, step: str, element: Type | None) -> bool:
    if step.startswith("v:"):
        return bool(item == json.loads(step[2:]))
    keys = json.loads(step[2:])
    if not isinstance(item, dict) or element is None or element.kind != "struct":
        return False
    return element_key(item, keys, element) == element_key(keys, keys, element)


# Conflicts ---------------------------------------------------------------------------------------------------------


def _conflict(
    conflicts: dict[Signature, frozenset[Path]], owners: dict[Signature, Owned]
) -> ApiError:
    # Kubernetes: apimachinery pkg/util/managedfields/internal/conflict.go NewConflictError
    found = [
        (_who(owner, owners[owner]), _shown(path))
        for owner, paths in conflicts.items()
        for path in sorted(paths)
    ]
    causes = [
        Cause(path, "FieldManagerConflict", f"conflict with {who}").as_dict()
        for who, path in found
    ]
    return failure(409, "Conflict", _message(found), {"causes": causes})


def _message(found: list[tuple[str, str]]) -> str:
    if len(found) == 1:
        return (
            f"Apply failed with 1 conflict: conflict with {found[0][0]}: {found[0][1]}"
        )
    lines = []
    for who in sorted({who for who, _ in found}):
        lines += [
            f"conflicts with {who}:",
            *(f"- {path}" for each, path in found if each == who),
        ]
    return f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)


def _who(owner: Signature, owned: Owned) -> str:
    part = (
        f" with subresource {go_quote(owner.subresource)}" if owner.subresource else ""
    )
    version = f" using {owned.api_version}" if owner.operation != APPLY else ""
    return go_quote(owner.manager) + part + version


def _shown(path: Path) -> str:
    return "".join(_step(step) for step in path)


def _step(step: str) -> str:
    if step.startswith("f:"):
        return f".{step[2:]}"
    if step.startswith("v:"):
        return f"[={step[2:]}]"
    keys = json.loads(step[2:])
    return (
        "["
        + ",".join(f"{key}={json.dumps(value)}" for key, value in keys.items())
        + "]"
    )

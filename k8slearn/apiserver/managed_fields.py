"""Who owns which field: objects as sets of paths, and metadata.managedFields.

Kubernetes: sigs.k8s.io/structured-merge-diff; the marks stand in the types as +listType, +listMapKey, +structType and
+mapType. A path's elements are written as in FieldsV1: `f:name`, `k:{"name":"x"}`, `v:"x"`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from k8slearn.apimachinery.log import Signature
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Field, Type, kind_type, struct

Path = tuple[str, ...]
Leaves = dict[Path, Any]

APPLY = "Apply"
UPDATE = "Update"
CONTAINER = object()
"""What stands for a list, a map or a list's element in `leaves`: it is there, whatever is in it."""

WHOLE = "."
"""The step of FieldsV1 that says: all of this, although more lies in it."""


def words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


_META_NOT_OWNED = words(
    "name namespace creationTimestamp deletionTimestamp deletionGracePeriodSeconds selfLink uid generation "
    "managedFields resourceVersion"
)
"""Who an object is, and what the server alone sets. Kubernetes: managedfields/internal/stripmeta.go"""
_NOT_OWNED = frozenset(
    (f"f:{field}",) for field in ("apiVersion", "kind", "metadata", "spec", "status")
)
"""Nor is the whole of a part anybody's, where it is empty."""


class Owned(NamedTuple):
    """The paths of one owner, and when it wrote last."""

    paths: frozenset[Path]
    api_version: str
    time: str


Owners = dict[Signature, Owned]


def element_key(item: Object, keys: Iterable[str], element: Type) -> str:
    """How an element of a keyed list is told from the others; a key that is absent counts as its default."""
    fields = struct(element.struct).fields
    found = {}
    for key in keys:
        # A client may send managedFields with keys that no such element has.
        default = fields[key].default if key in fields else None
        found[key] = item.get(key, default)
    # Written as Go writes it: two texts of one key would be two elements.
    text = json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"k:{text}"


def value_key(item: Any) -> str:
    """How an element of a set is told from the others: by what it is."""
    return "v:" + json.dumps(item)


def leaves(o: Object, left_out: Collection[str] = ()) -> Leaves:
    """Every path of an object with its value, without what identifies it; `left_out` are fields at the top."""
    wanted = kind_type(o["apiVersion"], o["kind"])
    if wanted is None:
        return {}
    body = {field: value for field, value in o.items() if field not in left_out}
    if "metadata" in body:
        body["metadata"] = {
            field: value
            for field, value in o["metadata"].items()
            if field not in _META_NOT_OWNED
        }
    found = _fields(body, wanted, (), is_fixed=True)
    return {path: value for path, value in found.items() if path not in _NOT_OWNED}


def _fields(o: Object, wanted: Type, at: Path, is_fixed: bool) -> Leaves:
    """The paths within a struct; `is_fixed`: Go writes it even into an empty object, so it never came from anybody."""
    known = struct(wanted.struct).fields
    found: Leaves = {}
    for name, value in o.items():
        field = known.get(name)
        # A null time counts in an element that comes with it; in the object itself it was null before.
        if field is None or (value is None and is_fixed):
            continue
        path = (*at, f"f:{name}")
        if not value or field.atomic:
            found[path] = value
        else:
            found |= _granular(value, field, path, is_fixed)
    return found


def _granular(value: Any, field: Field, at: Path, is_fixed: bool) -> Leaves:
    """The paths of a field whose parts may belong to several."""
    element = field.type.element
    if field.type.kind == "struct":
        is_fixed = is_fixed and field.by_value
        own: Leaves = {} if is_fixed else {at: CONTAINER}
        return own | _fields(value, field.type, at, is_fixed)
    if field.type.kind == "map":
        entries = {(*at, f"f:{key}"): item for key, item in value.items()}
        return {at: CONTAINER} | entries
    if field.keys and element is not None:
        own = {} if is_fixed and field.required else {at: CONTAINER}
        return own | _elements(value, field.keys, element, at)
    return {at: CONTAINER} | {(*at, value_key(item)): item for item in value}


def _elements(
    items: list[Any], keys: tuple[str, ...], element: Type, at: Path
) -> Leaves:
    found: Leaves = {}
    for item in items:
        place = (*at, element_key(item, keys, element))
        if struct(element.struct).atomic:
            found[place] = item
        else:
            found[place] = CONTAINER
            found |= _fields(item, element, place, is_fixed=False)
    return found


def encode(paths: Iterable[Path]) -> Object:
    """Paths as FieldsV1: a tree of steps, in which "." marks what is owned although more lies in it."""
    tree: Object = {}
    # In order, so that each level comes out sorted as Go writes it, and what contains comes before what it contains.
    for path in sorted(paths):
        node = tree
        for step in path:
            node = node.setdefault(step, {})
        node[WHOLE] = {}
    _drop_marks(tree)
    return tree


def _drop_marks(node: Object) -> None:
    """Where nothing lies below, to be there is to be owned."""
    for child in node.values():
        if child.keys() == {WHOLE}:
            child.clear()
        _drop_marks(child)


def decode(fields: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of a FieldsV1."""
    # A client may send anything.
    if not isinstance(fields, Mapping):
        return
    for step, child in fields.items():
        if step == WHOLE:
            yield at
        elif child:
            yield from decode(child, (*at, step))
        else:
            yield (*at, step)


def owners_of(o: Object) -> Owners:
    """metadata.managedFields by owner; an entry without a manager or fields says nothing."""
    found: Owners = {}
    for entry in o["metadata"].get("managedFields") or ():
        manager = entry.get("manager")
        fields = entry.get("fieldsV1")
        if manager is None or fields is None:
            continue
        owner = Signature(
            manager,
            operation=entry.get("operation", UPDATE),
            subresource=entry.get("subresource", ""),
        )
        found[owner] = Owned(
            frozenset(decode(fields)),
            api_version=entry.get("apiVersion", ""),
            time=entry.get("time", ""),
        )
    return found


def with_owners(o: Object, owners: Owners) -> Object:
    """The object with its managedFields; owners of nothing are left out."""
    return with_entries(o, entries_of(owners))


def entries_of(owners: Owners) -> list[Object]:
    """Owners as metadata.managedFields has them."""
    entries = [_entry(owner, owned) for owner, owned in owners.items() if owned.paths]
    return sorted(entries, key=_order)


def with_entries(o: Object, entries: list[Object]) -> Object:
    """The object with these managedFields."""
    metadata = {**o["metadata"]}
    metadata.pop("managedFields", None)
    if entries:
        metadata["managedFields"] = [*entries]
    return {**o, "metadata": metadata}


def _order(entry: Object) -> list[str]:
    # Kubernetes: managedfields/internal/managedfields.go, sortEncodedManagedFields
    fields = ("operation", "time", "manager", "apiVersion", "subresource")
    return [entry.get(field, "") for field in fields]


def _entry(owner: Signature, owned: Owned) -> Object:
    entry: Object = {
        "manager": owner.manager,
        "operation": owner.operation,
        "apiVersion": owned.api_version,
        "time": owned.time,
        "fieldsType": "FieldsV1",
        "fieldsV1": encode(owned.paths),
    }
    if owner.subresource:
        entry["subresource"] = owner.subresource
    return entry


class Difference(NamedTuple):
    """The paths that came, changed and went."""

    added: frozenset[Path]
    modified: frozenset[Path]
    removed: frozenset[Path]

    @property
    def written(self) -> frozenset[Path]:
        """What came or changed."""
        return self.added | self.modified


def difference(old: Leaves, new: Leaves) -> Difference:
    """What is different between two objects."""
    added = new.keys() - old.keys()
    removed = old.keys() - new.keys()
    kept = new.keys() & old.keys()
    modified = {path for path in kept if old[path] != new[path]}
    return Difference(frozenset(added), frozenset(modified), frozenset(removed))

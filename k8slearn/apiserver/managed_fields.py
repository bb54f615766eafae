"""Who owns which field: metadata.managedFields.

Kubernetes: apimachinery pkg/util/managedfields
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.log import Signature
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Field
from k8slearn.apiserver.field_sets import Fields, decode, encode, is_readable
from k8slearn.apiserver.structured_merge import Difference, difference
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.kind import ALL_METADATA

APPLY = "Apply"
UPDATE = "Update"
MOST_UPDATERS = 10
"""Kubernetes: DefaultMaxUpdateManagers"""
ANCIENT = "ancient-changes"
"""The manager that stands for the oldest updaters where there are too many. Kubernetes: capmanagers.go"""

_STRIPPED = "name namespace creationTimestamp selfLink uid clusterName generation managedFields resourceVersion"
STRIPPED: Fields = frozenset(
    [("f:apiVersion",), ("f:kind",), ("f:metadata",)]
    + [("f:metadata", f"f:{field}") for field in _STRIPPED.split()]
)
"""Metadata without owners: identity, and what the server alone sets. Kubernetes: managedfields/internal/stripmeta.go"""


class Owned(NamedTuple):
    """The paths of one owner, and when it wrote last; "" where it only took part in what was there."""

    paths: Fields
    api_version: str
    time: str


Owners = dict[Signature, Owned]


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
            time=entry.get("time") or "",
        )
    return found


def are_readable(entries: list[Object]) -> bool:
    """Whether a client's metadata.managedFields say who owns what. Kubernetes: DecodeManagedFields"""
    return all(
        entry.get("operation") in (APPLY, UPDATE)
        and entry.get("apiVersion")
        and entry.get("fieldsType") == "FieldsV1"
        and is_readable(entry.get("fieldsV1"))
        for entry in entries
    )


def with_owners(o: Object, owners: Owners) -> Object:
    """The object with its managedFields; owners of nothing are left out."""
    return with_entries(o, entries_of(owners))


def entries_of(owners: Owners) -> list[Object]:
    """Owners as metadata.managedFields has them: the oldest first."""
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
    if not owned.time:
        del entry["time"]
    if owner.subresource:
        entry["subresource"] = owner.subresource
    return entry


def is_told_alike(owners: Owners, others: Owners) -> bool:
    """Whether two lists of entries differ by times at most, each entry being compared with the one in its place."""
    # Kubernetes: IgnoreManagedFieldsTimestampsTransformer. An entry that moves because of its time makes a difference.
    told = _without_times(owners)
    before = _without_times(others)
    return told == before


def _without_times(owners: Owners) -> list[Object]:
    found = entries_of(owners)
    for entry in found:
        entry.pop("time", None)
    return found


# What counts -------------------------------------------------------------------------------------------------------


def changed_fields(
    old: Object | None,
    new: Object,
    slot: Field,
    subresource: str,
    *,
    is_raw: bool = False,
) -> Difference:
    """What a write makes of an object (None: of nothing), as far as somebody may own it.

    `is_raw`: the new object is as somebody applies it, not as Go's types would have it.
    """
    found = difference(old or {}, new, slot, is_raw=is_raw)
    found.leave_out(ignored_fields(new, subresource), reset_parts(new, subresource))
    return found


# What is written through these is part of the spec. Kubernetes: managedfields/scalehandler.go, ToParent;
# podEphemeralContainersStrategy.GetResetFieldsFilter, podResizeStrategy.GetResetFieldsFilter
_OF_SPEC = frozenset(("ephemeralcontainers", "resize", "scale"))


def reset_parts(o: Object, subresource: str) -> frozenset[str]:
    """The steps at the top below which a request changes nothing: what it says of them is not stored."""
    if subresource and subresource not in _OF_SPEC:
        return frozenset({"f:spec"})
    row = BY_KIND.get(o["kind"])
    return frozenset({"f:status"} if row is None or row.status else ())


def ignored_fields(o: Object, subresource: str) -> Fields:
    """What nobody owns: what only the server sets, and what a write to a subresource leaves of the metadata."""
    if not subresource:
        return STRIPPED
    row = BY_KIND.get(o["kind"])
    left = ALL_METADATA if row is None else row.left_by_status
    return STRIPPED | {("f:metadata", f"f:{field}") for field in left}


def capped(owners: Owners) -> Owners:
    """With no more updaters than there may be: the oldest become one. Kubernetes: capUpdateManagers"""
    updaters = [owner for owner in owners if owner.operation != APPLY]
    too_many = len(updaters) - MOST_UPDATERS
    if too_many <= 0:
        return owners
    updaters.sort(key=lambda owner: (owners[owner].time, owner))
    found = dict(owners)
    bucket = Signature(ANCIENT, UPDATE)
    # Two are needed to make one out of them.
    for owner in updaters[: too_many + 1]:
        owned = found.pop(owner)
        before = found.get(bucket)
        paths = owned.paths if before is None else owned.paths | before.paths
        found[bucket] = owned._replace(paths=paths)
    return found

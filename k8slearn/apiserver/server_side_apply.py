"""Server-side apply: a client says what it wants to own, conflicts included.

Kubernetes: sigs.k8s.io/structured-merge-diff/merge/update.go, Updater.Apply; apimachinery pkg/util/managedfields
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import (
    ApiError,
    Cause,
    bad_request,
    failure,
    unexplained,
)
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Signature
from k8slearn.apimachinery.objects import Object, timestamp
from k8slearn.apimachinery.schema import Field
from k8slearn.apiserver.field_sets import (
    Fields,
    Path,
    encode,
    in_order,
    shown,
    with_named,
)
from k8slearn.apiserver.last_applied import UPGRADED, allowed_conflicts, kept_up
from k8slearn.apiserver.managed_fields import (
    APPLY,
    UPDATE,
    Owned,
    Owners,
    capped,
    changed_fields,
    ignored_fields,
    owners_of,
    reset_parts,
    with_owners,
)
from k8slearn.apiserver.structured_merge import merged, without
from k8slearn.apiserver.typed_values import complaints, field_set

BEFORE = "before-first-apply"
"""The manager of all that an object without owners held before its first apply. Kubernetes: skipnonapplied.go"""

Disputes = dict[Signature, Fields]


def apply(
    live: Object,
    wanted: Object,
    slot: Field,
    owner: Signature,
    now: float,
    *,
    force: bool = False,
) -> Object:
    """The live object with what the applier wants merged in, with its managedFields.

    `wanted` is as it was sent, and it fits the types, which `slot` says. Raises ApiError 409.
    """
    owners = owners_of(live)
    if not owners and live["metadata"].get("uid"):
        owners = _owned_before(live, slot, owner, now)
    found, conflicts = _carried_out(live, wanted, slot, owner, owners, now)
    if conflicts and not force and owner.manager == UPGRADED:
        # What client-side apply set and nobody has touched since may be taken over.
        allowed = allowed_conflicts(live, slot)
        conflicts = {who: paths - allowed for who, paths in conflicts.items()}
        conflicts = {who: paths for who, paths in conflicts.items() if paths}
    if conflicts and not force:
        raise _conflict(conflicts, owners)
    return kept_up(found, wanted, owner.manager)


def check(wanted: Object, api_version: str, kind: str, slot: Field) -> None:
    """Raises ApiError 400 for another kind or for owners that are named, 500 for what does not fit the types."""
    given = wanted.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    # Kubernetes: versioncheck.go
    if (wanted.get("apiVersion"), wanted.get("kind")) != (api_version, kind):
        raise bad_request(f"invalid object type: {_kind_of(wanted)}")
    # Who owns what is for the server to say, and an empty list says something.
    if metadata.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    found = list(complaints(wanted, slot))
    if found:
        why = found[0] if len(found) == 1 else "\n  ".join(["errors:", *found])
        about = described(wanted)
        raise unexplained(f"failed to create typed patch object ({about}): {why}")


def described(o: Object) -> str:
    """An object as Go code tells it in errors. Go: objectGVKNN"""
    given = o.get("metadata")
    metadata = given if isinstance(given, dict) else {}
    place = metadata.get("namespace") or ""
    own = metadata.get("name") or ""
    return f"{place}/{own}; {_kind_of(o)}"


def _kind_of(o: Object) -> str:
    # The core group has no name, and its slash stands all the same.
    group, _, version = str(o.get("apiVersion") or "").rpartition("/")
    return f"{group}/{version}, Kind={o.get('kind') or ''}"


def _owned_before(live: Object, slot: Field, owner: Signature, now: float) -> Owners:
    changes = changed_fields(None, live, slot, owner.subresource)
    paths = frozenset(changes.written)
    owned = Owned(paths=paths, api_version=live["apiVersion"], time=timestamp(now))
    return {Signature(BEFORE, UPDATE, owner.subresource): owned}


def _carried_out(
    live: Object,
    wanted: Object,
    slot: Field,
    owner: Signature,
    owners: Owners,
    now: float,
) -> tuple[Object, Disputes]:
    """The apply as if it were forced, with what is in dispute. Go: Updater.Apply"""
    bare = _without_entries(live)
    meant = _meant(wanted, owner.subresource)
    named = frozenset(field_set(meant, slot))
    mine = _counted(named, wanted, owner.subresource)
    new = merged(bare, meant, slot)
    # A null may stand in the place of the metadata.
    new["metadata"] = new["metadata"] or {}
    before = owners.get(owner)
    others = {who: owned for who, owned in owners.items() if who != owner}
    if before is not None:
        held = [named, *(owned.paths for owned in others.values())]
        new = _pruned(new, before.paths, held, slot)
    changes = changed_fields(bare, new, slot, owner.subresource, is_raw=True)
    written = changes.written
    conflicts: Disputes = {}
    found: Owners = {}
    for who, owned in others.items():
        disputed = owned.paths & written
        if disputed:
            conflicts[who] = disputed
        left = owned.paths - disputed - changes.removed
        found[who] = owned._replace(paths=left)
    time = timestamp(now)
    if new == bare:
        # Whoever changes nothing gets no new time, and a new owner none at all. Kubernetes: managedFieldsUpdater.Apply
        time = "" if before is None else before.time
    found[owner] = Owned(paths=mine, api_version=live["apiVersion"], time=time)
    return with_owners(new, capped(found)), conflicts


def _without_entries(o: Object) -> Object:
    metadata = {**o["metadata"]}
    metadata.pop("managedFields", None)
    return {**o, "metadata": metadata}


def _meant(wanted: Object, subresource: str) -> Object:
    """What counts of what is applied: the rest would be reset before it is stored."""
    reset = reset_parts(wanted, subresource)
    return {
        field: value for field, value in wanted.items() if f"f:{field}" not in reset
    }


def _counted(paths: Fields, o: Object, subresource: str) -> Fields:
    ignored = ignored_fields(o, subresource)
    return frozenset(path for path in paths if path[:2] not in ignored)


# What is given up --------------------------------------------------------------------------------------------------


def _pruned(o: Object, last: Fields, held: list[Fields], slot: Field) -> Object:
    """Without what the applier named the last time and nobody names now.

    Where something in it is owned or was never the applier's, only its own part goes; but an element of a list goes
    as a whole when nobody names the element itself. Go: Updater.prune
    """
    managed = frozenset().union(*held)
    # Nothing is given up, so nothing can go.
    if last <= managed:
        return o
    mine = with_named(last, slot)
    everything = _ensured(o, slot)
    # First all that was the applier's goes, with all that lies in it …
    cut = without(o, encode(mine), slot)
    # … then comes back what somebody names …
    kept = _ensured(cut or {}, slot) | with_named(managed, slot)
    left = without(o, encode(everything - kept), slot)
    # … and what belongs to nobody and lies in nothing that went.
    gone = (everything - _ensured(left or {}, slot)) & mine
    found: Object = without(o, encode(gone), slot)
    return found


def _ensured(o: Object, slot: Field) -> Fields:
    return with_named(field_set(o, slot), slot)


# Conflicts ---------------------------------------------------------------------------------------------------------


def _conflict(conflicts: Disputes, owners: Owners) -> ApiError:
    # Kubernetes: apimachinery pkg/util/managedfields/internal/conflict.go NewConflictError
    found: list[tuple[str, Path]] = []
    for owner in sorted(conflicts):
        who = _who(owner, owners[owner])
        found += [(who, path) for path in in_order(conflicts[owner])]
    causes = []
    for who, path in found:
        cause = Cause(shown(path), "FieldManagerConflict", f"conflict with {who}")
        causes.append(cause.as_dict())
    return failure(409, "Conflict", _message(found), {"causes": causes})


def _message(found: list[tuple[str, Path]]) -> str:
    if len(found) == 1:
        who, path = found[0]
        return f"Apply failed with 1 conflict: conflict with {who}: {shown(path)}"
    lines = []
    told = ""
    for who, path in found:
        if who != told:
            lines.append(f"conflicts with {who}:")
            told = who
        lines.append(f"- {shown(path)}")
    return f"Apply failed with {len(found)} conflicts: " + "\n".join(lines)


def _who(owner: Signature, owned: Owned) -> str:
    found = go_quote(owner.manager)
    if owner.subresource:
        found += f" with subresource {go_quote(owner.subresource)}"
    # An applier's version is its own affair; an updater's says how its fields are to be read.
    if owner.operation != APPLY:
        found += f" using {owned.api_version}"
    return found

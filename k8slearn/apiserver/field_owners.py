"""metadata.managedFields of every object, worked out from the log when somebody asks.

The log says of each write who made it and in whose name (`Change.signatures`), so nobody has to keep books while
writing: the owners after a write follow from the owners before it and from what it changed. A write therefore costs
nothing, whoever never looks pays nothing, and what is shown cannot be out of step with what happened.

Kubernetes: apimachinery pkg/util/managedfields/internal/structuredmerge.go, structuredMergeManager.Update
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from k8slearn.apimachinery.log import Change, Log, Signature
from k8slearn.apimachinery.objects import (
    TEMPLATE_GENERATION,
    Object,
    annotations_of,
    timestamp,
    with_metadata,
)
from k8slearn.apimachinery.schema import Field
from k8slearn.apiserver.managed_fields import (
    APPLY,
    Owned,
    Owners,
    are_readable,
    capped,
    changed_fields,
    entries_of,
    is_told_alike,
    owners_of,
    with_entries,
)
from k8slearn.apiserver.structured_merge import Difference
from k8slearn.apiserver.typed_values import Slots, slot_of

RESET: list[Object] = [{}]
"""With this list a client takes all owners away. Kubernetes: managedfields, isResetManagedFields"""
MOST_PAST = 4
"""Released writes kept per object. A Pod has four: created, bound, started, marked; for more their owners are kept."""
MOST_SHOWN = 1024
"""managedFields kept for objects looked at lately; each list is as large as its object."""


class _Past(NamedTuple):
    """Writes that the log has let go of, newest first, and the owners before them."""

    changes: list[Change]
    owners: Owners


class FieldOwners:
    """Who owns which fields, for every object that a log tells of."""

    def __init__(self, log: Log, slots: Slots = slot_of) -> None:
        self.log = log
        self.slots = slots
        self._known: dict[int, Owners] = {}
        # By the revision of a write that stays, those before it: most of them nobody will ever ask for.
        self._past: dict[int, _Past] = {}
        # By revision, what was shown lately: the same object is looked at again and again.
        self._entries: dict[int, list[Object]] = {}

    def take_over(self, other: FieldOwners) -> None:
        """Take over what was known of the log that this one's log is a copy of."""
        self._known = other._known.copy()
        self._past = other._past.copy()

    def release(self, revision: int) -> None:
        """Let the log release its past; the owners that can only be worked out from it are kept."""
        for change in self.log.lasting(revision):
            self._keep_past(change)
        # Not before: an owner of what stays may rest on what goes now.
        for gone in self.log.release(revision):
            self._known.pop(gone, None)
            self._past.pop(gone, None)

    def _keep_past(self, change: Change) -> None:
        """Keep the writes that the owners after this one follow from; when they become many, the owners."""
        unknown, owners = self._unknown_until(change)
        if len(unknown) > MOST_PAST:
            self.at(change)
        elif unknown:
            self._past[change.revision] = _Past(unknown[1:], owners or {})

    def shown(self, o: Object) -> Object:
        """A stored object as the API gives it out: with its managedFields; one that was never stored stays as it is."""
        change = self._change_of(o)
        if change is None:
            return o
        entries = self._entries.get(change.revision)
        if entries is None:
            entries = entries_of(self.at(change))
            if len(self._entries) >= MOST_SHOWN:
                self._entries = {}
            self._entries[change.revision] = entries
        return with_entries(o, entries)

    def of(self, o: Object) -> Owners:
        """The owners of a stored object's fields."""
        change = self._change_of(o)
        if change is None:
            return {}
        return self.at(change)

    def are_changed(
        self, old: Object, sent: Object | None, signed: tuple[Signature, ...]
    ) -> bool:
        """Whether only managedFields change: an apply may take part in what others own, a client may reset them."""
        if sent is None or not signed:
            return False
        before = self.of(old)
        if signed[0].operation == APPLY:
            return not is_told_alike(owners_of(sent), before)
        return _before(before, sent, signed[0]) != before

    def at(self, change: Change) -> Owners:
        """The owners after a write, in the log or only tried."""
        unknown, owners = self._unknown_until(change)
        if owners is None:
            # History was let go of while we went back; what it had to tell is known by now.
            unknown, owners = self._unknown_until(change)
        lasts = owners is not None
        owners = owners or {}
        for each in reversed(unknown):
            owners = after(owners, each, self.slots)
            if lasts and self.is_logged(each):
                self._known[each.revision] = owners
        return owners

    def _unknown_until(self, change: Change) -> tuple[list[Change], Owners | None]:
        """A write and those before it, back to the one whose owners are known; these owners, None if it is gone."""
        # An object may have been written thousands of times, so this is a loop and no recursion.
        unknown: list[Change] = []
        each: Change | None = change
        while each is not None:
            known = self._known.get(each.revision)
            if known is not None:
                return unknown, known
            unknown.append(each)
            past = self._past.get(each.revision)
            if past is not None and self.is_logged(each):
                return unknown + past.changes, past.owners
            if each.previous is None:
                return unknown, {}
            each = self._change_of(each.previous)
        return unknown, None

    def is_logged(self, change: Change) -> bool:
        """A dry run's write has a revision that another one will get."""
        return self.log.change(change.revision) is change

    def _change_of(self, o: Object) -> Change | None:
        """The write that made an object what it is."""
        version = o["metadata"].get("resourceVersion")
        if not version:
            return None
        change = self.log.change(int(version))
        # An Endpoints object is made up from others, whose version it carries.
        if change is None or change.object["kind"] != o["kind"]:
            return None
        return change


def after(owners: Owners, change: Change, slots: Slots) -> Owners:
    """The owners after a write, from those before it."""
    sent = change.object if change.sent is None else change.sent
    if change.sent is not None and not change.signatures:
        # Put back from a backup: its owners are those that it came with.
        return owners_of(sent)
    slot = slots(sent["apiVersion"], sent["kind"])
    for signature in change.signatures:
        if signature.operation == APPLY:
            # Server-side apply has to know the owners anyway, so it has written them down.
            return owners_of(sent)
        before = _before(owners, sent, signature)
        if not before and change.previous is not None:
            # Of an object that nobody owned anything of, none is kept again. Kubernetes: skipnonapplied.go
            return {}
        changes = _written(change, sent, slot, signature.subresource)
        owners = capped(_credited(before, changes, signature, change))
    return owners


def _before(owners: Owners, sent: Object, signature: Signature) -> Owners:
    """The owners that a write starts from: a client may name them itself. Kubernetes: decodeLiveOrNew"""
    given = sent["metadata"].get("managedFields")
    if not given or signature.subresource:
        return owners
    if given == RESET:
        return {}
    if not are_readable(given):
        return owners
    return owners_of(sent) or owners


def _credited(
    owners: Owners, changes: Difference, signature: Signature, change: Change
) -> Owners:
    """The writer owns what came or changed, and nobody else does; what went belongs to nobody."""
    written = frozenset(changes.written)
    gone = written | changes.removed
    if not gone:
        return owners
    found: Owners = {}
    for other, owned in owners.items():
        left = owned.paths - (changes.removed if other == signature else gone)
        if left:
            found[other] = owned._replace(paths=left)
    # Who only takes something away wrote nothing that is there. Kubernetes: managedFieldsUpdater.Update
    if written:
        own = found[signature].paths if signature in found else frozenset()
        version = change.object["apiVersion"]
        time = timestamp(change.time)
        found[signature] = Owned(paths=own | written, api_version=version, time=time)
    return found


def _written(change: Change, sent: Object, slot: Field, subresource: str) -> Difference:
    """What a client changed of the part that it was writing to."""
    previous = change.previous
    if change.sent is not None and sent["kind"] == "DaemonSet":
        sent = _converted(sent)
    if previous is not None:
        return changed_fields(previous, sent, slot, subresource)
    # A Node's registration is signed twice: its status, and all but that.
    part = {field: value for field, value in sent.items() if field != "status"}
    if subresource:
        identity = {field: sent[field] for field in ("apiVersion", "kind")}
        part = {**identity, "metadata": {}, "status": sent.get("status", {})}
    return changed_fields(None, part, slot, subresource)


def _converted(sent: Object) -> Object:
    """A DaemonSet as v1 has it: the conversion writes this annotation, whether the client has sent it or not.

    The server counts only after it has looked who owns what. Kubernetes: pkg/apis/apps/v1/conversion.go,
    Convert_apps_DaemonSet_To_v1_DaemonSet
    """
    notes = annotations_of(sent)
    if TEMPLATE_GENERATION in notes:
        return sent
    return with_metadata(sent, annotations={**notes, TEMPLATE_GENERATION: "0"})


@lru_cache(maxsize=1024)
def signatures(
    manager: str, operation: str, subresource: str, registers: bool
) -> tuple[Signature, ...]:
    """Who signs a write; a kubelet that registers its Node signs the status apart."""
    signature = Signature(manager, operation, subresource)
    if registers:
        return signature, Signature(manager, operation, "status")
    return (signature,)


def apart(sent: Object, stored: Object) -> Object | None:
    """What a client sent, where the log has to know it: it names owners, or the server filled in fields of its own."""
    if sent is stored:
        # As every status that a component writes: the server has added nothing.
        return None
    if sent["metadata"].get("managedFields"):
        return sent
    # Nobody ever owns what the server sets in the metadata, and a status that is sent is stored as it is.
    like_stored = {**stored, "metadata": sent["metadata"]}
    like_stored.pop("status", None)
    if "status" in sent:
        like_stored["status"] = sent["status"]
    if like_stored != sent:
        return sent
    # The server's own count of a DaemonSet's templates is an annotation, and those do have owners.
    count = annotations_of(stored).get(TEMPLATE_GENERATION)
    if count is not None and annotations_of(sent).get(TEMPLATE_GENERATION) != count:
        return sent
    return None

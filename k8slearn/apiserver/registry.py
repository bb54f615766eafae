"""The API server's rules: the one way in for every write, whoever makes it.

A write comes as a typed object (`decoding` makes one of a body) and goes: checks against the request → defaults →
validation → what the kind fills in → the log, with the names of those who sign. Nobody else writes to the store.

Kubernetes: apiserver/pkg/registry/generic/registry/store.go, Store.Create, Update and Delete
"""

from __future__ import annotations

from copy import copy, deepcopy
from typing import Any

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.log import Change, Signature
from k8slearn.apimachinery.names import generated_name, new_uid
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    key,
    name,
    namespace,
    stored_kind,
    timestamp,
    uid,
    with_metadata,
)
from k8slearn.apimachinery.patch import patched, refused_patch
from k8slearn.apiserver import admission, plugins
from k8slearn.apiserver.custom_kinds import CustomKinds
from k8slearn.apiserver.decoding import unknown_fields
from k8slearn.apiserver.field_owners import FieldOwners, apart, signatures
from k8slearn.apiserver.identity import API_SERVER, Identity
from k8slearn.apiserver.managed_fields import (
    UPDATE,
    with_owners,
)
from k8slearn.apiserver.parts import Parts
from k8slearn.apiserver.plugins import namespace_lifecycle
from k8slearn.apiserver.preconditions import check_deletion, check_update
from k8slearn.apiserver.renewals import Renewals
from k8slearn.apiserver.store import ChangeType, Store
from k8slearn.chance import Chance
from k8slearn.clock import Clock
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.deletion import mark_deleted, may_vanish
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod.parts import PARTS as PARTS_OF_PODS

Written = tuple[str, tuple[Any, ...], dict[str, Any]]


class Registry(Parts):
    """What may be written, and what becomes of it on the way into the store.

    `recorder` takes down what is asked for (method and arguments) while somebody outside the components writes.
    """

    def __init__(
        self, store: Store, rng: Chance, settings: plugins.Settings = plugins.DEFAULT
    ) -> None:
        self.store = store
        self.clock: Clock = store.clock
        self.rng = rng
        self.settings = settings
        self.custom = CustomKinds(store)
        self.owners = FieldOwners(store.log, self.custom.slot_of)
        self.renewals = Renewals()
        self.recorder: list[Written] | None = None
        self.dry_run = False

    def rehearsal(self) -> Registry:
        """Where a dry run goes: the same rules and the same objects, but nothing is stored."""
        twin = Registry(self.store, deepcopy(self.rng), self.settings)
        twin.owners = self.owners
        # With what is known of the definitions, which takes long to work out.
        twin.custom = copy(self.custom)
        twin.dry_run = True
        return twin

    # Reading ---------------------------------------------------------------------------------------------------

    def row(self, kind: str) -> Kind:
        """The row by which objects of a kind are stored. Raises ApiError NotFound for a kind that there is not."""
        found = BY_KIND.get(kind) or self.custom.stored(kind)
        if found is None:
            raise errors.no_such_path()
        return found

    def row_for(self, o: Object) -> Kind:
        """The row of an object's kind. Raises ApiError NotFound."""
        return self.row(stored_kind(o))

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.store.get(kind, name, namespace)

    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object; raises ApiError NotFound when it is not there."""
        found = self.store.get(kind, name, namespace)
        if found is None:
            raise errors.not_found(self.row(kind).qualified, name)
        return found

    def shown(self, o: Object) -> Object:
        """An object of the store as clients of the API see it: with its managedFields."""
        return self.owners.shown(self.renewals.shown(o, self.clock.now))

    def shown_after(self, change: Change) -> Object:
        """The object after a write, a tried one included, as clients see it."""
        return with_owners(change.object, self.owners.at(change))

    def warnings(self, change: Change, live: Object | None = None) -> list[str]:
        """What a client is warned of after a write that was let in; `live` is what it found there."""
        # Where nothing changed, the write is an older one, and what it was warned of has been said.
        old = live if change.object is live else change.previous
        return plugins.warnings(change.object, old, self.store)

    # Creating --------------------------------------------------------------------------------------------------

    def admitted(self, o: Object) -> Object:
        """What `create` will let in, worked out ahead: it needs no lock. Raises ApiError as `create` does."""
        row = self.row_for(o)
        if row.namespaced:
            namespace_lifecycle.require(o, self.store)
        # By the name that it gets if nobody comes between, which only a refusal tells.
        named = self.rehearsal()._named(row, admission.unborn(o))
        return admission.new_object(named, row)

    def create(
        self,
        o: Object,
        by: Identity,
        *,
        operation: str = UPDATE,
        admitted: Object | None = None,
    ) -> Change:
        """Store a new object with uid, time and generation; `admitted`, if that has been worked out.

        Raises ApiError AlreadyExists, NotFound or Forbidden (namespace), Invalid.
        """
        if self.recorder is not None:
            self.recorder.append(("create", (o, by), {"operation": operation}))
        row = self.row_for(o)
        if row.namespaced:
            namespace_lifecycle.require(o, self.store)
        complete = _complete(admission.unborn(o), row, admitted)
        ready = plugins.mutate(complete, self.store, self.settings)
        # Kubernetes names the object before it validates it, so a refusal tells the generated name.
        nameless = self._named(row, ready)
        named = row.allocate(nameless, None, self.store)
        if admitted is None or ready is not complete or named is not nameless:
            named = admission.validated(named, row)
        quotas = plugins.validate(named, None, self.store, self.settings)
        # Last, as etcd is asked. A dry run does not ask it. Kubernetes: etcd3/store.go, Create
        if not self.dry_run:
            admission.refuse_version(o)
        self._refuse_taken(row, named)
        self._charge(quotas)
        born = plugins.equipped(self._born(row, named), self.store, self.settings)
        new = row.prepare_for_create(born, self.store)
        sent = complete
        if nameless is not ready:
            sent = with_metadata(complete, name=name(named))
        signed = signatures(by.manager, operation, "", by.registers)
        return self._write("ADDED", new, None, by, signed, apart(sent, new))

    def _refuse_taken(self, row: Kind, o: Object) -> None:
        """Raises ApiError where the kind is about to go, and AlreadyExists."""
        if row.stored_kind not in BY_KIND and self.custom.ending(row.stored_kind):
            why = "create not allowed while custom resource definition is terminating"
            raise errors.failure(405, "MethodNotAllowed", why)
        there = self.store.get(row.stored_kind, name(o), namespace(o))
        if there is not None:
            deleting = is_deleting(there)
            raise errors.already_exists(row.qualified, name(o), deleting=deleting)

    def _charge(self, quotas: list[Object]) -> None:
        """Store what quotas have let in: the API server itself does, before the object is there."""
        for quota in quotas:
            old = self.require("ResourceQuota", name(quota), namespace(quota))
            self._write("MODIFIED", quota, old, API_SERVER)

    def _named(self, row: Kind, o: Object) -> Object:
        prefix = o["metadata"].get("generateName")
        if name(o) or not prefix:
            return o
        free = self._free_name(row.stored_kind, namespace(o), prefix)
        return {**o, "metadata": {**o["metadata"], "name": free}}

    def _free_name(self, kind: str, namespace: str, prefix: str) -> str:
        while True:
            candidate = generated_name(prefix, self.rng)
            if not self.store.get(kind, candidate, namespace):
                return candidate

    def _born(self, row: Kind, o: Object) -> Object:
        now = timestamp(self.clock.now)
        metadata = {**o["metadata"], "uid": new_uid(self.rng), "creationTimestamp": now}
        metadata.pop("managedFields", None)
        if row.generation:
            metadata["generation"] = 1
        return {**o, "metadata": metadata}

    # Changing --------------------------------------------------------------------------------------------------

    def update(
        self,
        o: Object,
        by: Identity,
        *,
        subresource: str = "",
        operation: str = UPDATE,
        patched: bool = False,
    ) -> Change:
        """Replace an object, or only its `status`; where nothing changes nothing is written.

        Raises ApiError NotFound, Invalid, or Conflict when the object carries an older resourceVersion. What was
        `patched` is no object of the client's: that its uid is another one breaks a rule, and is no conflict.
        """
        if self.recorder is not None:
            about = {"subresource": subresource, "operation": operation}
            self.recorder.append(("update", (o, by), {**about, "patched": patched}))
        row = self.row_for(o)
        old = self.require(row.stored_kind, name(o), namespace(o))
        version = o["metadata"].get("resourceVersion")
        check_update(row, old, version, "" if patched else uid(o))
        # An approval is a condition that only whoever approves may write.
        status = subresource in ("approval", "status")
        row, o = _narrowed(row, o, old, subresource)
        updated = admission.as_updated(o, old)
        part = admission.written_part(updated, old, row, status=status)
        sent = admission.completed_change(part, old, row, status=status)
        ready = sent
        if not status:
            ready = row.allocate(plugins.mutate_change(sent, old), old, self.store)
        admission.validated_change(ready, old, row, status=status)
        new = admission.as_stored(ready, old)
        if not status:
            whole = (new, old, self.store, self.settings)
            self._charge(plugins.validate(*whole, subresource=subresource))
            new = _prepared(row, new, old)
        signed = signatures(by.manager, operation, subresource, by.registers)
        return self._replace(old, new, by, signed, apart(sent, new))

    def patch(
        self,
        old: Object,
        patch: Any,
        type: str,
        by: Identity,
        *,
        subresource: str = "",
        strict: str = "Strict",
        version: Kind | None = None,
    ) -> tuple[Change, list[str]]:
        """Change an object by a patch (JSON text or its value) of one of the types strategic, merge and json.

        `version` is the row of the version that the patch is of, None for the stored one. Returns the write and what
        the client should be warned about. Raises ApiError.
        """
        row = version or self.row_for(old)
        base = old
        if "managedFields" in str(patch):
            # Nobody pays for the owners but a patch that is about them.
            base = self.shown(old)
        found = patched(row.from_stored(base), patch, type, strict=strict)
        known, unknown = row.prune(found.value)
        notes = [*found.strict, *unknown_fields(unknown)]
        if unknown and strict == "Strict":
            raise refused_patch(found.value, notes)
        whole = row.to_stored(row.with_null_times(known))
        o = self.addressed(whole, old)
        warnings = notes if strict == "Warn" else []
        with errors.warned(warnings):
            change = self.update(o, by, subresource=subresource, patched=True)
        return change, warnings

    def addressed(self, o: Object, old: Object) -> Object:
        """An object that was sent to the URL of another one. Raises ApiError 400 where it says it is something else."""
        return admission.named(admission.in_namespace(o, namespace(old)), name(old))

    def carry_out(self, tried: Change, rehearsal: Registry, by: Identity) -> Change:
        """Store what a rehearsal has made of an object that is still the same. Raises ApiError 413."""
        if self.recorder is not None:
            self.recorder += rehearsal.recorder or ()
        if self.owners.is_logged(tried):
            # Nothing was changed.
            return tried
        o = tried.object
        old = tried.previous
        kind: ChangeType = "DELETED" if tried.type == "DELETED" else "MODIFIED"
        return self._write(kind, o, old, by, tried.signatures, tried.sent)

    def _replace(
        self,
        old: Object,
        new: Object,
        by: Identity,
        signed: tuple[Signature, ...],
        sent: Object | None,
    ) -> Change:
        if new == old and not self.owners.are_changed(old, sent, signed):
            return self._latest(old)
        if is_deleting(old) and may_vanish(new):
            return self._write("DELETED", new, old, by, signed, sent)
        return self._write("MODIFIED", new, old, by, signed, sent)

    # Deleting --------------------------------------------------------------------------------------------------

    def delete(
        self,
        kind: str,
        name: str,
        namespace: str = "",
        *,
        by: Identity,
        grace: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        version: str | None = None,
    ) -> Change:
        """Delete an object, or mark it when a grace period (seconds) or a finalizer keeps it for now.

        Raises ApiError NotFound, or Conflict when uid or resourceVersion are not as given.
        """
        if self.recorder is not None:
            about: Object = {"by": by, "uid": uid, "version": version}
            about |= {"grace": grace, "propagation": propagation}
            self.recorder.append(("delete", (kind, name, namespace), about))
        row = self.row(kind)
        old = self.require(kind, name, namespace)
        if name in row.protected_names:
            raise errors.forbidden(row.qualified, name, row.protected_because)
        check_deletion(row, old, version, uid)
        marked = mark_deleted(row, old, grace, propagation, self.clock.now)
        if may_vanish(marked):
            return self._write("DELETED", marked, old, by)
        if marked == old:
            return self._latest(old)
        return self._write("MODIFIED", marked, old, by)

    # Within ----------------------------------------------------------------------------------------------------

    def _latest(self, o: Object) -> Change:
        """The write that made a stored object what it is: it is kept, however old it may be."""
        return self.store.log.made(int(o["metadata"]["resourceVersion"]))

    def _write(
        self,
        type: ChangeType,
        o: Object,
        old: Object | None,
        by: Identity,
        signed: tuple[Signature, ...] = (),
        sent: Object | None = None,
    ) -> Change:
        revision = self.store.revision + 1
        if self.dry_run:
            now = self.clock.now
            who = by.component
            place = key(o)
            return Change(revision, now, who, type, o, old, place, signed, sent)
        # What components write is small, or made of what has been let in.
        if self.recorder is not None and type != "DELETED":
            self.store.log.bulk.note(revision, admission.size_of(o))
        return self.store.write(type, o, old, by.component, signed, sent)


def _complete(given: Object, row: Kind, admitted: Object | None) -> Object:
    """An object with its defaults, under the name that it was given."""
    if admitted is None:
        return admission.completed(given, row)
    if name(admitted) == name(given):
        return admitted
    # It was worked out ahead, under the name that was free then.
    return with_metadata(admitted, name=name(given) or None)


def _prepared(row: Kind, new: Object, old: Object) -> Object:
    """An object with what its kind fills in at an update, its generation counted."""
    new = row.prepare_for_update(new, old)
    if row.changes_generation(new, old):
        return with_metadata(new, generation=old["metadata"]["generation"] + 1)
    return new


def _narrowed(
    row: Kind, o: Object, old: Object, subresource: str
) -> tuple[Kind, Object]:
    """For a subresource that is a part of a Pod: the row where only that part is written, and what counts of it."""
    part = PARTS_OF_PODS.get(subresource)
    if part is None:
        return row, o
    return part.row_of_part(row), part.written_part(o, old)

"""Server-side apply as a way to write: what it makes of the object that is there goes on as an update or a creation."""

from __future__ import annotations

from abc import abstractmethod

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.log import Change, Signature
from k8slearn.apimachinery.objects import Key, Object, name, uid
from k8slearn.apiserver import admission
from k8slearn.apiserver.custom_kinds import CustomKinds
from k8slearn.apiserver.decoding import converted
from k8slearn.apiserver.identity import Identity
from k8slearn.apiserver.managed_fields import APPLY
from k8slearn.apiserver.parts import Parts
from k8slearn.apiserver.server_side_apply import apply, described
from k8slearn.kinds.kind import Kind

NO_SUCH_UID = "uid mismatch: the provided object specified uid {}, and no existing object was found"
NAMELESS = "the name of the object ({} based on URL) was undeterminable: Internal error occurred: name must be provided"


class Applying(Parts):
    """What the registry offers besides create, update and delete, server-side apply among it."""

    custom: CustomKinds

    @abstractmethod
    def create(
        self,
        o: Object,
        by: Identity,
        *,
        operation: str,
        admitted: Object | None = None,
    ) -> Change:
        """Store a new object."""

    @abstractmethod
    def update(
        self,
        o: Object,
        by: Identity,
        *,
        subresource: str = "",
        operation: str = APPLY,
        patched: bool = False,
    ) -> Change:
        """Replace an object, or only its status."""

    @abstractmethod
    def row(self, kind: str) -> Kind:
        """The row by which objects of a kind are stored."""

    @abstractmethod
    def shown(self, o: Object) -> Object:
        """An object of the store with its managedFields."""

    @abstractmethod
    def addressed(self, o: Object, old: Object) -> Object:
        """An object that was sent to the URL of another one."""

    def apply(
        self,
        place: Key,
        wanted: Object,
        by: Identity,
        *,
        subresource: str = "",
        force: bool = False,
        admitted: Object | None = None,
    ) -> Change:
        """Server-side apply: create the object at a place, or merge into it what this manager wants (as it was sent).

        `admitted` as for `create`. Raises ApiError.
        """
        signature = Signature(by.manager, APPLY, subresource)
        live = self.store.get(*place)
        if live is None and not subresource:
            first = self.first_applied(place, wanted, by)
            return self.create(first, by, operation=APPLY, admitted=admitted)
        live = self.require(*place)
        now = self.store.clock.now
        slot = self.custom.slot_of(live["apiVersion"], live["kind"])
        merged = apply(self.shown(live), wanted, slot, signature, now, force=force)
        new = self.addressed(converted(merged, described(wanted)), live)
        return self.update(
            new, by, subresource=subresource, operation=APPLY, patched=True
        )

    def first_applied(self, place: Key, wanted: Object, by: Identity) -> Object:
        """The object that an apply creates where there is none. Raises ApiError 400, 409, 500."""
        kind, own_name, own_namespace = place
        row = self.row(kind)
        nothing = {"apiVersion": row.api_version, "kind": row.kind, "metadata": {}}
        signature = Signature(by.manager, APPLY)
        slot = self.custom.slot_of(row.api_version, row.kind)
        merged = apply(nothing, wanted, slot, signature, self.store.clock.now)
        new = converted(merged, described(wanted))
        if uid(new):
            raise errors.conflict(row.qualified, own_name, NO_SUCH_UID.format(uid(new)))
        if not name(new):
            raise errors.bad_request(NAMELESS.format(own_name))
        return admission.named(admission.in_namespace(new, own_namespace), own_name)

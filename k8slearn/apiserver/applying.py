"""Server-side apply as a way to write: what it makes of the object that is there goes on as an update or a creation."""

from __future__ import annotations

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.log import Change, Signature
from k8slearn.apimachinery.objects import Key, Object, uid
from k8slearn.apiserver import admission
from k8slearn.apiserver.decoding import converted
from k8slearn.apiserver.identity import Identity
from k8slearn.apiserver.managed_fields import APPLY
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.server_side_apply import apply as merge
from k8slearn.apiserver.server_side_apply import described

NO_SUCH_UID = "uid mismatch: the provided object specified uid {}, and no existing object was found"


def apply(
    registry: Registry,
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
    live = registry.store.get(*place)
    if live is None and not subresource:
        first = first_applied(registry, place, wanted, by)
        return registry.create(first, by, operation=APPLY, admitted=admitted)
    live = registry.require(*place)
    now = registry.store.clock.now
    slot = registry.custom.slot_of(live["apiVersion"], live["kind"])
    merged = merge(registry.shown(live), wanted, slot, signature, now, force=force)
    new = registry.addressed(converted(merged, described(wanted)), live)
    return registry.update(
        new, by, subresource=subresource, operation=APPLY, patched=True
    )


def first_applied(
    registry: Registry, place: Key, wanted: Object, by: Identity
) -> Object:
    """The object that an apply creates where there is none. Raises ApiError 400, 409, 500."""
    kind, own_name, own_namespace = place
    row = registry.row(kind)
    nothing = {"apiVersion": row.api_version, "kind": row.kind, "metadata": {}}
    signature = Signature(by.manager, APPLY)
    slot = registry.custom.slot_of(row.api_version, row.kind)
    merged = merge(nothing, wanted, slot, signature, registry.store.clock.now)
    new = converted(merged, described(wanted))
    if uid(new):
        raise errors.conflict(row.qualified, own_name, NO_SUCH_UID.format(uid(new)))
    return admission.named(admission.in_namespace(new, own_namespace), own_name)

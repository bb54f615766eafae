"""The API server's rules: the one way in for every write, whoever makes it.

Kubernetes: apiserver/pkg/registry/generic/registry/store.go
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.objects import (
    Object,
    is_deleting,
    name,
    namespace,
    timestamp,
    uid,
    with_metadata,
)
from k8slearn.apiserver.store import ChangeType, Store
from k8slearn.clock import Clock
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.deletion import mark_deleted
from k8slearn.kinds.kind import Kind

if TYPE_CHECKING:
    from random import Random

Written = tuple[str, tuple[Any, ...], dict[str, Any]]
SAFE_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789"
SERVER_FIELDS = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)


class Identity(NamedTuple):
    """Who writes: the `component` as log and actions name it, the `manager` as managedFields do."""

    component: str
    manager: str


class Registry:
    """What may be written, and what becomes of it on the way into the store.

    `recorder` takes down what is asked for (method and arguments) while somebody outside the components writes.
    """

    def __init__(self, store: Store, rng: Random) -> None:
        self.store = store
        self.rng = rng
        self.recorder: list[Written] | None = None

    @property
    def clock(self) -> Clock:
        """Simulated time."""
        return self.store.clock

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.store.get(kind, name, namespace)

    def new_uid(self) -> str:
        """A uid that depends on the seed alone."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object; raises ApiError NotFound when it is not there."""
        found = self.get(kind, name, namespace)
        if found is None:
            raise errors.not_found(BY_KIND[kind].qualified, name)
        return found

    def create(self, o: Object, by: Identity) -> Object:
        """Store a new object with uid, time and generation. Raises ApiError AlreadyExists or NotFound (namespace)."""
        self._record("create", o, by)
        row = BY_KIND[o["kind"]]
        meta = {**o["metadata"]}
        if row.namespaced:
            self._require_namespace(meta["namespace"], row, str(meta.get("name", "")))
        if not meta.get("name"):
            meta["name"] = self._generate_name(
                row.kind, meta.get("namespace", ""), meta["generateName"]
            )
        elif there := self.get(row.kind, meta["name"], meta.get("namespace", "")):
            raise errors.already_exists(
                row.qualified, meta["name"], deleting=is_deleting(there)
            )
        meta |= {"uid": self.new_uid(), "creationTimestamp": timestamp(self.clock.now)}
        meta.pop("deletionTimestamp", None)
        meta.pop("deletionGracePeriodSeconds", None)
        meta.pop("generation", None)
        if row.generation:
            meta["generation"] = 1
        return self._write(
            "ADDED",
            row.prepare_for_create({**o, "metadata": meta}, self.store),
            None,
            by,
        )

    def update(self, o: Object, by: Identity, *, subresource: str = "") -> Object:
        """Replace an object, or only its `status`, or all of it at once (`binding`); no change writes nothing.

        Raises ApiError NotFound, or Conflict when the object carries an older resourceVersion.
        """
        self._record("update", o, by, subresource=subresource)
        row = BY_KIND[o["kind"]]
        old = self.require(row.kind, name(o), namespace(o))
        self._check_version(
            row, old, o["metadata"].get("resourceVersion"), o["metadata"].get("uid")
        )
        new = _merge(row, o, old, subresource)
        if not subresource:
            new = row.prepare_for_update(new, old)
            if row.changes_generation(new, old):
                new = with_metadata(new, generation=old["metadata"]["generation"] + 1)
        if new == old:
            return old
        if is_deleting(old) and _may_vanish(new):
            return self._write("DELETED", new, old, by)
        return self._write("MODIFIED", new, old, by)

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
    ) -> Object:
        """Delete an object, or mark it when a grace period (seconds) or a finalizer keeps it for now.

        Raises ApiError NotFound, or Conflict when uid or resourceVersion are not as given.
        """
        about = {
            "by": by,
            "grace": grace,
            "propagation": propagation,
            "uid": uid,
            "version": version,
        }
        self._record("delete", kind, name, namespace, **about)
        row = BY_KIND[kind]
        old = self.require(kind, name, namespace)
        self._check_version(row, old, version, uid)
        marked = mark_deleted(row, old, grace, propagation, self.clock.now)
        if _may_vanish(marked):
            return self._write("DELETED", marked, old, by)
        return old if marked == old else self._write("MODIFIED", marked, old, by)

    def _record(self, method: str, *positional: Any, **named: Any) -> None:
        if self.recorder is not None:
            self.recorder.append((method, positional, named))

    def _require_namespace(self, wanted: str, row: Kind, object_name: str) -> None:
        found = self.get("Namespace", wanted)
        if found is None:
            raise errors.not_found("namespaces", wanted)
        if is_deleting(found):
            why = f"unable to create new content in namespace {wanted} because it is being terminated"
            raise errors.forbidden(row.qualified, object_name, why)

    def _generate_name(self, kind: str, namespace: str, prefix: str) -> str:
        while True:
            candidate = prefix + "".join(
                self.rng.choice(SAFE_CHARACTERS) for _ in range(5)
            )
            if not self.get(kind, candidate, namespace):
                return candidate

    def _check_version(
        self, row: Kind, old: Object, version: str | None, wanted_uid: str | None
    ) -> None:
        if wanted_uid and wanted_uid != uid(old):
            raise errors.conflict(
                row.qualified, name(old), _uid_conflict(wanted_uid, uid(old))
            )
        if version and version != old["metadata"]["resourceVersion"]:
            raise errors.conflict(row.qualified, name(old))

    def _write(
        self, type: ChangeType, o: Object, old: Object | None, by: Identity
    ) -> Object:
        return self.store.write(type, o, old, by.component).object


def _merge(row: Kind, o: Object, old: Object, subresource: str) -> Object:
    kept: dict[str, Any] = {
        f: old["metadata"][f] for f in SERVER_FIELDS if f in old["metadata"]
    }
    meta = {
        f: value
        for f, value in o["metadata"].items()
        if f not in SERVER_FIELDS and value not in ({}, [])
    }
    meta |= kept | {"resourceVersion": old["metadata"]["resourceVersion"]}
    if subresource == "status":
        return {**old, "metadata": meta, "status": o.get("status", {})}
    new = {**o, "metadata": meta}
    if subresource == "binding":
        return new
    if row.status and "status" in old:
        new["status"] = old["status"]
    elif row.status:
        new.pop("status", None)
    return new


def _uid_conflict(wanted: str, found: str) -> str:
    return f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"


def _may_vanish(o: Object) -> bool:
    meta = o["metadata"]
    return (
        not meta.get("finalizers")
        and not meta.get("deletionGracePeriodSeconds")
        and not o.get("spec", {}).get("finalizers")
    )

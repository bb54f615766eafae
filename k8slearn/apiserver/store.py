"""The store: plain objects, never changed in place, with Kubernetes' rules for writing and deleting them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.log import Change, Log, Snapshot, select
from k8slearn.apimachinery.objects import (
    Key,
    Object,
    is_deleting,
    key,
    name,
    namespace,
    timestamp,
    uid,
    with_metadata,
)
from k8slearn.clock import Clock
from k8slearn.kinds import strategy
from k8slearn.kinds.resources import BY_KIND, Resource

if TYPE_CHECKING:
    from random import Random

Observer = Callable[[Change], None]
Written = tuple[str, tuple[Any, ...], dict[str, Any]]
SAFE_CHARACTERS = "bcdfghjklmnpqrstvwxz2456789"
SERVER_FIELDS = (
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)


class Store:
    """All objects of a cluster. Every write gets the next revision, goes to the log and to the observers.

    `observers` belong to the components and are called by kind; `listeners` watch from outside and are not copied.
    `recorder` takes down what is asked for (method and arguments) while somebody outside the components writes.
    """

    def __init__(self, clock: Clock, rng: Random) -> None:
        self.clock = clock
        self.rng = rng
        self.log = Log()
        self.observers: dict[str, list[Observer]] = {}
        self.listeners: list[Observer] = []
        self.recorder: list[Written] | None = None
        self._current: dict[str, dict[Key, Object]] = {kind: {} for kind in BY_KIND}

    @property
    def revision(self) -> int:
        """The revision of the latest write."""
        return len(self.log.changes)

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self._current[kind].get((kind, namespace, name))

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        found = sorted(self._current[kind].items())
        return select(
            (o for place, o in found if namespace is None or place[1] == namespace),
            selector,
        )

    def at(self, revision: int) -> Snapshot:
        """The objects as they were right after a revision."""
        return Snapshot(self.log.find, self.log, revision)

    def copy_for(self, clock: Clock, rng: Random) -> Store:
        """A store that goes its own way from here; the objects are shared, the observers are not taken along."""
        twin = Store(clock, rng)
        twin.log = self.log.copy()
        twin._current = {kind: places.copy() for kind, places in self._current.items()}
        return twin

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

    def create(self, o: Object, actor: str) -> Object:
        """Store a new object with uid, time and generation. Raises ApiError AlreadyExists or NotFound (namespace)."""
        self._record("create", o, actor)
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
            strategy.prepare_for_create({**o, "metadata": meta}, self),
            None,
            actor,
        )

    def update(self, o: Object, actor: str, *, subresource: str = "") -> Object:
        """Replace an object, or only its `status`, or all of it at once (`binding`); no change writes nothing.

        Raises ApiError NotFound, or Conflict when the object carries an older resourceVersion.
        """
        self._record("update", o, actor, subresource=subresource)
        row = BY_KIND[o["kind"]]
        old = self.require(row.kind, name(o), namespace(o))
        self._check_version(
            row, old, o["metadata"].get("resourceVersion"), o["metadata"].get("uid")
        )
        new = _merge(row, o, old, subresource)
        if not subresource:
            new = strategy.prepare_for_update(new, old)
            if row.generation and strategy.changes_generation(new, old):
                new = with_metadata(new, generation=old["metadata"]["generation"] + 1)
        if new == old:
            return old
        if is_deleting(old) and _may_vanish(new):
            return self._write("DELETED", new, old, actor)
        return self._write("MODIFIED", new, old, actor)

    def update_status(self, o: Object, actor: str) -> Object:
        """Replace only the status of an object."""
        return self.update(o, actor, subresource="status")

    def delete(
        self,
        kind: str,
        name: str,
        namespace: str = "",
        *,
        actor: str,
        grace: int | None = None,
        propagation: str | None = None,
        uid: str | None = None,
        version: str | None = None,
    ) -> Object:
        """Delete an object, or mark it when a grace period (seconds) or a finalizer keeps it for now.

        Raises ApiError NotFound, or Conflict when uid or resourceVersion are not as given.
        """
        about = {
            "actor": actor,
            "grace": grace,
            "propagation": propagation,
            "uid": uid,
            "version": version,
        }
        self._record("delete", kind, name, namespace, **about)
        row = BY_KIND[kind]
        old = self.require(kind, name, namespace)
        self._check_version(row, old, version, uid)
        marked = strategy.mark_deleted(old, grace, propagation, self.clock.now)
        if _may_vanish(marked):
            return self._write("DELETED", marked, old, actor)
        return old if marked == old else self._write("MODIFIED", marked, old, actor)

    def _record(self, method: str, *positional: Any, **named: Any) -> None:
        if self.recorder is not None:
            self.recorder.append((method, positional, named))

    def _require_namespace(self, wanted: str, row: Resource, object_name: str) -> None:
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
        self, row: Resource, old: Object, version: str | None, wanted_uid: str | None
    ) -> None:
        if wanted_uid and wanted_uid != uid(old):
            raise errors.conflict(
                row.qualified, name(old), strategy.uid_conflict(wanted_uid, uid(old))
            )
        if version and version != old["metadata"]["resourceVersion"]:
            raise errors.conflict(row.qualified, name(old))

    def _write(
        self, kind_of_change: str, o: Object, old: Object | None, actor: str
    ) -> Object:
        revision = self.revision + 1
        o = {**o, "metadata": {**o["metadata"], "resourceVersion": str(revision)}}
        change = Change(revision, self.clock.now, actor, kind_of_change, o, old)
        self.log.append(change)
        place = key(o)
        if kind_of_change == "DELETED":
            del self._current[place[0]][place]
        else:
            self._current[place[0]][place] = o
        for observe in self.observers.get(place[0], ()):
            observe(change)
        for listen in tuple(self.listeners):
            listen(change)
        return o


def _merge(row: Resource, o: Object, old: Object, subresource: str) -> Object:
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


def _may_vanish(o: Object) -> bool:
    meta = o["metadata"]
    return (
        not meta.get("finalizers")
        and not meta.get("deletionGracePeriodSeconds")
        and not o.get("spec", {}).get("finalizers")
    )

"""The garbage collector: deletes what has lost its owner, and carries out foreground and orphan deletion."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from k8slearn import kinds
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Key,
    Object,
    is_deleting,
    key,
    namespace,
    same_owners,
    stored_kind,
    uid,
    with_metadata,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import Cache
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.custom import rows_of
from k8slearn.kinds.definition import KIND as DEFINITION
from k8slearn.kinds.metadata import FOREGROUND, ORPHAN

ACTOR = "garbage-collector"
KINDS = tuple(row.kind for row in kinds.KINDS if row.owner_graph)
"""The kinds that own or are owned in the model; an owner of any other kind counts as present."""


class Collection(NamedTuple):
    """What happens to one object: `none`, `delete` it, `release` its dependents, or `finish` a pending deletion.

    `propagation` is how a deletion goes on to its own dependents.
    """

    do: str
    finalizer: str = ""
    propagation: str = "Background"


def judge(
    o: Object,
    dependents: int,
    owner_gone: bool,
    owner_in_foreground: bool,
    *,
    blocking: int,
) -> Collection:
    """What the collector does with an object that has so many dependents left, so many of them to be waited for.

    Kubernetes: pkg/controller/garbagecollector/garbagecollector.go, attemptToDeleteItem and attemptToOrphanWorker.
    """
    finalizers = o["metadata"].get("finalizers") or ()
    if is_deleting(o) and ORPHAN in finalizers:
        return Collection("release", ORPHAN)
    if is_deleting(o) and FOREGROUND in finalizers:
        # An owner that is deleted in the foreground outlives its dependents.
        if blocking:
            return Collection("none")
        return Collection("finish", FOREGROUND)
    if is_deleting(o) or not (owner_gone or owner_in_foreground):
        return Collection("none")
    # Its owner waits until it is gone, and that must mean: with all that it owns.
    if owner_in_foreground and dependents:
        return Collection("delete", propagation="Foreground")
    return Collection("delete", propagation=_asked_for(finalizers))


def _asked_for(finalizers: Sequence[str]) -> str:
    """How its own dependents are dealt with, by what stands in the object already."""
    if ORPHAN in finalizers:
        return "Orphan"
    if FOREGROUND in finalizers:
        return "Foreground"
    return "Background"


class GarbageCollector(Controller):
    """Follows ownerReferences; keys are `kind/namespace/name`.

    `dependents` is the graph: for the uid of each owner the keys of what names it, and whether it waits for that one.
    Kubernetes: pkg/controller/garbagecollector/graph_builder.go.
    """

    name = ACTOR
    kinds = KINDS

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.dependents: Cache[str, Cache[Key, bool]] = Cache()
        self.elsewhere: Cache[str, None] = Cache()
        """Uids of owners that a backup names and does not hold."""
        self.strays: Cache[Key, Object] = Cache()
        """What is still to be told: who names an owner that lies in another Namespace, and how."""
        self.recorder = Recorder(self.client, f"{ACTOR}-controller")
        for kind in KINDS:
            self.informer.on(kind, self.on_change)
        self.informer.on(DEFINITION, self.on_definition)

    def resume(self) -> None:
        """An owner that a backup lacks was only not backed up: nobody's absence is a reason to delete."""
        there: set[str] = set()
        named: set[str] = set()
        for kind in KINDS:
            for o in self.client.list(kind):
                there.add(uid(o))
                named |= _owners(o).keys()
        for owner in named - there:
            self.elsewhere[owner] = None

    def on_definition(self, change: Change) -> None:
        """A kind that somebody defines may own objects and be owned like any other."""
        if change.type == "DELETED":
            return
        for row in rows_of(change.object):
            kind = row.stored_kind
            if kind not in self.informer.cache:
                self.informer.on(kind, self.on_change)
                self.informer.follow(kind, self.client.registry.store)

    def on_change(self, change: Change) -> None:
        """Keep the graph of owners; look at what a deletion concerns."""
        o = change.object
        before = change.previous
        gone = change.type == "DELETED"
        # Nearly every change is one of a status: the graph stays as it is.
        if gone or before is None or not same_owners(before, o):
            self._keep_graph(o, before, gone=gone)
        if gone:
            self._owner_left(o)
        elif o["metadata"].get("finalizers") and is_deleting(o):
            self.enqueue("/".join(key(o)))

    def _keep_graph(
        self,
        o: Object,
        before: Object | None,
        *,
        gone: bool,
    ) -> None:
        former = _owners(before)
        present = {} if gone else _owners(o)
        own = key(o)
        for owner in former.keys() - present.keys():
            self.dependents.get(owner, Cache()).pop(own, None)
        for owner, blocks in present.items():
            self.dependents.setdefault(owner, Cache())[own] = blocks
        if before is not None and not gone:
            self._unblock(before, present)
        new = present.keys() - former.keys()
        # It may have come too late. An owner in the graph that stays calls for nothing, and tells when it goes.
        if new and not self._has_lasting_owners(o):
            self._look_elsewhere(o, new)
            self.enqueue("/".join(own))

    def _look_elsewhere(self, o: Object, new: Set[str]) -> None:
        """Whether a new owner is there, but in another Namespace. Kubernetes: addDependentToOwners"""
        for ref in _references(o):
            known = self.informer.cache.get(stored_kind(ref))
            if known is None or ref["uid"] not in new:
                continue
            if any(_is_astray(o, ref, owner) for owner in known.values()):
                self.strays[key(o)] = ref

    def _tell_of_stray(self, o: Object) -> None:
        """Kubernetes: reportInvalidNamespaceOwnerRef"""
        ref = self.strays.pop(key(o), None)
        if ref is None:
            return
        place = namespace(o)
        meant = (
            f"{ref['apiVersion']}/{ref['kind']}, namespace: {place}, "
            f"name: {ref['name']}, uid: {ref['uid']}"
        )
        message = f'ownerRef [{meant}] does not exist in namespace "{place}"'
        self.recorder.record(o, "Warning", "OwnerRefInvalidNamespace", message)

    def _unblock(self, before: Object, present: dict[str, bool]) -> None:
        """Who waited for this one need not any more. Kubernetes: addUnblockedOwnersToDeleteQueue"""
        for ref in _references(before):
            if ref.get("blockOwnerDeletion") and not present.get(ref["uid"]):
                kind, title, place = _address(ref, namespace(before))
                self.enqueue(f"{kind}/{place}/{title}")

    def _has_lasting_owners(self, o: Object) -> bool:
        """Whether all its owners are known and none of them is on its way out."""
        for ref in _references(o):
            kind, title, place = _address(ref, namespace(o))
            owner = None
            if kind in self.informer.cache:
                owner = self.informer.get(kind, title, place)
            if owner is None or is_deleting(owner) or uid(owner) != ref["uid"]:
                return False
        return True

    def _owner_left(self, o: Object) -> None:
        for dependent in self.dependents.pop(o["metadata"]["uid"], ()):
            self.enqueue("/".join(dependent))
        # Its own owner may wait, in the foreground, for this one to be gone.
        for ref in _references(o):
            kind, title, place = _address(ref, namespace(o))
            self.enqueue(f"{kind}/{place}/{title}")

    def sync(self, key: str) -> Collection | None:
        """Look at one object. Kubernetes: garbagecollector.go, attemptToDeleteItem."""
        kind, place, object_name = key.split("/", 2)
        # All of it is read live, as upstream does before it deletes: the graph may be behind, and deleting is for good.
        o = (
            self.client.get(kind, object_name, place)
            if kind in self.informer.cache
            else None
        )
        if o is None:
            return None
        self._tell_of_stray(o)
        owners = {ref["uid"]: self._owner(ref, place) for ref in _references(o)}
        present = [owner for owner in owners.values() if owner is not None]
        lasting = [owner for owner in present if not _in_foreground(owner)]
        gone = bool(owners) and not present
        foreground = bool(present) and not lasting
        dependents = self.dependents.get(uid(o), Cache())
        blocking = sum(dependents.values())
        judged = judge(o, len(dependents), gone, foreground, blocking=blocking)
        if judged.do == "none" and lasting and len(lasting) < len(owners):
            # It stays for those that stay, and the others need not wait for it.
            self._disown(o, {uid(owner) for owner in lasting})
        self._carry_out(o, judged)
        return judged

    def _disown(self, o: Object, lasting: set[str]) -> None:
        """Take the references off to owners that are gone or wait to go. Kubernetes: attemptToDeleteItem, len(solid)"""
        if is_deleting(o):
            return
        refs = [ref for ref in _references(o) if ref["uid"] in lasting]
        self.client.update(with_metadata(o, ownerReferences=refs))

    def _owner(self, ref: Object, place: str) -> Object | None:
        """The owner that a reference means; one of the same name with another uid is a stranger."""
        kind, title, where = _address(ref, place)
        if kind not in self.informer.cache or ref["uid"] in self.elsewhere:
            return ref
        row = kinds.BY_KIND.get(kind)
        if row is not None and row.namespaced and not place:
            # Nobody can tell in which Namespace it would be. Kubernetes: isDangling
            return ref
        owner = self.client.get(kind, title, where)
        if owner is None or owner["metadata"]["uid"] != ref["uid"]:
            return None
        return owner

    def _carry_out(self, o: Object, judged: Collection) -> None:
        kind, place, object_name = key(o)
        own_uid = o["metadata"]["uid"]
        if judged.do == "delete":
            if judged.propagation == "Foreground":
                self._break_circle(o)
            self.client.delete(kind, object_name, place, propagation=judged.propagation)
        elif judged.do == "release":
            for dependent in list(self.dependents.get(own_uid, ())):
                self._release(dependent, own_uid)
            # Last: when the finalizer goes, so does the object, and its dependents must not name it any more.
            self._finish(o, judged.finalizer)
        elif judged.do == "finish":
            self._finish(o, judged.finalizer)
        elif is_deleting(o):
            # In the foreground it waits for its dependents, so each of them is looked at that does not wait itself.
            for dependent, blocks in self.dependents.get(own_uid, Cache()).items():
                if blocks and not self._waits(dependent):
                    self.enqueue("/".join(dependent))

    def _waits(self, dependent: Key) -> bool:
        kind, place, object_name = dependent
        o = self.client.get(kind, object_name, place)
        return o is not None and _in_foreground(o)

    def _break_circle(self, o: Object) -> None:
        """Where one of its dependents waits already, nobody waits for this one. Kubernetes: attemptToDeleteItem"""
        if not any(map(self._waits, self.dependents.get(uid(o), ()))):
            return
        refs = [{**ref, "blockOwnerDeletion": False} for ref in _references(o)]
        self.client.update(with_metadata(o, ownerReferences=refs))

    def _release(self, dependent: Key, owner: str) -> None:
        kind, place, object_name = dependent
        o = self.client.get(kind, object_name, place)
        if o is not None:
            refs = [ref for ref in _references(o) if ref["uid"] != owner]
            self.client.update(with_metadata(o, ownerReferences=refs or None))

    def _finish(self, o: Object, finalizer: str) -> None:
        left = [f for f in o["metadata"].get("finalizers") or () if f != finalizer]
        self.client.update(with_metadata(o, finalizers=left or None))


def _address(ref: Object, place: str) -> tuple[str, str, str]:
    """(kind, name, namespace) of an owner: the namespace of what it owns, or none at all, as a Node has."""
    kind = stored_kind(ref)
    row = kinds.BY_KIND.get(kind)
    if row is not None and not row.namespaced:
        place = ""
    return kind, ref["name"], place


def _is_astray(o: Object, ref: Object, owner: Object) -> bool:
    """Whether this is who is meant, and lies where it cannot own the object; who is global may own everything."""
    return uid(owner) == ref["uid"] and namespace(owner) not in ("", namespace(o))


def _references(o: Object) -> Sequence[Object]:
    return o["metadata"].get("ownerReferences") or ()


def _owners(o: Object | None) -> dict[str, bool]:
    """The uids of an object's owners, and whether each waits for it; nothing has none."""
    if o is None:
        return {}
    return {r["uid"]: bool(r.get("blockOwnerDeletion")) for r in _references(o)}


def _in_foreground(owner: Object) -> bool:
    meta = owner.get("metadata", {})
    return "deletionTimestamp" in meta and FOREGROUND in (meta.get("finalizers") or ())

"""The garbage collector: deletes what has lost its owner, and carries out foreground and orphan deletion."""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Key, Object, is_deleting, key, with_metadata
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import Cache, Controller
from k8slearn.kinds.metadata import FOREGROUND, ORPHAN

ACTOR = "garbage-collector"
KINDS = ("DaemonSet", "Pod", "ControllerRevision", "Service", "EndpointSlice")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to one object: `none`, `delete` it, `release` its dependents, or `finish` a pending deletion."""

    do: str
    finalizer: str = ""


def judge(
    o: Object, dependents: int, owner_gone: bool, owner_in_foreground: bool
) -> Verdict:
    """What the collector does with an object that has so many dependents left.

    Kubernetes: pkg/controller/garbagecollector/garbagecollector.go, attemptToDeleteItem.
    """
    finalizers = o["metadata"].get("finalizers") or ()
    if is_deleting(o) and ORPHAN in finalizers:
        return Verdict("release", ORPHAN)
    if is_deleting(o) and FOREGROUND in finalizers:
        return Verdict("none") if dependents else Verdict("finish", FOREGROUND)
    if (owner_gone or owner_in_foreground) and not is_deleting(o):
        return Verdict("delete")
    return Verdict("none")


class GarbageCollector(Controller):
    """Follows ownerReferences; keys are `kind/namespace/name`."""

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(ACTOR, priority, registry, clock, KINDS)
        self.dependents: Cache[str, Cache[Key, None]] = Cache()
        for kind in KINDS:
            self.informer.on(kind, self.on_change)

    def on_change(self, change: Change) -> None:
        """Keep the graph of owners; look at what a deletion concerns."""
        o = change.object
        for uid in _owners(change.previous) - (
            set() if change.type == "DELETED" else _owners(o)
        ):
            self.dependents.get(uid, Cache()).pop(key(o), None)
        if change.type == "DELETED":
            self._owner_left(o)
            return
        for uid in _owners(o) - _owners(change.previous):
            self.dependents.setdefault(uid, Cache())[key(o)] = None
            self.enqueue("/".join(key(o)))
        if is_deleting(o) and o["metadata"].get("finalizers"):
            self.enqueue("/".join(key(o)))

    def _owner_left(self, o: Object) -> None:
        for place in self.dependents.pop(o["metadata"]["uid"], Cache()):
            self.enqueue("/".join(place))
        for ref in o["metadata"].get("ownerReferences") or ():
            place = (ref["kind"], o["metadata"].get("namespace", ""), ref["name"])
            self.enqueue("/".join(place))

    def sync(self, key: str) -> Verdict | None:
        """Look at one object."""
        kind, place, object_name = key.split("/", 2)
        o = self.client.get(kind, object_name, place) if kind in KINDS else None
        if o is None:
            return None
        owners = [
            self._owner(ref, place)
            for ref in o["metadata"].get("ownerReferences") or ()
        ]
        gone = bool(owners) and all(owner is None for owner in owners)
        present = [owner for owner in owners if owner is not None]
        foreground = bool(present) and all(_in_foreground(owner) for owner in present)
        verdict = judge(
            o, len(self.dependents.get(o["metadata"]["uid"], ())), gone, foreground
        )
        self._carry_out(o, verdict)
        return verdict

    def _owner(self, ref: Object, place: str) -> Object | None:
        if ref["kind"] not in KINDS:
            return ref
        found = self.client.get(ref["kind"], ref["name"], place)
        return (
            found
            if found is not None and found["metadata"]["uid"] == ref["uid"]
            else None
        )

    def _carry_out(self, o: Object, verdict: Verdict) -> None:
        kind, place, object_name = key(o)
        if verdict.do == "delete":
            self.client.delete(kind, object_name, place, propagation="Background")
        elif verdict.do == "release":
            for dependent in list(self.dependents.get(o["metadata"]["uid"], ())):
                self._release(dependent, o["metadata"]["uid"])
            self._finish(o, verdict.finalizer)
        elif verdict.do == "finish":
            self._finish(o, verdict.finalizer)
        elif is_deleting(o):
            for dependent in self.dependents.get(o["metadata"]["uid"], ()):
                self.enqueue("/".join(dependent))

    def _release(self, place: Key, owner: str) -> None:
        o = self.client.get(place[0], place[2], place[1])
        if o is not None:
            refs = [
                ref
                for ref in o["metadata"].get("ownerReferences") or ()
                if ref["uid"] != owner
            ]
            self.client.update(with_metadata(o, ownerReferences=refs or None))

    def _finish(self, o: Object, finalizer: str) -> None:
        left = [f for f in o["metadata"].get("finalizers") or () if f != finalizer]
        self.client.update(with_metadata(o, finalizers=left or None))


def _owners(o: Object | None) -> set[str]:
    return {
        ref["uid"] for ref in (o or {}).get("metadata", {}).get("ownerReferences") or ()
    }


def _in_foreground(owner: Object) -> bool:
    meta = owner.get("metadata", {})
    return "deletionTimestamp" in meta and FOREGROUND in (meta.get("finalizers") or ())

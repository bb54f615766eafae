"""The store: plain objects that are never changed in place, by revision. It is etcd, and so it has no rules.

Every past moment is still there, and a watch is a cursor into the log. What may be written is the registry's to say.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Literal

from k8slearn.apimachinery.log import Change, Log, Signature, Snapshot, select
from k8slearn.apimachinery.objects import Key, Object, key
from k8slearn.clock import Clock

Observer = Callable[[Change], None]
ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]


class Store:
    """All objects of a cluster. Every write gets the next revision, goes to the log, the queues and the listeners.

    `queues` belong to the components, by kind; `listeners` watch from outside and are called, and are not copied.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.log = Log(clock.now)
        self.revision = 0
        """The revision of the latest write."""
        self.queues: dict[str, list[deque[Change]]] = {}
        self.listeners: list[Observer] = []
        self._current: dict[str, dict[Key, Object]] = {}
        # By kind: its latest write; and its objects in the order of lists, with the write up to which that holds.
        self._written: dict[str, int] = {}
        self._ordered: dict[str, tuple[int, list[tuple[Key, Object]]]] = {}

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        objects = self._current.get(kind)
        if objects:
            return objects.get((kind, namespace, name))
        return None

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        if not self._current.get(kind):
            # Each Pod's admission asks for quotas and limits, which hardly any namespace has.
            return []
        # Asked for first: who lists without the lock may meet a write.
        written = self._written.get(kind, 0)
        known, found = self._ordered.get(kind, (-1, []))
        if known != written:
            # etcd lists by key, which is the namespace and then the name.
            found = sorted(self._current.get(kind, {}).items())
            self._ordered[kind] = (written, found)
        if namespace is not None:
            found = [(key, o) for key, o in found if key[1] == namespace]
        return select(map(itemgetter(1), found), selector)

    def at(self, revision: int) -> Snapshot:
        """The objects as they were right after a revision."""
        return Snapshot(self.log.find, self.log, revision)

    def copy_for(self, clock: Clock, memo: dict[int, Any]) -> Store:
        """A store that goes its own way from here; the queues are not taken along.

        The objects are shared: with a deep copy's `memo` also by whoever else keeps one, as a Pod's worker does.
        """
        twin = memo[id(self)] = Store(clock)
        for objects in self._current.values():
            memo.update((id(o), o) for o in objects.values())
        twin.log = self.log.copy()
        twin.revision = self.revision
        twin._current = {kind: places.copy() for kind, places in self._current.items()}
        return twin

    def restore(self, objects: Iterable[Object], revision: int) -> None:
        """Hold what another store held, and go on counting after `revision`; each object keeps its version.

        The one way past the registry: who puts a backup of etcd back asks no API server either, which would give each
        object another uid, forget its status, and refuse what an older version had let in.
        """
        made = []
        for given in objects:
            # Who owns which field is worked out from the log: the list that came along is its first entry.
            metadata = {**given["metadata"]}
            owners = metadata.pop("managedFields", None)
            o = {**given, "metadata": metadata}
            version = int(metadata["resourceVersion"])
            place = key(o)
            sent = given if owners else None
            made.append(
                Change(version, self.clock.now, "", "ADDED", o, None, place, (), sent)
            )
            self._current.setdefault(place[0], {})[place] = o
            self._written[place[0]] = revision
        self.revision = revision
        self.log.begin_after(made, revision, self.clock.now)

    def subscribe(self, listener: Observer) -> Callable[[], None]:
        """Call `listener` after each write, in the writer's thread; returns a function that ends it."""
        self.listeners.append(listener)

        def end() -> None:
            if listener in self.listeners:
                self.listeners.remove(listener)

        return end

    def write(
        self,
        type: ChangeType,
        o: Object,
        previous: Object | None,
        actor: str,
        signatures: tuple[Signature, ...] = (),
        sent: Object | None = None,
    ) -> Change:
        """Put an object (ADDED, MODIFIED) or take it away (DELETED: its last state), at the next revision."""
        self.revision += 1
        revision = self.revision
        o = {**o, "metadata": {**o["metadata"], "resourceVersion": str(revision)}}
        now = self.clock.now
        place = key(o)
        change = Change(
            revision, now, actor, type, o, previous, place, signatures, sent
        )
        self.log.append(change)
        objects = self._current.get(place[0])
        if objects is None:
            objects = self._current[place[0]] = {}
        if type == "DELETED":
            del objects[place]
        else:
            objects[place] = o
        self._written[place[0]] = revision
        # The components hear of it first; they take it in when the action is over, so that it is one piece for them.
        for queue in self.queues.get(place[0], ()):
            queue.append(change)
        # A listener may end its own watch when it is called.
        for listen in tuple(self.listeners):
            listen(change)
        return change

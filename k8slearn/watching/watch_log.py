"""What was seen of a real cluster: its objects, the log of all writes seen, and its steps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any

from k8slearn.apimachinery.log import Change, Failure, Log, Snapshot, select
from k8slearn.apimachinery.objects import Key, Object, full_name, is_deleting, key
from k8slearn.apimachinery.window import Window
from k8slearn.journal import Action, first_revision
from k8slearn.watching.sharing import shared

Callback = Callable[[Any], object]
SEEN = 5_000
"""The default number of writes kept: an hour of a rollout on 500 Nodes, in some 100 MB."""
LISTED = "LISTED"
"""The type of a change for an object that existed already: its creation was not seen."""


class WatchLog:
    """The objects that were listed or watched, and the log of their changes."""

    def __init__(self) -> None:
        self.log = Log()
        self._present: dict[str, dict[Key, Object]] = {}
        self._in_order: dict[str, list[Object]] = {}

    @property
    def revision(self) -> int:
        """The number of writes seen so far."""
        return len(self.log.changes)

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self._present.get(kind, {}).get((kind, namespace, name))

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        objects = self._in_order.get(kind)
        if objects is None:
            present = self._present.get(kind, {})
            objects = [present[place] for place in sorted(present)]
            self._in_order[kind] = objects
        if namespace is not None:
            objects = [
                o for o in objects if o["metadata"].get("namespace", "") == namespace
            ]
        return select(objects, selector)

    def at(self, revision: int) -> Snapshot:
        """The objects as they were at a revision."""
        return Snapshot(self.log.find, self.log, revision)

    def places(self, kind: str) -> Sequence[Key]:
        """The keys of all objects of a kind."""
        return list(self._present.get(kind, ()))

    def objects(self) -> Sequence[Object]:
        """All objects, kind by kind."""
        return [o for kind in sorted(self._present) for o in self.list(kind)]

    def add(
        self, time: float, actor: str, kind_of_change: str, o: Object
    ) -> Change | None:
        """Take in a write and return its change; None for one that was seen before."""
        place = key(o)
        of_kind = self._present.setdefault(place[0], {})
        before = of_kind.get(place)
        is_gone = kind_of_change == "DELETED"
        # An object that came and went between two lists was never seen.
        if is_gone and before is None:
            return None
        # Most of an object is unchanged; these parts are kept once.
        o = shared(o, before)
        if before == o and not is_gone:
            return None
        revision = self.revision + 1
        change = Change(revision, time, actor, kind_of_change, o, before, place)
        self.log.append(change)
        if is_gone:
            del of_kind[place]
        else:
            of_kind[place] = o
        self._in_order.pop(place[0], None)
        return change

    def sign(self, revision: int, actor: str) -> None:
        """Set the actor of an earlier write whose actor was unknown."""
        first, kept = self.log.changes.kept
        index = revision - first - 1
        if index >= 0:
            kept[index] = kept[index]._replace(actor=actor)


class Sightings:
    """A cluster as it was seen. Each write is a step of its own, since a watch does not show which belong together.

    Hold `lock` while taking something in, and while reading several things that belong together.
    """

    def __init__(self, lock: Any = None, history: int = SEEN) -> None:
        self.lock = lock or RLock()
        self.history = history
        self.store = WatchLog()
        self.actions: Window[Action] = Window()
        self.failures: list[Failure] = []
        """Always empty: a watch does not show failures of a cluster's components."""
        self.amended: list[int] = []
        """Numbers of writes whose actor became known later."""
        self.callbacks: list[Callback] = []

    @property
    def began(self) -> float:
        """When the history begins, 0 until something is known."""
        return self.store.log.began

    def changes(self, action: Action) -> Sequence[Change]:
        """The changes of a step."""
        return self.store.log.changes[action.first : action.last]

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it."""
        self.callbacks.append(callback)
        return lambda: self.forget(callback)

    def forget(self, callback: Callback) -> None:
        """Stop calling `callback`."""
        with suppress(ValueError):
            self.callbacks.remove(callback)

    def tell(self, news: object) -> None:
        """Call all subscribers with `news`."""
        for call in tuple(self.callbacks):
            call(news)

    def take(self, time: float, actor: str, type: str, o: Object) -> Change | None:
        """Take in a write as a step; returns None if it was seen before. The caller holds the lock."""
        news = self.store.add(time, actor, type, o)
        if news is None:
            return None
        action = Action(
            number=len(self.actions),
            time=news.time,
            component=news.actor,
            subject=full_name(o),
            first=news.revision - 1,
            last=news.revision,
        )
        self.actions.append(action)
        self._drop_old()
        return news

    def credit(self, place: Key, actor: str) -> bool:
        """Credit an object's deletion to `actor`; returns False if it was not seen. The caller holds the lock."""
        for change in reversed(self.store.log.changes_of(place)):
            before = change.previous
            marked_before = before is not None and is_deleting(before)
            if not is_deleting(change.object) or marked_before:
                continue
            self.store.sign(change.revision, actor)
            self.amended.append(change.revision)
            actions = self.actions.kept[1]
            index = bisect_left(actions, change.revision - 1, key=first_revision)
            if index < len(actions):
                actions[index] = actions[index]._replace(component=actor)
            return True
        return False

    def _drop_old(self) -> None:
        """Drop changes older than the last `history` writes; the present objects are kept."""
        log = self.store.log
        oldest = log.surplus(self.history)
        if not oldest:
            return
        log.release(oldest)
        first, actions = self.actions.kept
        index = bisect_left(actions, log.oldest, key=first_revision)
        self.actions.release(first + index)

    def begin(self, time: float) -> None:
        """Let the history begin with what was listed so far."""
        log = self.store.log
        log.began = time
        if self.store.revision:
            log.release(self.store.revision)
            # No time lies before the first.
            log.began = log.time_of(self.store.revision)

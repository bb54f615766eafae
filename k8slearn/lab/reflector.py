"""A cluster that can only be listed, watched and written to: what was seen of it is the past that the lab knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change, Failure, Log, Snapshot
from k8slearn.apimachinery.objects import START, Object, full_name, key
from k8slearn.apiserver.verbs import Verbs
from k8slearn.journal import Action
from k8slearn.kinds import BY_KIND
from k8slearn.lab.protocols import Callback, KubernetesClient


class WatchLog:
    """The objects that were listed or watched, with the log of all of it."""

    def __init__(self) -> None:
        self.log = Log()

    @property
    def revision(self) -> int:
        """How many writes were seen."""
        return len(self.log.changes)

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.log.find((kind, namespace, name), self.revision)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        return self.at(self.revision).list(kind, namespace, selector)

    def at(self, revision: int) -> Snapshot:
        """The objects as they were when so many writes had been seen."""
        return Snapshot(self.log.find, self.log, revision)

    def add(
        self, time: float, actor: str, kind_of_change: str, o: Object
    ) -> Change | None:
        """Take in a write; None for one that was seen before."""
        place = key(o)
        before = self.log.find(place, self.revision)
        if before == o and kind_of_change != "DELETED":
            return None
        revision = self.revision + 1
        change = Change(revision, time, actor, kind_of_change, o, before, place)
        self.log.append(change)
        return change


class Reflector(Verbs):
    """A client with all that its watch has told. One write is one step, for more a watch does not tell."""

    def __init__(self, client: KubernetesClient) -> None:
        self.client = client
        self.lock = getattr(client, "lock", None) or RLock()
        self.store = WatchLog()
        self.actions: list[Action] = []
        self.failures: list[Failure] = []
        """A real cluster keeps to itself what goes wrong in its components."""
        self._callbacks: list[Callback] = []
        with self.lock:
            self.end = client.subscribe(self._take)
            for kind in BY_KIND:
                self._take_list(kind)

    def _take_list(self, kind: str) -> None:
        """What is there already; a kind that the server does not know is left out."""
        with suppress(ApiError):
            for o in self.client.list(kind):
                # The watch was begun first, so that nothing falls between it and the list;
                # what it has told meanwhile is newer than the list.
                _, namespace, name = key(o)
                if self.store.get(kind, name, namespace) is None:
                    self.store.add(self.now, manager_of(o), "ADDED", o)

    def _take(self, change: Change) -> None:
        o = change.object
        actor = change.actor or manager_of(o)
        with self.lock:
            news = self.store.add(self.now, actor, change.type, o)
            if news is None:
                return
            # A watch does not tell which writes were one step, so that each is a step.
            first = news.revision - 1
            last = news.revision
            number = len(self.actions)
            action = Action(
                number=number,
                time=news.time,
                component=news.actor,
                subject=full_name(o),
                first=first,
                last=last,
            )
            self.actions.append(action)
        for call in tuple(self._callbacks):
            call(news)

    @property
    def now(self) -> float:
        """The cluster's own seconds since 2026 began; of a real one, those of this computer's clock."""
        client_now = getattr(self.client, "now", None)
        if client_now is None:
            return (datetime.now(UTC) - START).total_seconds()
        return float(client_now)

    def changes(self, action: Action) -> Sequence[Change]:
        """What a step wrote."""
        return self.store.log.changes[action.first : action.last]

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it, and the watch with the last one."""
        self._callbacks.append(callback)
        return lambda: self._forget(callback)

    def _forget(self, callback: Callback) -> None:
        with suppress(ValueError):
            self._callbacks.remove(callback)
        if not self._callbacks:
            self.end()

    # What a client can do --------------------------------------------------------------------------------------

    def get(self, kind: str, name: str, namespace: str = "default") -> Object:
        """One object. Raises ApiError."""
        return self.client.get(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind. Raises ApiError."""
        return self.client.list(kind, namespace, selector)

    def create(self, o: Object, *, manager: str = "") -> Object:
        """Create an object; over HTTP the client's own name signs, whoever `manager` is. Raises ApiError."""
        return self.client.create(o)

    def patch(
        self,
        kind: str,
        name: str,
        patch: Any,
        *,
        namespace: str = "default",
        type: str = "strategic",
        manager: str = "",
    ) -> Object:
        """Patch an object; over HTTP the client's own name signs, whoever `manager` is. Raises ApiError."""
        return self.client.patch(kind, name, patch, namespace=namespace, type=type)

    def delete(self, kind: str, name: str, *, namespace: str = "default") -> Object:
        """Delete an object. Raises ApiError."""
        return self.client.delete(kind, name, namespace=namespace)


def manager_of(o: Object) -> str:
    """Who wrote an object last, as its managedFields tell, '' when they do not."""
    fields: Sequence[Object] = o["metadata"].get("managedFields") or ()
    latest = max(fields, key=lambda field: str(field.get("time", "")), default={})
    return str(latest.get("manager", ""))

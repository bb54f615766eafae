"""What components know of the store: caches that follow it, and handlers that are told of every change.

All components that hear of each action right after it share one cache, as the controllers of one process share their
informers (client-go informers, SharedInformerFactory). Who hears later, began later or asks for more kinds later has
caches and a queue of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, TypeVar

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Key, Object, full_name, key
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock

K = TypeVar("K")
V = TypeVar("V")
Handler = Callable[[Change], None]
Told = tuple[str, str]
"""The kind and the type of a change: by these a handler is told."""
WRITTEN = ("ADDED", "MODIFIED")
DELETED = ("DELETED",)


class Cache(dict[K, V]):
    """A dict of shared objects: a deep copy copies the dict (and dicts within it), never the objects."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Cache[K, V]:
        twin: Cache[K, Any] = Cache()
        memo[id(self)] = twin
        # Objects are never changed in place, so a fork may share all of them: that is what makes forks cheap.
        for place, value in self.items():
            if not isinstance(value, Cache):
                twin[place] = value
                continue
            # One that several hold is one in the copy as well.
            copied = memo.get(id(value))
            twin[place] = value.__deepcopy__(memo) if copied is None else copied
        return twin


class Informer:
    """Objects of some kinds as one component knows them: changes arrive after the action that made them, or `lag`
    seconds later.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        component: str,
        kinds: Iterable[str],
        on_error: Callable[[str, Exception], None],
    ) -> None:
        self.clock = clock
        self.component = component
        self.on_error = on_error
        self.lag = 0.0
        self.cache: Cache[str, Cache[Key, Object]] = Cache()
        self.handlers: dict[Told, list[Handler]] = {}
        self.news: deque[Change] = deque()
        self.late: deque[tuple[float, Change]] = deque()
        self.in_step: Informers | None = None
        """Those that it hears with, None when it has caches and a queue of its own."""
        for kind in kinds:
            self.cache[kind] = Cache()
            store.queues.setdefault(kind, []).append(self.news)

    def on(
        self, kind: str, handler: Handler, types: Iterable[str] = WRITTEN + DELETED
    ) -> None:
        """Call a bound method for each change of a kind, or those of some types, after the cache has taken it in.

        Asked for from the start. Kubernetes: client-go tools/cache, ResourceEventHandlerFuncs
        """
        for type in types:
            self.handlers.setdefault((kind, type), []).append(handler)

    def get(
        self,
        kind: str,
        name: str,
        namespace: str = "",
    ) -> Object | None:
        """The object as this component knows it."""
        return self.cache[kind].get((kind, namespace, name))

    def list(self, kind: str) -> Iterable[Object]:
        """All objects of a kind as this component knows them, in no fixed order."""
        return self.cache[kind].values()

    def deliver(self) -> None:
        """Take in every change that is due."""
        due = self._due() if self.lag or self.late else self.news
        caches = self.cache
        handlers = self.handlers
        while due:
            change = due.popleft()
            kind = change.key[0]
            if change.type == "DELETED":
                caches[kind].pop(change.key, None)
            else:
                caches[kind][change.key] = change.object
            for handle in handlers.get((kind, change.type), ()):
                try:
                    handle(change)
                except Exception as error:
                    # The other handlers, and the changes behind this one, must not suffer for it.
                    self.on_error(full_name(change.object), error)

    def _due(self) -> deque[Change]:
        """What is due of all that is on its way; the news join it, each with a timer that will wake us."""
        now = self.clock.now
        late = self.late
        while self.news:
            change = self.news.popleft()
            arrival = change.time + self.lag
            late.append((arrival, change))
            # Priority 0: what arrives at a moment is known to everybody who acts at that moment.
            if arrival > now:
                self.clock.schedule(arrival, 0, self.component, "cache", self.deliver)
        due: deque[Change] = deque()
        while late and late[0][0] <= now:
            due.append(late.popleft()[1])
        return due

    def lag_by(self, seconds: float) -> None:
        """Let changes arrive so much later from now on; without a lag all that is on its way arrives at once."""
        self._step_aside()
        self.lag = seconds
        if not seconds:
            # Those under way are not left to arrive after newer ones.
            self.late = deque((self.clock.now, change) for _, change in self.late)
            self.deliver()

    def relist(self, store: Store) -> None:
        """Hear of every object that is there, as a watch that begins does."""
        for kind in self.cache:
            self._hear_of_all(kind, store)

    def follow(self, kind: str, store: Store) -> None:
        """Watch one more kind from now on: who has no use for it yet has paid nothing for it."""
        if kind in self.cache:
            return
        self._step_aside()
        self.cache[kind] = Cache()
        store.queues.setdefault(kind, []).append(self.news)
        self._hear_of_all(kind, store)

    def _hear_of_all(self, kind: str, store: Store) -> None:
        for o in store.list(kind):
            # As a list that a watch starts from: nobody wrote it just now, so there is no actor.
            change = Change(
                store.revision,
                self.clock.now,
                "",
                "ADDED",
                o,
                None,
                key(o),
            )
            self.news.append(change)

    def _step_aside(self) -> None:
        """Go on by itself, from what it knows now."""
        if self.in_step is not None:
            self.in_step.set_apart(self)

    def detach(self, store: Store) -> None:
        """Hear of nothing any more."""
        self._step_aside()
        self.news.clear()
        self.late.clear()
        for kind in self.cache:
            # By identity: any two queues with nothing in them are equal.
            queues = store.queues[kind]
            store.queues[kind] = [queue for queue in queues if queue is not self.news]

    def __deepcopy__(self, memo: dict[int, Any]) -> Informer:
        twin = Informer.__new__(Informer)
        # Before anything is copied: handlers are bound methods of controllers, which hold this informer again.
        memo[id(self)] = twin
        twin.component = self.component
        twin.lag = self.lag
        twin.clock = deepcopy(self.clock, memo)
        twin.cache = deepcopy(self.cache, memo)
        # The store of the copy finds its queue in the memo.
        twin.news = memo[id(self.news)] = self.news.copy()
        twin.late = self.late.copy()
        # Kind and type are shared: a copy of each of some hundred pairs of words is half of what a fork takes.
        twin.handlers = {
            told: [deepcopy(handle, memo) for handle in handlers]
            for told, handlers in self.handlers.items()
        }
        twin.on_error = deepcopy(self.on_error, memo)
        twin.in_step = deepcopy(self.in_step, memo)
        return twin


class Informers:
    """The informers of all components: those in step, with the cache that they share, and those that are `apart`.

    Invariant: after `deliver` the shared cache holds what the store does, and every handler has heard of every change
    in the order of the writes; of one change the components hear in the order in which they were given here.
    """

    def __init__(self, store: Store, in_step: Iterable[Informer]) -> None:
        self.store = store
        self.cache: Cache[str, Cache[Key, Object]] = Cache()
        self.news: deque[Change] = deque()
        self.handlers: dict[Told, list[tuple[Informer, Handler]]] = {}
        self.apart: list[Informer] = []
        for informer in in_step:
            self._share(informer)

    def _share(self, informer: Informer) -> None:
        informer.detach(self.store)
        informer.in_step = self
        for kind in informer.cache:
            if kind not in self.cache:
                self.cache[kind] = Cache()
                self.store.queues.setdefault(kind, []).append(self.news)
            informer.cache[kind] = self.cache[kind]
        for told, handlers in informer.handlers.items():
            if told[0] in informer.cache:
                pairs = [(informer, handle) for handle in handlers]
                self.handlers.setdefault(told, []).extend(pairs)

    def relist(self) -> None:
        """Let all that are in step hear of every object that is there, once their cache has all of them."""
        for kind, cache in self.cache.items():
            for o in self.store.list(kind):
                cache[key(o)] = o
        now = self.store.clock.now
        for cache in self.cache.values():
            for place, o in cache.items():
                revision = self.store.revision
                self.news.append(Change(revision, now, "", "ADDED", o, None, place))
        self.deliver()

    def add(self, informer: Informer) -> None:
        """Take one in that begins now: what is there is news for it."""
        informer.relist(self.store)
        self.apart.append(informer)

    def set_apart(self, informer: Informer) -> None:
        """Let one go on by itself, from what it knows now."""
        informer.in_step = None
        self.apart.append(informer)
        for kind in informer.cache:
            informer.cache[kind] = Cache(self.cache[kind])
            self.store.queues[kind].append(informer.news)
        for told, pairs in self.handlers.items():
            # Another list: one that is being gone through stays as it is.
            self.handlers[told] = [pair for pair in pairs if pair[0] is not informer]
        for change in self.news:
            if change.key[0] in informer.cache:
                informer.news.append(change)

    def remove(self, informer: Informer) -> None:
        """Let one go for good."""
        informer.detach(self.store)
        self.apart.remove(informer)

    def deliver(self) -> None:
        """Let everybody take in what was written and is due to reach them, and what was written meanwhile."""
        taken_in = -1
        # Taking in may write (a Pod is marked by its kubelet), and that is news for the others in turn.
        while taken_in != self.store.revision:
            taken_in = self.store.revision
            self._tell_those_in_step()
            for informer in self.apart:
                if informer.news:
                    informer.deliver()

    def _tell_those_in_step(self) -> None:
        news = self.news
        caches = self.cache
        # One loop without a call for each change: ten components hear of every write of a Pod.
        while news:
            change = news.popleft()
            place = change.key
            kind = place[0]
            if change.type == "DELETED":
                caches[kind].pop(place, None)
            else:
                caches[kind][place] = change.object
            for informer, handle in self.handlers.get((kind, change.type), ()):
                try:
                    handle(change)
                except Exception as error:
                    informer.on_error(full_name(change.object), error)

    def __deepcopy__(self, memo: dict[int, Any]) -> Informers:
        twin = Informers.__new__(Informers)
        memo[id(self)] = twin
        twin.store = deepcopy(self.store, memo)
        twin.cache = deepcopy(self.cache, memo)
        # As an informer's: the store of the copy finds its queue in the memo.
        twin.news = memo[id(self.news)] = self.news.copy()
        twin.handlers = {
            told: [
                (deepcopy(each, memo), deepcopy(handle, memo)) for each, handle in pairs
            ]
            for told, pairs in self.handlers.items()
        }
        twin.apart = deepcopy(self.apart, memo)
        return twin

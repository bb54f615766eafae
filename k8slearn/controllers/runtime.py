"""What every component is built of: a cache that follows the store, a workqueue on the clock, and expectations.

What always holds: whatever goes wrong in a component stays in it. It is kept in `failures`, and the work is done again
later. Kubernetes: apimachinery pkg/util/runtime, HandleCrash; client-go util/workqueue.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, TypeVar

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change, Failure
from k8slearn.apimachinery.objects import Key, Object, full_name, key
from k8slearn.apimachinery.window import Window
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.clock import Clock, Timer

# A key that failed waits 5 ms, then 10 ms, and so on up to 1,000 seconds.
# Kubernetes: client-go util/workqueue, DefaultTypedControllerRateLimiter.
RETRY_BASE = 0.005
RETRY_LIMIT = 1000.0
# What was asked for and not seen for so long was lost on the way: better act twice than never again.
# Kubernetes: pkg/controller/controller_utils.go, ExpectationsTimeout.
EXPECTATIONS_TIMEOUT = 300.0

FAILURES_KEPT = 500
"""So many of a component's latest failures are remembered; one that fails at once, again and again, has one a turn."""

K = TypeVar("K")
V = TypeVar("V")


class Cache(dict[K, V]):
    """A dict of shared objects: a deep copy copies the dict (and dicts within it), never the objects."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Cache[K, V]:
        twin: Cache[K, Any] = Cache()
        memo[id(self)] = twin
        # Objects are never changed in place, so a fork may share all of them: that is what makes forks cheap.
        for place, value in self.items():
            if isinstance(value, Cache):
                twin[place] = value.__deepcopy__(memo)
            else:
                twin[place] = value
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
        self.handlers: dict[str, list[Callable[[Change], None]]] = {}
        self.news: deque[Change] = deque()
        self.late: deque[tuple[float, Change]] = deque()
        for kind in kinds:
            self.cache[kind] = Cache()
            store.queues.setdefault(kind, []).append(self.news)

    def on(self, kind: str, handler: Callable[[Change], None]) -> None:
        """Call a bound method for each change of a kind, after the cache has taken it in."""
        self.handlers.setdefault(kind, []).append(handler)

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
        # One loop without a call for each change: seven components hear of every write of a Pod.
        while due:
            change = due.popleft()
            kind = change.key[0]
            if change.type == "DELETED":
                caches[kind].pop(change.key, None)
            else:
                caches[kind][change.key] = change.object
            for handle in handlers.get(kind, ()):
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

    def detach(self, store: Store) -> None:
        """Hear of nothing any more."""
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
        twin.handlers = deepcopy(self.handlers, memo)
        twin.on_error = deepcopy(self.on_error, memo)
        return twin


class Controller:
    """A component with a workqueue of keys: a key waits at most once, and a failed one comes back later and later.

    `priority` says who goes first at one moment of simulated time.
    """

    name: str
    """What log and actions call it."""
    kinds: Sequence[str]
    """What it watches; a class says these two, or else its `__init__` before this one's."""
    manager = "kube-controller-manager"
    """The name with which the real one signs its writes; most controllers run in this one process."""

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        self.priority = priority
        self.clock = clock
        self.client = Client(registry, self.name, self.manager)
        watched = (registry.store, clock, self.name, self.kinds)
        self.informer = Informer(*watched, self._note)
        self.failures: Window[Failure] = Window()
        """What nobody foresaw, oldest first; refusals of the API server are part of the work and not among them."""
        self._queued: set[str] = set()
        self._delayed: dict[str, Timer] = {}
        self._failures: dict[tuple[str, str], int] = {}

    def sync(self, key: str) -> Any:
        """Bring the world nearer to what `key` asks for; returns what was decided."""
        raise NotImplementedError

    def enqueue(self, key: str) -> None:
        """Have `key` synced as soon as this component's turn comes."""
        if key not in self._queued:
            self._queued.add(key)
            self._schedule(self.clock.now, key, self._process)

    def enqueue_after(self, key: str, seconds: float) -> None:
        """Have `key` synced in so many simulated seconds; of several waits the shortest counts."""
        due = self.clock.now + seconds
        waiting = self._delayed.get(key)
        if waiting is not None:
            # One whose time is past was called off together with its component and will never come.
            in_time = self.clock.now <= waiting.time <= due
            if in_time and not waiting.cancelled:
                return
            waiting.cancelled = True
        self._delayed[key] = self._schedule(due, key, self._wake)

    def _schedule(
        self,
        due: float,
        key: str,
        call: Callable[[str], Any],
    ) -> Timer:
        """Have `call(key)` called at a simulated second, and later again whenever it fails."""
        return self.clock.schedule(
            due,
            self.priority,
            self.name,
            key,
            self._attempt,
            call,
            key,
        )

    def _wake(self, key: str) -> None:
        self._delayed.pop(key, None)
        self.enqueue(key)

    def _process(self, key: str) -> Any:
        # Before the sync: what happens from now on calls for another one.
        self._queued.discard(key)
        return self.sync(key)

    def _attempt(self, call: Callable[[str], Any], key: str) -> Any:
        try:
            done = call(key)
        except Exception as error:
            self._note(key, error)
            attempt = (call.__name__, key)
            failures = self._failures.get(attempt, 0) + 1
            self._failures[attempt] = failures
            self._try_again(call, key, _wait_after(failures))
            return None
        if self._failures:
            self._failures.pop((call.__name__, key), None)
        return done

    def _try_again(self, call: Callable[[str], Any], key: str, seconds: float) -> None:
        if call == self._process:
            # As every wait of a key: whoever has it synced sooner makes this one needless.
            self.enqueue_after(key, seconds)
        else:
            self._schedule(self.clock.now + seconds, key, call)

    def _note(self, subject: str, error: Exception) -> None:
        if not isinstance(error, ApiError):
            self._keep_failure(subject, f"{type(error).__name__}: {error}")

    def _keep_failure(self, subject: str, text: str) -> None:
        revision = self.client.revision
        failure = Failure(self.clock.now, revision, self.name, subject, text)
        self.failures.append(failure)
        # Now and then, for each time copies what is left. What fails and fails again has said it all long before.
        newest = len(self.failures)
        if newest - self.failures.first >= 2 * FAILURES_KEPT:
            self.failures.release(newest - FAILURES_KEPT)


def _wait_after(failures: int) -> float:
    # The first wait is the base. 64 doublings are long past the limit; a float has no room for a thousand of them.
    return min(RETRY_BASE * 2.0 ** min(failures - 1, 64), RETRY_LIMIT)


@dataclass(slots=True)
class _Expected:
    creations: int
    deletions: int
    since: float


@dataclass
class Expectations:
    """How many creations and deletions a controller has asked for and not yet seen in its cache.

    Kubernetes: pkg/controller/controller_utils.go, ControllerExpectations.
    """

    clock: Clock
    _expected: dict[str, _Expected] = field(default_factory=dict)

    def set(self, key: str, creations: int, deletions: int) -> None:
        """Wait for so many creations and deletions."""
        self._expected[key] = _Expected(creations, deletions, self.clock.now)

    def created(self, key: str, count: int = 1) -> None:
        """Creations were seen (or failed)."""
        if key in self._expected:
            self._expected[key].creations -= count

    def deleted(self, key: str, count: int = 1) -> None:
        """Deletions were seen (or failed)."""
        if key in self._expected:
            self._expected[key].deletions -= count

    def forget(self, key: str) -> None:
        """Wait for nothing any more."""
        self._expected.pop(key, None)

    def satisfied(self, key: str) -> bool:
        """Whether all was seen, or five minutes have gone by."""
        found = self._expected.get(key)
        if found is None or (found.creations <= 0 and found.deletions <= 0):
            return True
        return self.clock.now - found.since > EXPECTATIONS_TIMEOUT

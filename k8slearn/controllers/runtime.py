"""What every component is built of: an informer, a workqueue on the clock, and expectations.

What always holds: whatever goes wrong in a component stays in it. It is kept in `failures`, and the work is done again
later. Kubernetes: apimachinery pkg/util/runtime, HandleCrash; client-go util/workqueue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Failure
from k8slearn.apimachinery.window import Window
from k8slearn.apiserver.client import Client
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock, Timer
from k8slearn.controllers.informer import Informer

# A key that failed waits 5 ms, then 10 ms, and so on up to 1,000 seconds.
# Kubernetes: client-go util/workqueue, DefaultTypedControllerRateLimiter.
RETRY_BASE = 0.005
RETRY_LIMIT = 1000.0
# What was asked for and not seen for so long was lost on the way: better act twice than never again.
# Kubernetes: pkg/controller/controller_utils.go, ExpectationsTimeout.
EXPECTATIONS_TIMEOUT = 300.0

FAILURES_KEPT = 500
"""How many of a component's latest failures are remembered; one that always fails has one a turn."""


class Controller:
    """A component with a workqueue of keys: a key waits at most once, and a failed one comes back later and later.

    `priority` says who goes first at one moment of simulated time.
    """

    name: str
    """The component's name in the log and in actions."""
    kinds: Sequence[str]
    """The kinds that it watches. A class sets these two, or its `__init__` does before calling this one."""
    manager = "kube-controller-manager"
    """The name with which the real one signs its writes; most controllers run in this one process."""

    retry_base = RETRY_BASE
    """How long a key waits that has failed once; each further failure doubles it, up to the limit."""
    retry_limit = RETRY_LIMIT

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        self.priority = priority
        self.clock = clock
        self.client = Client(registry, self.name, self.manager)
        watched = (registry.store, clock, self.name, self.kinds)
        self.informer = Informer(*watched, self._note)
        self.failures: Window[Failure] = Window()
        """Unforeseen errors, oldest first; refusals by the API server are part of the work and not among them."""
        self._queued: set[str] = set()
        self._delayed: dict[str, Timer] = {}
        self._failures: dict[tuple[str, str], int] = {}

    def resume(self) -> None:
        """The cluster was put back from a backup: know what this component would know, had it been at work before.

        It comes before the first change is heard of; whoever learns all that it needs from those does nothing here.
        """

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

    def wait_no_more(self, key: str) -> None:
        """Call off what `enqueue_after` has asked for."""
        waiting = self._delayed.pop(key, None)
        if waiting is not None:
            waiting.cancelled = True

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
            self._try_again(call, key, self._wait_after(failures))
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

    def _wait_after(self, failures: int) -> float:
        # The first wait is the base. 64 doublings are long past the limit; a float has no room for a thousand of them.
        return min(self.retry_base * 2.0 ** min(failures - 1, 64), self.retry_limit)

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

"""What the lab stands in front of: any client of a Kubernetes API, or a cluster whose time can be moved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from k8slearn.apimachinery.log import Change, Failure, Log, Reader, Snapshot
from k8slearn.apiserver.verbs import ObjectVerbs
from k8slearn.journal import Action
from k8slearn.watching.about import About

Callback = Callable[[Change], None]


class KubernetesClient(ObjectVerbs, Protocol):
    """Any client of the API; `subscribe` is a watch on all kinds.

    It may have a `lock` that is held while its callbacks are called, and `now`, its cluster's seconds since 2026 began.
    """

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it."""


class ObjectHistory(Reader, Protocol):
    """Objects as they are, the `log` of all writes that were seen, and the objects as they were after any of them."""

    log: Log

    @property
    def revision(self) -> int:
        """How many writes were seen."""

    def at(self, revision: int) -> Snapshot:
        """The objects as they were right after a revision."""


class ShownCluster(Protocol):
    """What the panel reads: the objects, and which steps made them what they are."""

    @property
    def lock(self) -> Any:
        """Held while several things are read that belong together."""

    @property
    def store(self) -> ObjectHistory:
        """The objects."""

    @property
    def actions(self) -> Sequence[Action]:
        """The steps, oldest first."""

    @property
    def failures(self) -> Sequence[Failure]:
        """What went wrong in its components, as far as that is known."""

    @property
    def now(self) -> float:
        """The cluster's own seconds since 2026 began."""

    @property
    def began(self) -> float:
        """When its past begins: times are told from there on."""

    def changes(self, action: Action) -> Sequence[Change]:
        """What a step wrote."""

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it."""


@runtime_checkable
class ReadOnlyCluster(ShownCluster, Protocol):
    """A real cluster that is only looked at: nothing here writes, and its time cannot be moved.

    Its callbacks are also called, with None, when there is something new in `about`.
    """

    def about(self) -> About:
        """Whose it is, how the connection stands, and what cannot be known of it; the caller holds the lock."""


@runtime_checkable
class SimulatedCluster(ShownCluster, Protocol):
    """A cluster whose time stands still until it is moved; a real one has no such thing."""

    @property
    def turns(self) -> int:
        """How many turns the components had."""

    def next_time(self) -> float | None:
        """When the next component acts, None when nothing is left to do."""

    def step_within(self, seconds: float) -> Action | None:
        """The next action if it is due within so many seconds; else the seconds pass."""

    def run_until_quiet(self, limit: float = 600.0) -> Sequence[Action]:
        """Let time pass until nothing is left to do."""

    def fork(self, at: int | None = None) -> Any:
        """A second cluster from the moment when `at` actions were done."""

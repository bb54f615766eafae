"""The clusters that a lab can show: any client of a Kubernetes API, a watched one, or a simulated one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, runtime_checkable

from k8slearn.apimachinery.log import Change, Failure, Log, Reader, Snapshot
from k8slearn.apiserver.verbs import ObjectVerbs
from k8slearn.journal import Action
from k8slearn.watching.about import About

Callback = Callable[[Change], None]


class KubernetesClient(ObjectVerbs, Protocol):
    """Any client of the API; `subscribe` watches all kinds.

    It may have a `lock` that is held during callbacks, and `now`, the cluster's time in seconds since 2026 began.
    """

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it."""


class ObjectHistory(Reader, Protocol):
    """The present objects, the `log` of all writes seen, and the objects after any of them."""

    log: Log

    @property
    def revision(self) -> int:
        """The number of writes seen."""

    def at(self, revision: int) -> Snapshot:
        """The objects right after a revision."""


class ShownCluster(Protocol):
    """A cluster as the panel reads it: its objects, and the steps that led to them."""

    @property
    def lock(self) -> Any:
        """To be held while reading several things that belong together."""

    @property
    def store(self) -> ObjectHistory:
        """The objects."""

    @property
    def actions(self) -> Sequence[Action]:
        """The steps, oldest first."""

    @property
    def failures(self) -> Sequence[Failure]:
        """The known failures of its components."""

    @property
    def now(self) -> float:
        """The cluster's time in seconds since 2026 began."""

    @property
    def began(self) -> float:
        """When its history begins; times are shown relative to it."""

    def changes(self, action: Action) -> Sequence[Change]:
        """The changes of a step."""

    def subscribe(self, callback: Callback) -> Callable[[], None]:
        """Call `callback` after each write; returns a function that ends it."""


@runtime_checkable
class ReadOnlyCluster(ShownCluster, Protocol):
    """A real cluster that is only watched: it cannot be written to, and its time cannot be moved.

    Its callbacks are also called with None when `about` has changed.
    """

    def about(self) -> About:
        """Which cluster it is, the state of the connection, and what is unknown; the caller holds the lock."""


@runtime_checkable
class SimulatedCluster(ShownCluster, Protocol):
    """A cluster whose time is simulated and passes only on request."""

    @property
    def turns(self) -> int:
        """The number of turns that the components had."""

    def next_time(self) -> float | None:
        """The time of the next action, None when nothing is left to do."""

    def step_within(self, seconds: float) -> Action | None:
        """Do the next action if it is due within `seconds`, else let them pass."""

    def run_until_quiet(self, limit: float = 600.0) -> Sequence[Action]:
        """Run until nothing is left to do, at most `limit` simulated seconds."""

    def fork(self, at: int | None = None) -> Any:
        """A second cluster, forked from the moment after `at` actions; None: from the present."""

"""The moment of a cluster that is shown: the present, or the state after its first actions; and moving through both."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from k8slearn.apimachinery.log import Change, Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.window import first_of
from k8slearn.journal import Action, NotReplayable
from k8slearn.lab.cached_reader import CachedReader
from k8slearn.lab.commands import Done
from k8slearn.lab.protocols import ReadOnlyCluster, ShownCluster, SimulatedCluster
from k8slearn.view.story import is_news
from k8slearn.watching.about import About

# Rounding errors between sums of seconds and the log's times.
TOLERANCE = 1e-9
# What is due in more than an hour (a lease, a timer of the node lifecycle) is no next step
# for a learner: time would leap.
FAR = 3600.0
# Simulated seconds: longer than any rollout in the lessons.
QUIET_LIMIT = 600.0

# Buttons that work for a replay of the past, without moving a cluster's own time.
SEEN_AGAIN = ("first", "back", "play", "step", "next-pod", "now")


@dataclass(frozen=True, slots=True)
class ShownMoment:
    """A moment: its objects, the number of actions up to then, and the changes of the last one.

    `before` are the objects before the last action; `time` is in simulated seconds.
    """

    reader: Reader
    before: Reader | None
    time: float
    revision: int
    number: int
    live: bool
    action: Action | None
    changes: tuple[Change, ...]

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object as it was then, or None."""
        return self.reader.get(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind as they were then."""
        return self.reader.list(kind, namespace, selector)


@dataclass(frozen=True, slots=True)
class Parting:
    """Where a fork left its original: in deeds, turns and seconds; `position` as in Playback."""

    deeds: int
    turns: int
    time: float
    position: int | None


class Playback:
    """A cluster and its moment that is shown; `position` is the number of actions, None for the present.

    `simulated` is the cluster if its time can be moved, else None; `watched` is it if it is read-only, else None.
    """

    def __init__(self, cluster: ShownCluster, parting: Parting | None = None) -> None:
        self.cluster = cluster
        # All clicks here, oldest first, and where it was forked from another: enough to repeat them.
        self.deeds: list[Done] = []
        self.parted = parting
        self.simulated = cluster if isinstance(cluster, SimulatedCluster) else None
        self.watched = cluster if isinstance(cluster, ReadOnlyCluster) else None
        self.position: int | None = None
        self._time = 0.0
        self._reader = CachedReader(cluster.store, -1)

    @property
    def live(self) -> bool:
        """Whether the present is shown."""
        return self.position is None

    @property
    def number(self) -> int:
        """The number of actions shown."""
        if self.position is None:
            return len(self.cluster.actions)
        return self.position

    @property
    def time(self) -> float:
        """The simulated time shown, in seconds."""
        if self.position is None:
            return self.cluster.now
        return self._time

    @property
    def clock(self) -> float:
        """The time shown, in seconds since the cluster's beginning."""
        return self.time - self.cluster.began

    @property
    def turns(self) -> int:
        """The number of turns that the components had, 0 for a cluster that is not simulated."""
        if self.simulated:
            return self.simulated.turns
        return 0

    @property
    def quiet(self) -> bool:
        """Whether the present is shown and nothing is left to do."""
        if self.position is not None or self.simulated is None:
            return False
        return self.simulated.next_time() is None

    def about(self) -> About:
        """Information about a real cluster, empty for others."""
        if self.watched is None:
            return About()
        return self.watched.about()

    def offers(self, what: str) -> bool:
        """Whether a button of the time row is of use here."""
        if self.watched is not None:
            return what in SEEN_AGAIN
        return self.simulated is not None

    def is_ahead(self, what: str) -> bool:
        """Whether a button would go beyond the present of a real cluster, which goes on by itself."""
        is_present = self.watched is not None and self.live
        return is_present and what not in ("first", "back", "now")

    def to_now(self) -> None:
        """Show the present."""
        self.position = None

    def go_to(self, number: int) -> None:
        """Show the state after the first `number` actions; after all of them it is the present."""
        with self.cluster.lock:
            actions = self.cluster.actions
            if number >= len(actions):
                return self.to_now()
            first = first_of(actions)
            number = max(number, first)
            self._time = actions[number - 1].time if number > first else self._start()
            self.position = number

    def go_to_time(self, time: float) -> None:
        """Show the state at a simulated time."""
        with self.cluster.lock:
            actions = self.cluster.actions
            times = [action.time for action in actions]
            self.go_to(first_of(actions) + bisect_right(times, time + TOLERANCE))
            if not self.live:
                self._time = max(self._time, time)

    def _start(self) -> float:
        actions = self.cluster.actions
        first = actions[first_of(actions)].first
        return self.cluster.store.at(first).time

    def gap(self) -> float | None:
        """Seconds until the next action after the moment shown, None if there is none."""
        with self.cluster.lock:
            if self.position is not None:
                due = self.cluster.actions[self.position].time
                return max(due - self._time, 0.0)
            next_time = self.simulated.next_time() if self.simulated else None
            if next_time is None:
                return None
            return max(next_time - self.cluster.now, 0.0)

    def step_within(self, seconds: float) -> Action | None:
        """Do the next action if it is due within `seconds`, else let them pass."""
        if self.position is not None:
            with self.cluster.lock:
                return self._step_through_past(self._time + seconds)
        if self.simulated is None:
            return None
        return self.simulated.step_within(seconds)

    def _step_through_past(self, until: float) -> Action | None:
        """Show one more action of the past, if it happened by `until`; nothing is written."""
        assert self.position is not None
        action = self.cluster.actions[self.position]
        if action.time > until + TOLERANCE:
            self._time = max(self._time, until)
            return None
        self.go_to(self.position + 1)
        return action

    def run_until_quiet(self, limit: float = QUIET_LIMIT) -> Sequence[Action]:
        """Go to the present and run until nothing is left to do, at most `limit` simulated seconds."""
        self.to_now()
        if self.simulated:
            return self.simulated.run_until_quiet(limit)
        return ()

    def fork(self) -> SimulatedCluster:
        """A second cluster forked from the moment shown. Raises NotReplayable when that is impossible."""
        if self.simulated is None:
            raise NotReplayable(repr(self.cluster))
        twin: SimulatedCluster = self.simulated.fork(self.position)
        return twin

    def parting(self) -> Parting:
        """The parting of a fork that is made now."""
        return Parting(len(self.deeds), self.turns, self.cluster.now, self.position)

    def moment(self) -> ShownMoment:
        """The moment shown; the caller holds the lock while reading the present."""
        store = self.cluster.store
        actions = self.cluster.actions
        first = first_of(actions)
        # The position may have been dropped from the log meanwhile.
        if self.position is not None and self.position < first:
            self.go_to(first)
        position = self.position
        live = position is None
        time = self.cluster.now if live else self._time
        number = len(actions) if position is None else position
        action = actions[number - 1] if number > first else None
        revision = store.revision
        if not live:
            revision = action.last if action else actions[first].first
        # Redraws of the same moment share the cached lists.
        if self._reader.revision != revision:
            self._reader = CachedReader(store, revision)
        reader = self._reader
        if action is None:
            return ShownMoment(
                reader=reader,
                before=None,
                time=time,
                revision=revision,
                number=number,
                live=live,
                action=None,
                changes=(),
            )
        before = store.at(action.first)
        changes = tuple(self.cluster.changes(action))
        return ShownMoment(
            reader, before, time, revision, number, live, action, changes
        )


def advance(playbacks: Sequence[Playback]) -> list[Action]:
    """Do the soonest action among clusters played together, at most one in each; [] if nothing is left to do."""
    in_past = not all([playback.live for playback in playbacks])
    # In the past any gap is passed: FAR limits only the future.
    far = inf if in_past else FAR
    while (gap := soonest(playbacks)) is not None and gap <= far:
        taken = [playback.step_within(gap) for playback in playbacks]
        done = [action for action in taken if action is not None]
        if done:
            return done
    return []


def soonest(playbacks: Sequence[Playback]) -> float | None:
    """Seconds until the next action of any of them."""
    gaps = [playback.gap() for playback in playbacks]
    return min((gap for gap in gaps if gap is not None), default=None)


def follow(branch: Playback, original: Playback) -> None:
    """Let a branch show the same second as the original."""
    if original.live:
        branch.to_now()
    else:
        branch.go_to_time(original.time)


def has_pod_news(playback: Playback, before: int) -> bool:
    """Whether a Pod changed since `before` actions were shown."""
    cluster = playback.cluster
    for action in cluster.actions[before : playback.number]:
        for change in cluster.changes(action):
            if change.object["kind"] == "Pod" and is_news(change):
                return True
    return False

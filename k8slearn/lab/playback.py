"""How far of a cluster is shown: all that has happened, or only its first actions; and moving through both alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change, Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.controlplane import Action, NotReplayable
from k8slearn.lab.cached_reader import Remembered
from k8slearn.lab.protocols import Shown, Timed
from k8slearn.view.story import is_news

TOLERANCE = 1e-9
FAR = 3600.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What is shown: the objects of that moment, how many actions were done by then, and what the last one wrote.

    `before` are the objects as they were before that action; `time` is in simulated seconds.
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


class Course:
    """One cluster and the moment of it that is shown; `position` is None while that is the present.

    `timed` is the cluster if its time can be moved, None for one that goes on by itself.
    """

    def __init__(self, cluster: Shown) -> None:
        self.cluster = cluster
        self.timed = cluster if isinstance(cluster, Timed) else None
        self.position: int | None = None
        self._time = 0.0
        self._present = Remembered(cluster.store)

    @property
    def live(self) -> bool:
        """Whether the present is shown."""
        return self.position is None

    @property
    def number(self) -> int:
        """How many actions are shown."""
        position = self.position
        return len(self.cluster.actions) if position is None else position

    @property
    def time(self) -> float:
        """The simulated second that is shown."""
        return self.cluster.now if self.position is None else self._time

    @property
    def quiet(self) -> bool:
        """Whether the present is shown and nothing is left to do."""
        return self.live and self.timed is not None and self.timed.next_time() is None

    def to_now(self) -> None:
        """Show the present."""
        self.position = None

    def go_to(self, number: int) -> None:
        """Show the first `number` actions; all of them is the present."""
        with self.cluster.lock:
            if number >= len(self.cluster.actions):
                return self.to_now()
            number = max(number, 0)
            self._time = (
                self.cluster.actions[number - 1].time if number else self._start()
            )
            self.position = number

    def go_to_time(self, time: float) -> None:
        """Show what was done by a simulated second."""
        with self.cluster.lock:
            self.go_to(
                bisect_right(
                    [action.time for action in self.cluster.actions], time + TOLERANCE
                )
            )
            if not self.live:
                self._time = max(self._time, time)

    def _start(self) -> float:
        first = self.cluster.actions[0].first
        return self.cluster.store.at(first).time

    def gap(self) -> float | None:
        """Seconds until something is due to happen after what is shown, None when nothing is."""
        with self.cluster.lock:
            if self.position is not None:
                return max(self.cluster.actions[self.position].time - self._time, 0.0)
            due = self.timed.next_time() if self.timed is not None else None
            return None if due is None else max(due - self.cluster.now, 0.0)

    def step_within(self, seconds: float) -> Action | None:
        """The next action if it is due within so many seconds; else let the seconds pass."""
        if self.position is None:
            return self.timed.step_within(seconds) if self.timed is not None else None
        with self.cluster.lock:
            return self._relive(self.time + seconds)

    def _relive(self, until: float) -> Action | None:
        """Show one action more of the past."""
        assert self.position is not None
        action = self.cluster.actions[self.position]
        if action.time > until + TOLERANCE:
            self._time = max(self._time, until)
            return None
        self.go_to(self.position + 1)
        return action

    def run_until_quiet(self, limit: float) -> Sequence[Action]:
        """Go to the present and let time pass until nothing is left to do, so many simulated seconds at most."""
        self.to_now()
        return self.timed.run_until_quiet(limit) if self.timed is not None else ()

    def fork(self) -> Timed:
        """A second cluster from the moment that is shown. NotReplayable when it cannot be made."""
        if self.timed is None:
            raise NotReplayable(repr(self.cluster))
        twin: Timed = self.timed.fork(self.position)
        return twin

    def moment(self) -> Moment:
        """What is shown; the caller holds the lock while it reads the present."""
        store, actions, number = self.cluster.store, self.cluster.actions, self.number
        action = actions[number - 1] if number else None
        revision = (
            store.revision if self.live else action.last if action else actions[0].first
        )
        changes = tuple(self.cluster.changes(action)) if action else ()
        reader = self._present if self.live else Remembered(store.at(revision))
        before = store.at(action.first) if action else None
        return Moment(
            reader, before, self.time, revision, number, self.live, action, changes
        )


def advance(courses: Sequence[Course]) -> list[Action]:
    """The soonest action among clusters that go together, one of each at most; [] when nothing is left to do."""
    while (least := soonest(courses)) is not None and least <= FAR:
        done = [
            action
            for course in courses
            if (action := course.step_within(least)) is not None
        ]
        if done:
            return done
    return []


def soonest(courses: Sequence[Course]) -> float | None:
    """Seconds until the first of them has something to do."""
    gaps = [gap for course in courses if (gap := course.gap()) is not None]
    return min(gaps, default=None)


def follow(branch: Course, original: Course) -> None:
    """Let a branch show the second that the original shows."""
    if original.live:
        branch.to_now()
    else:
        branch.go_to_time(original.time)


def has_pod_news(course: Course, before: int) -> bool:
    """Whether something happened to a Pod since `before` actions were shown."""
    cluster = course.cluster
    changes = (
        change
        for action in cluster.actions[before : course.number]
        for change in cluster.changes(action)
    )
    return any(change.object["kind"] == "Pod" and is_news(change) for change in changes)

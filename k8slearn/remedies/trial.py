"""Tries edits on a fork: whether and when the standstill ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from k8slearn.apimachinery.cycles import uncollected
from k8slearn.apimachinery.errors import ApiError
from k8slearn.cluster import Cluster
from k8slearn.explain.outlook import Outlooks
from k8slearn.remedies.asked import Advance, Standstill, advance_of
from k8slearn.remedies.edits import Edit

# Simulated seconds between checks: short at first, when most is decided; 20 minutes in all, since a
# controller whose Pods were refused retries after up to 17.
LOOKS = (1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 224, 300, 300)
# Seconds for which a Pod must work: a container that crashes is ready for a moment.
HOLD = 60.0
# The number of further Nodes that prove that a large rollout goes on.
ENOUGH = 25
# Turns of the components that take about a second.
MOST_TURNS = 20_000


@dataclass(frozen=True, slots=True)
class Course:
    """The course after the edits. `seconds` is the simulated time from the edits until all was well; None: never.

    `moving`: it was still making progress when the time was up.
    """

    fork: Cluster
    advance: Advance
    seconds: float | None = None
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The goal: the places without a working Pod before, and the number of places in all."""

    stuck: frozenset[str] = frozenset()
    enough: float = inf

    def reached(self, advance: Advance) -> bool:
        """Whether all is well, or enough to prove that it goes on."""
        if advance.complete:
            return True
        stuck = self.stuck & advance.wanted
        return stuck <= advance.well and len(advance.well) >= self.enough


def course_of(
    cluster: Cluster, asked: Standstill, edits: Sequence[Edit], bar: Bar
) -> Course | None:
    """Run a fork with the edits until the bar is reached or the time is up; None if an edit is refused."""
    with uncollected():
        fork = cluster.fork()
        try:
            for edit in edits:
                edit.apply(fork)
                # One after the other, as typed: controllers see each edit before the next one.
                fork.settle()
        except (ApiError, ValueError, KeyError):
            return None
        return _Life(fork, asked, bar).course()


class _Life:
    """A fork that runs and is checked from time to time."""

    def __init__(self, fork: Cluster, asked: Standstill, bar: Bar) -> None:
        self.fork = fork
        self.asked = asked
        self.bar = bar
        self.begun = fork.now
        self.turns = fork.turns
        self._outlooks: Outlooks | None = None

    def course(self) -> Course:
        """Run the fork and return its course."""
        fork = self.fork
        revision = -1
        earlier = 0
        advance = Advance()
        for seconds in LOOKS:
            earlier = len(advance.well)
            fork.run(seconds)
            if fork.store.revision != revision:
                revision = fork.store.revision
                advance = self._advance()
                held = self._lasting_course(advance)
                if held is not None:
                    return held
            elif fork.quiet:
                break
            if fork.turns - self.turns > MOST_TURNS:
                break
        later = self._advance_after_hold(advance)
        return Course(fork, later, moving=len(later.well) > earlier)

    def _advance(self) -> Advance:
        # The last outlooks are passed on, so that unchanged results are reused.
        now = self.fork.now
        self._outlooks = Outlooks(self.fork.store, now, self._outlooks)
        return advance_of(self.asked, self._outlooks)

    def _advance_after_hold(self, advance: Advance) -> Advance:
        self.fork.run(HOLD)
        return self._advance().lasting(advance)

    def _lasting_course(self, advance: Advance) -> Course | None:
        """The course, if the bar is still reached after HOLD seconds without crashes, else None."""
        if not self.bar.reached(advance):
            return None
        # If it was well at once, the last change was before the edits.
        seconds = max(_latest(self.fork, self.asked) - self.begun, 0.0)
        later = self._advance_after_hold(advance)
        if self.bar.reached(later):
            return Course(self.fork, later, seconds)
        return None


def _latest(fork: Cluster, asked: Standstill) -> float:
    """The time of the last relevant change; the time after it was waiting for the next check."""
    for change in reversed(fork.store.log.changes):
        about = change.object["metadata"]
        if change.key[0] == "Pod" and about.get("namespace", "") == asked.namespace:
            node = change.object["spec"].get("nodeName")
            if asked.node in ("", node):
                return change.time
    return fork.now

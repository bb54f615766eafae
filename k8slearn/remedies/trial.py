"""Edits tried on a fork: does what stood go on, when, and what becomes of everything else?"""

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

# Simulated seconds from one look to the next: often at first, when most is decided; 20 minutes in all, since a
# controller whose Pods were refused tries again after up to 17.
LOOKS = (1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 224, 300, 300)
# A container that crashes is ready for a moment; one that still works after a minute works.
HOLD = 60.0
# Of a large DaemonSet so many more Nodes show that its rollout goes on.
ENOUGH = 25
# Turns of the components that take about a second.
MOST_TURNS = 20_000


@dataclass(frozen=True, slots=True)
class Course:
    """What came of it. `seconds` is when it was well, in simulated ones from the edits on; None: never.

    `moving`: time was up before it was at its end, and it was still going on.
    """

    fork: Cluster
    advance: Advance
    seconds: float | None = None
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """What has to be reached: the places that nothing filled before, and so many places in all."""

    stuck: frozenset[str] = frozenset()
    enough: float = inf

    def reached(self, advance: Advance) -> bool:
        """Whether all is well, or so much that it can be told to go on."""
        if advance.complete:
            return True
        stuck = self.stuck & advance.wanted
        return stuck <= advance.well and len(advance.well) >= self.enough


def course_of(
    cluster: Cluster, asked: Standstill, edits: Sequence[Edit], bar: Bar
) -> Course | None:
    """Let a fork live with the edits until the bar is reached or time is up; None where an edit is refused."""
    with uncollected():
        fork = cluster.fork()
        try:
            for edit in edits:
                edit.apply(fork)
                # As somebody types: the controllers see each line before the next one comes.
                fork.settle()
        except (ApiError, ValueError, KeyError):
            return None
        return _Life(fork, asked, bar).course()


class _Life:
    """A fork that is let live on, and looked at now and then."""

    def __init__(self, fork: Cluster, asked: Standstill, bar: Bar) -> None:
        self.fork = fork
        self.asked = asked
        self.bar = bar
        self.begun = fork.now
        self.turns = fork.turns
        self._outlooks: Outlooks | None = None

    def course(self) -> Course:
        """What comes of it."""
        fork = self.fork
        revision = -1
        earlier = 0
        advance = Advance()
        for seconds in LOOKS:
            earlier = len(advance.well)
            fork.run(seconds)
            if fork.store.revision != revision:
                revision = fork.store.revision
                advance = self._look()
                held = self._held(advance)
                if held is not None:
                    return held
            elif fork.quiet:
                break
            if fork.turns - self.turns > MOST_TURNS:
                break
        later = self._a_while_after(advance)
        return Course(fork, later, moving=len(later.well) > earlier)

    def _look(self) -> Advance:
        # What has not changed since the last look is not worked out again.
        now = self.fork.now
        self._outlooks = Outlooks(self.fork.store, now, self._outlooks)
        return advance_of(self.asked, self._outlooks)

    def _a_while_after(self, advance: Advance) -> Advance:
        self.fork.run(HOLD)
        return self._look().lasting(advance)

    def _held(self, advance: Advance) -> Course | None:
        """What has been reached, if it is still so a while later and nothing has crashed meanwhile."""
        if not self.bar.reached(advance):
            return None
        # What was well at once had its last change before.
        seconds = max(_latest(self.fork, self.asked) - self.begun, 0.0)
        later = self._a_while_after(advance)
        if self.bar.reached(later):
            return Course(self.fork, later, seconds)
        return None


def _latest(fork: Cluster, asked: Standstill) -> float:
    """When the last thing happened that has to do with it: all after that was waiting for the next look."""
    for change in reversed(fork.store.log.changes):
        about = change.object["metadata"]
        if change.key[0] == "Pod" and about.get("namespace", "") == asked.namespace:
            node = change.object["spec"].get("nodeName")
            if asked.node in ("", node):
                return change.time
    return fork.now

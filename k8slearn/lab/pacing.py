"""Lets the lab's clusters act by themselves, slowly enough to be watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from k8slearn.lab.playback import Playback, soonest
from k8slearn.pacing import Stopwatch
from k8slearn.runtime import runtime

TICK = 0.05
"""Real seconds between two turns in which nothing happens: twenty a second look like flowing time."""
DWELL = 0.3
"""Real seconds that an action is looked at before the next one, in a cluster that is no larger than CALM_NODES."""
CALM_NODES = 12
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Player:
    """Plays clusters together until nothing is left to do. `on_stop` is called when it stops by itself, with what went
    wrong, or None; `on_move` after it has acted, for going through the past writes nothing. Both in the pacer's thread.
    """

    def __init__(
        self,
        playbacks: Sequence[Playback],
        on_stop: Callable[[Exception | None], None],
        on_move: Callable[[], None] = lambda: None,
    ) -> None:
        self.playbacks = playbacks
        self.on_move = on_move
        self._stopwatch = Stopwatch()
        self._pacer = runtime().pacer("k8s-pacer", self._turn, on_stop)

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._stopwatch.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._stopwatch.speed = speed

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._pacer.running

    def play(self) -> None:
        """Let time run, if it does not already."""
        if not self.playing:
            self._stopwatch.restart()
            self._pacer.start()

    def pause(self) -> None:
        """Stop time; an action that has begun is finished first."""
        self._pacer.end()

    def _turn(self) -> float | None:
        return self.tick(self._stopwatch.lap())

    def tick(self, passed: float) -> float | None:
        """Let `passed` simulated seconds go by, or less if something is due before: then it is done.

        Returns the real seconds to wait until the next tick, None when nothing is left to do.
        """
        playbacks = tuple(self.playbacks)
        with ExitStack() as locks:
            for playback in playbacks:
                locks.enter_context(playback.cluster.lock)
            gap = soonest(playbacks)
            if gap is None:
                return None
            if gap > passed:
                # Nothing is due yet, so no picture is drawn: only the second that is shown goes on.
                for playback in playbacks:
                    playback.step_within(passed)
                return TICK
            return self._act(playbacks, gap)

    def _act(self, playbacks: Sequence[Playback], gap: float) -> float:
        """The next action that is due, or as many as fit into a tick: in a large cluster each is seen shortly."""
        sizes = [len(playback.cluster.store.list("Node")) for playback in playbacks]
        crowd = max(CALM_NODES, *sizes)
        dwell = DWELL * CALM_NODES / crowd / self.speed
        done = 0
        while done * dwell < TICK:
            # All of them, not any: clusters side by side go through the same second together.
            acted = [playback.step_within(gap) is not None for playback in playbacks]
            if not any(acted):
                break
            done += 1
            gap = 0.0
        self.on_move()
        return done * dwell

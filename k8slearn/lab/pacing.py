"""Plays the lab's clusters in real time, slowly enough to watch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from k8slearn.lab.playback import Playback, soonest
from k8slearn.pacing import Stopwatch
from k8slearn.runtime import runtime

TICK = 0.05
"""Real seconds between two ticks without actions: twenty a second look smooth."""
DWELL = 0.3
"""Real seconds between two actions, in a cluster of at most CALM_NODES Nodes."""
CALM_NODES = 12
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Player:
    """Plays clusters together until nothing is left to do.

    It calls `on_stop` when it stops by itself, with the error or None, and `on_move` after each action, since replaying
    the past writes nothing. Both are called in the pacer's thread.
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
        """Start playing, unless it plays already."""
        if not self.playing:
            self._stopwatch.restart()
            self._pacer.start()

    def pause(self) -> None:
        """Stop playing; an action that has begun is finished first."""
        self._pacer.end()

    def _turn(self) -> float | None:
        return self.tick(self._stopwatch.lap())

    def tick(self, passed: float) -> float | None:
        """Let `passed` simulated seconds pass, or fewer up to the next action, which is then done.

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
                # Nothing is due: only the clock goes on, without a redraw.
                for playback in playbacks:
                    playback.step_within(passed)
                return TICK
            return self._act(playbacks, gap)

    def _act(self, playbacks: Sequence[Playback], gap: float) -> float:
        """Do the next action, or in a large cluster as many as fit into a tick. Returns the real seconds to wait."""
        sizes = [len(playback.cluster.store.list("Node")) for playback in playbacks]
        crowd = max(CALM_NODES, *sizes)
        dwell = DWELL * CALM_NODES / crowd / self.speed
        done = 0
        while done * dwell < TICK:
            # A list, not a generator: all clusters must advance together.
            acted = [playback.step_within(gap) is not None for playback in playbacks]
            if not any(acted):
                break
            done += 1
            gap = 0.0
        self.on_move()
        return done * dwell

"""Simulated time tied to real seconds: a thread that lets clusters act, slowly enough to be watched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from k8slearn.lab.playback import Course, soonest

TICK = 0.05
DWELL = 0.3
CALM_NODES = 12
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Pacer:
    """Plays clusters together until nothing is left to do. `on_stop` is called, in the thread, when it stops by itself:
    with what went wrong, or None; `on_move` after it has acted, for going through the past writes nothing.
    """

    def __init__(
        self,
        courses: Sequence[Course],
        on_stop: Callable[[Exception | None], None],
        on_move: Callable[[], None] = lambda: None,
    ) -> None:
        self.courses = courses
        self.on_stop = on_stop
        self.on_move = on_move
        self.speed = 1.0
        self._end: threading.Event | None = None

    @property
    def playing(self) -> bool:
        """Whether time runs."""
        return self._end is not None and not self._end.is_set()

    def play(self) -> None:
        """Let time run, if it does not already."""
        if not self.playing:
            self._end = threading.Event()
            threading.Thread(
                target=self._run, args=(self._end,), name="k8s-pacer", daemon=True
            ).start()

    def pause(self) -> None:
        """Stop time; an action that has begun is finished first."""
        if self._end is not None:
            self._end.set()

    def _run(self, end: threading.Event) -> None:
        last = time.monotonic()
        while not end.is_set():
            now = time.monotonic()
            try:
                wait = self.tick((now - last) * self.speed)
            except Exception as error:
                return self._stop(end, error)
            if wait is None:
                return self._stop(end, None)
            last = now
            end.wait(wait)

    def _stop(self, end: threading.Event, error: Exception | None) -> None:
        end.set()
        self.on_stop(error)

    def tick(self, passed: float) -> float | None:
        """Let `passed` simulated seconds go by, or less if something is due before: then it is done.

        Returns the real seconds to wait until the next tick, None when nothing is left to do.
        """
        courses = tuple(self.courses)
        with ExitStack() as locks:
            for course in courses:
                locks.enter_context(course.cluster.lock)
            gap = soonest(courses)
            if gap is None:
                return None
            if gap > passed:
                for course in courses:
                    course.step_within(passed)
                return TICK
            return self._act(courses, gap)

    def _act(self, courses: Sequence[Course], gap: float) -> float:
        """The next action that is due, or as many as fit into a tick: in a large cluster each is seen shortly."""
        crowd = max(
            CALM_NODES, *(len(course.cluster.store.list("Node")) for course in courses)
        )
        dwell = DWELL * CALM_NODES / crowd / self.speed
        done = 0
        while done * dwell < TICK and any(
            [course.step_within(gap) is not None for course in courses]
        ):
            done, gap = done + 1, 0.0
        self.on_move()
        return done * dwell

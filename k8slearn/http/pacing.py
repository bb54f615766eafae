"""How the time of a served cluster runs: by itself, with the real one or faster, or only when a client needs it to."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import inf

from k8slearn.controllers.cronjob.controller import ACTOR as SCHEDULES
from k8slearn.controlplane import ControlPlane
from k8slearn.pacing import BREATH, Stopwatch
from k8slearn.runtime import runtime

SLICE = 0.02
"""Real seconds that one turn may hold the cluster's lock, while requests wait for it."""
MOST_AT_ONCE = 600.0
"""Simulated seconds that a write moves time by at most, where each is lived out: as `run_until_quiet` has it."""
LONGEST_WAIT = 86_400.0
"""Simulated seconds that a waiting client moves time by at most: what it waits for may never come."""
IDLE = 0.2
"""Real seconds between two turns at most, so that ages in a `kubectl get -w` stay true to a fifth of a second."""


class ServedTime:
    """The time of a served cluster. `pace` is in simulated seconds per real second.

    0: the cluster acts at once on what is written and time stands still. Infinity: after each write, and for a client
    who waits, time jumps to where all is quiet again, so that what a client sees next does not depend on how fast it
    is. None: it is paused, what is written waits until somebody lets time go on. `failure` is the last exception of a
    component; time does not stop.
    """

    def __init__(self, control_plane: ControlPlane, pace: float | None) -> None:
        self.control_plane = control_plane
        self.failure: Exception | None = None
        self._pace = pace
        self._stopwatch = Stopwatch(_flow(pace))
        # The simulated second that it should be by now: ahead of the clock while more is due than fits into a turn.
        self._goal = control_plane.now
        self._pacer = runtime().pacer("k8slearn-pacer", self._turn)

    @property
    def pace(self) -> float | None:
        """Simulated seconds per real second."""
        return self._pace

    @pace.setter
    def pace(self, pace: float | None) -> None:
        with self.control_plane.lock:
            self._pace = pace
            self._stopwatch.speed = _flow(pace)
        self._pacer.wake()

    def start(self) -> None:
        """Let time run from now on."""
        self._stopwatch.restart()
        self._pacer.start()

    def end(self) -> None:
        """Stop time; no component acts any more when this returns."""
        self._pacer.end(wait=True)

    def wrote(self) -> None:
        """Something was written: act on it."""
        if self._pace == 0:
            self.control_plane.settle()
        elif self._pace == inf:
            self._live_out()
        elif self._pace is not None:
            self._pacer.wake()

    def waited_for(self, has_news: Callable[[], bool]) -> None:
        """A client waits for what is under way, which a cell may have begun: it is to see how that goes on.

        `has_news` says, after each action, whether the client has come nearer to what it waits for.
        """
        if self._pace != inf:
            return
        try:
            self._live_out(has_news)
        except Exception as error:
            self.failure = error

    def _live_out(self, has_news: Callable[[], bool] = lambda: False) -> None:
        """Let all happen that is under way, for MOST_AT_ONCE simulated seconds at most, counted from the last news.

        A schedule's next date follows from nothing: if it counted, a CronJob of every minute would move time by all of
        that with each write.
        """
        plane = self.control_plane
        with plane.lock:
            last = plane.now + LONGEST_WAIT
            end = plane.now + MOST_AT_ONCE
            while not _waits_for_dates(plane):
                due = plane.next_time()
                if due is None or due > end:
                    return
                # No further: who is asked in vain would let time go on to the next one.
                plane.step_until(due)
                if has_news():
                    end = min(last, plane.now + MOST_AT_ONCE)

    def catch_up(self) -> None:
        """Bring the clock to the present if nothing is due until then, so that ages are true."""
        if not self._stopwatch.speed:
            return
        with self.control_plane.lock:
            self.control_plane.pass_until(self._aim())

    def _aim(self) -> float:
        # A cell may have moved time further than the stopwatch did; from there on it counts.
        reached = max(self._goal, self.control_plane.now)
        self._goal = reached + self._stopwatch.lap()
        return self._goal

    def _turn(self) -> float:
        try:
            return self._advance()
        except Exception as error:
            self.failure = error
            return IDLE

    def _advance(self) -> float:
        """Act for a moment; returns the real seconds to wait, 0 when there is more to do."""
        speed = self._stopwatch.speed
        with self.control_plane.lock:
            goal = self._aim()
            if not speed:
                return IDLE
            end = time.monotonic() + SLICE
            while self.control_plane.step_until(goal) is not None:
                if time.monotonic() > end:
                    return 0.0
            self.control_plane.pass_until(goal)
            due = self.control_plane.next_time()
        if due is None:
            return IDLE
        wait = (due - goal) / speed
        return min(IDLE, max(BREATH, wait))


def _waits_for_dates(plane: ControlPlane) -> bool:
    """Whether nobody has anything to do before a CronJob's next date."""
    due = plane.next_time()
    if due is None or due <= plane.now:
        return False
    # Asked before each step, so the one that comes next is looked at first, and mostly it alone.
    waiting = (timer for *_, timer in plane.clock.entries() if not timer.cancelled)
    return all(timer.component == SCHEDULES for timer in waiting)


def _flow(pace: float | None) -> float:
    """How fast time flows by itself: not at all when it is paused, or moves only with what is written."""
    if pace is None or pace == inf:
        return 0.0
    return pace

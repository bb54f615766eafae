"""Lets a served cluster act by itself: a thread ties simulated time to real seconds."""

from __future__ import annotations

import threading
import time
from math import inf

from k8slearn.controlplane import ControlPlane

SLICE = 0.02
IDLE = 0.2
BREATH = 0.0005


class Pacer:
    """`pace` is in simulated seconds per real second.

    0: the cluster acts at once on what is written and time stands still. Infinity: after each write time jumps to where
    all is quiet again, so that what a client sees next does not depend on how fast it is. None: it is paused, what is
    written waits until somebody lets time go on. `failure` is the last exception of a component; time does not stop.
    """

    def __init__(self, control_plane: ControlPlane, pace: float | None) -> None:
        self.control_plane = control_plane
        self._pace = pace
        self._goal = control_plane.now
        self._last = time.monotonic()
        self.failure: Exception | None = None
        self._news = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="k8slearn-pacer", daemon=True
        )

    @property
    def pace(self) -> float | None:
        """Simulated seconds per real second."""
        return self._pace

    @pace.setter
    def pace(self, pace: float | None) -> None:
        with self.control_plane.lock:
            self._aim()
            self._pace = pace
        self._news.set()

    @property
    def _flows(self) -> float:
        """Simulated seconds per real second, 0 where time does not flow by itself."""
        return self._pace if self._pace and self._pace != inf else 0.0

    def start(self) -> None:
        """Let time run from now on."""
        self._last = time.monotonic()
        self._thread.start()

    def end(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._ended.set()
        self._news.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()

    def wrote(self) -> None:
        """Something was written: act on it."""
        if self._pace == 0:
            self.control_plane.settle()
        elif self._pace == inf:
            self.control_plane.run_until_quiet()
        elif self._pace is not None:
            self._news.set()

    def catch_up(self) -> None:
        """Bring the clock to the present if nothing is due until then, so that ages are true."""
        if not self._flows:
            return
        with self.control_plane.lock:
            goal, due = self._aim(), self.control_plane.next_time()
            if due is None or due > goal:
                self.control_plane.pass_until(goal)

    def _aim(self) -> float:
        """The simulated second that it should be by now."""
        now = time.monotonic()
        self._goal = (
            max(self._goal, self.control_plane.now) + (now - self._last) * self._flows
        )
        self._last = now
        return self._goal

    def _run(self) -> None:
        while not self._ended.is_set():
            self._news.clear()
            try:
                wait = self._advance()
            except Exception as error:
                self.failure, wait = error, IDLE
            if wait:
                self._news.wait(wait)
            else:
                time.sleep(BREATH)

    def _advance(self) -> float:
        """Act for a moment; returns the real seconds to wait, 0 when there is more to do."""
        with self.control_plane.lock:
            goal = self._aim()
            if not self._flows:
                return IDLE
            end = time.monotonic() + SLICE
            while self.control_plane.step_until(goal) is not None:
                if time.monotonic() > end:
                    return 0.0
            self.control_plane.pass_until(goal)
            due = self.control_plane.next_time()
            return (
                IDLE
                if due is None
                else min(
                    IDLE, max(BREATH, (due - self.control_plane.now) / self._flows)
                )
            )

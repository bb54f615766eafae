"""What ties simulated time to real seconds: a stopwatch, and who takes turn after turn as real time goes by.

Only this module knows how turns are taken. What is done in a turn is the caller's: a server follows the real clock, the
lab dwells on each action so that it can be watched. Nobody sets the clock; turns call `step_within`, `pass_until` and
the like, which stop at whatever is due.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from k8slearn.apimachinery.objects import START

Turn = Callable[[], float | None]
"""Acts for a moment; returns the real seconds until the next turn, None when nothing is left to do."""

BREATH = 0.0005
"""Real seconds between two turns at least: a lock is not handed on in order, so who waits for one needs a gap."""


def seconds_now() -> float:
    """The present as a simulated second, so that ages which kubectl works out by itself are true."""
    return (datetime.now(UTC) - START).total_seconds()


class Stopwatch:
    """Real time that has gone by, told in simulated seconds; `speed` is how many of them a real second has."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._passed = 0.0
        self._since = time.monotonic()

    @property
    def speed(self) -> float:
        """Simulated seconds for each real one; 0 stops it."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._count()
        self._speed = speed

    def restart(self) -> None:
        """Begin at 0."""
        self.lap()

    def lap(self) -> float:
        """The simulated seconds since the last lap."""
        self._count()
        passed = self._passed
        self._passed = 0.0
        return passed

    def _count(self) -> None:
        now = time.monotonic()
        self._passed += (now - self._since) * self._speed
        self._since = now


class Pacer(Protocol):
    """Takes turns as real time goes by, until it is ended or a turn says that nothing is left to do."""

    @property
    def running(self) -> bool:
        """Whether turns are taken."""

    def start(self) -> None:
        """Take turns from now on, the first one at once; nothing changes if they are taken already."""

    def end(self, *, wait: bool = False) -> None:
        """Take no further turn. One that has begun is finished, before this returns if `wait`."""

    def wake(self) -> None:
        """Take the next turn now."""


class ThreadPacer:
    """A pacer with a thread of its own for each start.

    `on_end` is called in that thread when it ends by itself: with the exception of the turn that failed, or None.
    """

    def __init__(
        self,
        name: str,
        turn: Turn,
        on_end: Callable[[Exception | None], None] = lambda error: None,
    ) -> None:
        self.name = name
        self._turn = turn
        self._on_end = on_end
        self._loop: _Loop | None = None

    @property
    def running(self) -> bool:
        """Whether turns are taken."""
        return self._loop is not None and not self._loop.ended

    def start(self) -> None:
        """Start a thread, if none takes turns."""
        if self.running:
            return
        # Never the old thread again: it may still be in its last turn, and would not come to see that it is to end.
        self._loop = _Loop(self.name, self._turn, self._on_end)
        self._loop.thread.start()

    def end(self, *, wait: bool = False) -> None:
        """Let the thread end; with `wait` it is gone when this returns, unless it is the caller."""
        if self._loop is not None:
            self._loop.end(wait=wait)

    def wake(self) -> None:
        """Take the next turn now."""
        if self._loop is not None:
            self._loop.news.set()


class _Loop:
    """What one thread does, from its start to its end."""

    def __init__(
        self, name: str, turn: Turn, on_end: Callable[[Exception | None], None]
    ) -> None:
        self.turn = turn
        self.on_end = on_end
        self.ended = False
        self.news = threading.Event()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def _run(self) -> None:
        while not self.ended:
            try:
                pause = self.turn()
            except Exception as error:
                return self._stop(error)
            if pause is None:
                return self._stop(None)
            self._wait(pause)

    def _wait(self, pause: float) -> None:
        if not pause:
            time.sleep(BREATH)
            return
        self.news.wait(pause)
        # Before `ended` is looked at: news of an end that come from here on are not lost.
        self.news.clear()

    def _stop(self, error: Exception | None) -> None:
        # First, so that who is told and looks finds it no longer running.
        self.ended = True
        self.on_end(error)

    def end(self, *, wait: bool) -> None:
        """Take no further turn."""
        self.ended = True
        self.news.set()
        if wait and self.thread is not threading.current_thread():
            self.thread.join()

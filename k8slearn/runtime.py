"""What runs beside the learner: turns of time and redraws, by threads of their own or in the event loop of a browser.

A browser has one thread, which must come back to the page after each turn. Whoever needs something done later asks
`runtime()` for a pacer or a watcher, and does not know which of the two it has.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Protocol

from k8slearn.pacing import Pacer, ThreadPacer, Turn

# A browser shows no more than 30 pictures a second; what is written between two is one redraw.
PAUSE = 1 / 30
OnEnd = Callable[[Exception | None], None]


def in_browser() -> bool:
    """Whether this Python runs in a page, where there are no threads, sockets and programs."""
    return sys.platform == "emscripten"


class Watcher(Protocol):
    """Calls something soon after it was woken, at most 30 times a second; many wakes become one call."""

    @property
    def alive(self) -> bool:
        """Whether it still watches."""

    def wake(self, *_: object) -> None:
        """Something has changed."""

    def end(self) -> None:
        """Call no more; a call may be under way."""

    def join(self) -> None:
        """Wait until it has ended."""


class Runtime(Protocol):
    """Makes what runs beside the learner."""

    def pacer(self, name: str, turn: Turn, on_end: OnEnd = ...) -> Pacer:
        """Takes turns as real time goes by."""

    def watcher(self, call: Callable[[], None]) -> Watcher:
        """Calls soon after something has changed."""


@cache
def runtime() -> Runtime:
    """The one of this process."""
    if in_browser():
        return EventLoop()
    return Threads()


def ignore(error: Exception | None) -> None:
    """The default `on_end`: how a pacer ended does not matter."""


class Threads:
    """A thread for each."""

    def pacer(self, name: str, turn: Turn, on_end: OnEnd = ignore) -> Pacer:
        """A pacer with a thread of its own."""
        return ThreadPacer(name, turn, on_end)

    def watcher(self, call: Callable[[], None]) -> Watcher:
        """A watcher with a thread of its own."""
        return ThreadWatcher(call)


class EventLoop:
    """Timers of the loop that runs already."""

    def pacer(self, name: str, turn: Turn, on_end: OnEnd = ignore) -> Pacer:
        """A pacer of timers."""
        return LoopPacer(turn, on_end)

    def watcher(self, call: Callable[[], None]) -> Watcher:
        """A watcher of timers."""
        return LoopWatcher(call)


class ThreadWatcher:
    """A watcher in its own thread."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._news = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="k8s-view", daemon=True)
        self._thread.start()

    def wake(self, *_: object) -> None:
        """Something has changed."""
        self._news.set()

    def end(self) -> None:
        """Let the thread end; it may be in a last call."""
        self._ended = True
        self._news.set()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._news.wait()
            # Cleared before the call: what changes during it wakes the thread once more.
            self._news.clear()
            if self._ended:
                return
            self._call()
            time.sleep(PAUSE)


class LoopWatcher:
    """A watcher that is called by the loop."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._timer: asyncio.TimerHandle | None = None
        self.alive = True

    def wake(self, *_: object) -> None:
        """Something has changed."""
        if self.alive and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(PAUSE, self._run)

    def _run(self) -> None:
        # Forgotten before the call: what changes during it sets the next timer.
        self._timer = None
        if self.alive:
            self._call()

    def end(self) -> None:
        """Call no more."""
        self.alive = False

    def join(self) -> None:
        """Nothing is under way between two turns of the loop."""


class LoopPacer:
    """A pacer whose turns are taken by the loop; `on_end` is called when it ends by itself."""

    def __init__(self, turn: Turn, on_end: OnEnd = ignore) -> None:
        self._turn = turn
        self._on_end = on_end
        self._timer: asyncio.TimerHandle | None = None
        self.running = False

    def start(self) -> None:
        """Take turns from now on."""
        if not self.running:
            self.running = True
            self._next(0.0)

    def end(self, *, wait: bool = False) -> None:
        """Take no further turn; there is none under way to wait for."""
        self.running = False
        if self._timer is not None:
            self._timer.cancel()

    def wake(self) -> None:
        """Take the next turn now."""
        if self.running:
            self._next(0.0)

    def _next(self, pause: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(pause, self._take)

    def _take(self) -> None:
        try:
            pause = self._turn()
        except Exception as error:
            return self._stop(error)
        if pause is None:
            return self._stop(None)
        # The turn itself may have ended it.
        if self.running:
            self._next(pause)

    def _stop(self, error: Exception | None) -> None:
        # First, so that who is told and looks finds it no longer running.
        self.running = False
        self._on_end(error)

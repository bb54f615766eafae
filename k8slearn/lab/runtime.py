"""What runs beside the learner: the thread that redraws, and calls that keep no panel alive."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakMethod

# A browser shows no more than 30 pictures a second; what is written between two is one redraw.
PAUSE = 1 / 30


def weakly(method: Callable[..., Any]) -> Callable[..., Any]:
    """A bound method that does not keep its object alive; calls after its end do nothing and return None."""
    reference = WeakMethod(method)

    def call(*args: Any) -> Any:
        target = reference()
        if target is None:
            return None
        return target(*args)

    return call


class RedrawThread:
    """Calls `redraw` soon after `wake`, in its own thread, at most 30 times a second; many wakes become one call."""

    def __init__(self, redraw: Callable[[], None]) -> None:
        self._redraw = redraw
        self._news = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="k8s-view", daemon=True)
        self._thread.start()

    def wake(self, *_: object) -> None:
        """Something has changed."""
        self._news.set()

    def end(self) -> None:
        """Let the thread end; it may be in a last redraw."""
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
            # Cleared before the redraw: what changes during it wakes the thread once more.
            self._news.clear()
            if self._ended:
                return
            self._redraw()
            time.sleep(PAUSE)

"""Simulated time tied to real seconds: a thread that lets the cluster act, slowly enough to be watched."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from k8slearn.cluster import Cluster

TICK = 0.05
DWELL = 0.3
CALM_NODES = 12
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


class Pacer:
    """Plays a cluster until nothing is left to do. `on_stop` is called, in the thread, when it stops by itself."""

    def __init__(self, cluster: Cluster, on_stop: Callable[[], None]) -> None:
        self.cluster = cluster
        self.on_stop = on_stop
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
            threading.Thread(target=self._run, args=(self._end,), name="k8s-pacer", daemon=True).start()

    def pause(self) -> None:
        """Stop time; an action that has begun is finished first."""
        if self._end is not None:
            self._end.set()

    def _run(self, end: threading.Event) -> None:
        last = time.monotonic()
        while not end.is_set():
            now = time.monotonic()
            wait = self.tick((now - last) * self.speed)
            last = now
            if wait is None:
                end.set()
                self.on_stop()
            else:
                end.wait(wait)

    def tick(self, passed: float) -> float | None:
        """Do what is due, else let `passed` simulated seconds go by. Returns real seconds to wait, None at the end."""
        with self.cluster.lock:
            due = self.cluster.next_time()
            if due is None:
                return None
            if due > self.cluster.now:
                self.cluster.run(min(passed, due - self.cluster.now))
                return TICK
            self.cluster.step()
            crowd = max(len(self.cluster.store.list("Node")), CALM_NODES)
        return DWELL * CALM_NODES / crowd / self.speed

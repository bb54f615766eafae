"""Simulated time: a heap of events ordered by (time, priority, serial)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any


@dataclass(eq=False, slots=True)
class Timer:
    """One call that is due at a moment of simulated time; `cancelled` ones are passed over."""

    time: float
    component: str
    subject: str
    call: Callable[..., Any]
    args: tuple[Any, ...]
    cancelled: bool = False


# The serial breaks ties: what was asked for first comes first, and Timers, which have no
# order of their own, are never compared.
Entry = tuple[float, float, int, Timer]


@dataclass
class Clock:
    """Seconds since the start of the simulation and the timers that are still to come.

    Calls must be bound methods, so that a copy of the clock calls the copied components.
    """

    now: float = 0.0
    _heap: list[Entry] = field(default_factory=list)
    _serial: int = 0

    def schedule(
        self,
        at: float,
        priority: float,
        component: str,
        subject: str,
        call: Callable[..., Any],
        *args: Any,
    ) -> Timer:
        """Ask for `call(*args)` at time `at` (seconds; a past time means now); lower priorities go first."""
        timer = Timer(max(at, self.now), component, subject, call, args)
        self._serial += 1
        heappush(self._heap, (timer.time, priority, self._serial, timer))
        return timer

    def next_time(self) -> float | None:
        """When the next timer is due, or None when there is none."""
        # A cancelled timer stays in the heap until it comes up: to find it there would take
        # as long as to go through all of them.
        while self._heap and self._heap[0][3].cancelled:
            heappop(self._heap)
        if self._heap:
            return self._heap[0][0]
        return None

    def pop(self) -> Timer | None:
        """Take the next timer off the heap and move the clock to it; None when there is none."""
        return self.pop_until(float("inf"))

    def pop_until(self, end: float) -> Timer | None:
        """As `pop`, of what is due by `end` (seconds)."""
        heap = self._heap
        # As `next_time`, without the call: it is asked before and after every action.
        while heap and heap[0][3].cancelled:
            heappop(heap)
        if not heap or heap[0][0] > end:
            return None
        self.now, _, _, timer = heappop(heap)
        return timer

    def pass_until(self, end: float) -> bool:
        """Let time pass up to `end` (seconds), unless a timer is due by then; whether it did. It never goes back."""
        due = self.next_time()
        if due is not None and due <= end:
            return False
        self.now = max(self.now, end)
        return True

    def pending(self) -> list[Timer]:
        """The timers to come, soonest first."""
        return [timer for *_, timer in sorted(self._heap) if not timer.cancelled]

    def entries(self) -> list[Entry]:
        """All that is scheduled, for a copy of the clock."""
        return self._heap

    def take_over(self, entries: list[Entry]) -> None:
        """Schedule what another clock had scheduled."""
        self._heap = [entry for entry in entries if not entry[3].cancelled]
        heapify(self._heap)
        self._serial = max((entry[2] for entry in self._heap), default=0)

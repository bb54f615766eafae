"""What takes time in a kubelet: timers that end with its process, and tasks of steps that a fork can copy.

Upstream's goroutines wait inside a function, and what waits so cannot be copied: here a task is a row of bound methods.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from k8slearn.clock import Clock, Timer

Call = Callable[..., Any]

Step = tuple[Call, tuple[Any, ...]]
PARKED = -1.0
"""What a step returns whose task somebody else will go on with."""


class Timers:
    """The timers of one process on the simulated clock; once it is not `alive` none of them does anything."""

    def __init__(
        self,
        clock: Clock,
        priority: int,
        component: str,
        on_error: Callable[[str, Exception], None],
    ) -> None:
        self.clock = clock
        self.priority = priority
        self.component = component
        self.on_error = on_error
        self.alive = True

    @property
    def now(self) -> float:
        """Simulated seconds."""
        return self.clock.now

    def after(self, seconds: float, subject: str, call: Call, *args: Any) -> Timer:
        """Call in so many seconds."""
        return self.at(self.clock.now + seconds, subject, call, *args)

    def at(self, due: float, subject: str, call: Call, *args: Any) -> Timer:
        """Call at a moment."""
        return self.clock.schedule(
            due, self.priority, self.component, subject, self._run, subject, call, args
        )

    def _run(self, subject: str, call: Call, args: tuple[Any, ...]) -> None:
        if not self.alive:
            return
        try:
            call(*args)
        except Exception as error:
            # As in every component: what goes wrong stays in it and is kept.
            self.on_error(subject, error)


class Ticker:
    """A tick each `period` seconds from `start` on that costs nothing: it is only asked when the next one is."""

    __slots__ = ("period", "start")

    def __init__(self, start: float, period: float) -> None:
        self.start = start
        self.period = period

    def at_or_after(self, moment: float) -> float:
        """The first tick that is not before a moment."""
        if moment <= self.start:
            return self.start
        # A hair less, since a sum of floats may lie just above the tick that it stands for.
        count = -int(-(moment - self.start) / self.period + 1e-9)
        due = self.start + count * self.period
        if due >= moment - 1e-9:
            return due
        return due + self.period

    def after(self, moment: float) -> float:
        """The first tick after a moment."""
        # More than a float is off by at such times, and less than any period.
        return self.at_or_after(moment + 1e-6)


class SteppedTask:
    """Steps one after the other. A step returns the seconds to wait after it, None to go on at once, or PARKED."""

    def __init__(
        self,
        timers: Timers,
        subject: str,
        done: Callable[[Exception | None], Any],
    ) -> None:
        self.timers = timers
        self.subject = subject
        self.done = done
        self.steps: deque[Step] = deque()

    def then(self, call: Call, *args: Any) -> SteppedTask:
        """Add a step at the end."""
        self.steps.append((call, args))
        return self

    def first(self, *steps: Step) -> None:
        """Put steps before all others."""
        self.steps.extendleft(reversed(steps))

    def go(self) -> None:
        """Do steps until one waits."""
        # Whoever wakes a parked task may do so after its kubelet was killed.
        if not self.timers.alive:
            return
        error: Exception | None = None
        while self.steps:
            call, args = self.steps.popleft()
            try:
                wait = call(*args)
            except Exception as failure:
                self.timers.on_error(self.subject, failure)
                error = failure
                break
            if wait is None:
                continue
            if wait != PARKED:
                self.timers.after(wait, self.subject, self.go)
            return
        self.steps.clear()
        self.done(error)


class Gathering:
    """Several things that are waited for: `all_done` is called when the last one is."""

    def __init__(self, count: int, all_done: Callable[[], Any]) -> None:
        self.left = count
        self.all_done = all_done

    def one_done(self, _: Any = None) -> None:
        """One of them is done."""
        self.left -= 1
        if self.left == 0:
            self.all_done()

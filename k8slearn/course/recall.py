"""When an earlier question is asked again: at growing intervals, and after a wrong answer from the first one on.

Two kernels may answer the same question, and a file may be taken in twice: of two memories of one question the later
is kept, by a total order, so that it does not matter who writes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Days. Each is a little more than twice the one before: what was right once more is forgotten half as fast.
INTERVALS = (1, 3, 7, 16, 35)
LAST = len(INTERVALS) - 1


def today() -> date:
    """The learner's day. The only place of the course that asks which one it is; tests put another here."""
    return date.today()


@dataclass(frozen=True, slots=True)
class Recall:
    """How often a question was answered, which interval runs, and since when."""

    times: int
    step: int
    day: date

    def due(self, now: date) -> date:
        """The day on which it is to be asked."""
        # The clock was ahead then, or is behind now. To ask once too often loses little; to wait for years loses it.
        if self.day > now:
            return now
        # The last interval comes again and again.
        step = min(self.step, LAST)
        return self.day + timedelta(INTERVALS[step])

    def answered(self, right: bool, now: date) -> Recall:
        """After an answer on that day; what is not due yet, because it was answered this very day, stays."""
        if self.due(now) > now:
            return self
        step = min(self.step + 1, LAST) if right else 0
        return Recall(self.times + 1, step, now)

    def later(self, other: Recall) -> Recall:
        """The one of two that knows more; in doubt the one that asks sooner."""
        return max(self, other, key=_rank)


def _rank(recall: Recall) -> tuple[int, int, date]:
    # Not the day first: a clock that was ahead for an hour would outdo all that is answered after it.
    return recall.times, -recall.step, recall.day


def first(now: date) -> Recall:
    """Of a question that was answered in its lesson."""
    return Recall(1, 0, now)

"""Spaced repetition: questions are repeated at growing intervals, after a wrong answer from the first interval on.

Two kernels may note the same question, and a file may be merged twice. Of two records of a question the later one by
a total order is kept, so the order of the writes does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Days. Each is a little over twice the one before: each right answer halves the speed of forgetting.
INTERVALS = (1, 3, 7, 16, 35)
LAST = len(INTERVALS) - 1


def today() -> date:
    """Today's date; the course gets it from here alone, so that tests can replace it."""
    return date.today()


@dataclass(frozen=True, slots=True)
class Recall:
    """How often a question was answered, the index of its present interval, and the day when that began."""

    times: int
    step: int
    day: date

    def due(self, now: date) -> date:
        """The day from which it is to be asked."""
        # The clock was ahead then, or is behind now: better ask too early than wait for years.
        if self.day > now:
            return now
        # The last interval repeats.
        step = min(self.step, LAST)
        return self.day + timedelta(INTERVALS[step])

    def answered(self, right: bool, now: date) -> Recall:
        """The record after an answer on day `now`; unchanged if the question was not due yet."""
        if self.due(now) > now:
            return self
        step = min(self.step + 1, LAST) if right else 0
        return Recall(self.times + 1, step, now)

    def later(self, other: Recall) -> Recall:
        """The one of two records with more answers; in doubt the one that is due sooner."""
        return max(self, other, key=_rank)


def _rank(recall: Recall) -> tuple[int, int, date]:
    # Not by day first: a record by a clock that was ahead would win over all later ones.
    return recall.times, -recall.step, recall.day


def first(now: date) -> Recall:
    """The first record, for a question that was answered in its lesson."""
    return Recall(1, 0, now)

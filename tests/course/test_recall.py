"""When a question is repeated: growing intervals, clocks that jump, and two records of one question."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

from k8slearn.course.recall import INTERVALS, Recall, first

DAY = date(2026, 3, 1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def test_each_right_answer_makes_the_next_wait_longer() -> None:
    known = first(DAY)
    waits = []
    now = DAY
    for _ in range(7):
        waits.append((known.due(now) - now).days)
        now = known.due(now)
        known = known.answered(True, now)
    assert waits == [*INTERVALS, INTERVALS[-1], INTERVALS[-1]]
    assert list(INTERVALS) == sorted(set(INTERVALS))


def test_a_wrong_answer_begins_anew() -> None:
    known = Recall(5, 3, DAY)
    now = known.due(DAY)
    after = known.answered(False, now)
    assert after.due(now) == now + days(INTERVALS[0])
    assert after.times == 6


def test_only_the_first_answer_of_a_day_counts() -> None:
    now = DAY + days(1)
    once = first(DAY).answered(True, now)
    assert once.answered(False, now) == once
    assert once.answered(True, now) == once


def test_what_is_not_due_is_not_moved() -> None:
    known = Recall(3, 2, DAY)
    assert known.answered(False, DAY + days(6)) == known
    assert known.answered(False, DAY + days(7)) != known


def test_a_clock_that_was_ahead_does_not_hide_a_question_for_years() -> None:
    known = Recall(3, 2, DAY + days(3000))
    assert known.due(DAY) == DAY
    after = known.answered(True, DAY)
    assert after.due(DAY) == DAY + days(16)
    # It is not outdone by the day that never was.
    assert after.later(known) == after


def test_of_two_memories_the_same_is_kept_in_any_order() -> None:
    memories = [
        Recall(1, 0, DAY + days(9)),
        Recall(4, 3, DAY),
        Recall(4, 0, DAY - days(1)),
        Recall(4, 0, DAY),
    ]
    kept = set()
    for order in permutations(memories):
        known = order[0]
        for other in order:
            known = known.later(other)
        kept.add(known)
    assert kept == {Recall(4, 0, DAY)}, "answered most often; in doubt asked soonest"

"""Simulated time: the order of timers, and cancelled ones."""

import pytest

from k8slearn.clock import Clock


@pytest.fixture
def done():
    return []


def names(done, clock):
    """Take all timers; returns their names in order."""
    while (timer := clock.pop()) is not None:
        done.append((clock.now, timer.component))
    return done


@pytest.mark.parametrize(
    ("timers", "order"),
    [
        ([(2.0, 1, "b"), (1.0, 9, "a")], [(1.0, "a"), (2.0, "b")]),
        ([(1.0, 9, "late"), (1.0, 1, "early")], [(1.0, "early"), (1.0, "late")]),
        ([(1.0, 1, "first"), (1.0, 1, "second")], [(1.0, "first"), (1.0, "second")]),
        ([(-5.0, 1, "past")], [(0.0, "past")]),
    ],
    ids=["by time", "then by priority", "then by serial", "a past time means now"],
)
def test_timers_are_ordered(timers, order, done):
    clock = Clock()
    for at, priority, component in timers:
        clock.schedule(at, priority, component, "x", done.append)
    assert names(done, clock) == order


def test_a_cancelled_timer_is_passed_over(done):
    clock = Clock()
    clock.schedule(1.0, 1, "gone", "x", done.append).cancelled = True
    kept = clock.schedule(2.0, 1, "kept", "x", done.append)
    assert clock.next_time() == 2.0
    assert clock.pending() == [kept]
    assert names(done, clock) == [(2.0, "kept")]


def test_an_empty_clock_stands_still():
    clock = Clock(7.0)
    assert clock.next_time() is None and clock.pop() is None and clock.now == 7.0


def test_time_never_goes_back(done):
    clock = Clock()
    clock.schedule(5.0, 1, "a", "x", done.append)
    clock.pop()
    assert clock.schedule(3.0, 1, "b", "x", done.append).time == 5.0


def test_a_clock_goes_on_with_what_another_had_scheduled(done):
    first, second = Clock(), Clock()
    first.schedule(1.0, 1, "a", "x", done.append)
    first.schedule(1.0, 1, "gone", "x", done.append).cancelled = True
    second.take_over(list(first.entries()))
    second.schedule(1.0, 1, "b", "x", done.append)
    assert names(done, second) == [(1.0, "a"), (1.0, "b")]


def test_time_passes_up_to_what_is_due_and_never_back():
    clock = Clock()
    clock.schedule(5.0, 0, "somebody", "x", int)
    assert clock.pass_until(4.0) and clock.now == 4.0
    assert not clock.pass_until(5.0) and clock.now == 4.0
    assert clock.pass_until(3.0) and clock.now == 4.0

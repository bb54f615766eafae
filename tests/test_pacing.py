"""Simulated time tied to real seconds: the stopwatch, and turns that are taken by a thread."""

import threading
import time

import pytest

from k8slearn.pacing import Stopwatch, ThreadPacer


def named(name):
    return sum(thread.name == name for thread in threading.enumerate())


def until(holds):
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_stopwatch_tells_simulated_seconds_at_each_speed():
    watch = Stopwatch(10.0)
    time.sleep(0.05)
    watch.speed = 0.0
    time.sleep(0.05)
    assert 0.5 <= watch.lap() < 2
    assert watch.lap() == 0.0


def test_it_ends_by_itself_when_nothing_is_left_to_do():
    told, left = [], [0.0, 0.001, None]
    pacer = ThreadPacer("test", lambda: left.pop(0), told.append)
    pacer.start()
    until(lambda: told)
    assert told == [None] and left == [] and not pacer.running


def test_a_turn_that_fails_is_the_last_and_its_error_is_told():
    told = []
    pacer = ThreadPacer("test", lambda: 1 / 0, told.append)
    pacer.start()
    until(lambda: told)
    assert isinstance(told[0], ZeroDivisionError) and not pacer.running


def test_waking_it_takes_the_next_turn_now():
    turns = []
    pacer = ThreadPacer("test", lambda: turns.append(1) or 60.0)
    pacer.start()
    until(lambda: turns)
    pacer.wake()
    until(lambda: len(turns) > 1)
    pacer.end(wait=True)


@pytest.mark.parametrize("times", [1, 2])
def test_it_has_one_thread_however_often_it_is_started_and_none_after_its_end(times):
    pacer = ThreadPacer("k8slearn-test", lambda: 60.0)
    for _ in range(2):
        for _ in range(times):
            pacer.start()
        assert pacer.running and named("k8slearn-test") == 1
        pacer.end(wait=True)
        assert not pacer.running and named("k8slearn-test") == 0

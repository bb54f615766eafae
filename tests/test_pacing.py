"""Simulated time tied to real seconds: the stopwatch, and turns in a thread."""

import threading
from types import SimpleNamespace

import pytest

from k8slearn import pacing
from k8slearn.pacing import Stopwatch, ThreadPacer
from tests.support.waiting import eventually


def named(name):
    return sum(thread.name == name for thread in threading.enumerate())


def test_a_stopwatch_tells_simulated_seconds_at_each_speed(monkeypatch):
    clock = iter([100.0, 100.25, 101.0, 101.0, 103.0])
    monkeypatch.setattr(pacing, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    watch = Stopwatch(10.0)
    watch.speed = 0.0
    assert watch.lap() == 2.5
    watch.speed = 2.0
    assert watch.lap() == 4.0


def test_it_ends_by_itself_when_nothing_is_left_to_do():
    told, left = [], [0.0, 0.001, None]
    pacer = ThreadPacer("test", lambda: left.pop(0), told.append)
    pacer.start()
    eventually(lambda: told)
    assert told == [None] and left == [] and not pacer.running


def test_a_turn_that_fails_is_the_last_and_its_error_is_told():
    told = []
    pacer = ThreadPacer("test", lambda: 1 / 0, told.append)
    pacer.start()
    eventually(lambda: told)
    assert isinstance(told[0], ZeroDivisionError) and not pacer.running


def test_waking_it_takes_the_next_turn_now():
    turns = []
    pacer = ThreadPacer("test", lambda: turns.append(1) or 60.0)
    pacer.start()
    eventually(lambda: turns)
    pacer.wake()
    eventually(lambda: len(turns) > 1)
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

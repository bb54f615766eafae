"""Background work in a browser's event loop; threads are tested with pacing and the lab."""

import asyncio

import pytest

from k8slearn import cluster as cluster_module
from k8slearn import runtime as module
from k8slearn.cluster import Cluster
from k8slearn.http.absent import NoServer
from k8slearn.lesson import exercise, exercise_keys
from k8slearn.locale import http as words
from k8slearn.runtime import EventLoop, Threads, runtime


def test_there_are_threads_where_there_can_be_and_timers_in_a_page(monkeypatch):
    assert isinstance(runtime.__wrapped__(), Threads)
    monkeypatch.setattr(module.sys, "platform", "emscripten")
    assert isinstance(runtime.__wrapped__(), EventLoop)


def in_loop(play):
    async def main():
        await asyncio.wait_for(play(), 60)

    asyncio.run(main())


async def until(holds):
    while not holds():
        await asyncio.sleep(0.001)


def test_many_wakes_are_one_call_and_one_during_a_call_is_another():
    async def play():
        calls = []

        def call():
            calls.append(1)
            if len(calls) == 1:
                watcher.wake()

        watcher = EventLoop().watcher(call)
        for _ in range(5):
            watcher.wake()
        assert calls == []
        await until(lambda: len(calls) == 2)
        watcher.wake()
        watcher.end()
        await asyncio.sleep(0.1)
        assert len(calls) == 2 and not watcher.alive

    in_loop(play)


def test_turns_are_taken_until_nothing_is_left_to_do():
    async def play():
        told, left = [], [0.0, 0.001, None]
        pacer = EventLoop().pacer("test", lambda: left.pop(0), told.append)
        pacer.start()
        pacer.start()
        assert pacer.running
        await until(lambda: told)
        assert told == [None] and left == [] and not pacer.running

    in_loop(play)


def test_a_turn_that_fails_is_the_last_and_its_error_is_told():
    async def play():
        told = []
        pacer = EventLoop().pacer("test", lambda: 1 / 0, told.append)
        pacer.start()
        await until(lambda: told)
        assert isinstance(told[0], ZeroDivisionError) and not pacer.running

    in_loop(play)


@pytest.mark.parametrize("how", ["from-outside", "in-its-turn"])
def test_it_ends_and_is_woken(how):
    async def play():
        turns = []

        def turn():
            turns.append(1)
            if how == "in-its-turn" and len(turns) == 2:
                pacer.end()
            return 60.0

        pacer = EventLoop().pacer("test", turn)
        pacer.wake()
        pacer.start()
        await until(lambda: turns)
        pacer.wake()
        await until(lambda: len(turns) == 2)
        pacer.end(wait=True)
        pacer.wake()
        await asyncio.sleep(0.01)
        assert len(turns) == 2 and not pacer.running

    in_loop(play)


def test_in_a_browser_serving_says_what_is_missing_and_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(cluster_module, "in_browser", lambda: True)
    with Cluster().serve() as server:
        assert isinstance(server, NoServer) and not server.running
    assert capsys.readouterr().out == words.NO_SERVER + "\n"
    task = exercise(next(iter(exercise_keys())), kubectl=True)
    assert task.server is None
    assert capsys.readouterr().out == words.NO_SERVER + "\n"

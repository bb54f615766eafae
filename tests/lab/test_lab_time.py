"""Time, threads and the end of a panel."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from k8slearn import Lab
from k8slearn.lab import registry
from k8slearn.lab.pacing import Player
from k8slearn.lab.playback import Playback
from tests.support.lab_panel import click, find
from tests.support.waiting import eventually


def test_a_click_lets_time_run_until_all_is_quiet(cluster):
    lab = Lab(cluster, scale=1)
    find(lab, "speed").value = 16.0
    click(lab, "node-add")
    eventually(lambda: cluster.quiet and find(lab, "play").description == "▶ 播放")
    assert len(cluster.list("Pod")) == 4
    lab.close()


def test_pause_holds_and_play_goes_on(cluster):
    lab = Lab(cluster, scale=1)
    click(lab, "node-add")
    eventually(lambda: len(cluster.list("Pod")) == 4)
    click(lab, "play")
    assert lab.held
    now = cluster.now
    click(lab, "node-add")
    time.sleep(0.3)
    assert cluster.now == now
    find(lab, "speed").value = 16.0
    click(lab, "play")
    eventually(lambda: cluster.quiet)
    lab.close()


def test_a_panel_does_not_move_time_by_itself(cluster):
    cluster.add_node()
    lab = Lab(cluster, scale=1)
    now, revision = cluster.now, cluster.store.revision
    time.sleep(0.2)
    assert (cluster.now, cluster.store.revision) == (now, revision)
    lab.close()


def test_time_is_tied_to_real_seconds(cluster):
    player = Player([Playback(cluster)], lambda error: None)
    cluster.add_node()
    waits = []
    while cluster.next_time() == cluster.now:
        waits.append(player.tick(0.1))
    now = cluster.now
    assert waits and all(wait in (0.0, pytest.approx(0.3)) for wait in waits)
    assert player.tick(0.1) == pytest.approx(0.05)
    assert cluster.now == pytest.approx(now + 0.1)
    player.speed = 4.0
    while (wait := player.tick(0.1)) is not None:
        assert wait <= 0.3 / 4
    assert cluster.quiet
    assert cluster.now - now < 10


def test_a_step_that_writes_nothing_does_not_make_time_leap(cluster):
    player = Player([Playback(cluster)], lambda error: None)
    cluster.clock.schedule(cluster.now + 1.0, 99, "nobody", "nothing", int)
    cluster.clock.schedule(cluster.now + 300.0, 99, "nobody", "nothing", int)
    start = cluster.now
    for _ in range(20):
        player.tick(0.1)
    assert cluster.now - start < 3


def test_a_failure_while_time_runs_is_said_in_the_panel(cluster, monkeypatch):
    lab = Lab(cluster, scale=1)
    monkeypatch.setattr(cluster.control_plane, "step_within", lambda seconds: 1 / 0)
    click(lab, "node-add")
    eventually(lambda: "ZeroDivisionError" in find(lab, "message-page").value)
    eventually(lambda: find(lab, "play").description == "▶ 播放")
    lab.close()


def test_many_changes_become_few_pictures(lab):
    drawn = []
    lab.picture.observe(lambda change: drawn.append(change), "value")
    for i in range(100):
        lab.cluster.label("node1", {"n": str(i)})
    eventually(lambda: "n=99" in find(lab, "events").value)
    # A redraw fills the list of events before it draws.
    eventually(lambda: drawn)
    assert 0 < len(drawn) < 60


def test_two_panels_over_one_cluster_show_the_same(lab):
    second = Lab(lab.cluster, scale=1)
    second.held = True
    click(second, "node-add")
    lab.refresh()
    second.refresh()
    assert find(lab, "picture").value == find(second, "picture").value
    assert find(lab, "kubectl").value != find(second, "kubectl").value
    second.close()


def threads() -> set[threading.Thread]:
    return {t for t in threading.enumerate() if t.name.startswith("k8s-")}


def test_a_closed_panel_leaves_no_thread_and_no_listener(cluster):
    before, listeners = threads(), len(cluster.store.listeners)
    lab = Lab(cluster, scale=1)
    find(lab, "node-add").click()
    lab.close()
    eventually(lambda: threads() <= before)
    assert len(cluster.store.listeners) == listeners


def test_a_panel_nobody_holds_goes_by_itself(cluster):
    before = threads()
    lab = Lab(cluster, scale=1)
    gone = weakref.ref(lab)
    del lab
    gc.collect()
    eventually(lambda: gone() is None)
    eventually(lambda: threads() <= before)


def test_running_a_cell_again_closes_its_former_panel(cluster, monkeypatch):
    runs = iter(["run 1", "run 1", "run 2"])
    monkeypatch.setattr(registry, "current_cell", lambda: ("cell", next(runs)))
    first, beside, second = (Lab(cluster, scale=1) for _ in range(3))
    for lab in (first, beside, second):
        registry.keep(lab)
    eventually(lambda: not first._watcher.alive and not beside._watcher.alive)
    assert second._watcher.alive
    second.close()


def test_the_search_for_a_change_of_a_pod_ends_where_one_crashes_for_ever(lab):
    [pod, *_] = lab.cluster.list("Pod")
    lab.cluster.break_pod(pod["metadata"]["name"], "crash")
    lab.cluster.run(3600)
    start = len(lab.cluster.actions)
    click(lab, "next-pod")
    assert len(lab.cluster.actions) - start < 1000

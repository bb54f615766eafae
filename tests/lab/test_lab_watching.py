"""A panel for a watched cluster: nothing on it writes, and the past that was seen can be replayed."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import pytest

from k8slearn import Cluster, Lab
from k8slearn.lab.layout import MACHINERY
from k8slearn.lab.playback import SEEN_AGAIN
from k8slearn.lesson import lab as lesson_lab
from k8slearn.locale import lab as words
from k8slearn.pacing import seconds_now
from tests.support.api_server import ApiServer, forbidden, same
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE
from tests.support.lab_panel import find, within
from tests.support.waiting import eventually

# The buttons of going through the past, of the files and of the whole screen.
LOOKING = {*SEEN_AGAIN, "whole", "to-now", "held-step", "held-play"}
LOOKING |= {f"save-{ending}" for ending in ("png", "svg", "html", "gif", "webp")}


@pytest.fixture
def server() -> ApiServer:
    cluster = Cluster(nodes=3, seed=1, start=seconds_now())
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    return ApiServer(cluster)


@pytest.fixture
def lab(server: ApiServer) -> Iterator[Lab]:
    made = Lab(server.watched(), scale=1)
    yield made
    made.close()
    made.cluster.close()


def rolled_out(lab: Lab, server: ApiServer) -> None:
    server.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    server.cluster.run_until_quiet()
    eventually(lambda: same(lab.cluster, server.cluster))
    lab.refresh()


def buttons(lab: Lab) -> set[str]:
    found = set()
    for widget in within(lab.widget):
        if isinstance(widget, ipywidgets.Button):
            found |= {name.removeprefix("k8s-") for name in widget._dom_classes}
    return found


def test_no_button_that_writes_is_made(lab):
    assert buttons(lab) == LOOKING
    assert not any(isinstance(each, ipywidgets.Text) for each in within(lab.widget))
    named = {name for each in within(lab.widget) for name in each._dom_classes}
    assert named.isdisjoint({f"k8s-{name}" for name in MACHINERY})


def test_it_says_which_cluster_it_is_and_that_it_only_looks(lab):
    said = find(lab, "context").value
    assert "集群 prod · 用户 alice · namespace default · 只看不改" in said


def test_it_follows_a_rollout_and_says_who_did_what(lab, server):
    rolled_out(lab, server)
    lines = find(lab, "events").value
    assert "<b>控制器</b><span>删除 node1 上的 Pod（版本 1）" in lines
    assert "<b>kubelet</b><span>报告 node1 上的 Pod 就绪（版本 2）" in lines
    assert "<b>kubectl-set</b>" in lines and "某个客户端" not in lines


def test_who_deleted_a_pod_is_told_anew_when_it_is_known(lab, server):
    name = server.cluster.list("Pod")[0]["metadata"]["name"]
    server.cluster.delete_pod(name)
    eventually(lambda: "<b>某个客户端</b><span>删除" in find(lab, "events").value)
    assert "某个客户端删除" in find(lab, "sentence").value
    with lab.cluster.lock:
        assert lab.cluster.credit(("Pod", "default", name), "daemonset-controller")
    lab.refresh()
    assert "<b>控制器</b><span>删除" in find(lab, "events").value
    assert "DaemonSet 控制器删除" in find(lab, "sentence").value


def test_times_are_told_from_the_first_picture_on(lab, server):
    rolled_out(lab, server)
    lab.select_node("node1")
    lab.go("first")
    lab.refresh()
    assert "正在看 0.0 s 时的集群（第 0 步" in find(lab, "where-page").value
    lab.go("step")
    lab.refresh()
    at = float(find(lab, "where-page").value.partition("正在看 ")[2].partition(" s")[0])
    assert 0 <= at < 60
    assert "kubectl-set 把 filebeat-ds 的镜像改为" in find(lab, "sentence").value
    assert f"{lab.cluster.began:.1f}" not in find(lab, "why-text").value


def test_the_past_is_looked_at_while_the_cluster_goes_on(lab, server):
    rolled_out(lab, server)
    lab.go("first")
    server.cluster.add_node()
    eventually(lambda: len(lab.cluster.store.list("Node")) == 4)
    lab.refresh()
    assert find(lab, "node").options == ("node1", "node2", "node3")
    assert words.TIME_STATES["past-held"] in find(lab, "state").value
    lab.go("now")
    lab.refresh()
    assert "node4" in find(lab, "node").options
    assert words.TIME_STATES["live"] in find(lab, "state").value


def test_the_past_is_replayed_until_now(lab, server):
    rolled_out(lab, server)
    lab.go("first")
    lab.set_speed(16.0)
    lab.go("play")
    eventually(lambda: lab.playback.live)
    lab.refresh()
    assert words.TIME_STATES["live"] in find(lab, "state").value


def test_what_is_still_to_come_cannot_be_stepped_to(lab):
    for what in ("play", "step", "next-pod", "until-quiet", "branch"):
        lab.go(what)
    assert lab.playback.live and lab.branched is None
    assert not lab._player.playing
    assert words.AT_PRESENT in find(lab, "message-page").value


def test_before_anything_happens_it_waits_and_says_so(lab):
    assert words.NOTHING_SEEN in find(lab, "sentence").value
    assert find(lab, "play").tooltip == words.REPLAY_TIPS["play"]


def test_what_was_seen_hours_apart_can_be_stepped_through(lab, server):
    server.cluster.label("node1", {"a": "1"})
    eventually(lambda: same(lab.cluster, server.cluster))
    lab.cluster._skew = 10_000.0
    server.cluster.label("node1", {"a": "2"})
    eventually(lambda: same(lab.cluster, server.cluster))
    count = len(lab.cluster.actions)
    lab.go("first")
    for number in range(1, count + 1):
        lab.go("step")
        assert lab.playback.number == number


def test_a_command_of_ones_own_is_not_sent(lab, server):
    count = server.cluster.store.revision
    assert not lab.do(lambda cluster: cluster.add_node(), "kubectl …")
    assert words.READ_ONLY in find(lab, "message-page").value
    assert server.cluster.store.revision == count


def test_why_says_what_cannot_be_known(lab):
    lab.select_node("node1")
    lab.refresh()
    assert "以上只按读到的对象推算" in find(lab, "why-text").value


def test_a_lost_connection_is_seen_in_the_panel(lab, server):
    server.up = False
    eventually(lambda: "起连接断了" in find(lab, "notices").value)
    assert words.TIME_STATES["lost"] in find(lab, "state").value
    server.up = True
    eventually(lambda: "重新连上了" in find(lab, "notices").value)
    assert words.TIME_STATES["live"] in find(lab, "state").value


def test_a_kind_that_may_not_be_read_is_named(server):
    refusal = forbidden("nodes")
    server.refuse = lambda path, query: refusal if path.endswith("/nodes") else None
    lab = Lab(server.watched(), scale=1)
    assert "没有读到 Node（没有权限）" in find(lab, "notices").value
    lab.close()
    lab.cluster.close()


def test_a_lessons_lab_shows_it_as_well(server):
    lab = lesson_lab(server.watched(), scale=1)
    assert "只看不改" in find(lab, "context").value
    lab.close()
    lab.cluster.close()


def test_files_are_made_of_what_was_seen(lab, server, tmp_path):
    rolled_out(lab, server)
    assert lab.save(tmp_path / "now.svg").read_text().startswith("<svg")
    assert lab.save(tmp_path / "way.html").stat().st_size > 1000

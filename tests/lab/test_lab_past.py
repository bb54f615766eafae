"""The past in the panel, in process: everything shows the same moment, and changes are made in the present."""

from __future__ import annotations

import pytest
from PIL import Image

from k8slearn import Cluster, Lab
from k8slearn.lab.cards.tables import differences
from k8slearn.lab.playback import Playback, advance
from k8slearn.view.ink.timeline import codes_of, paint_timeline
from k8slearn.view.timeline import capacity, number_at
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE
from tests.support.lab_panel import busy_cluster, click, find, within
from tests.support.waiting import eventually


def updated_lab() -> Lab:
    cluster = busy_cluster()
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    cluster.run_until_quiet()
    made = Lab(cluster, scale=1)
    made.held = True
    return made


@pytest.fixture
def lab():
    made = updated_lab()
    yield made
    made.close()


@pytest.fixture(scope="module")
def saved():
    """A panel that is not changed, made once for all kinds of files."""
    made = updated_lab()
    made.go_to(25)
    yield made
    made.close()


def everything(lab: Lab) -> list[object]:
    """All that the panel shows of the cluster."""
    names = ("head-page", "sentence", "picture", "events", "records-page")
    return [find(lab, name).value for name in names]


def test_a_past_moment_looks_as_the_present_did_then():
    cluster = busy_cluster()
    lab = Lab(cluster, scale=1)
    lab.held = True
    find(lab, "tab").value = "records"
    find(lab, "records-kind").value = "Pod"
    cluster.add_node()
    seen = {}
    while cluster.step() is not None:
        lab.refresh()
        seen[len(cluster.actions)] = (
            find(lab, "head-page").value,
            find(lab, "records-page").value,
        )
    for number, (head, table) in list(seen.items())[:-1]:
        lab.go_to(number)
        lab.refresh()
        assert (find(lab, "head-page").value, find(lab, "records-page").value) == (
            head,
            table,
        )
    lab.close()


def test_going_back_is_said_and_the_way_back_is_there(lab):
    now = everything(lab)
    click(lab, "back")
    count = len(lab.cluster.actions)
    assert f"第 {count - 1} 步，共 {count} 步" in find(lab, "where-page").value
    assert find(lab, "to-now").layout.display is None
    click(lab, "first")
    assert "还没有 DaemonSet" in find(lab, "head-page").value
    click(lab, "to-now")
    assert find(lab, "where-page").value == ""
    assert everything(lab)[0] == now[0] and everything(lab)[3:] == now[3:]


def test_a_change_in_the_past_is_made_in_the_present(lab):
    lab.go_to(20)
    lab.refresh()
    find(lab, "image").value = "agent:typed-in-the-past"
    click(lab, "image-set")
    assert lab.playback.live
    assert lab.cluster.get("DaemonSet", "filebeat-ds")["spec"]["template"]["spec"][
        "containers"
    ][0]["image"].endswith("typed-in-the-past")


def test_the_past_is_played_up_to_the_present(lab):
    find(lab, "speed").value = 16.0
    lab.go_to(len(lab.cluster.actions) - 8)
    written = lab.cluster.store.revision
    click(lab, "play")
    eventually(lambda: lab.playback.live and find(lab, "play").description == "▶ 播放")
    eventually(lambda: find(lab, "where-page").value == "")
    assert lab.cluster.store.revision == written


def test_a_branch_steps_together_with_the_past_of_the_first(lab):
    lab.go_to(len(lab.cluster.actions) - 10)
    click(lab, "branch")
    branch = lab.branched.playback
    assert branch.time == lab.playback.time
    for _ in range(10):
        click(lab, "step")
        assert abs(branch.time - lab.playback.time) < 1e-6
    assert (
        branch.cluster.store.log.changes[-1].object
        == lab.cluster.store.log.changes[-1].object
    )
    lab.go_to(len(lab.cluster.actions) - 6)
    assert not branch.live and branch.time == lab.playback.time
    click(lab, "close-branch")
    assert lab.branched is None and len(lab.playbacks) == 1


def test_the_strategies_are_compared_from_one_start(lab):
    click(lab, "branch")
    lab.branched.update.strategy.value = "OnDelete"
    for cluster in (lab.cluster, lab.branched.playback.cluster):
        cluster.set_image("filebeat-ds", "agent:3")
    click(lab, "until-quiet")
    updated = [
        c.get("DaemonSet", "filebeat-ds")["status"].get("updatedNumberScheduled", 0)
        for c in (lab.cluster, lab.branched.playback.cluster)
    ]
    assert updated == [3, 0]


def test_what_goes_together_never_runs_ahead():
    first, second = (Playback(Cluster(nodes=n, seed=n)) for n in (2, 3))
    for playback in (first, second):
        playback.cluster.add_node()
    while advance([first, second]):
        assert abs(first.time - second.time) < 1e-6


@pytest.mark.parametrize("ending", ["png", "svg", "html", "gif", "webp"])
def test_files(saved, tmp_path, ending):
    path = saved.save(tmp_path / f"a.{ending}")
    data = path.read_bytes()
    if ending in ("gif", "webp"):
        assert Image.open(path).n_frames > 3
    else:
        assert {"png": b"\x89PNG", "svg": b"<svg", "html": b"data:image/png;base64"}[
            ending
        ] in data


def test_changed_lines_are_marked():
    assert list(differences(["a", "b", "c"], ["a", "x", "c"])) == [
        ("a", ""),
        ("b", "gone"),
        ("x", "changed"),
        ("c", ""),
    ]


def test_marks_stay_in_their_slots_when_more_come():
    few, more = (
        paint_timeline(codes_of(["user", "scheduler"] * n), 0, scale=1.0)
        for n in (10, 20)
    )
    assert (few[:, 40:200] == more[:, 40:200]).all() and (few != more).any()
    assert [capacity(n) for n in (0, 75, 76, 2000)] == [75, 75, 150, 2400]
    assert paint_timeline(codes_of(["kubelet"] * 20_000), 10_000).shape == (76, 1800, 3)
    assert [number_at(x, 30) for x in (0.0, 0.2, 1.0)] == [0, 15, 30]


def test_what_went_wrong_is_a_line_from_the_moment_on_when_it_did(lab):
    before = len(lab.cluster.actions)
    lab.cluster.run(5)
    lab.cluster.add_controller("broken", lambda api: api.nonsense, ["Node"])
    lab.cluster.add_node()
    lab.cluster.run(5)
    lab.refresh()
    line = "没做成，过一会儿再试：你的函数里"
    assert find(lab, "events").value.count(line) == 1, "once, though it was tried again"
    lab.go_to(len(lab.cluster.actions) - 1)
    lab.refresh()
    assert find(lab, "events").value.count(line) == 1
    lab.go_to(before)
    lab.refresh()
    assert line not in find(lab, "events").value


def test_times_are_told_from_the_clusters_birth():
    cluster = Cluster(nodes=2, seed=1, start=28_489_479.0)
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    lab = Lab(cluster, scale=1)
    lab.select_node("node1")
    lab.go_to(3)
    lab.go("branch")
    lab.refresh()
    told = [find(lab, name).value for name in ("events", "sentence", "why-text")]
    assert "28489" not in "".join(told) + find(lab, "where-page").value
    titles = [
        each.value for each in within(find(lab, "beside")) if hasattr(each, "value")
    ]
    assert [title for title in titles if "分支：从 " in str(title)]
    assert not [title for title in titles if "28489" in str(title)]
    lab.close()

"""A narration says which component did what, in order; a shortened one says so."""

from __future__ import annotations

from k8slearn.course.narration import narrate
from tests.support.rollouts import rolled_out


def test_a_narration_names_who_did_what_in_order() -> None:
    cluster, before = rolled_out(max_unavailable=1)
    lines = narrate(cluster, since=before).lines
    assert "你" in lines[0]
    assert "DaemonSet 控制器" in lines[1]
    assert len(lines) > 15


def test_a_narration_can_be_cut_and_says_so() -> None:
    cluster, before = rolled_out(max_unavailable=1)
    whole, cut = narrate(cluster, since=before), narrate(cluster, since=before, first=3)
    assert cut.lines[:3] == whole.lines[:3]
    assert str(len(whole.lines) - 3) in cut.lines[3]


def test_nothing_to_tell_is_said() -> None:
    cluster, _ = rolled_out(max_unavailable=1)
    assert str(narrate(cluster, since=cluster.store.revision)) == "什么也没发生"


def test_a_template_that_kubectl_put_back_is_told_as_that() -> None:
    cluster, _ = rolled_out(max_unavailable=1)
    before = cluster.store.revision
    template = {"spec": {"containers": [{"name": "filebeat", "image": "old:1"}]}}
    patch = {"spec": {"template": template}}
    cluster.patch("DaemonSet", "filebeat-ds", patch, manager="kubectl")
    cluster.run_until_quiet()
    undone = narrate(cluster, since=before).lines[0]
    assert "写回" in undone and "旧模板" in undone
    before = cluster.store.revision
    cluster.set_image("filebeat-ds", "new:2")
    cluster.run_until_quiet()
    assert "旧模板" not in narrate(cluster, since=before).lines[0]

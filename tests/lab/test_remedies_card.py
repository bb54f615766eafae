"""The card 怎样才会？ in the panel: computed on demand, shown with kubectl lines, carried out by a click."""

import pytest

from k8slearn import Cluster, Lab
from k8slearn.lab.commands import Mistake, carry_out
from k8slearn.locale import remedies as words
from tests.support.helpers import DS, daemon_set
from tests.support.lab_panel import click, find, within


@pytest.fixture
def stuck():
    """A rollout stuck because of its image, and a Node on which the DaemonSet does not run."""
    cluster = Cluster(3, seed=1)
    cluster.apply(daemon_set())
    cluster.add_node("new", taints=["gpu=yes:NoSchedule"])
    cluster.run(30)
    cluster.set_image(DS, "agent:broken")
    cluster.run(60)
    lab = Lab(cluster, scale=1)
    lab.pause()
    yield lab
    lab.close()


def shown(lab):
    """The answers that are on the screen."""
    rows = [w for w in within(lab.widget) if "k8s-remedy" in w._dom_classes]
    return [each.children[1].value for each in rows if each.layout.display != "none"]


def said(lab):
    return find(lab, "remedy-said").value


def test_a_rollout_that_stands_goes_on_by_one_press(stuck):
    assert shown(stuck) == []
    click(stuck, "remedy-rollout")
    [answer] = shown(stuck)
    assert "换回以前的：main=agent:1" in answer and "都好了" in answer
    assert "<code>kubectl set image ds/agent main=agent:1</code>" in answer
    assert "<details><summary>YAML</summary>" in answer
    for told in (said(stuck), find(stuck, "message-page").value):
        assert "只有这一种能行" in told
    click(stuck, "remedy-1")
    assert "kubectl set image ds/agent main=agent:1" in find(stuck, "kubectl").value
    assert shown(stuck) == [] and "照做了" in said(stuck)
    stuck.until_quiet()
    assert stuck.cluster.get("DaemonSet", DS)["status"]["numberAvailable"] == 3


def test_a_node_without_a_pod_gets_one_and_what_else_comes_of_it_is_said(stuck):
    stuck.cluster.set_image(DS, "agent:1")
    stuck.cluster.run(60)
    stuck.refresh()
    stuck.select_node("new")
    stuck.refresh()
    assert find(stuck, "remedy-node").description == "new 上怎样才会有 Pod？"
    click(stuck, "remedy-node")
    taint_off, tolerated = shown(stuck)
    assert "kubectl taint nodes new gpu:NoSchedule-" in taint_off
    assert "会让另外 3 个 Pod 重建" in tolerated and "⚠" not in taint_off


def test_what_is_well_and_what_only_takes_time_is_said(stuck):
    stuck.cluster.set_image(DS, "agent:1")
    stuck.refresh()
    click(stuck, "remedy-rollout")
    [answer] = shown(stuck)
    assert "什么都不用改" in answer
    # There is nothing to carry out.
    assert find(stuck, "remedy-1").layout.display == "none"
    click(stuck, "remedy-1")
    stuck.cluster.run(60)
    stuck.refresh()
    assert shown(stuck) == [] and words.OLD in said(stuck)
    click(stuck, "remedy-rollout")
    assert words.WELL in said(stuck)


def test_where_nothing_helps_it_says_how_much_was_tried(stuck):
    cluster = Cluster(1, kubelet="manual")
    cluster.apply(daemon_set(image="agent:broken"))
    lab = Lab(cluster, scale=1)
    lab.pause()
    cluster.settle()
    lab.refresh()
    click(lab, "remedy-node")
    assert "没有一种能行" in said(lab) and shown(lab) == []
    lab.close()


def test_the_past_is_not_asked(stuck):
    stuck.go_to(5)
    stuck.refresh()
    click(stuck, "remedy-rollout")
    assert words.PAST in find(stuck, "message-page").value and shown(stuck) == []


def test_nothing_is_worked_out_unasked(stuck, monkeypatch):
    made = []
    fork = Cluster.fork
    monkeypatch.setattr(Cluster, "fork", lambda self: made.append(1) or fork(self))
    stuck.cluster.add_node()
    stuck.refresh()
    stuck.select_node("new")
    stuck.refresh()
    assert made == []
    click(stuck, "remedy-node")
    assert made


def test_a_change_that_nobody_has_found_is_no_command():
    with pytest.raises(Mistake, match="不是一种改动"):
        carry_out("[1]")

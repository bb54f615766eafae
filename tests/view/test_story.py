"""Grouping the log into steps and scenes."""

from __future__ import annotations

from k8slearn import Cluster
from k8slearn.view.story import scenes, steps
from tests.support.fakes import (
    DAEMON_SET,
    NEWER_IMAGE,
)


def test_the_story_of_a_cluster_has_a_scene_for_each_step() -> None:
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(DAEMON_SET)
    cluster.run_until_quiet()
    since = cluster.store.revision
    cluster.set_image("filebeat-ds", NEWER_IMAGE)
    cluster.run_until_quiet()
    told = list(scenes(cluster.store, since))
    assert len(told) == 1 + len(steps(cluster.store.log.changes[since:]))
    assert {m.revision for card in told[0].cards for m in card.pods} == {1}
    assert {m.revision for card in told[-1].cards for m in card.pods} == {2}
    assert told[1].sentence == f"你把 filebeat-ds 的镜像改为 {NEWER_IMAGE}。"
    assert all(scene.sentence and scene.chip for scene in told[1:])


def test_a_lease_that_is_renewed_later_does_not_date_the_step_before() -> None:
    cluster = Cluster(nodes=1, seed=1)
    since = cluster.store.revision
    cluster.label("node1", {"disk": "ssd"})
    began = cluster.now
    cluster.run(30)
    assert [scene.time for scene in scenes(cluster.store, since)][-1] == began

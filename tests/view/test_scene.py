"""The scenes of clusters."""

from __future__ import annotations

import pytest

from k8slearn.view.scene import Phase, PodMark, natural, scene_of
from tests.support.fakes import (
    STATES,
    Listed,
    daemon_set,
    node,
    pod,
    revision,
)

GPU = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


@pytest.mark.parametrize("state", STATES)
def test_every_phase_of_a_pod_is_told_apart(state: str) -> None:
    scene = scene_of(Listed(revision(3), node("node1"), pod("a", "node1", 3, state)))
    assert scene.cards[0].pods == (
        PodMark("uid-a", "a", "filebeat-ds", 3, Phase(state)),
    )


def test_a_card_tells_what_is_unusual_about_a_node() -> None:
    card = scene_of(
        Listed(node("gpu1", taints=[GPU], ready="False", cordoned=True, disk="ssd"))
    ).cards[0]
    assert (card.tags, card.taints) == (("disk=ssd",), ("dedicated=gpu:NoSchedule",))
    assert (card.ready, card.cordoned, card.gone) == ("False", True, False)


def test_a_node_that_left_pods_behind_is_still_there_as_gone() -> None:
    scene = scene_of(Listed(node("node1"), pod("a", "node2")))
    assert [(card.name, card.gone) for card in scene.cards] == [
        ("node1", False),
        ("node2", True),
    ]


def test_counters_are_the_daemon_sets_status() -> None:
    status = {
        "desiredNumberScheduled": 7,
        "numberReady": 6,
        "updatedNumberScheduled": 3,
        "numberUnavailable": 1,
    }
    scene = scene_of(
        Listed(daemon_set("other"), daemon_set("mine", **status)), daemon_set="mine"
    )
    assert (scene.daemon_set, scene.counts) == ("mine", type(scene.counts)(7, 6, 3, 1))


def test_nodes_stand_in_the_order_of_their_numbers() -> None:
    names = [f"node{i}" for i in (10, 2, 1)]
    assert [card.name for card in scene_of(Listed(*map(node, names))).cards] == [
        "node1",
        "node2",
        "node10",
    ]
    assert natural("a9") < natural("a10") < natural("b1")

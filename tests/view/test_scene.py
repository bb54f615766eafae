"""What is to be seen, where it stands, and what is said about it, without a drop of ink."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from k8slearn import Cluster
from k8slearn.apimachinery.log import Change
from k8slearn.view.narrate import line_of, sentence_of
from k8slearn.view.plan.arrows import chips_by_node
from k8slearn.view.plan.forms import FORMS
from k8slearn.view.plan.graph import layered_positions, placement_graph
from k8slearn.view.plan.grid import grid_of
from k8slearn.view.plan.seating import Seating, arrange
from k8slearn.view.scene import NodeCard, Phase, PodMark, Scene, natural, scene_of
from k8slearn.view.story import scenes, steps
from tests.support.fakes import (
    DAEMON_SET,
    NEWER_IMAGE,
    STATES,
    Listed,
    change,
    daemon_set,
    many,
    node,
    pod,
    revision,
)

GPU = {"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}


def scene_with(*names: str, group_by: str = "", **groups: str) -> Scene:
    return Scene(
        cards=tuple(NodeCard(name, groups.get(name, "")) for name in names),
        group_by=group_by,
    )


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


def test_adding_and_removing_a_node_moves_nobody_else() -> None:
    first = arrange(scene_with("a", "b", "c"))
    without = arrange(scene_with("a", "c"), first)
    again = arrange(scene_with("a", "c", "d"), without)
    assert without.slots == {"a": (0, 0), "c": (0, 2)}
    assert again.slots == {"a": (0, 0), "c": (0, 2), "d": (0, 1)}


def test_a_full_group_goes_on_below_everything_else() -> None:
    zones = {f"n{i}": "east" for i in range(4)} | {"w": "west"}
    first = arrange(scene_with(*zones, group_by="zone", **zones))
    zones["new"] = "east"
    second = arrange(scene_with(*zones, group_by="zone", **zones), first)
    assert first.rows == ("east", "west")
    assert second.rows == ("east", "west", "east")
    assert second.slots["new"] == (2, 0)
    before, after = grid_of(first, 0).boxes, grid_of(second, 0).boxes
    assert {name: after[name] for name in before} == before


def test_a_node_that_changes_its_group_moves_alone() -> None:
    first = arrange(scene_with("a", "b", "c", group_by="zone", a="x", b="x", c="y"))
    second = arrange(
        scene_with("a", "b", "c", group_by="zone", a="y", b="x", c="y"), first
    )
    assert {n for n in "abc" if first.slots[n] != second.slots[n]} == {"a"}


@given(st.lists(st.sets(st.integers(1, 60), min_size=1), min_size=2, max_size=8))
def test_whoever_stays_keeps_its_slot_and_nobody_shares_one(
    history: list[set[int]],
) -> None:
    places: Seating | None = None
    for present in history:
        names = [f"n{i}" for i in sorted(present)]
        before, places = places, arrange(scene_with(*names), places)
        assert len(set(places.slots.values())) == len(names)
        if before is not None and before.form is places.form:
            assert all(
                places.slots[n] == before.slots[n] for n in names if n in before.slots
            )


def test_a_new_pod_does_not_push_the_old_one_aside() -> None:
    def marks(*uids: str) -> Scene:
        pods = tuple(PodMark(uid, uid, "", 1, Phase.READY) for uid in uids)
        return Scene(cards=(NodeCard("a", "", pods=pods),))

    first = arrange(marks("old"))
    both = arrange(marks("new", "old"), first)
    after = arrange(marks("new"), both)
    assert both.lanes == {"old": 0, "new": 1}
    assert after.lanes == {"new": 1}


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (4, "large"),
        (12, "large"),
        (20, "middle"),
        (60, "small"),
        (500, "dense"),
        (5000, "dots"),
    ],
)
def test_the_form_fits_the_number_of_nodes(count: int, form: str) -> None:
    places = arrange(scene_with(*(f"n{i}" for i in range(count))))
    last = max(places.slots, key=places.slots.__getitem__)
    box = grid_of(places, 0).boxes[last]
    assert places.form.name == form
    assert box.x + box.width <= 900
    assert box.y + box.height < 700


def test_a_form_is_kept_until_it_is_really_too_small() -> None:
    large = FORMS[0]
    places = arrange(scene_with(*(f"n{i}" for i in range(large.fits))))
    grown = arrange(scene_with(*(f"n{i}" for i in range(large.most))), places)
    assert grown.form is large
    assert (
        arrange(scene_with(*(f"n{i}" for i in range(large.most + 1))), grown).form
        is FORMS[1]
    )


def test_the_placement_is_a_graph_from_daemon_set_over_pods_to_nodes() -> None:
    scene = scene_of(
        Listed(
            daemon_set(),
            node("node1"),
            node("node2"),
            pod("a", "node1"),
            pod("b", "node2", 1, "unbound"),
        )
    )
    graph = placement_graph(scene)
    assert isinstance(graph, nx.DiGraph)
    assert nx.shortest_path(graph, ("DaemonSet", "filebeat-ds"), ("Node", "node1"))[
        1
    ] == ("Pod", "uid-a")
    assert graph.edges[("Pod", "uid-b"), ("Node", "node2")]["relation"] == "meant-for"


def test_in_the_graph_pods_stand_above_their_node() -> None:
    scene = scene_of(many(5))
    graph, places = placement_graph(scene), arrange(scene)
    layered = layered_positions(graph, places, (10, 20, 30))
    assert {y for (kind, _), (_, y) in layered.items() if kind == "Node"} == {30}
    assert layered["Pod", "uid-pod1"] == (layered["Node", "node1"][0], 20)
    assert len(set(layered.values())) == len(layered)


def test_arrows_lead_from_the_component_to_what_it_touched() -> None:
    scene = scene_of(many(3), changes=[change(pod("pod2", "node2"), "scheduler")])
    assert scene.chip == "scheduler"
    grid = grid_of(arrange(scene), 0)
    assert chips_by_node(scene.arrows, grid) == {"node2": "scheduler"}


SAID = [
    (
        change(pod("a", "node1", 2, "unbound"), kind="ADDED"),
        "DaemonSet 控制器为 node1 创建 Pod（版本 2）。",
    ),
    (
        change(pod("a", "node1", 1, "ending"), previous=pod("a", "node1")),
        "DaemonSet 控制器删除 node1 上的 Pod（版本 1），等它终止。",
    ),
    (
        change(
            pod("a", "node1", 1, "starting"),
            "scheduler",
            previous=pod("a", "node1", 1, "unbound"),
        ),
        "调度器把 Pod 绑定到 node1。",
    ),
    (
        change(pod("a", "node1"), "kubelet", previous=pod("a", "node1", 1, "starting")),
        "kubelet 报告 node1 上的 Pod 就绪（版本 1）。",
    ),
    (
        change(pod("a", "node1"), "pod-gc", "DELETED", pod("a", "node1")),
        "Pod 垃圾回收回收 node1 上的 Pod。",
    ),
    (change(node("node3"), "user", "ADDED"), "你加入节点 node3。"),
    (
        change(node("n", disk="ssd"), "user", previous=node("n", old="1")),
        "你给 n 改标签：disk=ssd，去掉 old。",
    ),
    (
        change(node("n", taints=[GPU]), "user", previous=node("n")),
        "你给 n 加污点 dedicated=gpu:NoSchedule。",
    ),
    (
        change(node("n", cordoned=True), "user", previous=node("n")),
        "你把 n 设为不可调度（cordon）。",
    ),
    (
        change(node("n", ready="Unknown"), "node-lifecycle", previous=node("n")),
        "节点生命周期控制器让 n 变为 Unknown（失联）。",
    ),
    (change(daemon_set(), "user", "ADDED"), "你创建 DaemonSet filebeat-ds。"),
    (
        change(daemon_set(numberReady=1), previous=daemon_set()),
        "DaemonSet 控制器更新 filebeat-ds 的状态：期望 0，就绪 1，已更新 0，不可用 0。",
    ),
]


@pytest.mark.parametrize(
    ("told", "sentence"), SAID, ids=[sentence for _, sentence in SAID]
)
def test_a_change_is_told_in_chinese_with_its_component(
    told: Change, sentence: str
) -> None:
    numbers = {("default", "hash1"): 1, ("default", "hash2"): 2}
    assert sentence_of([told], numbers) == sentence


def test_a_step_that_does_one_thing_many_times_is_one_sentence() -> None:
    created = [change(pod(f"p{i}", f"node{i}"), kind="ADDED") for i in range(1, 7)]
    said = sentence_of(
        [*created, change(daemon_set(numberReady=1), previous=daemon_set())]
    )
    assert (
        said == "DaemonSet 控制器为 node1、node2、node3、node4 等 6 个节点 创建 Pod。"
    )


def test_a_line_of_the_event_stream_has_time_component_and_name() -> None:
    line = line_of(
        change(pod("filebeat-x", "node1", 2), kind="ADDED"), {("default", "hash2"): 2}
    )
    assert line is not None
    assert (line.time, line.chip, line.text) == (
        42.0,
        "daemonset-controller",
        "为 node1 创建 Pod（版本 2）　filebeat-x",
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

"""The placement as a graph, and the arrows of the last step."""

from __future__ import annotations

import networkx as nx

from k8slearn.view.plan.arrows import chips_by_node
from k8slearn.view.plan.graph import layered_positions, placement_graph
from k8slearn.view.plan.grid import grid_of
from k8slearn.view.plan.seating import arrange
from k8slearn.view.scene import scene_of
from tests.support.fakes import (
    Listed,
    change,
    daemon_set,
    many,
    node,
    pod,
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

"""The placement as a graph: DaemonSet → Pod → Node, and the component that acted → what it touched."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from k8slearn.view.layout import MARGIN, WIDTH, Places, row_tops, slot_box
from k8slearn.view.scene import Arrow, NodeCard, Phase, PodMark, Scene

Vertex = tuple[str, str]
Point = tuple[float, float]


def daemon_set_vertex(name: str) -> Vertex:
    """The vertex of a DaemonSet."""
    return "DaemonSet", name


def pod_vertex(mark: PodMark) -> Vertex:
    """The vertex of a Pod, by its uid."""
    return "Pod", mark.uid


def node_vertex(name: str) -> Vertex:
    """The vertex of a Node."""
    return "Node", name


def placement_graph(scene: Scene) -> nx.DiGraph:
    """Vertices carry `kind` and what they stand for; edges carry `relation`: owns, meant-for, runs-on or acts-on."""
    graph = nx.DiGraph()
    if scene.daemon_set:
        graph.add_node(
            daemon_set_vertex(scene.daemon_set), kind="DaemonSet", name=scene.daemon_set
        )
    for card in scene.cards:
        graph.add_node(node_vertex(card.name), kind="Node", card=card)
        for mark in card.pods:
            _add_pod(graph, card, mark)
    for arrow in scene.arrows:
        _add_action(graph, arrow)
    return graph


def _add_pod(graph: nx.DiGraph, card: NodeCard, mark: PodMark) -> None:
    """A Pod with the edge from its owner and the edge to its Node."""
    graph.add_node(pod_vertex(mark), kind="Pod", mark=mark)
    if mark.owner:
        graph.add_node(daemon_set_vertex(mark.owner), kind="DaemonSet", name=mark.owner)
        graph.add_edge(daemon_set_vertex(mark.owner), pod_vertex(mark), relation="owns")
    relation = "meant-for" if mark.phase is Phase.UNBOUND else "runs-on"
    graph.add_edge(pod_vertex(mark), node_vertex(card.name), relation=relation)


def _add_action(graph: nx.DiGraph, arrow: Arrow) -> None:
    """The edge from the acting component; a Pod that is gone is replaced by the Node it was on."""
    target = (
        ("Pod", arrow.pod) if ("Pod", arrow.pod) in graph else node_vertex(arrow.node)
    )
    if target in graph:
        graph.add_node(("Component", arrow.chip), kind="Component", chip=arrow.chip)
        graph.add_edge(("Component", arrow.chip), target, relation="acts-on")


def node_of(graph: nx.DiGraph, vertex: Vertex) -> str:
    """The name of the Node a vertex belongs to: itself, or where its Pod is."""
    if vertex[0] == "Node":
        return vertex[1]
    return next(
        str(target[1]) for target in graph.successors(vertex) if target[0] == "Node"
    )


def touched(graph: nx.DiGraph) -> dict[str, str]:
    """Every Node the last step did something to, with the chip of the component that did it."""
    actions = (edge for edge in graph.edges(data="relation") if edge[2] == "acts-on")
    return {node_of(graph, target): source[1] for source, target, _ in actions}


def slot_positions(
    graph: nx.DiGraph, places: Places, top: float
) -> dict[Vertex, Point]:
    """A layout as networkx knows it (vertex to point), made of fixed slots: Pods stand with their Node."""
    tops = row_tops(places, top)
    centres = {
        node: slot_box(places, tops, slot).centre for node, slot in places.slots.items()
    }
    nodes = {v: centres[v[1]] for v, kind in graph.nodes(data="kind") if kind == "Node"}
    pods = {
        v: centres[node_of(graph, v)]
        for v, kind in graph.nodes(data="kind")
        if kind == "Pod"
    }
    return nodes | pods


def layered_positions(
    graph: nx.DiGraph, places: Places, layers: tuple[float, float, float]
) -> dict[Vertex, Point]:
    """Three rows: DaemonSets, Pods, Nodes. A Node keeps the column of its slot; `layers` are the rows' y."""
    order = {
        node: row * places.form.columns + column
        for node, (row, column) in places.slots.items()
    }
    width = (WIDTH - 2 * MARGIN) / (max(order.values(), default=0) + 1)
    nodes = {
        node_vertex(node): (MARGIN + (index + 0.5) * width, layers[2])
        for node, index in order.items()
    }
    pods = dict(_pod_points(graph, nodes, places, layers[1], width))
    owners = [v for v, kind in graph.nodes(data="kind") if kind == "DaemonSet"]
    step = (WIDTH - 2 * MARGIN) / max(len(owners), 1)
    return (
        nodes
        | pods
        | {
            v: (MARGIN + (i + 0.5) * step, layers[0])
            for i, v in enumerate(sorted(owners))
        }
    )


def _pod_points(
    graph: nx.DiGraph,
    nodes: dict[Vertex, Point],
    places: Places,
    y: float,
    width: float,
) -> Iterator[tuple[Vertex, Point]]:
    """Pods stand above their Node, side by side in their lanes."""
    for vertex, kind in graph.nodes(data="kind"):
        if kind == "Pod":
            node = node_vertex(node_of(graph, vertex))
            among = sorted(v for v in graph.predecessors(node) if v[0] == "Pod")
            lanes = max(places.lanes[v[1]] for v in among) + 1
            x = (
                nodes[node][0]
                + (places.lanes[vertex[1]] - (lanes - 1) / 2) * width / lanes
            )
            yield vertex, (x, y)

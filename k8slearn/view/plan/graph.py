"""The placement as a graph: DaemonSet → Pod → Node, and the component that acted → what it touched."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from k8slearn.view.plan.geometry import MARGIN, WIDTH, Point
from k8slearn.view.plan.seating import Seating
from k8slearn.view.scene import Arrow, NodeCard, Phase, PodMark, Scene

Vertex = tuple[str, str]


def daemon_set_vertex(name: str) -> Vertex:
    """The vertex of a DaemonSet."""
    return "DaemonSet", name


def pod_vertex(pod: PodMark) -> Vertex:
    """The vertex of a Pod, by its uid: a recreated Pod is another vertex."""
    return "Pod", pod.uid


def node_vertex(name: str) -> Vertex:
    """The vertex of a Node."""
    return "Node", name


def placement_graph(scene: Scene) -> nx.DiGraph:
    """The graph of a scene. Vertices have a `kind`, edges a `relation`: owns, meant-for, runs-on or acts-on."""
    graph = nx.DiGraph()
    if scene.daemon_set:
        _add_daemon_set(graph, scene.daemon_set)
    for card in scene.cards:
        graph.add_node(node_vertex(card.name), kind="Node", card=card)
        for pod in card.pods:
            _add_pod(graph, card, pod)
    for arrow in scene.arrows:
        _add_action(graph, arrow)
    return graph


def _add_daemon_set(graph: nx.DiGraph, name: str) -> None:
    graph.add_node(daemon_set_vertex(name), kind="DaemonSet", name=name)


def _add_pod(graph: nx.DiGraph, card: NodeCard, pod: PodMark) -> None:
    """Add a Pod with the edges from its owner and to its Node."""
    graph.add_node(pod_vertex(pod), kind="Pod", mark=pod)
    if pod.owner:
        _add_daemon_set(graph, pod.owner)
        owner = daemon_set_vertex(pod.owner)
        graph.add_edge(owner, pod_vertex(pod), relation="owns")
    relation = "meant-for" if pod.phase is Phase.UNBOUND else "runs-on"
    graph.add_edge(pod_vertex(pod), node_vertex(card.name), relation=relation)


def _add_action(graph: nx.DiGraph, arrow: Arrow) -> None:
    """Add the edge from the acting component to what it changed; for a Pod that is gone, to its Node."""
    target = "Pod", arrow.pod
    if target not in graph:
        target = node_vertex(arrow.node)
    if target in graph:
        component = "Component", arrow.chip
        graph.add_node(component, kind="Component", chip=arrow.chip)
        graph.add_edge(component, target, relation="acts-on")


def node_of(graph: nx.DiGraph, vertex: Vertex) -> str:
    """The Node's name for a vertex: that of a Node itself, or that of a Pod's Node."""
    if vertex[0] == "Node":
        return vertex[1]
    targets = graph.successors(vertex)
    return next(str(name) for kind, name in targets if kind == "Node")


def pods_on(graph: nx.DiGraph, node: str) -> list[Vertex]:
    """The Pods of a Node."""
    return [v for v in graph.predecessors(node_vertex(node)) if v[0] == "Pod"]


def layered_positions(
    graph: nx.DiGraph,
    seating: Seating,
    layers: tuple[float, float, float],
) -> dict[Vertex, Point]:
    """Three rows: DaemonSets, Pods, Nodes. A Node keeps the column of its slot; `layers` are the rows' y.

    The result is a layout for any of networkx' drawing functions.
    """
    columns = seating.form.columns
    order = {}
    for node, (row, column) in seating.slots.items():
        order[node] = row * columns + column
    width = (WIDTH - 2 * MARGIN) / (max(order.values(), default=0) + 1)
    points = {}
    for node, index in order.items():
        points[node_vertex(node)] = MARGIN + (index + 0.5) * width, layers[2]
    points |= dict(_pod_points(graph, points, seating, layers[1], width))
    owners = sorted(v for v in graph if v[0] == "DaemonSet")
    step = (WIDTH - 2 * MARGIN) / max(len(owners), 1)
    for index, owner in enumerate(owners):
        points[owner] = MARGIN + (index + 0.5) * step, layers[0]
    return points


def _pod_points(
    graph: nx.DiGraph,
    nodes: dict[Vertex, Point],
    seating: Seating,
    y: float,
    width: float,
) -> Iterator[tuple[Vertex, Point]]:
    """The points of Pods: above their Node, side by side in their lanes."""
    for vertex in graph:
        if vertex[0] != "Pod":
            continue
        node = node_of(graph, vertex)
        last = max(seating.lanes[uid] for _, uid in pods_on(graph, node))
        shift = seating.lanes[vertex[1]] - last / 2
        centre, _ = nodes[node_vertex(node)]
        yield vertex, (centre + shift * width / (last + 1), y)

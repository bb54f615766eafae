"""The picture of the placement as a graph: DaemonSets above, Pods in the middle, Nodes below."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from k8slearn.view.labels import node_words, phase_word, taint_words
from k8slearn.view.plan.card import card_face, is_troubled
from k8slearn.view.plan.geometry import WIDTH, Box, Point
from k8slearn.view.plan.graph import (
    Vertex,
    layered_positions,
    node_of,
    node_vertex,
    placement_graph,
)
from k8slearn.view.plan.marks import (
    BROKEN,
    DOTTED,
    SOLID,
    Line,
    Mark,
    Rectangle,
    Style,
    Text,
    pill,
)
from k8slearn.view.plan.measure import fit, text_width
from k8slearn.view.plan.pod import pod_marks
from k8slearn.view.plan.seating import arrange
from k8slearn.view.scene import NodeCard, Phase, PodMark, Scene
from k8slearn.view.theme import GROUND, INK, LINE, OWNER, QUIET, WARN, ink_on

HEIGHT = 300
_LAYERS = (34.0, 140.0, 256.0)
# "owns" is thin, since all these lines meet; "runs-on" is what matters.
_LINES = {"owns": (1.0, SOLID), "runs-on": (2.2, SOLID), "meant-for": (2.0, DOTTED)}
# Otherwise the box of a single Node would be as wide as the picture.
_WIDEST_NODE = 150
# A second line needs room for four Chinese characters.
_TWO_LINES = 60


def relation_marks(scene: Scene) -> list[Mark]:
    """The marks of the graph: lines first, then what they join."""
    graph = placement_graph(scene)
    points = layered_positions(graph, arrange(scene), _LAYERS)
    width = (WIDTH - 20) / max(len(scene.cards), 1)
    marks: list[Mark] = [*_lines(graph, points)]
    for vertex, data in graph.nodes(data=True):
        if data["kind"] == "DaemonSet":
            marks += _owner(data["name"], points[vertex])
        elif data["kind"] == "Pod":
            beside = graph.in_degree(node_vertex(node_of(graph, vertex)))
            marks += _pod(data["mark"], points[vertex], width / beside)
        elif data["kind"] == "Node":
            across = min(width - 6, _WIDEST_NODE)
            marks += _node(data["card"], points[vertex], across)
    return marks


def _lines(graph: nx.DiGraph, points: dict[Vertex, Point]) -> Iterator[Mark]:
    """The lines for owns, runs-on and meant-for; acts-on is not drawn."""
    for source, target, relation in graph.edges(data="relation"):
        if relation in _LINES:
            width, dashes = _LINES[relation]
            yield Line(
                [points[source], points[target]],
                colour=QUIET,
                width=width,
                dashes=dashes,
            )


def _owner(name: str, at: Point) -> tuple[Mark, ...]:
    label = fit(f"DaemonSet {name}", 300, 14)
    width = text_width(label, 14) + 36
    box = Box(at[0] - width / 2, at[1] - 16, width, 32)
    return pill(box, label, 14, Style(OWNER, GROUND), ink_on(OWNER))


def _pod(pod: PodMark, at: Point, width: float) -> list[Mark]:
    """A Pod's mark, with its phase below it unless it is ready."""
    x, y = at
    radius = min(16.0, width * 0.3)
    marks = pod_marks(pod, x, y, radius)
    word = phase_word(pod)
    if pod.phase is Phase.READY or text_width(word, 11) > width - 4:
        return marks
    # With a backing, since the line to the Node is behind the word.
    below = y + radius + 13
    text = Text(x, below, word, size=11, colour=QUIET, align="center", backing=GROUND)
    return [*marks, text]


def _node(card: NodeCard, at: Point, width: float) -> list[Mark]:
    x, y = at
    troubled = is_troubled(card)
    edge = WARN if troubled else LINE
    dashes = BROKEN if troubled else SOLID
    style = Style(face=card_face(card), edge=edge, width=1.3, dashes=dashes)
    frame = Rectangle(Box(x - width / 2, y - 24, width, 48), 6, style)
    if text_width(card.name, 12) > width - 4:
        name = fit(card.name, 44, 11)
        return [
            frame,
            Text(x, y, name, size=11, colour=INK, align="center", upright=True),
        ]
    unusual = node_words(card, next(taint_words(card.taints)))
    if not unusual or width <= _TWO_LINES:
        name = fit(card.name, width - 8, 12.5)
        return [frame, Text(x, y, name, size=12.5, colour=INK, align="center")]
    room = width - 8
    name = fit(card.name, room, 12.5)
    word = fit(unusual[0], room, 10.5)
    return [
        frame,
        Text(x, y - 8.5, name, size=12.5, colour=INK, align="center"),
        Text(x, y + 8.5, word, size=10.5, colour=WARN, align="center"),
    ]

"""The placement as a graph to look at: DaemonSets above, their Pods in the middle, the Nodes below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import networkx as nx
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from k8slearn.view import text as words
from k8slearn.view.graph import (
    Point,
    Vertex,
    layered_positions,
    node_of,
    node_vertex,
    placement_graph,
)
from k8slearn.view.layout import WIDTH, Box, arrange
from k8slearn.view.marks import PX, pill, pod_artists, rounded, text
from k8slearn.view.measure import fit, text_width
from k8slearn.view.scene import NodeCard, Phase, PodMark, Scene
from k8slearn.view.theme import GREEN, THEMES, Theme, ink_on

HEIGHT = 300
LAYERS = (34.0, 140.0, 256.0)


def relation_artists(scene: Scene, theme: Theme) -> list[Artist]:
    """Lines first, then what they join."""
    graph = placement_graph(scene)
    points = layered_positions(graph, arrange(scene), LAYERS)
    width = (WIDTH - 20) / max(len(scene.cards), 1)
    kinds = graph.nodes(data=True)
    artists: list[Artist] = [*_lines(graph, points, theme)]
    for vertex, data in kinds:
        if data["kind"] == "DaemonSet":
            artists += _owner(data["name"], points[vertex], theme)
        elif data["kind"] == "Pod":
            beside = graph.in_degree(node_vertex(node_of(graph, vertex)))
            artists += _pod(data["mark"], points[vertex], width / beside, theme)
        elif data["kind"] == "Node":
            artists += _node(data["card"], points[vertex], min(width - 6, 150), theme)
    return artists


def _lines(
    graph: nx.DiGraph, points: dict[Vertex, Point], theme: Theme
) -> Iterator[Artist]:
    """Who owns whom (plain), who runs where (thick), who is only meant for a Node (dotted)."""
    dotted = (0.0, (1.0, 1.6))
    styles: dict[str, tuple[float, Any]] = {
        "owns": (1, "solid"),
        "runs-on": (2.2, "solid"),
        "meant-for": (2, dotted),
    }
    for source, target, relation in graph.edges(data="relation"):
        if relation in styles:
            (x0, y0), (x1, y1) = points[source], points[target]
            width, dashes = styles[relation]
            yield Line2D(
                [x0, x1],
                [y0, y1],
                color=theme.quiet,
                linewidth=width * PX,
                linestyle=dashes,
            )


def _owner(name: str, at: Point, theme: Theme) -> list[Artist]:
    label = fit(f"DaemonSet {name}", 300, 14)
    width = text_width(label, 14) + 36
    return pill(
        Box(at[0] - width / 2, at[1] - 16, width, 32),
        label,
        14,
        GREEN,
        theme.ground,
        ink_on(GREEN),
    )


def _pod(mark: PodMark, at: Point, width: float, theme: Theme) -> list[Artist]:
    radius = min(16.0, width * 0.3)
    artists = pod_artists(mark, *at, radius, theme)
    word = words.phase_word(mark)
    if mark.phase is Phase.READY or text_width(word, 11) > width - 4:
        return artists
    below = text(at[0], at[1] + radius + 13, word, 11, theme.quiet, "center")
    below.set_bbox({"facecolor": theme.ground, "edgecolor": "none", "pad": 1.5})
    return [*artists, below]


def _node(card: NodeCard, at: Point, width: float, theme: Theme) -> list[Artist]:
    troubled = card.gone or card.ready != "True"
    box = Box(at[0] - width / 2, at[1] - 24, width, 48)
    face = theme.pale if card.cordoned or card.gone else theme.card
    dashes = (0.0, (3.0, 2.0)) if troubled else "solid"
    artists: list[Artist] = [
        rounded(box, 6, face, theme.warn if troubled else theme.line, 1.3, dashes)
    ]
    if text_width(card.name, 12) > width - 4:
        upright = text(at[0], at[1], fit(card.name, 44, 11), 11, theme.ink, "center")
        upright.set(rotation=90, verticalalignment="center")
        return [*artists, upright]
    lines = (
        [card.name, *words.node_words(card, next(words.taint_words(card.taints)))[:1]]
        if width > 60
        else [card.name]
    )
    for index, line in enumerate(lines):
        y = at[1] + (index - (len(lines) - 1) / 2) * 17
        size, ink = (12.5, theme.ink) if index == 0 else (10.5, theme.warn)
        artists.append(text(at[0], y, fit(line, width - 8, size), size, ink, "center"))
    return artists


def draw_relations(axes: Axes, scene: Scene, theme: str = "light") -> None:
    """Draw the graph on any Axes; units are pixels of a picture that is 900 wide."""
    axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    for order, artist in enumerate(relation_artists(scene, THEMES[theme])):
        artist.set_zorder(order)
        axes.add_artist(artist)

"""Who talks to whom as ink: cards of Nodes, pills for what takes part, an arrow for each edge of the graph."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
from matplotlib.artist import Artist
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from k8slearn.view.layout import MARGIN, WIDTH, Box
from k8slearn.view.marks import PX, pill, rounded, shape_at, text
from k8slearn.view.measure import fit, text_width
from k8slearn.view.theme import BLUE, GREEN, ORANGE, RED, Theme
from k8slearn.view.traffic_stage import (
    POD,
    POD_TEXT,
    TITLE,
    Curve,
    Stage,
    Vertex,
    along,
    curve,
    label_of,
)

TIMES = "×{count}"
CROSS = "✘"
EMPTY = "这里没有它的 Pod"
PACKET = ORANGE
CAPTION = 30


def ground_artists(stage: Stage, graph: nx.DiGraph, theme: Theme) -> list[Artist]:
    """The cards of the Nodes, without Pods."""
    artists: list[Artist] = []
    for which, box in stage.parts.items():
        if which[0] == "node":
            edge = GREEN if which in graph else theme.line
            artists.append(
                rounded(box, 6, theme.card, edge, 1.6 if which in graph else 1.2)
            )
            artists.append(
                text(
                    box.x + 12,
                    box.y + box.height - 14,
                    fit(which[1], box.width - 24, 14),
                    14,
                    theme.ink,
                )
            )
            if not stage.holds(box):
                note = fit(EMPTY, box.width - 20, POD_TEXT)
                artists.append(
                    text(
                        box.x + 12,
                        box.y + TITLE + POD / 2 - 2,
                        note,
                        POD_TEXT,
                        theme.quiet,
                    )
                )
    return artists


def place_artists(stage: Stage, graph: nx.DiGraph, theme: Theme) -> list[Artist]:
    """Everything that lines lead to and from; Pods that take no part are pale."""
    artists: list[Artist] = []
    for which, box in stage.parts.items():
        if which[0] != "node":
            part = which in graph
            size = POD_TEXT if which[0] == "pod" else 14
            words = fit(label_of(which), box.width - 14, size)
            edge = (
                theme.edge(BLUE)
                if which[0] == "pod" and part
                else theme.quiet
                if part
                else theme.line
            )
            artists += pill(
                box,
                words,
                size,
                theme.card if part else theme.pale,
                edge,
                theme.ink if part else theme.quiet,
            )
    return artists


def line_artists(stage: Stage, graph: nx.DiGraph, theme: Theme) -> Iterator[Artist]:
    """One arrow an edge: red, broken and crossed where every request along it failed, dotted to DNS."""
    for points, target, edge in _lines(stage, graph):
        failed = edge["failed"] == edge["count"]
        yield _arrow(points, target[0] == "dns", failed, theme)
        if failed:
            x, y = along(points, 0.8)
            yield text(x + 12, y, CROSS, 17, theme.edge(RED), "center")


def count_artists(stage: Stage, graph: nx.DiGraph, theme: Theme) -> Iterator[Artist]:
    """How many requests went along an arrow, where it was more than one."""
    for points, target, edge in _lines(stage, graph):
        if edge["count"] > 1 and target[0] != "dns":
            upward = points[0][1] > points[3][1]
            x, y = along(points, 0.35 if upward else 0.6)
            yield from _tag(TIMES.format(count=edge["count"]), x, y, theme)


def _lines(
    stage: Stage, graph: nx.DiGraph
) -> Iterator[tuple[Curve, Vertex, dict[str, int]]]:
    for origin, target, edge in graph.edges(data=True):
        if origin in stage.anchors and target in stage.anchors:
            yield curve(stage, origin, target), target, edge


def _path(points: Curve) -> Path:
    return Path(points, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])


def _arrow(points: Curve, lookup: bool, failed: bool, theme: Theme) -> Artist:
    return FancyArrowPatch(
        path=_path(points),
        arrowstyle="-|>",
        mutation_scale=11,
        color=theme.edge(RED)
        if failed
        else theme.quiet
        if lookup
        else theme.edge(BLUE),
        linewidth=(1.4 if lookup else 2.4) * PX,
        linestyle=(0.0, (1.0, 1.6))
        if lookup
        else (0.0, (4.0, 2.5))
        if failed
        else "solid",
    )


def _tag(words: str, x: float, y: float, theme: Theme) -> list[Artist]:
    width = text_width(words, 12) + 12
    return pill(
        Box(x - width / 2, y - 9, width, 18),
        words,
        12,
        theme.card,
        theme.line,
        theme.ink,
    )


def packet_artists(points: Curve, theme: Theme) -> list[Artist]:
    """A packet on its way along a line."""
    x, y = along(points, 0.55)
    line = FancyArrowPatch(
        path=_path(points),
        arrowstyle="-|>",
        mutation_scale=14,
        color=PACKET,
        linewidth=3.4 * PX,
    )
    return [
        line,
        shape_at(
            "circle",
            x,
            y,
            8,
            facecolor=PACKET,
            edgecolor=theme.card,
            linewidth=1.5 * PX,
        ),
    ]


def caption_artists(words: str, top: float, theme: Theme) -> list[Artist]:
    """A sentence in a strip of CAPTION pixels that begins at `top`."""
    return [
        text(
            MARGIN + 2,
            top + CAPTION / 2 - 4,
            fit(words, WIDTH - 2 * MARGIN, 14),
            14,
            theme.ink,
        )
    ]

"""Arrows from the acting component's chip to the Nodes it touched; they run between the cards, not over them."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
from matplotlib.artist import Artist
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from k8slearn.view.graph import slot_positions, touched
from k8slearn.view.header import CHIP_HEIGHT, chip_box
from k8slearn.view.layout import Places
from k8slearn.view.marks import PX
from k8slearn.view.theme import Theme, actor_colour

MOST = 12
BAND = 20
_HEAD = 8.0


def arrow_artists(
    graph: nx.DiGraph, places: Places, chip_top: float, top: float, theme: Theme
) -> list[Artist]:
    """One arrow a touched Node, for at most `MOST` Nodes; more would say nothing."""
    targets = touched(graph)
    if len(targets) > MOST:
        return []
    points = slot_positions(graph, places, top)
    half = (places.form.pitch - places.form.gap) / 2, places.form.height / 2
    artists: list[Artist] = []
    for node, chip in sorted(targets.items()):
        start = chip_box(chip, chip_top + 2, places.form.width)
        x, y = points["Node", node]
        begin = start.centre[0], chip_top + 2 + CHIP_HEIGHT
        artists += _arrow(
            begin,
            (x - half[0], y - half[1] * 0.5),
            top,
            places.form.gap,
            actor_colour(chip),
            theme,
        )
    return artists


def _arrow(
    begin: tuple[float, float],
    end: tuple[float, float],
    top: float,
    gap: float,
    colour: str,
    theme: Theme,
) -> Iterator[Artist]:
    """From the chip down to the gutter left of the card, along it, and into the card; with a halo."""
    gutter = end[0] - gap / 2 if end[0] > gap * 2 else end[0] - 4
    turn = min(top + 4, end[1] - 8)
    path = Path(
        [
            begin,
            (begin[0], begin[1] + BAND),
            (gutter, begin[1] + 4),
            (gutter, turn),
            (gutter, end[1]),
            end,
        ],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.LINETO],
    )
    yield PathPatch(
        path,
        facecolor="none",
        edgecolor=theme.ground,
        linewidth=4.5 * PX,
        joinstyle="round",
    )
    yield PathPatch(
        path, facecolor="none", edgecolor=colour, linewidth=2.2 * PX, joinstyle="round"
    )
    tip = end[0] + _HEAD * 0.7, end[1]
    head = Path(
        [
            tip,
            (tip[0] - _HEAD, tip[1] - _HEAD * 0.6),
            (tip[0] - _HEAD, tip[1] + _HEAD * 0.6),
            tip,
        ]
    )
    yield PathPatch(
        head, facecolor=colour, edgecolor=colour, linewidth=PX, joinstyle="round"
    )

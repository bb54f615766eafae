"""The marks of requests: cards of Nodes, pills for the vertices, an arrow for each edge of the graph."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from k8slearn.locale import view as words
from k8slearn.view.plan.geometry import MARGIN, WIDTH, Box
from k8slearn.view.plan.marks import (
    DOTTED,
    SOLID,
    ArrowLine,
    Dashes,
    Mark,
    Rectangle,
    Shape,
    Style,
    Text,
    pill,
)
from k8slearn.view.plan.measure import fit, text_width
from k8slearn.view.plan.traffic import (
    CARD_TOP,
    POD,
    POD_SIZE,
    Curve,
    Stage,
    Vertex,
    along,
    curve,
    label_of,
)
from k8slearn.view.theme import (
    CARD,
    FAILURE,
    INK,
    LINE,
    PACKET,
    PALE,
    PARTICIPANT,
    QUIET,
    REQUEST,
    Colour,
    Edge,
)

CAPTION = 30
_FAILED_DASHES: Dashes = (4.0, 2.5)
# Positions on a line (0 to 1): the cross of a failure near its end; counts low on lines up
# and high on lines down, so that those of both directions do not overlap.
_CROSS_AT = 0.8
_COUNT_UP = 0.35
_COUNT_DOWN = 0.6
_PACKET_AT = 0.55


def card_marks(stage: Stage, graph: nx.DiGraph) -> list[Mark]:
    """The cards of the Nodes, without Pods."""
    marks: list[Mark] = []
    for which, box in stage.parts.items():
        if which[0] != "node":
            continue
        style = Style(CARD, LINE, 1.2)
        if which in graph:
            style = Style(CARD, PARTICIPANT, 1.6)
        name = fit(which[1], box.width - 24, 14)
        marks.append(Rectangle(box, 6, style))
        marks.append(Text(box.x + 12, box.bottom - 14, name, size=14, colour=INK))
        if not stage.holds(box):
            note = fit(words.TRAFFIC_NO_POD, box.width - 20, POD_SIZE)
            y = box.y + CARD_TOP + POD / 2 - 2
            marks.append(Text(box.x + 12, y, note, size=POD_SIZE, colour=QUIET))
    return marks


def pill_marks(stage: Stage, graph: nx.DiGraph) -> list[Mark]:
    """The pills of all vertices; those of Pods that take no part are pale."""
    marks: list[Mark] = []
    for which, box in stage.parts.items():
        if which[0] == "node":
            continue
        is_pod = which[0] == "pod"
        style = Style(PALE, LINE)
        ink = QUIET
        if which in graph:
            edge = Edge(REQUEST) if is_pod else QUIET
            style = Style(CARD, edge)
            ink = INK
        size = POD_SIZE if is_pod else 14
        label = fit(label_of(which), box.width - 14, size)
        marks += pill(box, label, size, style, ink)
    return marks


def line_marks(stage: Stage, graph: nx.DiGraph) -> Iterator[Mark]:
    """One arrow for each edge: red, dashed and crossed if every request on it failed, dotted to DNS."""
    for points, target, edge in _lines(stage, graph):
        failed = edge["failed"] == edge["count"]
        yield _arrow(points, target[0] == "dns", failed)
        if failed:
            x, y = along(points, _CROSS_AT)
            red = Edge(FAILURE)
            yield Text(
                x + 12, y, words.TRAFFIC_FAILED, size=17, colour=red, align="center"
            )


def count_marks(stage: Stage, graph: nx.DiGraph) -> Iterator[Mark]:
    """The number of requests on an arrow, if there is more than one."""
    for points, target, edge in _lines(stage, graph):
        # Every request by name asks DNS, so that number is of no use.
        if edge["count"] < 2 or target[0] == "dns":
            continue
        upward = points[0][1] > points[3][1]
        x, y = along(points, _COUNT_UP if upward else _COUNT_DOWN)
        label = words.TRAFFIC_TIMES.format(count=edge["count"])
        width = text_width(label, 12) + 12
        box = Box(x - width / 2, y - 9, width, 18)
        yield from pill(box, label, 12, Style(CARD, LINE), INK)


def _lines(
    stage: Stage, graph: nx.DiGraph
) -> Iterator[tuple[Curve, Vertex, dict[str, int]]]:
    """The edges whose ends are in the picture: a Node may have been removed since."""
    for origin, target, edge in graph.edges(data=True):
        if origin in stage.anchors and target in stage.anchors:
            yield curve(stage, origin, target), target, edge


def _arrow(points: Curve, lookup: bool, failed: bool) -> Mark:
    colour: Colour = Edge(REQUEST)
    dashes = SOLID
    if lookup:
        colour = QUIET
        dashes = DOTTED
    elif failed:
        dashes = _FAILED_DASHES
    if failed:
        colour = Edge(FAILURE)
    return ArrowLine(
        points, colour=colour, width=1.4 if lookup else 2.4, head=11, dashes=dashes
    )


def packet_marks(points: Curve) -> list[Mark]:
    """A packet in the middle of a line."""
    x, y = along(points, _PACKET_AT)
    disc = Style(PACKET, CARD, 1.5)
    return [
        ArrowLine(points, colour=PACKET, width=3.4, head=14),
        Shape("circle", x, y, radius=8, style=disc),
    ]


def caption_marks(sentence: str, top: float) -> list[Mark]:
    """A sentence in a strip of CAPTION pixels below `top`."""
    line = fit(sentence, WIDTH - 2 * MARGIN, 14)
    # A little above the middle of the strip, nearer to the picture above.
    y = top + CAPTION / 2 - 4
    return [Text(MARGIN + 2, y, line, size=14, colour=INK)]

"""The picture of a rehearsal: for each choice a strip with the number of Nodes away over time, and when it ends.

It is a plan of marks like the other pictures, so that the same ink draws it.
"""

from __future__ import annotations

from math import ceil

from k8slearn.locale import rehearsal as words
from k8slearn.rehearsal import tell
from k8slearn.rehearsal.results import Findings, Rehearsed
from k8slearn.rehearsal.spans import seconds_text
from k8slearn.view.ink.svg import document, painted_in
from k8slearn.view.ink.svg_marks import elements
from k8slearn.view.plan.geometry import MARGIN, WIDTH, Box, Point
from k8slearn.view.plan.marks import (
    BROKEN,
    Align,
    Area,
    Line,
    Mark,
    Rectangle,
    Shape,
    Style,
    Text,
)
from k8slearn.view.plan.measure import fit, text_width
from k8slearn.view.theme import BLUE, CARD, INK, LINE, QUIET, RED, WARN, Edge, Faded

# Pixels: a phone's screen without margins.
PHONE = 358
LABEL = 13.0
SMALL = 11.0
# Heights of a strip's parts in pixels: name, curve, bar of the range.
NAME, CURVE, BAR = 24.0, 46.0, 18.0
BETWEEN = 8.0
STRIP = NAME + CURVE + BAR + 2 * BETWEEN
AXIS = 26.0
# Room for the numbers of Nodes at the left, and for the end of a bar at the right.
LEFT, RIGHT = 26.0, 12.0
# How far text is indented in a strip.
INSET = 10.0
# Pixels between labels of the axis: the longest is some 60 wide.
TICK = 180.0


def picture(made: Findings, theme: str = "auto", width: float = WIDTH) -> str:
    """The picture as SVG."""
    marks, height = plan(made, width)
    body = elements(marks, painted_in(theme))
    told = [alternative(each) for each in made.results]
    return document(
        body,
        (width, height),
        theme=theme,
        title=tell.title(made.facts),
        told=words.SEMICOLON.join(told),
    )


def alternative(result: Rehearsed) -> str:
    """The text alternative of a strip."""
    told = []
    for column, cell in zip(words.COLUMNS, tell.cells(result), strict=True):
        told.append(f"{column} {cell}")
    return words.COMMA.join(told)


def plan(made: Findings, width: float) -> tuple[list[Mark], float]:
    """All marks, and the height of the picture."""
    longest = max([each.slow for each in made.results], default=0.0)
    # A rollout that has nothing to do takes 0 seconds.
    longest = longest or 1.0
    marks: list[Mark] = []
    inner = width - 2 * MARGIN
    y = float(MARGIN)
    for result in made.results:
        box = Box(MARGIN, y, inner, STRIP - BETWEEN)
        marks += _strip(result, box, longest)
        y += STRIP
    axis = Box(MARGIN, y, inner, AXIS)
    marks += _axis(axis, longest)
    return marks, y + AXIS + MARGIN


def _strip(result: Rehearsed, box: Box, longest: float) -> list[Mark]:
    # The name gets more room than the time beside it.
    most = box.width * 0.6
    y = box.y + NAME / 2 + 2
    curve = Box(
        x=box.x + LEFT,
        y=box.y + NAME,
        width=box.width - LEFT - RIGHT,
        height=CURVE,
    )
    bar = Box(
        x=curve.x,
        y=curve.bottom + 2,
        width=curve.width,
        height=BAR,
    )
    told = fit(tell.name_of(result), most, LABEL)
    left = box.width - text_width(told, LABEL) - 3 * INSET
    name = Text(
        x=box.x + INSET,
        y=y,
        words=told,
        size=LABEL,
        colour=INK,
    )
    return [
        Rectangle(box, 6, Style(CARD, LINE)),
        name,
        _ending(result, box.right - INSET, y, left),
        *_curve(result, curve, longest),
        *_range(result, bar, longest),
    ]


def _ending(result: Rehearsed, x: float, y: float, width: float) -> Text:
    """The text of a strip's end: how long it takes, or that it does not complete."""
    told = tell.duration(result)
    colour = INK if result.complete else WARN
    return Text(
        x=x,
        y=y,
        words=fit(told, width, LABEL),
        size=LABEL,
        colour=colour,
        align="right",
    )


def _curve(result: Rehearsed, box: Box, longest: float) -> list[Mark]:
    """The number of Nodes away as steps, and the limit as a dashed line."""
    top = max(result.most_away, result.number)
    scale = (box.height - 8) / top
    level = box.bottom - result.number * scale
    accent = _accent(result)
    outline = _outline(result, box, longest, scale)
    start, *rest = outline
    path: list[tuple[str, list[Point]]] = [("M", [start])]
    for point in rest:
        path.append(("L", [point]))
    path.append(("Z", []))
    marks: list[Mark] = [
        Area(path, Style(Faded(accent), Edge(accent), 1.2)),
        _number(str(result.number), box.x, level),
        _number("0", box.x, box.bottom - 4),
    ]
    # With a surge the limit is not about Nodes away.
    if not result.choice.max_surge:
        limit = [(box.x, level), (box.right, level)]
        marks.append(Line(limit, QUIET, 0.8, BROKEN))
    return marks


def _outline(result: Rehearsed, box: Box, longest: float, scale: float) -> list[Point]:
    """The corners of the steps until the rollout ends; one that stands still goes on to the right edge."""
    end = result.usual if result.complete else longest
    corners = [(0.0, 0)]
    count = 0
    for second, following in result.steps:
        if second >= end:
            break
        corners.append((second, count))
        corners.append((second, following))
        count = following
    corners.append((end, count))
    corners.append((end, 0))
    points = []
    for second, height in corners:
        x = box.x + second / longest * box.width
        y = box.bottom - height * scale
        points.append((x, y))
    return points


def _number(text: str, x: float, y: float) -> Text:
    """A number of Nodes, left of the curve."""
    return Text(
        x=x - 5,
        y=y,
        words=text,
        size=SMALL,
        colour=QUIET,
        align="right",
    )


def _accent(result: Rehearsed) -> str:
    return BLUE if result.complete else RED


def _range(result: Rehearsed, box: Box, longest: float) -> list[Mark]:
    """When it ends: a bar from the quick draw to the slow one, a diamond at the usual one."""
    y = box.y + box.height / 2
    scale = box.width / longest
    quick = box.x + result.quick * scale
    usual = box.x + result.usual * scale
    slow = box.x + result.slow * scale
    edge = Edge(_accent(result))
    if not result.complete:
        # A cross: from here on nothing happens.
        return [Shape("cross", usual, y, 5, Style(edge, edge, 1.6))]
    # At least a pixel, to be seen.
    ends = [(quick, y), (max(slow, quick + 1), y)]
    return [
        Line(ends, edge, 3.0, round_ends=True),
        Shape("diamond", usual, y, 5, Style(CARD, edge, 1.6)),
    ]


def _axis(box: Box, longest: float) -> list[Mark]:
    """The labels of the time axis below all strips, as many as there is room for."""
    left = box.x + LEFT
    width = box.width - LEFT - RIGHT
    count = max(ceil(width / TICK), 2)
    marks: list[Mark] = []
    for number in range(count + 1):
        share = number / count
        x = left + share * width
        tick = [(x, box.y - 6), (x, box.y)]
        marks.append(Line(tick, LINE))
        label = "0"
        if number:
            label = seconds_text(longest * share)
        # Right-aligned, to stay within the picture.
        align: Align = "right" if number == count else "center"
        text = Text(
            x=x,
            y=box.y + 9,
            words=label,
            size=SMALL,
            colour=QUIET,
            align=align,
        )
        marks.append(text)
    return marks

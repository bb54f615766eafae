"""Arrows from the acting component's chip to the Nodes that it changed, in the gutters between the cards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from k8slearn.view.plan.geometry import Box, Point
from k8slearn.view.plan.grid import Grid
from k8slearn.view.plan.heading import CHIP_HEIGHT, chip_box
from k8slearn.view.plan.marks import Area, Mark, Style
from k8slearn.view.scene import Arrow
from k8slearn.view.theme import GROUND, actor_colour

# For steps that change more Nodes there are no arrows, which would hide too much; the
# frames of the cards show them.
_MOST = 12
# Pixels between the chips and the first row, where arrows turn.
BAND = 20
_HEAD = 8.0


def chips_by_node(arrows: Sequence[Arrow], grid: Grid) -> dict[str, str]:
    """Each Node that the last step changed, with the chip of the component that did it last."""
    return {arrow.node: arrow.chip for arrow in arrows if arrow.node in grid.boxes}


def arrow_marks(
    touched: Mapping[str, str],
    grid: Grid,
    chip_top: float,
) -> list[Mark]:
    """One arrow for each changed Node, or none if there are too many."""
    if len(touched) > _MOST:
        return []
    form = grid.seating.form
    marks: list[Mark] = []
    for node, chip in sorted(touched.items()):
        start = chip_box(chip, chip_top + 2, form.width)
        begin = start.centre[0], chip_top + 2 + CHIP_HEIGHT
        end = _entry(grid.boxes[node], form.pitch - form.gap)
        marks += _arrow(begin, end, grid.top, form.gap, actor_colour(chip))
    return marks


def _entry(box: Box, width: float) -> Point:
    """The point where an arrow meets a card: at its left edge, beside the Node's name."""
    x, y = box.centre
    return x - width / 2, y - box.height / 4


def _arrow(
    begin: Point,
    end: Point,
    top: float,
    gap: float,
    colour: str,
) -> Iterator[Mark]:
    """An arrow with a halo from the chip down to the gutter left of the card, along it, and into the card."""
    x, y = begin
    right, down = end
    gutter = right - gap / 2
    # Left of the first column is the margin instead of a gutter.
    if right <= gap * 2:
        gutter = right - 4
    turn = min(top + 4, down - 8)
    bend = [(x, y + BAND), (gutter, y + 4), (gutter, turn)]
    path = [
        ("M", [begin]),
        ("C", bend),
        ("L", [(gutter, down)]),
        ("L", [end]),
    ]
    yield Area(path, Style(edge=GROUND, width=4.5))
    yield Area(path, Style(edge=colour, width=2.2))
    # The head reaches into the card, so that the frame does not hide it.
    tip = right + _HEAD * 0.7
    back = tip - _HEAD
    half = _HEAD * 0.6
    head = [
        ("M", [(tip, down)]),
        ("L", [(back, down - half)]),
        ("L", [(back, down + half)]),
        ("L", [(tip, down)]),
    ]
    yield Area(head, Style(colour, colour))

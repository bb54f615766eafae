"""A seating in pixels: the box of every Node and the line above every group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from k8slearn.view.plan.forms import column_edges
from k8slearn.view.plan.geometry import Box
from k8slearn.view.plan.seating import Seating

# A line of 12-pixel letters with a margin.
HEADING = 20
# The height for an empty cluster: one sentence.
EMPTY = 60


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above the first row of a group; `continued` if the group has earlier rows."""

    row: int
    box: Box
    group: str
    continued: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The places of all Nodes: rows are between `top` and `bottom`; `boxes` are by the Node's name."""

    seating: Seating
    top: float
    bottom: float
    boxes: Mapping[str, Box]
    headings: tuple[Heading, ...] = ()


def grid_of(seating: Seating, top: float) -> Grid:
    """The grid of a seating whose rows begin at `top`."""
    form = seating.form
    headings: list[Heading] = []
    tops: list[float] = []
    y = top
    for row, group in enumerate(seating.rows):
        begins = row == 0 or group != seating.rows[row - 1]
        if seating.group_by and begins:
            box = Box(0, y, form.width, HEADING - 2)
            headings.append(
                Heading(
                    row=row, box=box, group=group, continued=group in seating.rows[:row]
                )
            )
            y += HEADING
        tops.append(y)
        y += form.height + form.gap
    columns = column_edges(form)
    boxes = {}
    for node, (row, column) in seating.slots.items():
        left, width = columns[column]
        boxes[node] = Box(left, tops[row], width, form.height)
    bottom = tops[-1] + form.height if tops else top + EMPTY
    return Grid(
        seating=seating, top=top, bottom=bottom, boxes=boxes, headings=tuple(headings)
    )

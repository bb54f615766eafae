"""The marks that a plan is made of, each with its place, size and colours.

An ink (matplotlib artists, SVG text) needs one function for each kind of mark and nothing else. Lengths are pixels
of the page, also those of lines and letters; dashes are lengths in widths of the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from k8slearn.view.plan.geometry import Box, Point
from k8slearn.view.theme import TRANSPARENT, Colour

Dashes = tuple[float, ...]
SOLID: Dashes = ()
BROKEN: Dashes = (3.0, 2.0)
DOTTED: Dashes = (1.0, 1.6)
Align = Literal["left", "center", "right"]
# Commands with their points, in SVG's letters: M move, L line, Q and C curves, Z close.
Path = Sequence[tuple[str, Sequence[Point]]]


@dataclass(frozen=True, slots=True)
class Style:
    """The fill and the outline of an area."""

    face: Colour = TRANSPARENT
    edge: Colour = TRANSPARENT
    width: float = 1.0
    dashes: Dashes = SOLID


@dataclass(frozen=True, slots=True)
class Text:
    """A text, vertically centred at `y`; `backing` is the colour of a box behind it."""

    x: float
    y: float
    words: str
    size: float
    colour: Colour
    align: Align = "left"
    upright: bool = False
    backing: Colour | None = None


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle with rounded corners; its line is inside the box."""

    box: Box
    radius: float
    style: Style


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape around a point: circle, square, diamond, …, cross."""

    shape: str
    x: float
    y: float
    radius: float
    style: Style


@dataclass(frozen=True, slots=True)
class Shapes:
    """The same shape at many points, which an ink draws at little more cost than one."""

    shape: str
    points: Sequence[Point]
    radius: float
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """Straight lines from point to point; `round_ends` for lines with free ends."""

    points: Sequence[Point]
    colour: Colour
    width: float = 1.0
    dashes: Dashes = SOLID
    round_ends: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled path."""

    path: Path
    style: Style


@dataclass(frozen=True, slots=True)
class ArrowLine:
    """A cubic Bézier curve with four points and an arrowhead of size `head`."""

    points: tuple[Point, Point, Point, Point]
    colour: Colour
    width: float
    head: float
    dashes: Dashes = SOLID


Mark = Text | Rectangle | Shape | Shapes | Line | Area | ArrowLine


def pill(
    box: Box,
    words: str,
    size: float,
    style: Style,
    ink: Colour,
) -> tuple[Rectangle, Text]:
    """A text in a pill: a rectangle with round ends."""
    x, y = box.centre
    label = Text(x, y, words, size=size, colour=ink, align="center")
    return Rectangle(box, box.height / 2, style), label

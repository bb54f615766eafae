"""Turns marks into matplotlib's artists, with one function for each kind of mark."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import PathCollection
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, PathPatch
from matplotlib.path import Path as Vertices
from matplotlib.text import Text as Words
from matplotlib.transforms import Affine2D, Transform

from k8slearn.view import fonts
from k8slearn.view.plan import marks, outlines
from k8slearn.view.plan.geometry import Point
from k8slearn.view.theme import Theme, resolve

DPI = 100
# The sizes of matplotlib's lines and letters are in points, 72 per inch.
PX = 72 / DPI
_COMMANDS = {
    "M": Vertices.MOVETO,
    "L": Vertices.LINETO,
    "Q": Vertices.CURVE3,
    "C": Vertices.CURVE4,
    "Z": Vertices.CLOSEPOLY,
}


@dataclass(frozen=True, slots=True)
class Canvas:
    """What artists need: the transforms from data to pixels and from pixels to unit length, and the theme."""

    data: Transform
    scale: float
    theme: Theme


def artists_of(planned: Iterable[marks.Mark], canvas: Canvas) -> list[Artist]:
    """The artists of these marks, in their order."""
    return [_MAKERS[type(mark)](mark, canvas) for mark in planned]


@cache
def _font(size: float) -> FontProperties:
    """Our font in a size; the first call loads the font's file."""
    family = list(fonts.register())
    get_font(str(fonts.font_path()))
    return FontProperties(family=family, size=size * PX)


def _text(mark: marks.Text, canvas: Canvas) -> Artist:
    words = Words(
        mark.x,
        mark.y,
        mark.words,
        color=resolve(mark.colour, canvas.theme),
        fontproperties=_font(mark.size),
        ha=mark.align,
        # Centred on the middle of lower case letters, so that Latin and Chinese texts side by
        # side have the same base line.
        va="center_baseline",
        # A dollar sign does not begin a formula.
        parse_math=False,
    )
    if mark.upright:
        words.set(rotation=90, verticalalignment="center")
    if mark.backing:
        backing = resolve(mark.backing, canvas.theme)
        words.set_bbox({"facecolor": backing, "edgecolor": "none", "pad": 1.5})
    return words


@cache
def _dashes(dashes: marks.Dashes) -> Any:
    if dashes:
        return (0.0, dashes)
    return "solid"


# Cached: a picture has hundreds of marks and few styles.
@cache
def _style(style: marks.Style, theme: Theme) -> dict[str, Any]:
    return {
        "facecolor": resolve(style.face, theme),
        "edgecolor": resolve(style.edge, theme),
        "linewidth": style.width * PX,
        "linestyle": _dashes(style.dashes),
    }


def _rectangle(mark: marks.Rectangle, canvas: Canvas) -> Artist:
    box = mark.box
    width = mark.style.width
    # Half of a line's width is outside its path, so the path is smaller than the box.
    half = width / 2
    radius = min(mark.radius, box.height / 2 - half)
    return FancyBboxPatch(
        (box.x + half, box.y + half),
        box.width - width,
        box.height - width,
        boxstyle=f"round,pad=0,rounding_size={radius}",
        **_style(mark.style, canvas.theme),
    )


def vertices_of(path: marks.Path) -> Vertices:
    """A plan's path as one of matplotlib."""
    points: list[Point] = []
    codes: list[Any] = []
    for command, ends in path:
        points += ends
        codes += [_COMMANDS[command]] * len(ends)
    return Vertices(points, codes)


@cache
def _outline(shape: str) -> Vertices:
    if shape == "circle":
        return Vertices.unit_circle()
    return vertices_of(outlines.outline(shape))


def _shape(mark: marks.Shape, canvas: Canvas) -> Artist:
    path = _outline(mark.shape)
    points = np.asarray(path.vertices) * mark.radius + (mark.x, mark.y)
    return PathPatch(Vertices(points, path.codes), **_style(mark.style, canvas.theme))


def _shapes(mark: marks.Shapes, canvas: Canvas) -> Artist:
    """A collection: its outline is in canvas pixels with y upwards, its offsets are in page pixels."""
    made = PathCollection(
        [_outline(mark.shape)],
        offsets=mark.points,
        offset_transform=canvas.data,
        **_style(mark.style, canvas.theme),
    )
    radius = mark.radius * canvas.scale
    made.set_transform(Affine2D().scale(radius, -radius))
    return made


def _line(mark: marks.Line, canvas: Canvas) -> Artist:
    line = Line2D(
        [x for x, _ in mark.points],
        [y for _, y in mark.points],
        color=resolve(mark.colour, canvas.theme),
        linewidth=mark.width * PX,
        linestyle=_dashes(mark.dashes),
    )
    if mark.round_ends:
        line.set_solid_capstyle("round")
    return line


def _area(mark: marks.Area, canvas: Canvas) -> Artist:
    return PathPatch(
        vertices_of(mark.path), joinstyle="round", **_style(mark.style, canvas.theme)
    )


def _arrow(mark: marks.ArrowLine, canvas: Canvas) -> Artist:
    start, *bend = mark.points
    return FancyArrowPatch(
        path=vertices_of((("M", [start]), ("C", bend))),
        arrowstyle="-|>",
        mutation_scale=mark.head,
        color=resolve(mark.colour, canvas.theme),
        linewidth=mark.width * PX,
        linestyle=_dashes(mark.dashes),
    )


_MAKERS: dict[type, Any] = {
    marks.Text: _text,
    marks.Rectangle: _rectangle,
    marks.Shape: _shape,
    marks.Shapes: _shapes,
    marks.Line: _line,
    marks.Area: _area,
    marks.ArrowLine: _arrow,
}

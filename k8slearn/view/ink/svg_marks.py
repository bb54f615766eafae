"""One function for each kind of mark: what the plan says, as an element of SVG. Pure Python, and no font is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import hypot
from typing import Any

from k8slearn.view.plan import marks, outlines
from k8slearn.view.plan.geometry import Point
from k8slearn.view.plan.measure import text_width
from k8slearn.view.theme import TRANSPARENT, Colour

Paint = Callable[[Colour], str]
"""What an attribute says for a colour of the plan."""

# From the middle line of small letters down to the line that they stand on, as a share of their size: matplotlib
# centres Latin and Chinese letters on the same line.
_DROP = 0.355
# The head of matplotlib's arrow "-|>", as shares of its size; that is in points, 72 to the inch of 100 pixels.
_HEAD_LENGTH = 0.4 * 100 / 72
_HEAD_HALF = 0.2 * 100 / 72


def number(value: float) -> str:
    """A length; a tenth of a pixel is seen by nobody."""
    return f"{round(value, 1):g}"


def elements(planned: Iterable[marks.Mark], paint: Paint) -> str:
    """The elements of some marks, in their order."""
    return "".join([_MAKERS[type(mark)](mark, paint) for mark in planned])


def _text(mark: marks.Text, paint: Paint) -> str:
    x = number(mark.x)
    y = number(mark.y + _DROP * mark.size)
    more = ""
    if mark.align != "left":
        more = (
            ' text-anchor="middle"' if mark.align == "center" else ' text-anchor="end"'
        )
    # A reader's own font is a little wider or narrower than the one that was measured: its
    # letters are moved until the words fill the room that was planned for them.
    if len(mark.words) > 1 and not mark.words.isdigit():
        more += f' textLength="{number(text_width(mark.words, mark.size))}"'
    if mark.upright:
        # Turned around its middle, it reads from below.
        x = number(mark.x + _DROP * mark.size)
        y = number(mark.y)
        more += f' transform="rotate(-90 {x} {y})"'
    words = escape(mark.words, quote=False)
    size = number(mark.size)
    ink = paint(mark.colour)
    text = f'<text x="{x}" y="{y}" font-size="{size}" fill="{ink}"{more}>{words}</text>'
    return _backing(mark, paint) + text


def _backing(mark: marks.Text, paint: Paint) -> str:
    """The small box behind words that stand on lines."""
    if mark.backing is None:
        return ""
    width = text_width(mark.words, mark.size)
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[mark.align]
    left = mark.x - width * share - 2
    top = mark.y - mark.size * 0.6
    fill = paint(mark.backing)
    return _rect(left, top, width + 4, mark.size * 1.2, f' fill="{fill}"')


def _rect(x: float, y: float, width: float, height: float, more: str) -> str:
    place = f'x="{number(x)}" y="{number(y)}"'
    size = f'width="{number(width)}" height="{number(height)}"'
    return f"<rect {place} {size}{more}/>"


def _style(style: marks.Style, paint: Paint) -> str:
    """How an element is filled and outlined."""
    # Without a word it would be filled black.
    filled = f' fill="{paint(style.face)}"'
    if style.edge == TRANSPARENT:
        return filled
    return filled + _stroke(style.edge, style.width, style.dashes, paint)


def _stroke(colour: Colour, width: float, dashes: marks.Dashes, paint: Paint) -> str:
    more = f' stroke="{paint(colour)}"'
    if width != 1:
        more += f' stroke-width="{number(width)}"'
    if dashes:
        lengths = " ".join([number(length * width) for length in dashes])
        more += f' stroke-dasharray="{lengths}"'
    return more


def _rectangle(mark: marks.Rectangle, paint: Paint) -> str:
    box = mark.box
    style = mark.style
    # A line is drawn half on either side of a path: inside the box, the path is smaller.
    half = style.width / 2
    width = box.width - style.width
    height = box.height - style.width
    radius = number(min(mark.radius, height / 2))
    more = f' rx="{radius}"{_style(style, paint)}'
    return _rect(box.x + half, box.y + half, width, height, more)


def path_data(path: marks.Path, at: Point = (0.0, 0.0), scale: float = 1.0) -> str:
    """A path of the plan in SVG's letters, moved to a point and made larger."""
    written = []
    for command, points in path:
        if command == "Z":
            written.append("Z")
            continue
        ends = [_point(at[0] + x * scale, at[1] + y * scale) for x, y in points]
        written.append(command + " ".join(ends))
    return "".join(written)


def _point(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"


def _circle_data(x: float, y: float, radius: float) -> str:
    """A circle as two halves, for many circles can be one path."""
    r = number(radius)
    across = number(2 * radius)
    start = _point(x - radius, y)
    return f"M{start}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"


def _outline_data(shape: str, x: float, y: float, radius: float) -> str:
    if shape == "circle":
        return _circle_data(x, y, radius)
    return path_data(outlines.outline(shape), (x, y), radius)


def _path(data: str, more: str) -> str:
    return f'<path d="{data}"{more}/>'


def _shape(mark: marks.Shape, paint: Paint) -> str:
    style = _style(mark.style, paint)
    if mark.shape == "circle":
        place = f'cx="{number(mark.x)}" cy="{number(mark.y)}"'
        return f'<circle {place} r="{number(mark.radius)}"{style}/>'
    return _path(_outline_data(mark.shape, mark.x, mark.y, mark.radius), style)


def _shapes(mark: marks.Shapes, paint: Paint) -> str:
    """All of them as one path."""
    drawn = [_outline_data(mark.shape, x, y, mark.radius) for x, y in mark.points]
    return _path("".join(drawn), _style(mark.style, paint))


def _line(mark: marks.Line, paint: Paint) -> str:
    points = [_point(x, y) for x, y in mark.points]
    more = _stroke(mark.colour, mark.width, mark.dashes, paint)
    if mark.round_ends:
        more += ' stroke-linecap="round"'
    return f'<polyline points="{" ".join(points)}" fill="none"{more}/>'


def _area(mark: marks.Area, paint: Paint) -> str:
    more = _style(mark.style, paint) + ' stroke-linejoin="round"'
    return _path(path_data(mark.path), more)


def _arrow(mark: marks.ArrowLine, paint: Paint) -> str:
    """The curve up to the head's back, and the head."""
    start, first, second, tip = mark.points
    along = _direction([start, first, second], tip)
    back = mark.head * _HEAD_LENGTH
    half = mark.head * _HEAD_HALF
    x = tip[0] - along[0] * back
    y = tip[1] - along[1] * back
    aside = -along[1] * half, along[0] * half
    curve = path_data([("M", [start]), ("C", [first, second, (x, y)])])
    stroke = _stroke(mark.colour, mark.width, mark.dashes, paint)
    left = (x + aside[0], y + aside[1])
    right = (x - aside[0], y - aside[1])
    head = path_data([("M", [left]), ("L", [tip]), ("L", [right]), ("Z", [left])])
    filled = f' fill="{paint(mark.colour)}"'
    return _path(curve, f' fill="none"{stroke}') + _path(head, filled)


def _direction(before: Sequence[Point], tip: Point) -> Point:
    """Where a curve is heading at its end: away from the last point that is not its end itself."""
    for x, y in reversed(before):
        length = hypot(tip[0] - x, tip[1] - y)
        if length:
            return (tip[0] - x) / length, (tip[1] - y) / length
    return 0.0, 1.0


_MAKERS: dict[type, Any] = {
    marks.Text: _text,
    marks.Rectangle: _rectangle,
    marks.Shape: _shape,
    marks.Shapes: _shapes,
    marks.Line: _line,
    marks.Area: _area,
    marks.ArrowLine: _arrow,
}

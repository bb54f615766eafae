"""Turns marks into SVG elements, with one function for each kind of mark. Pure Python; no font is needed."""

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
"""Returns the value of an attribute for a colour of the plan."""

# The distance from the middle of lower case letters down to the base line, as a share of the font size; the same
# centring as in matplotlib.
_DROP = 0.355
# The head of matplotlib's arrow "-|>", as shares of its size, which is in points: 72 for 100 pixels.
_HEAD_LENGTH = 0.4 * 100 / 72
_HEAD_HALF = 0.2 * 100 / 72


def number(value: float) -> str:
    """A length, rounded to what is visible."""
    return f"{round(value, 1):g}"


Attributes = dict[str, str]


def element(name: str, attributes: Attributes, content: str = "") -> str:
    """An SVG element with its attributes in the given order."""
    said = "".join([f' {key}="{value}"' for key, value in attributes.items()])
    if content:
        return f"<{name}{said}>{content}</{name}>"
    return f"<{name}{said}/>"


def elements(planned: Iterable[marks.Mark], paint: Paint) -> str:
    """The SVG elements of these marks, in their order."""
    return "".join([_MAKERS[type(mark)](mark, paint) for mark in planned])


# SVG's text-anchor by alignment.
_ANCHORS = {"center": "middle", "right": "end"}


_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}


def _text(mark: marks.Text, paint: Paint) -> str:
    drop = _DROP * mark.size
    attributes = {
        "x": number(mark.x),
        "y": number(mark.y + drop),
        "font-size": number(mark.size),
        "fill": paint(mark.colour),
    }
    if mark.align != "left":
        attributes["text-anchor"] = _ANCHORS[mark.align]
    # The viewer's font may be wider or narrower than the one measured: textLength fits the
    # text to the planned width.
    if len(mark.words) > 1 and not mark.words.isdigit():
        width = text_width(mark.words, mark.size)
        attributes["textLength"] = number(width)
    if mark.upright:
        # Rotated about its middle, to be read from below.
        x = number(mark.x + drop)
        y = number(mark.y)
        attributes["x"] = x
        attributes["y"] = y
        attributes["transform"] = f"rotate(-90 {x} {y})"
    words = escape(mark.words, quote=False)
    return _backing(mark, paint) + element("text", attributes, words)


def _backing(mark: marks.Text, paint: Paint) -> str:
    """The box behind a text that covers lines."""
    if mark.backing is None:
        return ""
    width = text_width(mark.words, mark.size)
    left = mark.x - width * _SHARES[mark.align]
    # A margin of two pixels at the sides, and a tenth of the letters' height above and below.
    attributes = {
        "x": number(left - 2),
        "y": number(mark.y - mark.size * 0.6),
        "width": number(width + 4),
        "height": number(mark.size * 1.2),
        "fill": paint(mark.backing),
    }
    return element("rect", attributes)


def _style(style: marks.Style, paint: Paint) -> Attributes:
    """The attributes for fill and stroke."""
    # Always set: the default is black.
    filled = {"fill": paint(style.face)}
    if style.edge == TRANSPARENT:
        return filled
    return filled | _stroke(style.edge, style.width, style.dashes, paint)


def _stroke(
    colour: Colour, width: float, dashes: marks.Dashes, paint: Paint
) -> Attributes:
    attributes = {"stroke": paint(colour)}
    if width != 1:
        attributes["stroke-width"] = number(width)
    if dashes:
        # The plan's dashes are multiples of the line's width.
        lengths = [number(length * width) for length in dashes]
        attributes["stroke-dasharray"] = " ".join(lengths)
    return attributes


def _rectangle(mark: marks.Rectangle, paint: Paint) -> str:
    box = mark.box
    style = mark.style
    # Half of a line's width is outside its path, so the path is smaller than the box.
    half = style.width / 2
    height = box.height - style.width
    attributes = {
        "x": number(box.x + half),
        "y": number(box.y + half),
        "width": number(box.width - style.width),
        "height": number(height),
        "rx": number(min(mark.radius, height / 2)),
    }
    return element("rect", attributes | _style(style, paint))


def path_data(path: marks.Path, at: Point = (0.0, 0.0), scale: float = 1.0) -> str:
    """The attribute d of a plan's path, scaled and moved to a point."""
    left, top = at
    written = []
    for command, points in path:
        written.append(command)
        # Z has no points.
        if command != "Z":
            ends = [_point(left + x * scale, top + y * scale) for x, y in points]
            written.append(" ".join(ends))
    return "".join(written)


def _point(x: float, y: float) -> str:
    return f"{number(x)} {number(y)}"


def _circle_data(x: float, y: float, radius: float) -> str:
    """A circle as path data of two arcs, so that many circles can be one path."""
    r = number(radius)
    across = number(2 * radius)
    start = _point(x - radius, y)
    return f"M{start}a{r} {r} 0 1 0 {across} 0a{r} {r} 0 1 0-{across} 0"


def _outline_data(shape: str, x: float, y: float, radius: float) -> str:
    if shape == "circle":
        return _circle_data(x, y, radius)
    return path_data(outlines.outline(shape), (x, y), radius)


def _shape(mark: marks.Shape, paint: Paint) -> str:
    style = _style(mark.style, paint)
    if mark.shape != "circle":
        data = _outline_data(mark.shape, mark.x, mark.y, mark.radius)
        return element("path", {"d": data} | style)
    attributes = {
        "cx": number(mark.x),
        "cy": number(mark.y),
        "r": number(mark.radius),
    }
    return element("circle", attributes | style)


def _shapes(mark: marks.Shapes, paint: Paint) -> str:
    """All shapes of a mark as one path."""
    drawn = [_outline_data(mark.shape, x, y, mark.radius) for x, y in mark.points]
    return element("path", {"d": "".join(drawn)} | _style(mark.style, paint))


def _line(mark: marks.Line, paint: Paint) -> str:
    points = [_point(x, y) for x, y in mark.points]
    attributes = {"points": " ".join(points), "fill": "none"}
    attributes |= _stroke(mark.colour, mark.width, mark.dashes, paint)
    if mark.round_ends:
        attributes["stroke-linecap"] = "round"
    return element("polyline", attributes)


def _area(mark: marks.Area, paint: Paint) -> str:
    attributes = {"d": path_data(mark.path)}
    attributes |= _style(mark.style, paint)
    attributes["stroke-linejoin"] = "round"
    return element("path", attributes)


def _arrow(mark: marks.ArrowLine, paint: Paint) -> str:
    """An arrow as a curve up to the back of its head, and the head."""
    start, first, second, tip = mark.points
    along_x, along_y = _direction([start, first, second], tip)
    length = mark.head * _HEAD_LENGTH
    half = mark.head * _HEAD_HALF
    back_x = tip[0] - along_x * length
    back_y = tip[1] - along_y * length
    # The corners are perpendicular to the direction.
    left = (back_x - along_y * half, back_y + along_x * half)
    right = (back_x + along_y * half, back_y - along_x * half)
    curve = path_data([("M", [start]), ("C", [first, second, (back_x, back_y)])])
    head = path_data([("M", [left]), ("L", [tip]), ("L", [right]), ("Z", [left])])
    stroke = _stroke(mark.colour, mark.width, mark.dashes, paint)
    drawn = element("path", {"d": curve, "fill": "none"} | stroke)
    return drawn + element("path", {"d": head, "fill": paint(mark.colour)})


def _direction(before: Sequence[Point], tip: Point) -> Point:
    """The unit vector of a curve's direction at its end, from the last control point that differs from it."""
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

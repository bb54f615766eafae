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


Attributes = dict[str, str]


def element(name: str, attributes: Attributes, content: str = "") -> str:
    """An element of SVG; the order of its attributes is theirs."""
    said = "".join([f' {key}="{value}"' for key, value in attributes.items()])
    if content:
        return f"<{name}{said}>{content}</{name}>"
    return f"<{name}{said}/>"


def elements(planned: Iterable[marks.Mark], paint: Paint) -> str:
    """The elements of some marks, in their order."""
    return "".join([_MAKERS[type(mark)](mark, paint) for mark in planned])


# Where an anchor stands in its words, as SVG says it and as a share of their width.
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
    # A reader's own font is a little wider or narrower than the one that was measured: its
    # letters are moved until the words fill the room that was planned for them.
    if len(mark.words) > 1 and not mark.words.isdigit():
        width = text_width(mark.words, mark.size)
        attributes["textLength"] = number(width)
    if mark.upright:
        # Turned around its middle, it reads from below.
        x = number(mark.x + drop)
        y = number(mark.y)
        attributes["x"] = x
        attributes["y"] = y
        attributes["transform"] = f"rotate(-90 {x} {y})"
    words = escape(mark.words, quote=False)
    return _backing(mark, paint) + element("text", attributes, words)


def _backing(mark: marks.Text, paint: Paint) -> str:
    """The small box behind words that stand on lines."""
    if mark.backing is None:
        return ""
    width = text_width(mark.words, mark.size)
    left = mark.x - width * _SHARES[mark.align]
    # Two pixels of air on either side, a tenth of the letters' height above and below.
    attributes = {
        "x": number(left - 2),
        "y": number(mark.y - mark.size * 0.6),
        "width": number(width + 4),
        "height": number(mark.size * 1.2),
        "fill": paint(mark.backing),
    }
    return element("rect", attributes)


def _style(style: marks.Style, paint: Paint) -> Attributes:
    """How an element is filled and outlined."""
    # Without a word it would be filled black.
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
        # In the plan they are shares of the line's width.
        lengths = [number(length * width) for length in dashes]
        attributes["stroke-dasharray"] = " ".join(lengths)
    return attributes


def _rectangle(mark: marks.Rectangle, paint: Paint) -> str:
    box = mark.box
    style = mark.style
    # A line is drawn half on either side of a path: inside the box, the path is smaller.
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
    """A path of the plan in SVG's letters, moved to a point and made larger."""
    left, top = at
    written = []
    for command, points in path:
        written.append(command)
        # To close a path needs no point.
        if command != "Z":
            ends = [_point(left + x * scale, top + y * scale) for x, y in points]
            written.append(" ".join(ends))
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
    """All of them as one path."""
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
    """The curve up to the head's back, and the head."""
    start, first, second, tip = mark.points
    along_x, along_y = _direction([start, first, second], tip)
    length = mark.head * _HEAD_LENGTH
    half = mark.head * _HEAD_HALF
    back_x = tip[0] - along_x * length
    back_y = tip[1] - along_y * length
    # The corners lie at right angles to the way.
    left = (back_x - along_y * half, back_y + along_x * half)
    right = (back_x + along_y * half, back_y - along_x * half)
    curve = path_data([("M", [start]), ("C", [first, second, (back_x, back_y)])])
    head = path_data([("M", [left]), ("L", [tip]), ("L", [right]), ("Z", [left])])
    stroke = _stroke(mark.colour, mark.width, mark.dashes, paint)
    drawn = element("path", {"d": curve, "fill": "none"} | stroke)
    return drawn + element("path", {"d": head, "fill": paint(mark.colour)})


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

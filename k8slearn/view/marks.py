"""The artists of small things: texts, pills, and Pods as marks. Lengths in pixels, y points down."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.text import Text

from k8slearn.view import measure
from k8slearn.view.layout import Box
from k8slearn.view.scene import Phase, PodMark
from k8slearn.view.theme import RED, Theme, ink_on, look_of, mix, outline

PX = 0.72  # points in one pixel of a picture with 100 pixels to the inch
DASHES: dict[Phase, tuple[float, tuple[float, ...]]] = {
    Phase.STARTING: (0.0, (2.4, 1.5)),
    Phase.UNBOUND: (0.0, (0.9, 1.3)),
}


@cache
def _font(size: float) -> FontProperties:
    return FontProperties(family=measure.prepare(), size=size * PX)


def text(
    x: float, y: float, words: str, size: float, colour: Any, align: str = "left"
) -> Text:
    """Words whose middle line is at `y`."""
    return Text(
        x,
        y,
        words,
        color=colour,
        fontproperties=_font(size),
        ha=align,
        va="center_baseline",
        parse_math=False,
    )


def rounded(
    box: Box,
    radius: float,
    face: Any,
    edge: Any,
    width: float = 1.0,
    dashes: Any = "solid",
) -> FancyBboxPatch:
    """A rectangle with round corners whose line lies inside the box."""
    half = width / 2
    return FancyBboxPatch(
        (box.x + half, box.y + half),
        box.width - width,
        box.height - width,
        boxstyle=f"round,pad=0,rounding_size={min(radius, box.height / 2 - half)}",
        facecolor=face,
        edgecolor=edge,
        linewidth=width * PX,
        linestyle=dashes,
    )


def pill(
    box: Box,
    words: str,
    size: float,
    face: Any,
    edge: Any,
    ink: Any,
    width: float = 1.0,
) -> list[Artist]:
    """Words in a capsule."""
    x, y = box.centre
    return [
        rounded(box, box.height / 2, face, edge, width),
        text(x, y, words, size, ink, "center"),
    ]


def shape_at(shape: str, x: float, y: float, radius: float, **style: Any) -> PathPatch:
    """An outline drawn around a point."""
    path = outline(shape)
    return PathPatch(
        Path(np.asarray(path.vertices) * radius + (x, y), path.codes), **style
    )


def phase_style(phase: Phase, colour: str, theme: Theme, line: float) -> dict[str, Any]:
    """Face, edge and line of a phase: ready is filled, ending is pale, everything else is only an outline."""
    faces: dict[Phase, Any] = {
        Phase.READY: colour,
        Phase.ENDING: mix(colour, theme.card, 0.3),
    }
    width = line * (0.7 if phase is Phase.ENDING else 1.0)
    return {
        "facecolor": faces.get(phase, theme.card),
        "edgecolor": theme.edge(colour),
        "linewidth": width * PX,
        "linestyle": DASHES.get(phase, "solid"),
    }


def pod_artists(
    mark: PodMark, x: float, y: float, radius: float, theme: Theme
) -> list[Artist]:
    """A Pod: shape, colour and number are its revision, line and filling its phase."""
    look = look_of(mark.revision)
    style = phase_style(mark.phase, look.colour, theme, 1.1 + radius / 11)
    ink = ink_on(look.colour) if mark.phase is Phase.READY else theme.ink
    number = str(mark.revision) if mark.revision else "–"
    artists: list[Artist] = [shape_at(look.shape, x, y, radius, **style)]
    artists.append(
        text(x, y, number, radius * (1.06 if len(number) < 3 else 0.8), ink, "center")
    )
    if mark.phase in (Phase.FAILED, Phase.SUCCEEDED):
        artists += _badge(
            mark.phase, x + radius * 0.85, y - radius * 0.85, radius * 0.46, theme
        )
    return artists


def _badge(
    phase: Phase, x: float, y: float, radius: float, theme: Theme
) -> list[Artist]:
    """A small cross (failed) or tick (succeeded) at the mark's corner."""
    colour = RED if phase is Phase.FAILED else theme.quiet
    disc = shape_at(
        "circle", x, y, radius, facecolor=colour, edgecolor=theme.card, linewidth=PX
    )
    line: dict[str, Any] = {
        "color": "#ffffff",
        "linewidth": radius * 0.24,
        "solid_capstyle": "round",
    }
    r = radius * 0.42
    if phase is Phase.SUCCEEDED:
        return [
            disc,
            Line2D([x - r, x - r * 0.2, x + r], [y, y + r * 0.8, y - r * 0.8], **line),
        ]
    return [
        disc,
        Line2D([x - r, x + r], [y - r, y + r], **line),
        Line2D([x - r, x + r], [y + r, y - r], **line),
    ]

"""The marks of a Pod: shape, colour and number show its revision, line and fill its phase."""

from __future__ import annotations

from k8slearn.view.plan.geometry import Point
from k8slearn.view.plan.marks import (
    SOLID,
    Align,
    Dashes,
    Line,
    Mark,
    Shape,
    Style,
    Text,
)
from k8slearn.view.scene import Phase, PodMark
from k8slearn.view.theme import (
    BADGE_SIGN,
    CARD,
    FAILED_BADGE,
    INK,
    QUIET,
    Colour,
    Edge,
    Faded,
    ink_on,
    look_of,
)

# Pods that do not run yet have a dashed line, with shorter dashes for earlier phases.
_DASHES: dict[Phase, Dashes] = {
    Phase.STARTING: (2.4, 1.5),
    Phase.UNBOUND: (0.9, 1.3),
}
_CENTER: Align = "center"


def phase_style(phase: Phase, colour: str, width: float) -> Style:
    """The style of a phase: ready is filled, ending is pale, others are outlines."""
    face: Colour = CARD
    if phase is Phase.READY:
        face = colour
    elif phase is Phase.ENDING:
        face = Faded(colour)
        width *= 0.7
    return Style(
        face=face, edge=Edge(colour), width=width, dashes=_DASHES.get(phase, SOLID)
    )


def pod_marks(
    pod: PodMark,
    x: float,
    y: float,
    radius: float,
) -> list[Mark]:
    """A Pod around a point."""
    look = look_of(pod.revision)
    # Larger marks have thicker lines, or they would look paler.
    style = phase_style(pod.phase, look.colour, 1.1 + radius / 11)
    ink = INK
    if pod.phase is Phase.READY:
        ink = ink_on(look.colour)
    number = str(pod.revision) if pod.revision else "–"
    # Three digits are smaller, to fit into the mark.
    size = radius * (1.06 if len(number) < 3 else 0.8)
    marks: list[Mark] = [Shape(look.shape, x, y, radius, style)]
    marks.append(Text(x, y, number, size=size, colour=ink, align=_CENTER))
    if pod.phase in (Phase.FAILED, Phase.SUCCEEDED):
        corner = radius * 0.85
        marks += _badge(pod.phase, x + corner, y - corner, radius * 0.46)
    return marks


def _badge(phase: Phase, x: float, y: float, radius: float) -> list[Mark]:
    """A small cross (failed) or tick (succeeded) at the mark's corner."""
    failed = phase is Phase.FAILED
    disc = Style(FAILED_BADGE if failed else QUIET, CARD)
    r = radius * 0.42
    left = x - r
    right = x + r
    top = y - r
    bottom = y + r
    lines: list[list[Point]]
    if failed:
        falling = [(left, top), (right, bottom)]
        rising = [(left, bottom), (right, top)]
        lines = [falling, rising]
    else:
        rise = r * 0.8
        foot = x - r * 0.2, y + rise
        lines = [[(left, y), foot, (right, y - rise)]]
    marks: list[Mark] = [Shape("circle", x, y, radius=radius, style=disc)]
    for points in lines:
        marks.append(Line(points, BADGE_SIGN, radius / 3, round_ends=True))
    return marks

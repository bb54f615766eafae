"""Colours, shapes and line styles: Okabe-Ito, and nothing that only colour tells apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.path import Path

BLUE, ORANGE, GREEN, PINK, SKY, RED = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
)


@dataclass(frozen=True, slots=True)
class Theme:
    """The greys of one picture; the accents are the same in every theme."""

    name: str
    ground: str
    card: str
    line: str
    ink: str
    quiet: str
    pale: str
    warn: str
    lift: float = 0.0

    def edge(self, colour: str) -> tuple[float, float, float]:
        """An accent as a line on this theme's cards; lighter on dark ones."""
        return mix("#ffffff", colour, self.lift)

    def colours(self) -> list[tuple[float, float, float]]:
        """Every colour that fills an area in this theme, as RGB between 0 and 1."""
        greys = (
            self.ground,
            self.card,
            self.line,
            self.ink,
            self.quiet,
            self.pale,
            self.warn,
        )
        accents = {look.colour for look in _LOOKS} | set(ACTOR_COLOURS.values())
        return [to_rgb(c) for c in (*greys, *accents)] + [
            self.edge(c) for c in accents if self.lift
        ]


LIGHT = Theme(
    "light", "#fafafa", "#ffffff", "#d5d9e0", "#1f2430", "#5f6775", "#eef0f4", "#b84700"
)
DARK = Theme(
    "dark",
    "#15181d",
    "#20252d",
    "#3c4450",
    "#eceff4",
    "#a4adba",
    "#2d333d",
    "#ff9a55",
    0.3,
)
THEMES = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True, slots=True)
class Look:
    """How a revision is drawn: its colour and its outline."""

    colour: str
    shape: str


_LOOKS = (
    Look(BLUE, "circle"),
    Look(ORANGE, "square"),
    Look(GREEN, "diamond"),
    Look(PINK, "hexagon"),
    Look(SKY, "triangle"),
    Look(RED, "pentagon"),
)
_UNKNOWN = Look("#8b93a1", "circle")

ACTOR_COLOURS = {
    "user": RED,
    "daemonset-controller": GREEN,
    "scheduler": PINK,
    "kubelet": SKY,
    "garbage-collector": "#8b93a1",
    "other": "#b59b2b",
}


def look_of(revision: int) -> Look:
    """The look of a revision number; 0 stands for a Pod of no known revision."""
    return _LOOKS[(revision - 1) % len(_LOOKS)] if revision > 0 else _UNKNOWN


def actor_colour(chip: str) -> str:
    """The accent of one component chip."""
    return ACTOR_COLOURS[chip]


@lru_cache(maxsize=256)
def mix(colour: str, other: str, share: float) -> tuple[float, float, float]:
    """`share` of `colour`, the rest of `other`, as RGB between 0 and 1."""
    red, green, blue = (
        a * share + b * (1 - share)
        for a, b in zip(to_rgb(colour), to_rgb(other), strict=True)
    )
    return red, green, blue


@lru_cache(maxsize=64)
def ink_on(colour: str) -> str:
    """Black or white, whichever can be read on `colour` (WCAG relative luminance)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in to_rgb(colour)
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#14181f" if luminance > 0.28 else "#ffffff"


@lru_cache(maxsize=16)
def outline(shape: str) -> Path:
    """The outline of a shape of about unit radius around the origin; y points down as in the picture."""
    if shape == "circle":
        return Path.unit_circle()
    if shape == "square":
        return _rounded_square(0.88, 0.3)
    if shape == "cross":
        return Path(
            [(-1, -1), (1, 1), (-1, 1), (1, -1)],
            [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO],
        )
    corners = {"diamond": 4, "hexagon": 6, "triangle": 3, "pentagon": 5}[shape]
    radius = {"diamond": 1.17, "hexagon": 1.08, "triangle": 1.3, "pentagon": 1.14}[
        shape
    ]
    drop = {"triangle": 0.2, "pentagon": 0.06}.get(shape, 0.0)
    angles = -np.pi / 2 + 2 * np.pi * np.arange(corners + 1) / corners
    return Path(
        np.column_stack([radius * np.cos(angles), radius * np.sin(angles) + drop]),
        closed=True,
    )


def _rounded_square(half: float, radius: float) -> Path:
    """A square of half side `half` whose corners are rounded."""
    inner = half - radius
    corners = [(half, -half), (half, half), (-half, half), (-half, -half)]
    starts = [(inner, -half), (half, inner), (-inner, half), (-half, -inner)]
    ends = [(half, -inner), (inner, half), (-half, inner), (-inner, -half)]
    points: list[tuple[float, float]] = [starts[0]]
    codes = [Path.MOVETO]
    for start, corner, end in zip(starts, corners, ends, strict=True):
        points += [start, corner, end]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, starts[0]], [*codes, Path.CLOSEPOLY])

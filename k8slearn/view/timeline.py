"""A mark for every action in a fixed slot, coloured by component; thousands of them cost no more than a few."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from k8slearn.view.plan.geometry import MARGIN, WIDTH
from k8slearn.view.png import Pixels
from k8slearn.view.scene import chip_of
from k8slearn.view.theme import ACTOR_COLOURS, THEMES, Theme, rgb

_HEIGHT = 38
# Marks begin below the cursor's knob and end above the edge.
_TOP = 11
_BOTTOM = 3
_KNOB = 4.5
# With 75 slots a mark is 12 pixels wide: more could not be told from blocks, and a first
# lesson's story of some 60 actions fits without moving any.
_LEAST = 75
_CHIPS = tuple(ACTOR_COLOURS)
# How strong a later action is: enough to tell its colour, not enough to be taken for done.
_LATER = 0.28
# A slot of three pixels or more is filled to this share, so that marks can be counted.
_FILLED = 0.6
_COUNTABLE = 3


def capacity(count: int) -> int:
    """How many slots there are for so many actions: 75, and twice as many whenever they are full."""
    slots = _LEAST
    while slots < count:
        slots *= 2
    return slots


def codes_of(components: Sequence[str]) -> NDArray[np.intp]:
    """The number of each component's colour."""
    codes = [_CHIPS.index(chip_of(component)) for component in components]
    return np.array(codes, np.intp)


@lru_cache(maxsize=256)
def _rgb(colour: str) -> NDArray[np.float64]:
    return np.round(np.array(rgb(colour)) * 255)


_STRONG = np.array([_rgb(colour) for colour in ACTOR_COLOURS.values()])


def slots_at(width: int, height: int, slots: int) -> NDArray[np.intp]:
    """The slot at each pixel: side by side, and, where one pixel has to hold several, one above the other."""
    per_pixel = slots / width
    rows = np.zeros((height, 1))
    if per_pixel > 1 / _COUNTABLE:
        rows = np.arange(height)[:, None] / height
    columns = np.arange(width)[None, :]
    return np.asarray(((columns + rows) * per_pixel).astype(np.intp))


def paint_timeline(
    codes: NDArray[np.intp],
    shown: int,
    *,
    theme: str = "light",
    scale: float = 2.0,
) -> Pixels:
    """The timeline as rows of RGB pixels; the first `shown` actions are strong, the later ones pale."""
    look = THEMES[theme]
    left = round(MARGIN * scale)
    width = round((WIDTH - 2 * MARGIN) * scale)
    height = round(_HEIGHT * scale)
    pixels = np.empty((height, width + 2 * left, 3))
    pixels[:] = _rgb(look.ground)
    rows = slice(round(_TOP * scale), round((_HEIGHT - _BOTTOM) * scale))
    if len(codes):
        colours = _colours(codes, shown, _rgb(look.ground))
        _fill(pixels[rows, left : left + width], colours)
    slot = width / capacity(len(codes))
    _cursor(pixels, left + shown * slot, look, scale)
    return np.asarray(pixels, np.uint8)


def _colours(
    codes: NDArray[np.intp],
    shown: int,
    ground: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The colour of each action."""
    strong = _STRONG[codes]
    done = np.arange(len(codes)) < shown
    share = np.where(done, 1.0, _LATER)[:, None]
    return np.asarray(strong * share + ground * (1 - share))


def _fill(marks: NDArray[np.float64], colours: NDArray[np.float64]) -> None:
    """Fill the slots that are taken."""
    height, width = marks.shape[:2]
    slots = capacity(len(colours))
    slot_of = slots_at(width, height, slots)
    filled = slot_of < len(colours)
    if width / slots >= _COUNTABLE:
        within = np.arange(width) * slots / width % 1.0
        filled &= (within < _FILLED)[None, :]
    marks[filled] = colours[slot_of[filled]]


def _cursor(
    pixels: NDArray[np.float64],
    x: float,
    look: Theme,
    scale: float,
) -> None:
    """A line with a knob at the end of what is shown."""
    ink = _rgb(look.ink)
    half = max(scale * 0.7, 0.5)
    radius = _KNOB * scale
    left = round(x - half)
    right = round(x + half)
    pixels[round(radius) :, left:right] = ink
    height, width = pixels.shape[:2]
    down = np.arange(height)[:, None] - radius - scale
    across = np.arange(width)[None, :] - x
    pixels[down**2 + across**2 <= radius**2] = ink


def number_at(fraction: float, count: int) -> int:
    """How many actions are shown when the picture is pressed at a fraction (0 to 1) of its width."""
    inner = (fraction * WIDTH - MARGIN) / (WIDTH - 2 * MARGIN)
    return min(max(round(inner * capacity(count)), 0), count)

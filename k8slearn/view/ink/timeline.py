"""The timeline as pixels: a mark for each action in a fixed slot, coloured by component."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from k8slearn.view.plan.geometry import MARGIN, WIDTH
from k8slearn.view.png import Pixels, encode
from k8slearn.view.scene import chip_of
from k8slearn.view.theme import ACTOR_COLOURS, THEMES, Theme, rgb
from k8slearn.view.timeline import (
    BOTTOM,
    COUNTABLE,
    FILLED,
    HEIGHT,
    KNOB,
    LATER,
    TOP,
    capacity,
)

_CHIPS = tuple(ACTOR_COLOURS)


def codes_of(components: Sequence[str]) -> NDArray[np.intp]:
    """The number of each component's colour."""
    # There are few different components.
    code = {each: _CHIPS.index(chip_of(each)) for each in set(components)}
    return np.array([code[each] for each in components], np.intp)


@lru_cache(maxsize=256)
def _rgb(colour: str) -> NDArray[np.float64]:
    return np.round(np.array(rgb(colour)) * 255)


_STRONG = np.array([_rgb(colour) for colour in ACTOR_COLOURS.values()])


class PixelTimeline:
    """Draws the timeline as PNG; the colours of earlier marks are kept from the last picture."""

    def __init__(self, theme: str, scale: float) -> None:
        self._theme = theme
        self._scale = scale
        self._codes = codes_of([])

    def picture(self, done: Sequence[str], count: int, shown: int) -> bytes:
        """Draw the timeline; actions that left the log before they were drawn are a gap."""
        known = self._codes[: count - len(done)]
        gap = [""] * (count - len(done) - len(known))
        self._codes = np.concatenate([known, codes_of([*gap, *done])])
        pixels = paint_timeline(
            self._codes, shown, theme=self._theme, scale=self._scale
        )
        return encode(pixels)


def slots_at(width: int, height: int, slots: int) -> NDArray[np.intp]:
    """The slot of each pixel; where a column has to hold several slots, they are one above the other."""
    per_pixel = slots / width
    rows = np.zeros((height, 1))
    if per_pixel > 1 / COUNTABLE:
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
    height = round(HEIGHT * scale)
    pixels = np.empty((height, width + 2 * left, 3))
    pixels[:] = _rgb(look.ground)
    rows = slice(round(TOP * scale), round((HEIGHT - BOTTOM) * scale))
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
    """The colours of the actions; later ones are mixed with the ground."""
    strong = _STRONG[codes]
    done = np.arange(len(codes)) < shown
    share = np.where(done, 1.0, LATER)[:, None]
    return np.asarray(strong * share + ground * (1 - share))


def _fill(marks: NDArray[np.float64], colours: NDArray[np.float64]) -> None:
    """Fill the slots of the actions."""
    height, width = marks.shape[:2]
    slots = capacity(len(colours))
    slot_of = slots_at(width, height, slots)
    filled = slot_of < len(colours)
    if width / slots >= COUNTABLE:
        within = np.arange(width) * slots / width % 1.0
        filled &= (within < FILLED)[None, :]
    marks[filled] = colours[slot_of[filled]]


def _cursor(
    pixels: NDArray[np.float64],
    x: float,
    look: Theme,
    scale: float,
) -> None:
    """Draw the cursor: a line with a knob after the last action shown."""
    ink = _rgb(look.ink)
    half = max(scale * 0.7, 0.5)
    radius = KNOB * scale
    left = round(x - half)
    right = round(x + half)
    pixels[round(radius) :, left:right] = ink
    height, width = pixels.shape[:2]
    down = np.arange(height)[:, None] - radius - scale
    across = np.arange(width)[None, :] - x
    pixels[down**2 + across**2 <= radius**2] = ink

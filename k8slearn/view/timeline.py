"""A mark for every action in a fixed slot, coloured by component; thousands of them cost no more than a few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from k8slearn.view.draw import Pixels
from k8slearn.view.layout import MARGIN, WIDTH
from k8slearn.view.scene import chip_of
from k8slearn.view.theme import ACTOR_COLOURS, THEMES, Theme

HEIGHT, TOP = 38, 11
LEAST = 75
KNOB = 4.5
_CHIPS = tuple(ACTOR_COLOURS)
_LATER = 0.28


def capacity(count: int) -> int:
    """How many slots there are for so many actions: 75, and twice as many whenever they are full."""
    slots = LEAST
    while slots < count:
        slots *= 2
    return slots


def codes_of(components: Sequence[str]) -> NDArray[np.intp]:
    """The number of each component's colour."""
    return np.array(
        [_CHIPS.index(chip_of(component)) for component in components], np.intp
    )


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.round(np.array(to_rgb(colour)) * 255)


def slots_at(width: int, height: int, slots: int) -> NDArray[np.intp]:
    """The slot at each pixel: side by side, and, where one pixel has to hold several, one above the other."""
    per_pixel = slots / width
    rows = (
        np.arange(height)[:, None] / height
        if per_pixel > 1 / 3
        else np.zeros((height, 1))
    )
    return np.asarray(((np.arange(width)[None, :] + rows) * per_pixel).astype(np.intp))


def paint_timeline(
    codes: NDArray[np.intp], shown: int, *, theme: str = "light", scale: float = 2.0
) -> Pixels:
    """The timeline as rows of RGB pixels; the first `shown` actions are strong, the later ones pale."""
    look = THEMES[theme]
    ground = _rgb(look.ground)
    left, width = round(MARGIN * scale), round((WIDTH - 2 * MARGIN) * scale)
    pixels = np.empty((round(HEIGHT * scale), width + 2 * left, 3))
    pixels[:] = ground
    slots = capacity(len(codes))
    marks = pixels[
        round(TOP * scale) : round((HEIGHT - 3) * scale), left : left + width
    ]
    where = slots_at(width, len(marks), slots)
    filled = where < len(codes)
    if width / slots >= 3:
        place = np.arange(width) * slots / width % 1.0
        filled &= (place < 0.6)[None, :]
    if len(codes):
        strong = np.array([_rgb(colour) for colour in ACTOR_COLOURS.values()])[codes]
        share = np.where(np.arange(len(codes)) < shown, 1.0, _LATER)[:, None]
        marks[filled] = (strong * share + ground * (1 - share))[where[filled]]
    _cursor(pixels, left + shown * width / slots, look, scale)
    return np.asarray(pixels, np.uint8)


def _cursor(pixels: NDArray[np.float64], x: float, look: Theme, scale: float) -> None:
    """A line with a knob at the end of what is shown."""
    ink, half = _rgb(look.ink), max(scale * 0.7, 0.5)
    pixels[round(KNOB * scale) :, round(x - half) : round(x + half)] = ink
    rows, columns = (
        np.arange(pixels.shape[0])[:, None],
        np.arange(pixels.shape[1])[None, :],
    )
    pixels[
        (rows - KNOB * scale - scale) ** 2 + (columns - x) ** 2 <= (KNOB * scale) ** 2
    ] = ink


def number_at(fraction: float, count: int) -> int:
    """How many actions are shown when the picture is pressed at a fraction (0 to 1) of its width."""
    inner = (fraction * WIDTH - MARGIN) / (WIDTH - 2 * MARGIN)
    return min(max(round(inner * capacity(count)), 0), count)

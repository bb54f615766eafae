"""Animated PNGs of scenes, drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from k8slearn.view import apng
from k8slearn.view.ink.painter import Painter
from k8slearn.view.png import Pixels
from k8slearn.view.scene import Scene


def apng_of(
    told: Sequence[Scene], waits: Sequence[int], *, theme: str, scale: float
) -> bytes:
    """An APNG of the scenes; `waits` are their durations in milliseconds.

    The sentences are text on the page and not drawn, which would make the file twice as large.
    """
    painter = Painter(theme, told=False, scale=scale)
    frames = same_size(painter.paint(scene) for scene in told)
    return apng.encode(frames, waits, exact=painter.theme.colours())


def same_size(frames: Iterable[Pixels]) -> list[Pixels]:
    """Pad frames at the bottom to the height of the highest, in the colour of their last row."""
    drawn = list(frames)
    height = max(len(frame) for frame in drawn)
    padded = []
    for frame in drawn:
        below = (0, height - len(frame))
        padded.append(np.pad(frame, (below, (0, 0), (0, 0)), mode="edge"))
    return padded

"""Scenes one after another by matplotlib, as the frames of an animated PNG."""

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
    """The scenes, each for as many milliseconds as `waits` says.

    The sentences are text on the page, not ink: drawn they would take as much room as all the rest.
    """
    painter = Painter(theme, told=False, scale=scale)
    frames = same_size(painter.paint(scene) for scene in told)
    return apng.encode(frames, waits, exact=painter.theme.colours())


def same_size(frames: Iterable[Pixels]) -> list[Pixels]:
    """Frames padded at the bottom to the height of the highest, in the colour of their last row."""
    drawn = list(frames)
    height = max(len(frame) for frame in drawn)
    padded = []
    for frame in drawn:
        below = (0, height - len(frame))
        padded.append(np.pad(frame, (below, (0, 0), (0, 0)), mode="edge"))
    return padded

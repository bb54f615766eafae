"""The timeline's slots: a fixed place for every action, whatever draws them."""

from __future__ import annotations

from k8slearn.view.plan.geometry import MARGIN, WIDTH

HEIGHT = 38
# Marks begin below the cursor's knob and end above the edge.
TOP = 11
BOTTOM = 3
KNOB = 4.5
# With 75 slots a mark is 12 pixels wide: more could not be told from blocks, and a first
# lesson's story of some 60 actions fits without moving any.
_LEAST = 75
# How strong a later action is: enough to tell its colour, not enough to be taken for done.
LATER = 0.28
# A slot of three pixels or more is filled to this share, so that marks can be counted.
FILLED = 0.6
COUNTABLE = 3


def capacity(count: int) -> int:
    """How many slots there are for so many actions: 75, and twice as many whenever they are full."""
    slots = _LEAST
    while slots < count:
        slots *= 2
    return slots


def number_at(fraction: float, count: int) -> int:
    """How many actions are shown when the picture is pressed at a fraction (0 to 1) of its width."""
    inner = (fraction * WIDTH - MARGIN) / (WIDTH - 2 * MARGIN)
    return min(max(round(inner * capacity(count)), 0), count)

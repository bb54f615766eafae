"""The timeline's slots: a fixed place for every action, for all inks."""

from __future__ import annotations

from k8slearn.view.plan.geometry import MARGIN, WIDTH

HEIGHT = 38
# Margins in pixels: marks are below the cursor's knob and above the edge.
TOP = 11
BOTTOM = 3
KNOB = 4.5
# The least number of slots: with 75 a mark is 12 pixels wide, and the first lesson's 60
# actions fit without a change of scale.
_LEAST = 75
# The strength of later actions: enough to see the colour, too little to be taken for done.
LATER = 0.28
# The filled share of slots of at least COUNTABLE pixels, so that marks can be counted.
FILLED = 0.6
COUNTABLE = 3


def capacity(count: int) -> int:
    """The number of slots for `count` actions: 75, doubled whenever they are full."""
    slots = _LEAST
    while slots < count:
        slots *= 2
    return slots


def number_at(fraction: float, count: int) -> int:
    """The number of actions to show after a click at a fraction (0 to 1) of the timeline's width."""
    inner = (fraction * WIDTH - MARGIN) / (WIDTH - 2 * MARGIN)
    return min(max(round(inner * capacity(count)), 0), count)

"""The measures of the cards in each form, in pixels from the card's edges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures of a card. Letters have at least 10 pixels; what does not fit is left out, not made smaller.

    `name`, `small` and `word` are font sizes; `name_y`, `state_y` (0: none) and `pod_y` are positions of lines;
    `radius` is a Pod's, `inset` the margin at the left; `tags`: labels are shown; `below`: a Pod's word may be below
    it.
    """

    name: float
    name_y: float
    small: float
    state_y: float
    pod_y: float
    radius: float
    word: float
    inset: float
    tags: bool
    below: bool


# fmt: off
SIZES = {
    #               name name_y small state_y pod_y radius word  inset tags   below
    "large":  Sizes(14,  16,    11,   34,     73,   15,    12.5, 12,   True,  True),
    "middle": Sizes(13,  14,    10,   29.5,   63,   11.5,  11.5, 9,    True,  True),
    "small":  Sizes(11,  13,    10,   0,      35,   9,     10.5, 6,    False, False),
}
# fmt: on


def lane_width(width: float, sizes: Sizes, lanes: int) -> float:
    """The width of each of `lanes` lanes on a card of a width; the last one may extend to the card's edge."""
    return (width - 2 * sizes.inset + 4) / lanes

"""The measures of the cards of each form, in pixels from the card's edges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Letters are 10 pixels or more, or they cannot be read; whatever has no room is left out, not made smaller.

    `name`, `small` and `word` are sizes of letters, `name_y`, `state_y` (0: none) and `pod_y` where lines stand,
    `radius` is a Pod's, `inset` the room at the left; `tags` tells whether labels are shown, `below` whether a
    Pod's word may stand below it.
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


SIZES = {
    "large": Sizes(
        name=14,
        name_y=16,
        small=11,
        state_y=34,
        pod_y=73,
        radius=15,
        word=12.5,
        inset=12,
        tags=True,
        below=True,
    ),
    "middle": Sizes(
        name=13,
        name_y=14,
        small=10,
        state_y=29.5,
        pod_y=63,
        radius=11.5,
        word=11.5,
        inset=9,
        tags=True,
        below=True,
    ),
    "small": Sizes(
        name=11,
        name_y=13,
        small=10,
        state_y=0,
        pod_y=35,
        radius=9,
        word=10.5,
        inset=6,
        tags=False,
        below=False,
    ),
}


def lane_width(width: float, sizes: Sizes, lanes: int) -> float:
    """How wide each of so many lanes is on a card of that width; the last one may run to the card's edge."""
    return (width - 2 * sizes.inset + 4) / lanes

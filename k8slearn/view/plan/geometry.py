"""Lengths of the picture: pixels of a page, x to the right, y down."""

from __future__ import annotations

from dataclasses import dataclass

# The width of an output in JupyterLab on a laptop with an open side bar. Pictures are
# never scaled to the page, so letters keep their size.
WIDTH = 900
# The width of the lab's picture beside its panel, or on a small page.
NARROW = 560
# The width on a phone, whose page is 390 wide.
SLIM = 352
WIDTHS = (SLIM, NARROW, WIDTH)
MARGIN = 9

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y points down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the box."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

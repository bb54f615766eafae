"""Lengths of the picture: pixels of a page, x to the right, y down."""

from __future__ import annotations

from dataclasses import dataclass

# What JupyterLab leaves for an output on a laptop with its side bar open. A picture is
# never scaled to the page: letters keep their size.
WIDTH = 900
# The same where the lab's picture stands beside its panel or on a small page.
NARROW = 560
# The same on a telephone, whose page is 390 wide: the letters stay as large as they are.
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

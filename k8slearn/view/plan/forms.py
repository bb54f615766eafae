"""How large Nodes are drawn, by their number: cards with words, small cards with signs, cells of a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from k8slearn.view.plan.geometry import MARGIN, NARROW, WIDTH


@dataclass(frozen=True, slots=True)
class Form:
    """One size of Nodes: chosen up to `fits` of them, kept up to `most`. Lengths in pixels.

    `gutter` is the room at the left for the names of rows; only maps, whose cells have no names, need it.
    """

    name: str
    columns: int
    height: int
    gap: int
    fits: int
    most: int
    gutter: int = 0
    width: int = WIDTH

    @property
    def pitch(self) -> float:
        """From the left edge of one cell to that of the next."""
        return (self.width - 2 * MARGIN - self.gutter + self.gap) / self.columns

    @property
    def is_map(self) -> bool:
        """Whether Nodes are cells without words."""
        return self.gutter > 0


# `fits` keeps the rows below some 500 pixels, so that a laptop shows the picture and the
# buttons at once: three rows of large cards, five of middle ones, seven of small ones.
# `most` lies well above, or one Node added and removed would redraw all in another size.
# Columns: a large card is 212 pixels wide, enough for a name of 14 letters and a label;
# 40 dense and 100 dotted ones make rows that can be counted in tens.
FORMS = (
    Form("large", 4, 104, 12, 12, 20),
    Form("middle", 6, 92, 10, 30, 42),
    Form("small", 10, 58, 7, 70, 100),
    Form("dense", 40, 19, 2, 1200, 1500, 62),
    Form("dots", 100, 7, 2, 10**9, 10**9, 62),
)
NARROW_FORMS = (
    Form("large", 3, 104, 10, 9, 15, 0, NARROW),
    Form("middle", 4, 92, 8, 28, 40, 0, NARROW),
    Form("small", 6, 58, 7, 60, 90, 0, NARROW),
    Form("dense", 24, 19, 2, 1200, 1500, 62, NARROW),
    Form("dots", 60, 7, 2, 10**9, 10**9, 62, NARROW),
)


def choose_form(count: int, previous: Form | None, width: int = WIDTH) -> Form:
    """The form for so many Nodes; a form once taken is kept until it is really too small."""
    if previous is not None and count <= previous.most and previous.width == width:
        return previous
    forms = FORMS if width == WIDTH else NARROW_FORMS
    return next(form for form in forms if count <= form.fits)


@cache
def column_edges(form: Form) -> tuple[tuple[int, int], ...]:
    """The left edge and the width of every column, in whole pixels: a card's line is sharp only there."""
    left = MARGIN + form.gutter
    edges = [left + round(column * form.pitch) for column in range(form.columns + 1)]
    return tuple(
        (here, following - form.gap - here) for here, following in pairwise(edges)
    )

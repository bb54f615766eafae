"""The sizes in which Nodes are drawn, by their number: cards with text, small cards with symbols, cells of a map."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from k8slearn.view.plan.geometry import MARGIN, NARROW, SLIM, WIDTH


@dataclass(frozen=True, slots=True)
class Form:
    """One size of Nodes: chosen for up to `fits` Nodes, kept for up to `most`. Lengths are in pixels.

    `gutter` is the width at the left for names of rows, used in maps only, whose cells have no names.
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
        """The distance between the left edges of neighbouring cells."""
        return (self.width - 2 * MARGIN - self.gutter + self.gap) / self.columns

    @property
    def is_map(self) -> bool:
        """Whether Nodes are cells without text."""
        return self.gutter > 0


# The width at the left of a map for the names of its rows.
_GUTTER = 62
_ANY = 10**9
# fmt: off
# `fits` keeps the rows below some 500 pixels, so that a laptop shows the picture and the
# buttons at once: three rows of large cards, five of middle ones, seven of small ones.
# `most` lies well above, or one Node added and removed would redraw all in another size.
# Columns: a large card is 212 pixels wide, enough for a name of 14 letters and a label;
# 40 dense and 100 dotted ones make rows that can be counted in tens.
FORMS = (
    #             columns height gap fits  most
    Form("large",   4,    104,   12, 12,   20),
    Form("middle",  6,    92,    10, 30,   42),
    Form("small",   10,   58,    7,  70,   100),
    Form("dense",   40,   19,    2,  1200, 1500, _GUTTER),
    Form("dots",    100,  7,     2,  _ANY, _ANY, _GUTTER),
)
# Two rows of either fit into the lab's frame, some 310 pixels high beside the controls of a
# laptop: what were kept above `fits` would have to be scrolled to.
NARROW_FORMS = (
    Form("large",   3,    104,   10, 6,    6,    0,       NARROW),
    Form("middle",  6,    92,    8,  12,   12,   0,       NARROW),
    Form("small",   6,    58,    7,  60,   90,   0,       NARROW),
    Form("dense",   24,   19,    2,  1200, 1500, _GUTTER, NARROW),
    Form("dots",    60,   7,     2,  _ANY, _ANY, _GUTTER, NARROW),
)
# A phone is scrolled easily, so rows are many and letters stay large.
SLIM_FORMS = (
    Form("large",   2,    104,   8,  6,    8,    0,       SLIM),
    Form("middle",  4,    92,    6,  12,   16,   0,       SLIM),
    Form("small",   4,    58,    5,  60,   90,   0,       SLIM),
    Form("dense",   13,   19,    2,  600,  800,  _GUTTER, SLIM),
    Form("dots",    30,   7,     2,  _ANY, _ANY, _GUTTER, SLIM),
)
# fmt: on
BY_WIDTH = {WIDTH: FORMS, NARROW: NARROW_FORMS, SLIM: SLIM_FORMS}


def choose_form(
    count: int,
    previous: Form | None,
    width: int = WIDTH,
) -> Form:
    """The form for `count` Nodes; the `previous` form is kept while it fits."""
    if previous is not None and count <= previous.most and previous.width == width:
        return previous
    return next(form for form in BY_WIDTH[width] if count <= form.fits)


@cache
def column_edges(form: Form) -> tuple[tuple[int, int], ...]:
    """The left edge and the width of every column, in whole pixels for sharp lines."""
    left = MARGIN + form.gutter
    edges = [left + round(column * form.pitch) for column in range(form.columns + 1)]
    return tuple(
        (here, following - form.gap - here) for here, following in pairwise(edges)
    )

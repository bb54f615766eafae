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


# `fits` keeps the rows below some 500 pixels, so that a laptop shows the picture and the
# buttons at once: three rows of large cards, five of middle ones, seven of small ones.
# `most` lies well above, or one Node added and removed would redraw all in another size.
# Columns: a large card is 212 pixels wide, enough for a name of 14 letters and a label;
# 40 dense and 100 dotted ones make rows that can be counted in tens.
FORMS = (
    Form("large", columns=4, height=104, gap=12, fits=12, most=20),
    Form("middle", columns=6, height=92, gap=10, fits=30, most=42),
    Form("small", columns=10, height=58, gap=7, fits=70, most=100),
    Form(
        "dense",
        columns=40,
        height=19,
        gap=2,
        fits=1200,
        most=1500,
        gutter=62,
    ),
    Form(
        "dots",
        columns=100,
        height=7,
        gap=2,
        fits=10**9,
        most=10**9,
        gutter=62,
    ),
)
# Two rows of either fit into the lab's frame, some 310 pixels high beside the controls of a
# laptop: what were kept above `fits` would have to be scrolled to.
NARROW_FORMS = (
    Form(
        "large",
        columns=3,
        height=104,
        gap=10,
        fits=6,
        most=6,
        width=NARROW,
    ),
    Form(
        "middle",
        columns=6,
        height=92,
        gap=8,
        fits=12,
        most=12,
        width=NARROW,
    ),
    Form(
        "small",
        columns=6,
        height=58,
        gap=7,
        fits=60,
        most=90,
        width=NARROW,
    ),
    Form(
        "dense",
        columns=24,
        height=19,
        gap=2,
        fits=1200,
        most=1500,
        gutter=62,
        width=NARROW,
    ),
    Form(
        "dots",
        columns=60,
        height=7,
        gap=2,
        fits=10**9,
        most=10**9,
        gutter=62,
        width=NARROW,
    ),
)
# A phone is scrolled easily, so rows are many and letters stay large.
SLIM_FORMS = (
    Form("large", columns=2, height=104, gap=8, fits=6, most=8, width=SLIM),
    Form("middle", columns=4, height=92, gap=6, fits=12, most=16, width=SLIM),
    Form("small", columns=4, height=58, gap=5, fits=60, most=90, width=SLIM),
    Form(
        "dense",
        columns=13,
        height=19,
        gap=2,
        fits=600,
        most=800,
        gutter=62,
        width=SLIM,
    ),
    Form(
        "dots",
        columns=30,
        height=7,
        gap=2,
        fits=10**9,
        most=10**9,
        gutter=62,
        width=SLIM,
    ),
)
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

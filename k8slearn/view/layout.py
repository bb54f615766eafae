"""Fixed slots: a Node keeps its place while it lives, and adding or removing one moves nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from k8slearn.view.scene import NodeCard, Scene

WIDTH, NARROW = 900, 560
MARGIN = 9
HEADER = 20
Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Form:
    """How large Nodes are drawn: chosen up to `fits` Nodes, kept up to `most`. Lengths in pixels."""

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

    def left(self, column: int) -> int:
        """The left edge of a cell, in whole pixels."""
        return MARGIN + self.gutter + round(column * self.pitch)


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


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; y points down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Places:
    """Who stands where: the group of every row, the slot of every Node, the lane of every Pod on its Node."""

    form: Form
    group_by: str = ""
    rows: tuple[str, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    lanes: Mapping[str, int] = field(default_factory=dict)


def choose_form(count: int, previous: Form | None, width: int = WIDTH) -> Form:
    """The form for so many Nodes; a form once taken is kept until it is really too small."""
    if previous is not None and count <= previous.most and previous.width == width:
        return previous
    return next(
        form
        for form in (FORMS if width == WIDTH else NARROW_FORMS)
        if count <= form.fits
    )


def arrange(scene: Scene, previous: Places | None = None, width: int = WIDTH) -> Places:
    """The places of a scene, in a picture WIDTH or NARROW pixels wide; whoever had one in `previous` keeps it."""
    form = choose_form(len(scene.cards), previous.form if previous else None, width)
    lanes = _lanes(scene.cards, previous.lanes if previous else {})
    if (
        previous is None
        or previous.form is not form
        or previous.group_by != scene.group_by
    ):
        previous = Places(form)
    rows, slots = _seat(scene.cards, previous)
    return Places(form, scene.group_by, rows, slots, lanes)


def _seat(
    cards: Iterable[NodeCard], previous: Places
) -> tuple[tuple[str, ...], dict[str, Slot]]:
    """Keep every Node that may stay and give the others the first free slots of their group."""
    groups = {card.name: _group_of(card, previous) for card in cards}
    slots = {
        node: previous.slots[node]
        for node, group in groups.items()
        if node in previous.slots and previous.rows[previous.slots[node][0]] == group
    }
    waiting: dict[str, list[str]] = defaultdict(list)
    for node, group in groups.items():
        if node not in slots:
            waiting[group].append(node)
    rows = list(previous.rows)
    for group in sorted(waiting, key=lambda g: (g == "", g)):
        slots |= _fill(
            waiting[group], group, rows, set(slots.values()), previous.form.columns
        )
    return tuple(rows), slots


def _group_of(card: NodeCard, previous: Places) -> str:
    """A Node that is gone stays in the group it had."""
    if card.gone and card.name in previous.slots:
        return previous.rows[previous.slots[card.name][0]]
    return card.group


def _fill(
    names: list[str], group: str, rows: list[str], taken: set[Slot], columns: int
) -> dict[str, Slot]:
    """The first free slots of a group; `rows` grows at its end when the group is full."""
    missing = len(names) - sum(
        (row, column) not in taken
        for row, owner in enumerate(rows)
        if owner == group
        for column in range(columns)
    )
    rows += [group] * max(0, -(-missing // columns))
    free = (
        (row, column)
        for row, owner in enumerate(rows)
        if owner == group
        for column in range(columns)
        if (row, column) not in taken
    )
    return dict(zip(names, free, strict=False))


def _lanes(cards: Iterable[NodeCard], previous: Mapping[str, int]) -> dict[str, int]:
    """A Pod keeps its lane on the Node; a new one takes the lowest that is free."""
    lanes: dict[str, int] = {}
    for card in cards:
        kept = {
            mark.uid: previous[mark.uid] for mark in card.pods if mark.uid in previous
        }
        free = (
            lane
            for lane in range(len(card.pods) + max(kept.values(), default=0) + 1)
            if lane not in kept.values()
        )
        lanes |= kept | {
            mark.uid: next(free) for mark in card.pods if mark.uid not in kept
        }
    return lanes


def row_tops(places: Places, top: float) -> list[float]:
    """The y of every row; a row that begins another group has a header line above it."""
    tops, y, before = [], top, None
    for group in places.rows:
        y += HEADER if places.group_by and group != before else 0
        tops.append(y)
        y += places.form.height + places.form.gap
        before = group
    return tops


def bottom(places: Places, top: float) -> float:
    """Where the rows end."""
    tops = row_tops(places, top)
    return tops[-1] + places.form.height if tops else top


def slot_box(places: Places, tops: list[float], slot: Slot) -> Box:
    """The rectangle of one slot."""
    row, column = slot
    form = places.form
    x = form.left(column)
    return Box(x, tops[row], form.left(column + 1) - form.gap - x, form.height)


def group_lines(
    places: Places, top: float
) -> Iterator[tuple[int, Box, tuple[str, bool]]]:
    """(row, where, (group, whether it is continued)) for every row that begins another group."""
    before = None
    for row, (group, y) in enumerate(
        zip(places.rows, row_tops(places, top), strict=True)
    ):
        if places.group_by and group != before:
            yield (
                row,
                Box(0, y - HEADER, places.form.width, HEADER - 2),
                (group, group in places.rows[:row]),
            )
        before = group

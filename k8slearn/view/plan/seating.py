"""Assigns slots: a Node keeps its place while it exists, and adding or removing one moves no others.

Learners follow a Node over many pictures, so nothing may move that did not change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from k8slearn.view.plan.forms import Form, choose_form
from k8slearn.view.plan.geometry import WIDTH
from k8slearn.view.scene import NodeCard, Scene

Slot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seating:
    """The places: the group of every row, the (row, column) of every Node, the lane of every Pod on its Node."""

    form: Form
    group_by: str = ""
    rows: tuple[str, ...] = ()
    slots: Mapping[str, Slot] = field(default_factory=dict)
    lanes: Mapping[str, int] = field(default_factory=dict)


def arrange(
    scene: Scene,
    previous: Seating | None = None,
    width: int = WIDTH,
) -> Seating:
    """The seating of a scene in a picture of one of the WIDTHS; places in `previous` are kept."""
    form = choose_form(len(scene.cards), previous.form if previous else None, width)
    lanes = _lanes(scene.cards, previous.lanes if previous else {})
    # The slots of another form or grouping cannot be kept; lanes can.
    if (
        previous is None
        or previous.form is not form
        or previous.group_by != scene.group_by
    ):
        previous = Seating(form)
    rows, slots = _seat(scene.cards, previous)
    return Seating(form, scene.group_by, rows, slots, lanes)


def _seat(
    cards: Iterable[NodeCard], previous: Seating
) -> tuple[tuple[str, ...], dict[str, Slot]]:
    """Rows and slots: Nodes that may stay keep theirs, others get the first free slots of their group."""
    slots: dict[str, Slot] = {}
    waiting: dict[str, list[str]] = defaultdict(list)
    for card in cards:
        seat = previous.slots.get(card.name)
        # A Node that is gone has no labels, and stays in its former group.
        if seat and (card.gone or previous.rows[seat[0]] == card.group):
            slots[card.name] = seat
        else:
            waiting[card.group].append(card.name)
    rows = list(previous.rows)
    # Nodes without the label come last.
    for group in sorted(waiting, key=lambda g: (g == "", g)):
        taken = set(slots.values())
        slots |= _fill(waiting[group], group, rows, taken, previous.form.columns)
    return tuple(rows), slots


def _fill(
    names: list[str],
    group: str,
    rows: list[str],
    taken: set[Slot],
    columns: int,
) -> dict[str, Slot]:
    """Assign the first free slots of a group; new rows are appended to `rows` when it is full."""
    free = _free_slots(group, rows, taken, columns)
    while len(free) < len(names):
        free += [(len(rows), column) for column in range(columns)]
        rows.append(group)
    return dict(zip(names, free, strict=False))


def _free_slots(
    group: str,
    rows: list[str],
    taken: set[Slot],
    columns: int,
) -> list[Slot]:
    free = []
    for row, owner in enumerate(rows):
        if owner == group:
            slots = ((row, column) for column in range(columns))
            free += [slot for slot in slots if slot not in taken]
    return free


def _lanes(cards: Iterable[NodeCard], previous: Mapping[str, int]) -> dict[str, int]:
    """The lanes: a Pod keeps its lane on the Node, and a new one takes the lowest free lane."""
    lanes: dict[str, int] = {}
    for card in cards:
        taken = {previous[mark.uid] for mark in card.pods if mark.uid in previous}
        lane = 0
        for mark in card.pods:
            if mark.uid in previous:
                lanes[mark.uid] = previous[mark.uid]
                continue
            while lane in taken:
                lane += 1
            lanes[mark.uid] = lane
            taken.add(lane)
    return lanes

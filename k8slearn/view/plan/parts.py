"""Divides a scene into independent parts, each with a rectangle and a value; an unchanged value is not redrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from k8slearn.locale import view as words
from k8slearn.view.plan.arrows import BAND, arrow_marks, chips_by_node
from k8slearn.view.plan.card import Stress, card_marks
from k8slearn.view.plan.card_pods import owner_letters
from k8slearn.view.plan.geometry import MARGIN, Box
from k8slearn.view.plan.grid import EMPTY, Grid, grid_of
from k8slearn.view.plan.heading import (
    CHIPS_HEIGHT,
    SENTENCE_HEIGHT,
    TITLE_HEIGHT,
    chip_marks,
    group_marks,
    sentence_marks,
    title_marks,
)
from k8slearn.view.plan.legend import legend_height, legend_marks
from k8slearn.view.plan.marks import Mark, Text
from k8slearn.view.plan.node_map import chosen_only, map_marks
from k8slearn.view.plan.seating import Seating
from k8slearn.view.plan.tally import tally, tally_height, tally_marks
from k8slearn.view.scene import Scene
from k8slearn.view.theme import QUIET

# A margin, so that lines on the picture's edge are not cut in half.
_EDGE = 2
_FOOT_GAP = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of the picture, the value that it shows, and a function for its marks; `few`: it has few looks.

    The marks are computed on demand, since most parts are unchanged in a redraw.
    """

    key: str
    box: Box
    value: Any
    marks: Callable[[], Sequence[Mark]]
    few: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a whole picture: its parts, the arrows on top, its size, and the places of Nodes."""

    parts: tuple[Part, ...]
    arrows: tuple[Mark, ...]
    grid: Grid
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Above:
    """Which parts are above the chips: the title with the counters, and the sentence."""

    title: bool = True
    sentence: bool = True


def plan(scene: Scene, seating: Seating, above: Above) -> Plan:
    """The plan of a scene. Places are computed here once; each part gets its box."""
    form = seating.form
    if form.is_map:
        scene = chosen_only(scene)
    heads = list(_heads(scene, above, form.width))
    chip_top = heads[-1].box.bottom if heads else _EDGE
    grid = grid_of(seating, chip_top + CHIPS_HEIGHT + BAND)
    touched = chips_by_node(scene.arrows, grid)
    if form.is_map:
        rows = [_map(scene, grid, touched)]
        foot = _tally(scene, grid)
    else:
        rows = [*_groups(grid), *_cards(scene, grid, touched)]
        foot = _legend(scene, grid)
    parts = [*heads, _chips(scene, chip_top, form.width), *rows, foot]
    if not scene.cards:
        parts.append(_empty_cluster(grid))
    arrows = () if form.is_map else arrow_marks(touched, grid, chip_top)
    height = round(foot.box.bottom + _FOOT_GAP)
    return Plan(
        parts=tuple(parts),
        arrows=tuple(arrows),
        grid=grid,
        width=form.width,
        height=height,
    )


def _heads(scene: Scene, above: Above, width: float) -> Iterator[Part]:
    """The parts of title and sentence."""
    y = 0
    if above.title:
        box = Box(0, y, width, TITLE_HEIGHT)
        value = scene.daemon_set, scene.strategy, scene.counts
        yield Part("title", box, value=value, marks=partial(title_marks, scene, box))
        y += TITLE_HEIGHT
    if above.sentence:
        box = Box(0, y, width, SENTENCE_HEIGHT)
        said = scene.sentence, scene.time
        yield Part(
            "sentence", box, value=said, marks=partial(sentence_marks, scene, box)
        )


def _chips(scene: Scene, top: float, width: float) -> Part:
    """The part of the components' chips; six chips have seven looks."""
    box = Box(0, top, width, CHIPS_HEIGHT)
    marks = partial(chip_marks, scene.chip, box)
    return Part("chips", box, value=scene.chip, marks=marks, few=True)


def _groups(grid: Grid) -> Iterator[Part]:
    """The parts with a group's name above its first row."""
    key = grid.seating.group_by
    for heading in grid.headings:
        value = key, heading.group, heading.continued
        marks = partial(group_marks, key, heading)
        yield Part(f"group/{heading.row}", heading.box, value=value, marks=marks)


def _cards(
    scene: Scene,
    grid: Grid,
    touched: Mapping[str, str],
) -> Iterator[Part]:
    """One part for each Node; owners are only in its value if there are several, or a first Pod would redraw all."""
    form = grid.seating.form.name
    lanes_of = grid.seating.lanes
    owners = scene.owners if len(scene.owners) > 1 else ()
    for card in scene.cards:
        box = grid.boxes[card.name]
        lanes = {pod.uid: lanes_of[pod.uid] for pod in card.pods}
        stress = Stress(touched.get(card.name, ""), card.name == scene.selected)
        value = card, tuple(lanes.values()), owners, stress
        marks = partial(card_marks, card, box, form, lanes, owners, stress)
        yield Part(f"node/{card.name}", box, value=value, marks=marks)


def _map(scene: Scene, grid: Grid, touched: Mapping[str, str]) -> Part:
    """All Nodes as one part: redrawing cells is cheaper than finding the changed ones."""
    top = grid.top - _EDGE
    width = grid.seating.form.width
    box = Box(0, top, width, grid.bottom + _EDGE - top)
    value = scene.cards, scene.arrows, scene.group_by, scene.selected
    return Part("map", box, value=value, marks=partial(map_marks, scene, grid, touched))


def _foot_box(grid: Grid, height: float) -> Box:
    width = grid.seating.form.width - 2 * MARGIN
    return Box(MARGIN, grid.bottom + _FOOT_GAP, width, height)


def _tally(scene: Scene, grid: Grid) -> Part:
    """The part of the tally below a map."""
    box = _foot_box(grid, 0)
    box = replace(box, height=tally_height(scene, box.width))
    empty = sum(not card.pods for card in scene.cards)
    value = tally(scene.cards), empty, scene.owners, scene.daemon_set
    return Part("foot", box, value=value, marks=partial(tally_marks, scene, box))


def _legend(scene: Scene, grid: Grid) -> Part:
    """The part of the legend below cards."""
    letters = owner_letters(scene.owners)
    badges = grid.seating.form.name == "small"
    box = _foot_box(grid, 0)
    box = replace(box, height=legend_height(box.width, bool(letters)))
    value = scene.revisions, badges, tuple(letters)
    marks = partial(legend_marks, scene.revisions, badges, letters, box)
    return Part("foot", box, value=value, marks=marks)


def _empty_cluster(grid: Grid) -> Part:
    """The part with the sentence for a cluster without Nodes."""
    box = Box(0, grid.top, grid.seating.form.width, EMPTY)
    x, y = box.centre
    text = Text(x, y, words.EMPTY_CLUSTER, size=14, colour=QUIET, align="center")
    return Part("nobody", box, value="", marks=lambda: [text])

"""A scene as independent parts, each with its rectangle and the value it shows: an unchanged value needs no new ink."""

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

# A line on the edge of the picture would be cut in half.
_EDGE = 2
_FOOT_GAP = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of the picture, the value it depends on, and how to plan its marks; `few` if it has but few looks.

    The marks are planned when they are asked for: of a redraw most parts are what they were.
    """

    key: str
    box: Box
    value: Any
    marks: Callable[[], Sequence[Mark]]
    few: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole picture without ink: its parts, the arrows over them, its size and where every Node stands."""

    parts: tuple[Part, ...]
    arrows: tuple[Mark, ...]
    grid: Grid
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above the chips: the title with the counters, and the sentence."""

    title: bool = True
    sentence: bool = True


def plan(scene: Scene, seating: Seating, above: Above) -> Plan:
    """The picture of a scene. Places are worked out here, once; everything below is handed its box."""
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
        parts.append(_nobody(grid))
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
    """Title and sentence."""
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
    """The components; with six chips there are seven looks in all."""
    box = Box(0, top, width, CHIPS_HEIGHT)
    marks = partial(chip_marks, scene.chip, box)
    return Part("chips", box, value=scene.chip, marks=marks, few=True)


def _groups(grid: Grid) -> Iterator[Part]:
    """A line with the group's name above every row that begins another group."""
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
    """One part a Node; owners count only where there are several, or a first Pod would redraw every card."""
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
    """All Nodes as one part: a cell costs so little that to look for the changed ones would cost more."""
    top = grid.top - _EDGE
    width = grid.seating.form.width
    box = Box(0, top, width, grid.bottom + _EDGE - top)
    value = scene.cards, scene.arrows, scene.group_by, scene.selected
    return Part("map", box, value=value, marks=partial(map_marks, scene, grid, touched))


def _foot_box(grid: Grid, height: float) -> Box:
    width = grid.seating.form.width - 2 * MARGIN
    return Box(MARGIN, grid.bottom + _FOOT_GAP, width, height)


def _tally(scene: Scene, grid: Grid) -> Part:
    """Below a map."""
    box = _foot_box(grid, 0)
    box = replace(box, height=tally_height(scene, box.width))
    empty = sum(not card.pods for card in scene.cards)
    value = tally(scene.cards), empty, scene.owners, scene.daemon_set
    return Part("foot", box, value=value, marks=partial(tally_marks, scene, box))


def _legend(scene: Scene, grid: Grid) -> Part:
    """Below cards."""
    letters = owner_letters(scene.owners)
    badges = grid.seating.form.name == "small"
    box = _foot_box(grid, 0)
    box = replace(box, height=legend_height(box.width, bool(letters)))
    value = scene.revisions, badges, tuple(letters)
    marks = partial(legend_marks, scene.revisions, badges, letters, box)
    return Part("foot", box, value=value, marks=marks)


def _nobody(grid: Grid) -> Part:
    """What is said of a cluster without Nodes."""
    box = Box(0, grid.top, grid.seating.form.width, EMPTY)
    x, y = box.centre
    text = Text(x, y, words.EMPTY_CLUSTER, size=14, colour=QUIET, align="center")
    return Part("nobody", box, value="", marks=lambda: [text])

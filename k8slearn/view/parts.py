"""A scene as independent parts, each with its rectangle and the value it shows: an unchanged value needs no new ink."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from matplotlib.artist import Artist

from k8slearn.view import cards, dense, header
from k8slearn.view import text as words
from k8slearn.view.arrows import BAND
from k8slearn.view.graph import placement_graph, touched
from k8slearn.view.layout import (
    MARGIN,
    Box,
    Places,
    bottom,
    group_lines,
    row_tops,
    slot_box,
)
from k8slearn.view.marks import text
from k8slearn.view.scene import Scene
from k8slearn.view.theme import Theme

TITLE_HEIGHT = 44
SENTENCE_HEIGHT = 26
CHIPS_HEIGHT = 30
FOOT = 28
Artists = Callable[[dense.Canvas], list[Artist]]


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle of the picture, what it depends on, how to make its artists, and whether it has but few looks."""

    key: str
    box: Box
    value: Any
    make: Artists
    few: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole picture: its parts, its height, and where chips and rows begin (pixels)."""

    parts: tuple[Part, ...]
    height: int
    chip_top: float
    top: float


@dataclass(frozen=True, slots=True)
class Above:
    """What stands above the chips: the title with the counters, and the sentence."""

    title: bool = True
    sentence: bool = True


def plan(scene: Scene, places: Places, theme: Theme, above: Above) -> Plan:
    """The parts of a picture."""
    scene = dense.chosen_only(scene) if places.form.gutter else scene
    width = places.form.width
    heads = list(_heads(scene, theme, above, width))
    chip_top = max((part.box.y + part.box.height for part in heads), default=2.0)
    top = chip_top + CHIPS_HEIGHT + BAND
    end = bottom(places, top) if places.rows else top + 60
    rows = (
        _map(scene, places, top, end, theme)
        if places.form.gutter
        else _cards(scene, places, top, theme)
    )
    foot = _foot(scene, places, end, theme)
    parts = [*heads, _chips(scene, chip_top, theme, width), *rows, foot]
    if not scene.cards:
        parts.append(_nobody(Box(0, top, width, 60), theme))
    return Plan(tuple(parts), round(foot.box.y + foot.box.height + 4), chip_top, top)


def _part(key: str, box: Box, value: Any, make: Callable[[], list[Artist]]) -> Part:
    """A part whose artists need to know nothing of the canvas."""
    return Part(key, box, value, lambda _canvas: make())


def _heads(scene: Scene, theme: Theme, above: Above, width: float) -> Iterator[Part]:
    box = Box(0, 0, width, TITLE_HEIGHT if above.title else 0)
    if above.title:
        value = (scene.daemon_set, scene.strategy, scene.counts)
        yield _part(
            "title", box, value, partial(header.title_artists, scene, box, theme)
        )
    if above.sentence:
        box = Box(0, box.height, width, SENTENCE_HEIGHT)
        said = (scene.sentence, scene.time)
        yield _part(
            "sentence", box, said, partial(header.sentence_artists, scene, box, theme)
        )


def _chips(scene: Scene, top: float, theme: Theme, width: float) -> Part:
    box = Box(0, top, width, CHIPS_HEIGHT)
    make = partial(header.chip_artists, scene.chip, box, theme)
    return Part("chips", box, scene.chip, lambda _canvas: make(), few=True)


def _groups(places: Places, top: float, theme: Theme) -> Iterator[Part]:
    """A line with the group's name above every row that begins another group."""
    for row, box, value in group_lines(places, top):
        make = partial(header.group_artists, places.group_by, *value, box, theme)
        yield _part(f"group/{row}", box, (places.group_by, *value), make)


def _cards(scene: Scene, places: Places, top: float, theme: Theme) -> Iterator[Part]:
    """One part a Node."""
    chips = touched(placement_graph(scene)) if scene.arrows else {}
    yield from _groups(places, top, theme)
    tops, owners = row_tops(places, top), scene.owners
    for card in scene.cards:
        box = slot_box(places, tops, places.slots[card.name])
        lanes = {mark.uid: places.lanes[mark.uid] for mark in card.pods}
        stress = cards.Stress(chips.get(card.name, ""), card.name == scene.selected)
        make = partial(
            cards.card_artists,
            card,
            box,
            places.form.name,
            theme,
            lanes,
            owners,
            stress,
        )
        yield _part(
            f"node/{card.name}",
            box,
            (card, tuple(lanes.values()), owners if len(owners) > 1 else (), stress),
            make,
        )


def _map(
    scene: Scene, places: Places, top: float, end: float, theme: Theme
) -> Iterator[Part]:
    """All Nodes as one part, and the tally below them."""
    chips = {arrow.node: arrow.chip for arrow in scene.arrows}
    value = (scene.cards, scene.arrows, places.group_by, scene.selected)
    box = Box(0, top - 2, places.form.width, end - top + 4)
    yield Part(
        "map",
        box,
        value,
        lambda canvas: dense.dense_artists(scene, places, top, theme, canvas, chips),
    )


def _foot(scene: Scene, places: Places, end: float, theme: Theme) -> Part:
    """The legend; for a map the tally, which is a legend with numbers."""
    box = Box(MARGIN, end + 4, places.form.width - 2 * MARGIN, FOOT)
    if places.form.gutter:
        value = (
            dense.tally(scene.cards),
            sum(not card.pods for card in scene.cards),
            scene.owners,
            scene.daemon_set,
        )
        box = replace(box, height=dense.tally_height(scene, box.width))
        return _part(
            "foot", box, value, partial(dense.tally_artists, scene, box, theme)
        )
    letters, badges = cards.owner_letters(scene.owners), places.form.name == "small"
    box = replace(box, height=header.legend_height(box.width, bool(letters)))
    make = partial(header.legend_artists, scene, badges, letters, box, theme)
    return _part("foot", box, (scene.revisions, badges, tuple(letters)), make)


def _nobody(box: Box, theme: Theme) -> Part:
    x, y = box.centre
    return _part(
        "nobody",
        box,
        "",
        lambda: [text(x, y, words.EMPTY_CLUSTER, 14, theme.quiet, "center")],
    )

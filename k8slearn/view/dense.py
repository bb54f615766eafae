"""Very many Nodes: a map of small marks, drawn as a few collections instead of thousands of artists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from matplotlib.artist import Artist
from matplotlib.collections import PathCollection
from matplotlib.transforms import Affine2D, Transform

from k8slearn.view import text as words
from k8slearn.view.header import group_artists
from k8slearn.view.layout import (
    MARGIN,
    NARROW,
    Box,
    Places,
    group_lines,
    row_tops,
    slot_box,
)
from k8slearn.view.marks import PX, phase_style, shape_at, text
from k8slearn.view.measure import fit
from k8slearn.view.scene import NodeCard, Phase, Scene
from k8slearn.view.theme import Theme, actor_colour, look_of, outline

TALLY_ROWS, TALLY_PITCH, TALLY_MARGIN = 3, 20, 62
Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Canvas:
    """What collections need to know about the axes: data to pixels, and pixels to the unit length."""

    data: Transform
    scale: float


def _collection(
    shape: str, points: Points, radius: float, canvas: Canvas, **style: Any
) -> PathCollection:
    """The same outline at many points."""
    made = PathCollection(
        [outline(shape)], offsets=points, offset_transform=canvas.data, **style
    )
    made.set_transform(Affine2D().scale(radius * canvas.scale, -radius * canvas.scale))
    return made


def is_part(scene: Scene) -> bool:
    """Whether a map leaves Pods out: those of all but the chosen DaemonSet, for a cell cannot tell them apart."""
    return len(scene.owners) > 1 and bool(scene.daemon_set)


def chosen_only(scene: Scene) -> Scene:
    """Without the Pods that a map leaves out."""
    if not is_part(scene):
        return scene
    kept = (
        replace(card, pods=tuple(m for m in card.pods if m.owner == scene.daemon_set))
        for card in scene.cards
    )
    return replace(scene, cards=tuple(kept))


def cells(scene: Scene, places: Places, top: float) -> Iterator[tuple[NodeCard, Box]]:
    """Every Node with its cell."""
    tops = row_tops(places, top)
    return (
        (card, slot_box(places, tops, places.slots[card.name])) for card in scene.cards
    )


def dense_artists(
    scene: Scene,
    places: Places,
    top: float,
    theme: Theme,
    canvas: Canvas,
    chips: dict[str, str],
) -> list[Artist]:
    """The whole map: cells by the state of their Node, marks by revision and phase, names of the rows' first Nodes."""
    placed = list(cells(scene, places, top))
    return [
        *_group_names(places, top, theme),
        *_cell_artists(placed, theme, canvas, chips),
        *_mark_artists(placed, places, theme, canvas),
        *_row_names(placed, places, theme),
        *_chosen(placed, scene.selected, theme),
    ]


def _cell_artists(
    placed: list[tuple[NodeCard, Box]],
    theme: Theme,
    canvas: Canvas,
    chips: dict[str, str],
) -> Iterator[Artist]:
    """The cells, one collection for each state that a Node can be in."""
    groups: dict[tuple[str, bool, bool], Points] = defaultdict(list)
    for card, box in placed:
        groups[
            chips.get(card.name, ""), card.gone or card.ready != "True", card.cordoned
        ].append(box.centre)
    radius = placed[0][1].width / 2 / 0.88 if placed else 1.0
    for (chip, troubled, cordoned), points in sorted(groups.items()):
        edge = (
            actor_colour(chip)
            if chip
            else theme.warn
            if troubled
            else theme.line
            if radius > 6
            else theme.card
        )
        width = 1.8 if chip else 1.2 if troubled else 0.7
        face = theme.pale if cordoned else theme.card
        yield _collection(
            "square",
            points,
            radius,
            canvas,
            facecolor=face,
            edgecolor=edge,
            linewidth=width * PX,
        )


def _mark_artists(
    placed: list[tuple[NodeCard, Box]], places: Places, theme: Theme, canvas: Canvas
) -> Iterator[Artist]:
    """The Pods, one collection for each revision and phase; two share a cell, of more the first two are shown."""
    groups: dict[tuple[int, Phase, int], Points] = defaultdict(list)
    for card, box in placed:
        marks = sorted(card.pods, key=lambda mark: places.lanes[mark.uid])[:2]
        for index, mark in enumerate(marks):
            shift = (index - (len(marks) - 1) / 2) * box.width * 0.42
            groups[mark.revision, mark.phase, len(marks)].append(
                (box.centre[0] + shift, box.centre[1])
            )
    size = placed[0][1].width * 0.31 if placed else 1.0
    for (revision, phase, many), points in sorted(groups.items()):
        look, radius = look_of(revision), size * (1.0 if many == 1 else 0.6)
        style = phase_style(phase, look.colour, theme, min(1.6, radius * 0.45))
        yield _collection(look.shape, points, radius, canvas, **style)
        if phase is Phase.FAILED:
            yield _collection(
                "cross",
                points,
                radius * 0.9,
                canvas,
                edgecolor=theme.warn,
                linewidth=radius * 0.2,
            )


def _chosen(
    placed: list[tuple[NodeCard, Box]], selected: str, theme: Theme
) -> Iterator[Artist]:
    """A line around the chosen Node's cell, wide enough to be found among thousands."""
    for card, box in placed:
        if card.name == selected:
            around = max(box.width / 2, 5) + 2
            style: dict[str, Any] = {
                "facecolor": "none",
                "edgecolor": theme.ink,
                "linewidth": 1.8 * PX,
            }
            yield shape_at("square", *box.centre, around / 0.88, **style)


def _row_names(
    placed: list[tuple[NodeCard, Box]], places: Places, theme: Theme
) -> Iterator[Artist]:
    """The name of the first Node of every row, or of every fifth row where they are low."""
    step = 1 if places.form.height > 10 else 5
    for card, box in placed:
        row, column = places.slots[card.name]
        if column == 0 and row % step == 0:
            yield text(
                MARGIN,
                box.centre[1],
                fit(card.name, places.form.gutter - 6, 10),
                10,
                theme.quiet,
            )


def _group_names(places: Places, top: float, theme: Theme) -> list[Artist]:
    """The lines with the names of the groups."""
    lines = group_lines(places, top)
    return [
        a
        for _, box, value in lines
        for a in group_artists(places.group_by, *value, box, theme)
    ]


def tally(cards: Iterable[NodeCard]) -> tuple[tuple[tuple[int, Phase], int], ...]:
    """How many Pods there are of each revision and phase."""
    return tuple(
        sorted(
            Counter(
                (mark.revision, mark.phase) for card in cards for mark in card.pods
            ).items()
        )
    )


def tally_lines(width: float) -> int:
    """How many lines a revision's row of the tally takes."""
    return 1 if width > NARROW else 2


def tally_height(scene: Scene, width: float) -> float:
    """How high the tally is."""
    return 4 + TALLY_PITCH * (TALLY_ROWS * tally_lines(width) + is_part(scene))


def tally_artists(scene: Scene, box: Box, theme: Theme) -> list[Artist]:
    """The tally as a table with a fixed column for each phase and a row for each of the last revisions."""
    counts, lines = dict(tally(scene.cards)), tally_lines(box.width)
    columns = -(-len(Phase) // lines)
    revisions = sorted({revision for revision, _ in counts})[-TALLY_ROWS:]
    width = (box.width - (3 - lines) * TALLY_MARGIN) / columns
    artists: list[Artist] = []
    for row, revision in enumerate(revisions):
        y = box.y + 12 + row * lines * TALLY_PITCH
        artists.append(
            text(
                box.x,
                y,
                words.LEGEND_VERSION.format(number=revision or "–"),
                12,
                theme.quiet,
            )
        )
        for column, phase in enumerate(Phase):
            if count := counts.get((revision, phase)):
                x, down = (
                    box.x + TALLY_MARGIN + column % columns * width,
                    y + column // columns * TALLY_PITCH,
                )
                artists += _sign(revision, phase, x + 6, down, theme)
                artists.append(
                    text(x + 17, down, f"{words.PHASES[phase]} {count}", 12, theme.ink)
                )
    if empty := sum(not card.pods for card in scene.cards):
        told = words.NO_POD_TALLY.format(count=empty)
        artists.append(
            text(
                box.x + box.width,
                box.y + 12 + (lines - 1) * TALLY_PITCH,
                told,
                12,
                theme.quiet,
                "right",
            )
        )
    if is_part(scene):
        told = fit(words.ONLY.format(name=scene.daemon_set), box.width, 12)
        artists.append(
            text(
                box.x,
                box.y + 12 + TALLY_PITCH * TALLY_ROWS * lines,
                told,
                12,
                theme.quiet,
            )
        )
    return artists


def _sign(
    revision: int, phase: Phase, x: float, y: float, theme: Theme
) -> list[Artist]:
    """A small mark as it stands in the map."""
    look = look_of(revision)
    signs: list[Artist] = [
        shape_at(look.shape, x, y, 5.5, **phase_style(phase, look.colour, theme, 1.6))
    ]
    if phase is Phase.FAILED:
        signs.append(shape_at("cross", x, y, 5, edgecolor=theme.warn, linewidth=PX))
    return signs

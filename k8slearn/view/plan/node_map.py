"""The map for very many Nodes: small cells, drawn as a few groups of equal shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from k8slearn.view.plan.card import is_troubled
from k8slearn.view.plan.geometry import MARGIN, Point
from k8slearn.view.plan.grid import Grid
from k8slearn.view.plan.heading import group_marks
from k8slearn.view.plan.marks import Mark, Shape, Shapes, Style, Text
from k8slearn.view.plan.measure import fit
from k8slearn.view.plan.outlines import SQUARE
from k8slearn.view.plan.pod import phase_style
from k8slearn.view.scene import NodeCard, Phase, PodMark, Scene
from k8slearn.view.theme import (
    CARD,
    INK,
    LINE,
    PALE,
    QUIET,
    WARN,
    actor_colour,
    look_of,
)

# Two Pods can be told apart in a cell of 19 pixels, three cannot.
_MOST_PODS = 2
# Cells up to this radius have no outline, which would dominate.
_LINELESS = 6
# Of rows lower than a letter only every fifth is named.
_LOW_ROW = 10
_LOW_STEP = 5
# The relative width of a failed Pod's cross, thin enough to be seen as a cross.
_CROSS_WIDTH = 5 / 18


def is_part(scene: Scene) -> bool:
    """Whether the map leaves Pods out: cells only show those of the selected DaemonSet."""
    return len(scene.owners) > 1 and bool(scene.daemon_set)


def chosen_only(scene: Scene) -> Scene:
    """The scene without the Pods that a map leaves out."""
    if not is_part(scene):
        return scene
    cards = []
    for card in scene.cards:
        pods = tuple(pod for pod in card.pods if pod.owner == scene.daemon_set)
        cards.append(replace(card, pods=pods))
    return replace(scene, cards=tuple(cards))


def map_marks(
    scene: Scene,
    grid: Grid,
    chips: Mapping[str, str],
) -> list[Mark]:
    """The marks of the map: cells by the state of their Node, Pods by revision and phase, and names of rows."""
    marks: list[Mark] = []
    for heading in grid.headings:
        marks += group_marks(grid.seating.group_by, heading)
    # A map may be empty: the form stays when the last Nodes are removed.
    if not grid.boxes:
        return marks
    marks += _cells(scene, grid, chips)
    marks += _pods(scene, grid)
    marks += _row_names(scene, grid)
    marks += _chosen(scene.selected, grid)
    return marks


def _cell_width(grid: Grid) -> float:
    return next(iter(grid.boxes.values())).width


def _cells(
    scene: Scene,
    grid: Grid,
    chips: Mapping[str, str],
) -> Iterator[Mark]:
    """The cells, one group for each state of Nodes."""
    states: dict[tuple[str, bool, bool], list[NodeCard]] = defaultdict(list)
    for card in scene.cards:
        state = chips.get(card.name, ""), is_troubled(card), card.cordoned
        states[state].append(card)
    radius = _cell_width(grid) / 2 / SQUARE
    # Sorted, so that cells with strong lines are drawn over those without.
    for (chip, troubled, cordoned), cards in sorted(states.items()):
        edge = LINE
        width = 0.7
        if radius <= _LINELESS:
            edge = CARD
        if troubled:
            edge = WARN
            width = 1.2
        if chip:
            edge = actor_colour(chip)
            width = 1.8
        face = PALE if cordoned else CARD
        centres = [grid.boxes[card.name].centre for card in cards]
        yield Shapes("square", centres, radius=radius, style=Style(face, edge, width))


def _pods(scene: Scene, grid: Grid) -> Iterator[Mark]:
    """The Pods, one group for each revision and phase; a cell shows the first two."""
    lanes = grid.seating.lanes
    cell = _cell_width(grid)
    groups: dict[tuple[int, str, int], tuple[PodMark, list[Point]]] = {}
    for card in scene.cards:
        box = grid.boxes[card.name]
        x, y = box.centre
        pods = sorted(card.pods, key=lambda pod: lanes[pod.uid])[:_MOST_PODS]
        for index, pod in enumerate(pods):
            shift = (index - (len(pods) - 1) / 2) * box.width * 0.42
            key = pod.revision, pod.phase, len(pods)
            groups.setdefault(key, (pod, []))[1].append((x + shift, y))
    for (_, _, together), (pod, points) in sorted(groups.items()):
        radius = cell * 0.31
        if together > 1:
            radius *= 0.6
        yield from _pod_shapes(pod, points, radius)


def _pod_shapes(
    pod: PodMark,
    points: list[Point],
    radius: float,
) -> Iterator[Mark]:
    """Pods of one revision and phase; failed ones are crossed out."""
    look = look_of(pod.revision)
    # A line of 1.6 would fill a dot of two pixels.
    style = phase_style(pod.phase, look.colour, min(1.6, radius * 0.45))
    yield Shapes(look.shape, points, radius, style)
    if pod.phase is Phase.FAILED:
        cross = Style(WARN, WARN, radius * _CROSS_WIDTH)
        yield Shapes("cross", points, radius=radius * 0.9, style=cross)


def _chosen(selected: str, grid: Grid) -> Iterator[Mark]:
    """A line around the selected Node's cell, wide enough to be found among thousands."""
    box = grid.boxes.get(selected)
    if box:
        around = max(box.width / 2, 5) + 2
        style = Style(edge=INK, width=1.8)
        yield Shape("square", *box.centre, around / SQUARE, style)


def _row_names(scene: Scene, grid: Grid) -> Iterator[Mark]:
    """The name of the first Node in every row, or in every fifth one if rows are low."""
    form = grid.seating.form
    step = 1 if form.height > _LOW_ROW else _LOW_STEP
    for card in scene.cards:
        row, column = grid.seating.slots[card.name]
        if column == 0 and row % step == 0:
            name = fit(card.name, form.gutter - 6, 10)
            y = grid.boxes[card.name].centre[1]
            yield Text(MARGIN, y, name, size=10, colour=QUIET)

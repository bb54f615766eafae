"""The tally below a map: a legend with the number of Pods of each revision and phase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from k8slearn.locale import view as words
from k8slearn.view.plan.geometry import NARROW, Box
from k8slearn.view.plan.marks import Mark, Shape, Style, Text
from k8slearn.view.plan.measure import fit
from k8slearn.view.plan.node_map import is_part
from k8slearn.view.plan.pod import phase_style
from k8slearn.view.scene import NodeCard, Phase, Scene
from k8slearn.view.theme import INK, QUIET, WARN, look_of

# An update has two revisions, one that is corrected halfway has three.
_ROWS = 3
_PITCH = 20
# The width for the word and number of a revision.
_MARGIN = 62
_SIZE = 12
Tally = tuple[tuple[tuple[int, Phase], int], ...]


def tally(cards: Iterable[NodeCard]) -> Tally:
    """The number of Pods by revision and phase."""
    counts: Counter[tuple[int, Phase]] = Counter()
    for card in cards:
        counts.update((pod.revision, pod.phase) for pod in card.pods)
    return tuple(sorted(counts.items()))


def _lines(width: float) -> int:
    """The number of lines of a revision's row."""
    if width > NARROW:
        return 1
    return 2


def tally_height(scene: Scene, width: float) -> float:
    """The height of the tally, always with room for all rows, so that nothing below moves."""
    return 4 + _PITCH * (_ROWS * _lines(width) + is_part(scene))


def tally_marks(scene: Scene, box: Box) -> list[Mark]:
    """A table with a fixed column for each phase and a row for each of the last revisions."""
    counts = dict(tally(scene.cards))
    lines = _lines(box.width)
    marks: list[Mark] = []
    y = box.y + 12
    for revision in sorted({revision for revision, _ in counts})[-_ROWS:]:
        marks += _row(revision, counts, box, y)
        y += lines * _PITCH
    empty = sum(not card.pods for card in scene.cards)
    if empty:
        line = box.y + 12 + (lines - 1) * _PITCH
        told = words.NO_POD_TALLY.format(count=empty)
        marks.append(
            Text(box.right, line, told, size=_SIZE, colour=QUIET, align="right")
        )
    if is_part(scene):
        line = box.y + 12 + _PITCH * _ROWS * lines
        told = fit(words.ONLY.format(name=scene.daemon_set), box.width, _SIZE)
        marks.append(Text(box.x, line, told, size=_SIZE, colour=QUIET))
    return marks


def _row(
    revision: int,
    counts: dict[tuple[int, Phase], int],
    box: Box,
    y: float,
) -> list[Mark]:
    """The row of a revision; columns of phases without Pods stay empty, so that the others do not move."""
    lines = _lines(box.width)
    columns = -(-len(Phase) // lines)
    # In a single line the number of Nodes without a Pod is at the right.
    width = (box.width - (3 - lines) * _MARGIN) / columns
    name = words.LEGEND_VERSION.format(number=revision or "–")
    marks: list[Mark] = [Text(box.x, y, name, size=_SIZE, colour=QUIET)]
    for position, phase in enumerate(Phase):
        count = counts.get((revision, phase))
        if not count:
            continue
        line, column = divmod(position, columns)
        x = box.x + _MARGIN + column * width
        down = y + line * _PITCH
        marks += _sign(revision, phase, x + 6, down)
        word = f"{words.PHASES[phase]} {count}"
        marks.append(Text(x + 17, down, word, size=_SIZE, colour=INK))
    return marks


def _sign(revision: int, phase: Phase, x: float, y: float) -> list[Mark]:
    """A small mark as in the map."""
    look = look_of(revision)
    style = phase_style(phase, look.colour, 1.6)
    marks: list[Mark] = [Shape(look.shape, x, y, radius=5.5, style=style)]
    if phase is Phase.FAILED:
        marks.append(Shape("cross", x, y, radius=5, style=Style(edge=WARN)))
    return marks

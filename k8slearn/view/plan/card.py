"""The card of one Node: its name, what is unusual about it, and its Pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from k8slearn.locale import view as words
from k8slearn.view.labels import node_badges, node_words, taint_words
from k8slearn.view.plan.card_pods import owner_letters, pods_marks
from k8slearn.view.plan.geometry import Box
from k8slearn.view.plan.marks import (
    BROKEN,
    SOLID,
    Mark,
    Rectangle,
    Style,
    Text,
    pill,
)
from k8slearn.view.plan.measure import fit, fits, text_width, wrap
from k8slearn.view.plan.sizes import SIZES, Sizes
from k8slearn.view.scene import NodeCard
from k8slearn.view.theme import CARD, INK, LINE, PALE, QUIET, WARN, actor_colour

# A third line would overlap the Pods.
_STATE_LINES = 2
# The least letters of a label that is cut; a shorter one is only counted.
_SHORTEST_TAG = 4


@dataclass(frozen=True, slots=True)
class Stress:
    """Why a card's frame is drawn stronger: the chip of the component that just changed it, or that it is selected."""

    chip: str = ""
    selected: bool = False


def card_marks(
    card: NodeCard,
    box: Box,
    form: str,
    lanes: Mapping[str, int],
    owners: Sequence[str],
    stress: Stress,
) -> list[Mark]:
    """The marks of a card; with several owners each Pod shows its own by name or by the legend's letter."""
    sizes = SIZES[form]
    marks = [*_frame(card, box, stress), *_title(card, box, sizes)]
    if sizes.state_y:
        marks += _state(card, box, sizes)
    if card.pods:
        letters = owner_letters(owners)
        return marks + pods_marks(card.pods, box, sizes, lanes, letters)
    size = sizes.word - 1
    note = fit(card.note or words.EMPTY_NODE, box.width - 2 * sizes.inset, size)
    y = box.y + sizes.pod_y
    return [*marks, Text(box.x + sizes.inset, y, note, size=size, colour=QUIET)]


def is_troubled(card: NodeCard) -> bool:
    """Whether a Node is gone or not ready."""
    return card.gone or card.ready != "True"


def card_face(card: NodeCard) -> str:
    """The fill colour of a card: pale where no new Pods are placed."""
    if card.cordoned or card.gone:
        return PALE
    return CARD


def _frame(card: NodeCard, box: Box, stress: Stress) -> list[Mark]:
    """The frame: dashed for a Node that is not ready, in the actor's colour when it was changed.

    A card that was changed and is selected has both lines.
    """
    troubled = is_troubled(card)
    edge = LINE
    width = 1.2
    if stress.selected:
        edge = INK
        width = 2.0
    if troubled:
        edge = WARN
    # Last, on top: what just happened matters most.
    if stress.chip:
        edge = actor_colour(stress.chip)
        width = 2.2
    dashes = BROKEN if troubled else SOLID
    style = Style(face=card_face(card), edge=edge, width=width, dashes=dashes)
    frame = Rectangle(box, 6, style)
    if not (stress.selected and (stress.chip or troubled)):
        return [frame]
    inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
    return [frame, Rectangle(inner, 4, Style(edge=INK, width=1.4))]


def _title(card: NodeCard, box: Box, sizes: Sizes) -> list[Mark]:
    """The Node's name and, where there is room, its labels (large) or signs (small)."""
    x = box.x + sizes.inset
    y = box.y + sizes.name_y
    room = box.width - 2 * sizes.inset
    badges = "" if sizes.tags else node_badges(card)
    if badges:
        room -= text_width(badges, sizes.small) + 3
    name = fit(card.name, room, sizes.name)
    # Leave room for "+1", but not at the cost of the name.
    if sizes.tags and card.tags and name != card.name:
        name = fit(card.name, room - 30, sizes.name)
    marks: list[Mark] = [Text(x, y, name, size=sizes.name, colour=INK)]
    if badges:
        right = box.x + box.width - sizes.inset
        marks.append(
            Text(right, y, badges, size=sizes.small, colour=WARN, align="right")
        )
    if sizes.tags:
        left = x + text_width(name, sizes.name) + 8
        limit = box.x + box.width - 7
        marks += _tags(card.tags, left, y, limit, sizes.small)
    return marks


def _tags(
    tags: tuple[str, ...],
    x: float,
    y: float,
    limit: float,
    size: float,
) -> list[Mark]:
    """The labels as pills, as many as fit, and the number of the others."""
    marks: list[Mark] = []
    style = Style(PALE, PALE)
    for index, tag in enumerate(tags):
        rest = len(tags) - index - 1
        room = limit - x - 12
        if rest:
            room -= text_width(f"+{rest}", size) + 5
        shown = fit(tag, room, size)
        if len(shown) < min(_SHORTEST_TAG, len(tag)):
            count = f"+{rest + 1}"
            if x + text_width(count, size) <= limit:
                marks.append(Text(x, y, count, size=size, colour=QUIET))
            return marks
        width = text_width(shown, size) + 12
        box = Box(x, y - size * 0.8, width, size * 1.6)
        marks += pill(box, shown, size, style, QUIET)
        x += width + 5
    return marks


def _state(card: NodeCard, box: Box, sizes: Sizes) -> list[Mark]:
    """What is unusual about the Node, on at most two lines; taints are shortened until they fit."""
    room = box.width - 2 * sizes.inset + 4
    size = sizes.small
    line = ""
    for taints in taint_words(card.taints):
        line = words.COMMA.join(node_words(card, taints))
        if fits(line, room, size, _STATE_LINES):
            break
    x = box.x + sizes.inset
    y = box.y + sizes.state_y
    marks: list[Mark] = []
    for number, row in enumerate(wrap(line, room, size, _STATE_LINES)):
        marks.append(Text(x, y + number * size * 1.2, row, size=size, colour=WARN))
    return marks

"""The card of one Node: its name, what is unusual about it, and its Pods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.artist import Artist

from k8slearn.view import text as words
from k8slearn.view.layout import Box
from k8slearn.view.marks import pill, pod_artists, rounded, text
from k8slearn.view.measure import fit, text_width
from k8slearn.view.scene import NodeCard, PodMark
from k8slearn.view.theme import Theme, actor_colour


@dataclass(frozen=True, slots=True)
class Sizes:
    """The measures of one form's cards, in pixels from the card's edges."""

    name: float
    name_y: float
    small: float
    state_y: float
    pod_y: float
    radius: float
    word: float
    inset: float
    tags: bool
    below: bool


SIZES = {
    "large": Sizes(14, 18, 11, 37, 67, 15, 12.5, 12, True, True),
    "middle": Sizes(13, 15, 10, 32, 57, 11.5, 11.5, 9, True, True),
    "small": Sizes(11, 13, 10, 0, 35, 9, 10.5, 6, False, False),
}


@dataclass(frozen=True, slots=True)
class Stress:
    """Why a card's frame is drawn stronger: the component that just acted on it (if any), or that it is chosen."""

    chip: str = ""
    selected: bool = False


def card_artists(
    card: NodeCard, box: Box, form: str, theme: Theme, lanes: Mapping[str, int], owners: int, stress: Stress
) -> list[Artist]:
    """All artists of a card; with several owners each Pod is told whose it is."""
    sizes = SIZES[form]
    artists = [_frame(card, box, theme, stress), *_title(card, box, sizes, theme)]
    if sizes.state_y:
        artists += _state(card, box, sizes, theme)
    if card.pods:
        return artists + _pods(card, box, sizes, theme, lanes, owners)
    size = sizes.word - 1
    note = fit(card.note or words.EMPTY_NODE, box.width - 2 * sizes.inset, size)
    return [*artists, text(box.x + sizes.inset, box.y + sizes.pod_y, note, size, theme.quiet)]


def _frame(card: NodeCard, box: Box, theme: Theme, stress: Stress) -> Artist:
    """The card itself; a broken line for a Node that does not answer, the actor's colour when it was touched."""
    troubled = card.gone or card.ready != "True"
    edge = theme.warn if troubled else theme.ink if stress.selected else theme.line
    edge = actor_colour(stress.chip) if stress.chip else edge
    face = theme.pale if card.cordoned or card.gone else theme.card
    dashes = (0.0, (3.0, 2.0)) if troubled else "solid"
    return rounded(box, 6, face, edge, 2.2 if stress.chip else 2.0 if stress.selected else 1.2, dashes)


def _title(card: NodeCard, box: Box, sizes: Sizes, theme: Theme) -> list[Artist]:
    """The Node's name and, where there is room, its labels (large) or signs (small)."""
    x, y, room = box.x + sizes.inset, box.y + sizes.name_y, box.width - 2 * sizes.inset
    badges = "" if sizes.tags else words.node_badges(card)
    taken = text_width(badges, sizes.small) + 3 if badges else 30 if sizes.tags and card.tags else 0
    name = fit(card.name, room - taken, sizes.name)
    artists: list[Artist] = [text(x, y, name, sizes.name, theme.ink)]
    if badges:
        artists.append(text(box.x + box.width - sizes.inset, y, badges, sizes.small, theme.warn, "right"))
    if sizes.tags:
        left = x + text_width(name, sizes.name) + 8
        artists += _tags(card.tags, left, y, box.x + box.width - 7, sizes.small, theme)
    return artists


def _tags(tags: tuple[str, ...], x: float, y: float, limit: float, size: float, theme: Theme) -> list[Artist]:
    """The labels as capsules, as many as fit; the rest as a number."""
    artists: list[Artist] = []
    for index, tag in enumerate(tags):
        rest = len(tags) - index - 1
        room = limit - x - 12 - (text_width(f"+{rest}", size) + 5 if rest else 0)
        shown = fit(tag, room, size)
        if len(shown) < min(4, len(tag)):
            return [*artists, text(x, y, f"+{rest + 1}", size, theme.quiet)]
        width = text_width(shown, size) + 12
        artists += pill(Box(x, y - size * 0.8, width, size * 1.6), shown, size, theme.pale, theme.pale, theme.quiet)
        x += width + 5
    return artists


def _state(card: NodeCard, box: Box, sizes: Sizes, theme: Theme) -> list[Artist]:
    """One line in words on what is unusual about the Node."""
    line = fit("，".join(words.node_words(card)), box.width - 2 * sizes.inset, sizes.small)
    return [text(box.x + sizes.inset, box.y + sizes.state_y, line, sizes.small, theme.warn)] if line else []


def _pods(card: NodeCard, box: Box, sizes: Sizes, theme: Theme, lanes: Mapping[str, int], owners: int) -> list[Artist]:
    """The Pods side by side, each in its lane."""
    room = box.width - 2 * sizes.inset + 4
    width = room / (max(lanes[mark.uid] for mark in card.pods) + 1)
    radius = min(sizes.radius, width * 0.42)
    artists: list[Artist] = []
    for mark in card.pods:
        left = box.x + sizes.inset + lanes[mark.uid] * width
        spot = Box(left, box.y + sizes.pod_y, width, box.height - sizes.pod_y)
        artists += pod_artists(mark, left + radius + 1, spot.y, radius, theme)
        artists += _pod_words(mark, spot, radius, sizes, theme, owners > 1)
    return artists


def _pod_words(mark: PodMark, spot: Box, radius: float, sizes: Sizes, theme: Theme, tell_owner: bool) -> list[Artist]:
    """What the Pod is doing (and whose it is), beside the mark or, where that is too narrow, below it."""
    word, left = words.phase_word(mark), spot.x + 2 * radius + 9
    beside = spot.x + spot.width - left - 2
    if text_width(word, sizes.word) <= beside:
        owner = fit(mark.owner, beside, sizes.small) if tell_owner and sizes.tags else ""
        lift = sizes.word * 0.62 if owner else 0
        artists: list[Artist] = [text(left, spot.y + lift, word, sizes.word, theme.quiet)]
        return [*artists, text(left, spot.y - lift, owner, sizes.small, theme.ink)] if owner else artists
    size = sizes.small - 0.5
    if not sizes.below or text_width(word, size) > spot.width - 2:
        return []
    return [text(spot.x, spot.y + radius + size * 0.85, word, size, theme.quiet)]

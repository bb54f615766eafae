"""The card of one Node: its name, what is unusual about it, and its Pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist

from k8slearn.view import text as words
from k8slearn.view.layout import Box
from k8slearn.view.marks import pill, pod_artists, rounded, text
from k8slearn.view.measure import fit, fits, text_width, wrap
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


STATE_LINES = 2
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIZES = {
    "large": Sizes(14, 16, 11, 34, 73, 15, 12.5, 12, True, True),
    "middle": Sizes(13, 14, 10, 29.5, 63, 11.5, 11.5, 9, True, True),
    "small": Sizes(11, 13, 10, 0, 35, 9, 10.5, 6, False, False),
}


@dataclass(frozen=True, slots=True)
class Stress:
    """Why a card's frame is drawn stronger: the component that just acted on it (if any), or that it is chosen."""

    chip: str = ""
    selected: bool = False


def card_artists(
    card: NodeCard,
    box: Box,
    form: str,
    theme: Theme,
    lanes: Mapping[str, int],
    owners: Sequence[str],
    stress: Stress,
) -> list[Artist]:
    """All artists of a card; with several owners each Pod is told whose it is, by name or by the legend's letter."""
    sizes = SIZES[form]
    artists = [*_frame(card, box, theme, stress), *_title(card, box, sizes, theme)]
    if sizes.state_y:
        artists += _state(card, box, sizes, theme)
    if card.pods:
        return artists + _pods(card, box, sizes, theme, lanes, owner_letters(owners))
    size = sizes.word - 1
    note = fit(card.note or words.EMPTY_NODE, box.width - 2 * sizes.inset, size)
    return [
        *artists,
        text(box.x + sizes.inset, box.y + sizes.pod_y, note, size, theme.quiet),
    ]


def _frame(card: NodeCard, box: Box, theme: Theme, stress: Stress) -> list[Artist]:
    """The card itself: a broken line for a Node that does not answer, the actor's colour when it was touched.

    One that is touched and chosen has both lines.
    """
    troubled = card.gone or card.ready != "True"
    edge = theme.warn if troubled else theme.ink if stress.selected else theme.line
    edge = actor_colour(stress.chip) if stress.chip else edge
    face = theme.pale if card.cordoned or card.gone else theme.card
    dashes = (0.0, (3.0, 2.0)) if troubled else "solid"
    width = 2.2 if stress.chip else 2.0 if stress.selected else 1.2
    frame = rounded(box, 6, face, edge, width, dashes)
    if not (stress.selected and (stress.chip or troubled)):
        return [frame]
    inner = Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6)
    return [frame, rounded(inner, 4, "none", theme.ink, 1.4)]


def _title(card: NodeCard, box: Box, sizes: Sizes, theme: Theme) -> list[Artist]:
    """The Node's name and, where there is room, its labels (large) or signs (small)."""
    x, y, room = box.x + sizes.inset, box.y + sizes.name_y, box.width - 2 * sizes.inset
    badges = "" if sizes.tags else words.node_badges(card)
    taken = (
        text_width(badges, sizes.small) + 3
        if badges
        else 30
        if sizes.tags and card.tags
        else 0
    )
    name = fit(card.name, room - taken, sizes.name)
    artists: list[Artist] = [text(x, y, name, sizes.name, theme.ink)]
    if badges:
        artists.append(
            text(
                box.x + box.width - sizes.inset,
                y,
                badges,
                sizes.small,
                theme.warn,
                "right",
            )
        )
    if sizes.tags:
        left = x + text_width(name, sizes.name) + 8
        artists += _tags(card.tags, left, y, box.x + box.width - 7, sizes.small, theme)
    return artists


def _tags(
    tags: tuple[str, ...], x: float, y: float, limit: float, size: float, theme: Theme
) -> list[Artist]:
    """The labels as capsules, as many as fit; the rest as a number."""
    artists: list[Artist] = []
    for index, tag in enumerate(tags):
        rest = len(tags) - index - 1
        room = limit - x - 12 - (text_width(f"+{rest}", size) + 5 if rest else 0)
        shown = fit(tag, room, size)
        if len(shown) < min(4, len(tag)):
            return [*artists, text(x, y, f"+{rest + 1}", size, theme.quiet)]
        width = text_width(shown, size) + 12
        artists += pill(
            Box(x, y - size * 0.8, width, size * 1.6),
            shown,
            size,
            theme.pale,
            theme.pale,
            theme.quiet,
        )
        x += width + 5
    return artists


def _state(card: NodeCard, box: Box, sizes: Sizes, theme: Theme) -> list[Artist]:
    """What is unusual about the Node in words, on two lines at most; taints are shortened until they fit."""
    room, x, size = box.width - 2 * sizes.inset + 4, box.x + sizes.inset, sizes.small
    told = [
        "，".join(words.node_words(card, taints))
        for taints in words.taint_words(card.taints)
    ]
    line = next(
        (line for line in told if fits(line, room, size, STATE_LINES)), told[-1]
    )
    rows = enumerate(wrap(line, room, size, STATE_LINES))
    return [
        text(x, box.y + sizes.state_y + n * size * 1.2, row, size, theme.warn)
        for n, row in rows
    ]


def _pods(
    card: NodeCard,
    box: Box,
    sizes: Sizes,
    theme: Theme,
    lanes: Mapping[str, int],
    letters: Mapping[str, str],
) -> list[Artist]:
    """The Pods side by side, each in its lane."""
    room = box.width - 2 * sizes.inset + 4
    width = room / (max(lanes[mark.uid] for mark in card.pods) + 1)
    artists: list[Artist] = []
    for mark in card.pods:
        left = box.x + sizes.inset + lanes[mark.uid] * width
        spot = Box(left, box.y + sizes.pod_y, width, box.height - sizes.pod_y)
        artists += _pod(mark, spot, sizes, theme, letters.get(mark.owner, ""))
    return artists


def _pod(
    mark: PodMark, spot: Box, sizes: Sizes, theme: Theme, letter: str
) -> list[Artist]:
    """The mark with its words: beside it what it is doing (and whose it is), or below it what there is room for."""
    radius = min(sizes.radius, spot.width * 0.42)
    left = spot.x + 2 * radius + 9
    beside = spot.x + spot.width - left - 2
    word = words.phase_word(mark)
    if text_width(word, sizes.word) <= beside and (sizes.below or not letter):
        owner = _owner(mark, letter, beside, sizes.small)
        lift = sizes.word * 0.62 if owner else 0
        artists = [*pod_artists(mark, spot.x + radius + 1, spot.y, radius, theme)]
        artists.append(text(left, spot.y + lift, word, sizes.word, theme.quiet))
        return (
            [*artists, text(left, spot.y - lift, owner, sizes.small, theme.ink)]
            if owner
            else artists
        )
    below = next(
        (
            w
            for w in _below(word, letter, sizes)
            if text_width(w, sizes.small) <= spot.width - 2
        ),
        "",
    )
    radius, y = (
        (min(radius, sizes.radius * 0.85), spot.y - sizes.radius * 0.35)
        if below
        else (radius, spot.y)
    )
    artists = pod_artists(mark, spot.x + radius + 1, y, radius, theme)
    x, align = (spot.x + radius + 1, "center") if below == letter else (spot.x, "left")
    size = sizes.small - 0.5
    return (
        [*artists, text(x, y + radius + size * 0.85, below, size, theme.quiet, align)]
        if below
        else artists
    )


def _owner(mark: PodMark, letter: str, room: float, size: float) -> str:
    """Whose Pod it is: the letter and, where all of it fits, the name."""
    named = f"{letter} {mark.owner}"
    return named if letter and text_width(named, size) <= room else letter


def _below(word: str, letter: str, sizes: Sizes) -> tuple[str, ...]:
    """What may stand below a mark, the most telling first."""
    told = f"{letter} {word}".strip()
    return tuple(filter(None, (told, letter or word) if sizes.below else (letter,)))


def owner_letters(owners: Sequence[str]) -> dict[str, str]:
    """A letter for each owner of Pods, where there are several."""
    return dict(zip(owners, LETTERS, strict=False)) if len(owners) > 1 else {}

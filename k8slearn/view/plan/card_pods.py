"""The Pods on a Node's card, side by side in their lanes, with as much text as there is room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k8slearn.view.labels import phase_word
from k8slearn.view.plan.geometry import Box
from k8slearn.view.plan.marks import Mark, Text
from k8slearn.view.plan.measure import text_width
from k8slearn.view.plan.pod import pod_marks
from k8slearn.view.plan.sizes import Sizes, lane_width
from k8slearn.view.scene import PodMark
from k8slearn.view.theme import INK, QUIET

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def owner_letters(owners: Sequence[str]) -> dict[str, str]:
    """A letter for each owner where there are several; owners after Z have none."""
    if len(owners) < 2:
        return {}
    return dict(zip(owners, _LETTERS, strict=False))


def pods_marks(
    pods: Sequence[PodMark],
    box: Box,
    sizes: Sizes,
    lanes: Mapping[str, int],
    letters: Mapping[str, str],
) -> list[Mark]:
    """The Pods of a card, each in its lane."""
    count = max(lanes[pod.uid] for pod in pods) + 1
    width = lane_width(box.width, sizes, count)
    marks: list[Mark] = []
    for pod in pods:
        left = box.x + sizes.inset + lanes[pod.uid] * width
        lane = Box(left, box.y + sizes.pod_y, width, box.height - sizes.pod_y)
        letter = letters.get(pod.owner, "")
        told = _with_word_beside(pod, lane, sizes, letter)
        marks += told or _with_words_below(pod, lane, sizes, letter)
    return marks


def _radius(lane: Box, sizes: Sizes) -> float:
    # In a narrow lane the mark is smaller, to leave a gap to its neighbours.
    return min(sizes.radius, lane.width * 0.42)


def _with_word_beside(
    pod: PodMark,
    lane: Box,
    sizes: Sizes,
    letter: str,
) -> list[Mark]:
    """The mark with its word (and owner) at the right; [] if the word is too wide."""
    radius = _radius(lane, sizes)
    left = lane.x + 2 * radius + 9
    room = lane.x + lane.width - left - 2
    word = phase_word(pod)
    if text_width(word, sizes.word) > room:
        return []
    # A small card has no second line, and the owner matters more than the word.
    if letter and not sizes.below:
        return []
    owner = _owner(pod, letter, room, sizes.small)
    lift = sizes.word * 0.62 if owner else 0
    marks = pod_marks(pod, lane.x + radius + 1, lane.y, radius)
    marks.append(Text(left, lane.y + lift, word, size=sizes.word, colour=QUIET))
    if owner:
        marks.append(Text(left, lane.y - lift, owner, size=sizes.small, colour=INK))
    return marks


def _with_words_below(
    pod: PodMark,
    lane: Box,
    sizes: Sizes,
    letter: str,
) -> list[Mark]:
    """The mark, a little smaller and higher, with as much text as fits below it."""
    radius = _radius(lane, sizes)
    y = lane.y
    words = _words_below(pod, lane.width - 2, sizes, letter)
    if not words:
        return pod_marks(pod, lane.x + radius + 1, y, radius)
    radius = min(radius, sizes.radius * 0.85)
    y -= sizes.radius * 0.35
    marks = pod_marks(pod, lane.x + radius + 1, y, radius)
    size = sizes.small - 0.5
    line = y + radius + size * 0.85
    if words == letter:
        x = lane.x + radius + 1
        marks.append(Text(x, line, words, size=size, colour=QUIET, align="center"))
    else:
        marks.append(Text(lane.x, line, words, size=size, colour=QUIET))
    return marks


def _owner(pod: PodMark, letter: str, room: float, size: float) -> str:
    """A Pod's owner: the letter and, if it fits, the name."""
    named = f"{letter} {pod.owner}"
    if letter and text_width(named, size) <= room:
        return named
    return letter


def _words_below(
    pod: PodMark,
    room: float,
    sizes: Sizes,
    letter: str,
) -> str:
    """The most informative text that fits below a mark; "" if none does."""
    choices = [letter]
    if sizes.below:
        word = phase_word(pod)
        choices = [f"{letter} {word}".strip(), letter or word]
    for words in choices:
        if words and text_width(words, sizes.small) <= room:
            return words
    return ""

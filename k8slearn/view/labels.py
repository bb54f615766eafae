"""The texts in a picture about Pods, Nodes and DaemonSets, from the values of a scene."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from k8slearn.locale import view as words
from k8slearn.view.scene import Counts, NodeCard, Phase, PodMark

# Lengths to which a taint's key is cut, tried until it fits. 60 is longer than any key
# seen, with 4 letters keys can still be told apart.
_TAINT_STEMS = (60, 20, 16, 12, 8, 4)


def counters(counts: Counts) -> tuple[tuple[str, int], ...]:
    """(name, number) of the four counters."""
    numbers = asdict(counts)
    return tuple([(label, numbers[field]) for field, label in words.COUNTERS.items()])


def phase_word(mark: PodMark) -> str:
    """The word for a Pod's state: its problem if it has one, else its phase."""
    if mark.problem and mark.phase not in (Phase.ENDING, Phase.READY):
        word = words.PROBLEMS.get(mark.problem, mark.problem)
    elif not mark.owner and mark.phase is Phase.READY:
        # A bare Pod, made by a user or a fault: its name says more than its phase.
        word = mark.name.rpartition("-")[0] or mark.name
    else:
        word = words.PHASES[mark.phase]
    # The restarts are part of the word, since a ready Pod may have crashed all night.
    if mark.restarts and mark.phase is not Phase.ENDING:
        return words.RESTARTED.format(word=word, count=mark.restarts)
    return word


def node_words(card: NodeCard, taints: str) -> tuple[str, ...]:
    """What is unusual about a Node, most important first; `taints` is the text for its taints."""
    told = []
    if card.gone:
        told.append(words.NODE_GONE)
    elif card.ready != "True":
        told.append(words.NODE_NOT_READY[card.ready])
    if card.cordoned:
        told.append(words.CORDONED)
    if taints:
        told.append(words.TAINTS.format(taints=taints))
    return tuple(told)


def taint_words(taints: Sequence[str]) -> Iterator[str]:
    """Texts for these taints, from long to short: all, the first and a count, the first one shortened."""
    yield words.LIST_COMMA.join(taints)
    if not taints:
        return
    more = ""
    if len(taints) > 1:
        more = words.MORE_TAINTS.format(count=len(taints))
    # The effect is never cut, since it says what the taint does.
    stem, _, effect = taints[0].rpartition(":")
    for length in _TAINT_STEMS:
        cut = stem if len(stem) <= length else stem[: length - 1] + "…"
        yield f"{cut}:{effect}{more}"


def node_badges(card: NodeCard) -> str:
    """What is unusual about a Node as symbols, for small cards."""
    signs = ""
    if card.ready != "True":
        signs += words.BADGES["not-ready"]
    if card.cordoned:
        signs += words.BADGES["cordoned"]
    if card.taints:
        signs += words.BADGES["taint"]
    return signs


def alt_text(name: str, counts: Counts, nodes: int, pods: int) -> str:
    """A picture in one line, for `repr` and as text alternative."""
    if not name:
        return words.PICTURE.format(nodes=nodes, pods=pods)
    return words.PICTURE_OF.format(name=name, nodes=nodes, pods=pods, **asdict(counts))

"""What stands on the picture about a Pod, a Node, a DaemonSet: values of the scene put into words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from k8slearn.locale import view as words
from k8slearn.view.scene import Counts, NodeCard, Phase, PodMark

# How many letters of a taint's key are left, longest first: the first stem that fits a
# card is taken. 60 is longer than any key seen, 4 leaves enough to tell keys apart.
_TAINT_STEMS = (60, 20, 16, 12, 8, 4)


def counters(counts: Counts) -> tuple[tuple[str, int], ...]:
    """The four numbers with their names."""
    numbers = asdict(counts)
    return tuple([(label, numbers[field]) for field, label in words.COUNTERS.items()])


def phase_word(mark: PodMark) -> str:
    """What a Pod is doing; a problem is the better word for one that does not get on."""
    if mark.problem and mark.phase not in (Phase.ENDING, Phase.READY):
        word = words.PROBLEMS.get(mark.problem, mark.problem)
    elif not mark.owner and mark.phase is Phase.READY:
        # Nobody made it but a user (or a fault): that it is ready says less than what it is.
        word = mark.name.rpartition("-")[0] or mark.name
    else:
        word = words.PHASES[mark.phase]
    # The count beside the word, so that it takes no colour: a Pod that is ready may have crashed all night.
    if mark.restarts and mark.phase is not Phase.ENDING:
        return words.RESTARTED.format(word=word, count=mark.restarts)
    return word


def node_words(card: NodeCard, taints: str) -> tuple[str, ...]:
    """What is unusual about a Node, most important first; `taints` is what to say of them."""
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
    """Ways to name some taints, from long to short: all, the first and their number, the first with its effect only."""
    yield words.LIST_COMMA.join(taints)
    if not taints:
        return
    more = ""
    if len(taints) > 1:
        more = words.MORE_TAINTS.format(count=len(taints))
    # The effect is never cut: it says what the taint does to Pods.
    stem, _, effect = taints[0].rpartition(":")
    for length in _TAINT_STEMS:
        cut = stem if len(stem) <= length else stem[: length - 1] + "…"
        yield f"{cut}:{effect}{more}"


def node_badges(card: NodeCard) -> str:
    """The same in signs, for small cards."""
    signs = ""
    if card.ready != "True":
        signs += words.BADGES["not-ready"]
    if card.cordoned:
        signs += words.BADGES["cordoned"]
    if card.taints:
        signs += words.BADGES["taint"]
    return signs


def alt_text(name: str, counts: Counts, nodes: int, pods: int) -> str:
    """A picture in one line, for `repr` and for who cannot see it."""
    if not name:
        return words.PICTURE.format(nodes=nodes, pods=pods)
    return words.PICTURE_OF.format(name=name, nodes=nodes, pods=pods, **asdict(counts))

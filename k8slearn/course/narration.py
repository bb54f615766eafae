"""What happened in a cluster as lines to read: when, and which component did what."""

from __future__ import annotations

from k8slearn.view.animate import HasStore
from k8slearn.view.narrate import sentence_of
from k8slearn.view.scene import revision_numbers
from k8slearn.view.story import steps

LINE = "{time:6.1f} s  {sentence}"
MORE = "          ……后面还有 {count} 步"
NOTHING = "什么也没发生"


class Telling:
    """Lines of text; a notebook shows them as they are."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines) or NOTHING

    __repr__ = __str__


def narrate(cluster: HasStore, since: int = 0, *, first: int | None = None) -> Telling:
    """One line a step after revision `since`, in order; `first` tells only so many of them."""
    changes = cluster.store.log.changes[since:]
    numbers = revision_numbers(
        cluster.store.at(cluster.store.log.changes[-1].revision).list(
            "ControllerRevision"
        )
    )
    told = [(step[0].time, sentence_of(step, numbers)) for step in steps(changes)]
    lines = [
        LINE.format(time=time, sentence=sentence) for time, sentence in told if sentence
    ]
    left = len(lines) - (first if first is not None else len(lines))
    return Telling(
        tuple(lines[:first]) + ((MORE.format(count=left),) if left > 0 else ())
    )

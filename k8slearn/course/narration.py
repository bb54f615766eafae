"""The history of a cluster as text: when, and which component did what."""

from __future__ import annotations

from operator import itemgetter

from k8slearn.cluster import Cluster
from k8slearn.locale import course as words
from k8slearn.locale import view as view_words
from k8slearn.view.narrate import (
    actor_name,
    failure_text,
    sentence_of,
    told_failures,
)
from k8slearn.view.ownership import revision_numbers
from k8slearn.view.story import steps


class Narration:
    """Lines of text, which a notebook shows without quotes."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines) or words.NOTHING_HAPPENED

    __repr__ = __str__


def narrate(cluster: Cluster, since: int = 0, *, first: int | None = None) -> Narration:
    """One line for each step after revision `since`, in order; `first` limits their number."""
    log = cluster.store.log.changes
    # Revisions are numbered by the present state, so that a number does not change within the text.
    present = cluster.store.at(log[-1].revision)
    numbers = revision_numbers(present)
    told: list[tuple[float, str]] = []
    for step in steps(log[since:]):
        sentence = sentence_of(step, numbers)
        if sentence:
            told.append((step[0].time, sentence))
    for failure in told_failures(cluster.failures):
        if failure.revision >= since:
            actor = actor_name(failure.component)
            sentence = view_words.glue(actor, failure_text(failure))
            told.append((failure.time, sentence))
    # A stable sort: writes of one moment keep their order.
    told.sort(key=itemgetter(0))
    lines = []
    for time, sentence in told:
        lines.append(words.NARRATION_LINE.format(time=time, sentence=sentence))
    left = 0
    if first is not None:
        left = len(lines) - first
    if left > 0:
        more = words.NARRATION_MORE.format(count=left)
        lines = [*lines[:first], more]
    return Narration(tuple(lines))

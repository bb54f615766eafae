"""Groups the log's writes into steps, and makes the scene after each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol

from k8slearn.apimachinery.log import Change, Log, Snapshot
from k8slearn.view.narrate import sentence_of, summary_of
from k8slearn.view.ownership import revision_numbers
from k8slearn.view.scene import PodMarks, Readable, Scene, scene_of


class Recorded(Protocol):
    """A store with a log and all past states."""

    log: Log

    def at(self, revision: int) -> Snapshot:
        """The objects right after a revision."""


class HasStore(Protocol):
    """A cluster with a store."""

    @property
    def store(self) -> Recorded:
        """The store of its objects and their history."""


def steps(changes: Iterable[Change]) -> list[tuple[Change, ...]]:
    """Group writes into steps: those of one component at one moment; writes without news join the step before."""
    found: list[tuple[Change, ...]] = []
    for _, group in groupby(changes, key=lambda change: (change.time, change.actor)):
        step = tuple(group)
        if not found or any(is_news(change) for change in step):
            found.append(step)
        else:
            found[-1] += step
    return found


def is_news(change: Change) -> bool:
    """Whether a write is more than bookkeeping, such as a derived status, an Event or a Lease."""
    summary = summary_of(change)
    return summary is not None and not summary.is_bookkeeping


def told_scene(source: Readable, changes: Sequence[Change], **options: Any) -> Scene:
    """The scene of `source` with the sentence on what these writes did; options as for `scene_of`."""
    numbers = revision_numbers(source)
    sentence = sentence_of(changes, numbers)
    return scene_of(
        source,
        changes=changes,
        sentence=sentence,
        pod_marks=PodMarks(numbers),
        **options,
    )


def scenes(
    store: Recorded, since: int = 0, until: int | None = None, **options: Any
) -> Iterator[Scene]:
    """The scene at revision `since`, then one for each step up to revision `until`."""
    start = store.at(since)
    yield scene_of(start, time=start.time, **options)
    for step in steps(store.log.changes[since:until]):
        # The time of the first write, since a later renewal of a Lease may have joined the step.
        time = step[0].time
        yield told_scene(store.at(step[-1].revision), step, time=time, **options)

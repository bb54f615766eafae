"""The sentence about the last step, and the lines of the event stream."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from k8slearn.apimachinery.log import Change, Failure
from k8slearn.lab.playback import ShownMoment
from k8slearn.lab.protocols import ShownCluster
from k8slearn.lab.render import SHOWN_LINES
from k8slearn.view.narrate import (
    EventLine,
    Summary,
    failure_line,
    summary_of,
    told_failures,
    told_line,
    told_sentence,
)
from k8slearn.view.ownership import Numbers, revision_numbers

# A panel over a cluster with a long past shows the last 80 lines at first; they are found in
# the last 2,000 writes, of which most are no line (statuses, leases).
LOOK_BACK = 2000
# The number of writes whose texts are cached, for learners who go back and forth.
MOST_TOLD = 5000


class EventFeed:
    """Follows the cluster's log and words each new write once. The caller holds the lock.

    `numbers` are those of the ControllerRevisions at the moment read last.
    """

    def __init__(self) -> None:
        self.step: tuple[Change, ...] = ()
        self.lines: deque[EventLine] = deque(maxlen=SHOWN_LINES)
        self._revision = -1
        self._actions = 0
        self._failures: set[Failure] = set()
        self.numbers: Numbers = {}
        self._told: dict[int, tuple[Summary | None, EventLine | None]] = {}
        self._began = 0.0
        self._amended = 0

    def read(self, cluster: ShownCluster, moment: ShownMoment, stepping: bool) -> None:
        """Read what is new in the log; with `stepping`, every single action gets a sentence."""
        changes = cluster.store.log.changes
        self._began = cluster.began
        first = self._revision
        if first < 0:
            first = max(0, len(changes) - LOOK_BACK)
        self._read_numbers(moment)
        self._read_amended(cluster)
        news = set()
        for change in changes[first:]:
            _, line = self._tell(change)
            if line is not None:
                self.lines.append(line)
                if not line.minor:
                    news.add(change.revision)
        self._revision = len(changes)
        failures = told_failures(cluster.failures)
        # Failures come after all writes so far; their lines contain the time.
        for failure in failures:
            if failure not in self._failures:
                self.lines.append(self._clocked(failure_line(failure)))
        self._failures = set(failures)
        self._read_step(cluster, news, stepping)

    def _read_amended(self, cluster: ShownCluster) -> None:
        """Reword writes of a real cluster whose actor became known later, as that of a deleted Pod."""
        amended = getattr(cluster, "amended", ())
        revisions = set(amended[self._amended :])
        if not revisions:
            return
        self._amended = len(amended)
        log = cluster.store.log
        self.step = tuple([log.change(each.revision) or each for each in self.step])
        for revision in revisions:
            self._told.pop(revision, None)
        for place, line in enumerate(self.lines):
            change = log.change(line.revision)
            if line.revision in revisions and change is not None:
                _, told = self._tell(change)
                self.lines[place] = told or line

    def _read_step(self, cluster: ShownCluster, news: set[int], stepping: bool) -> None:
        """Take the last notable step for the sentence; without a new one the sentence is unchanged."""
        actions = cluster.actions
        new_actions = actions[self._actions :]
        self._actions = len(actions)
        for action in reversed(new_actions):
            if not news.isdisjoint(range(action.first + 1, action.last + 1)):
                self.step = tuple(cluster.changes(action))
                return
        if stepping and len(new_actions) == 1:
            self.step = tuple(cluster.changes(new_actions[0]))

    def lines_until(
        self, cluster: ShownCluster, moment: ShownMoment
    ) -> Sequence[EventLine]:
        """The lines of the event stream up to a past moment, oldest first."""
        self._read_numbers(moment)
        first, changes = cluster.store.log.changes.kept
        lines = list[EventLine]()
        for index in range(moment.revision - first - 1, -1, -1):
            change = changes[index]
            _, line = self._tell(change)
            if line is not None:
                lines.append(line)
            if len(lines) == SHOWN_LINES:
                break
        lines.reverse()
        for failure in told_failures(cluster.failures):
            if failure.revision <= moment.revision:
                lines.append(self._clocked(failure_line(failure)))
        # Stable, by revision: a failure comes after the writes before it.
        return sorted(lines, key=attrgetter("revision"))[-SHOWN_LINES:]

    def sentence(self, step: Sequence[Change]) -> str:
        """The sentence about a step, from the lines of its writes."""
        return told_sentence([(each.actor, self._tell(each)[0]) for each in step])

    def _clocked(self, line: EventLine) -> EventLine:
        """The line with its time counted from the cluster's beginning."""
        return replace(line, time=line.time - self._began)

    def _read_numbers(self, moment: ShownMoment) -> None:
        """Read the revisions' numbers, which occur in texts. A rollback changes them, which empties the cache."""
        numbers = revision_numbers(moment.reader)
        before = self.numbers
        self.numbers = numbers
        for revision in before.keys() & numbers.keys():
            # Revisions that were added or removed do not affect existing texts.
            if before[revision] != numbers[revision]:
                self._told = {}
                return

    def _tell(self, change: Change) -> tuple[Summary | None, EventLine | None]:
        """The summary of a write and its line, cached."""
        told = self._told.get(change.revision)
        if told is None:
            summary = summary_of(change, self.numbers)
            line = told_line(change, summary)
            if line is not None and self._began:
                line = self._clocked(line)
            told = summary, line
            self._told[change.revision] = told
            if len(self._told) > MOST_TOLD:
                # The oldest entry: a dict keeps the order of insertion.
                del self._told[next(iter(self._told))]
        return told

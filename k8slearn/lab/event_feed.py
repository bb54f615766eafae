"""What a panel has told already: the step in the sentence and the lines of the event stream."""

from __future__ import annotations

from collections import deque
from itertools import islice

from k8slearn.apimachinery.log import Change
from k8slearn.lab.pages import SHOWN_LINES
from k8slearn.lab.playback import Moment
from k8slearn.lab.protocols import Shown
from k8slearn.view.narrate import Line, line_of
from k8slearn.view.scene import revision_numbers
from k8slearn.view.story import is_news

LOOK_BACK = 2000


class Memory:
    """Follows the cluster's log; `read` takes in what is new. The caller holds the lock."""

    def __init__(self) -> None:
        self.step: tuple[Change, ...] = ()
        self.lines: deque[Line] = deque(maxlen=SHOWN_LINES)
        self._revision = -1
        self._actions = 0

    def read(self, cluster: Shown, stepping: bool) -> None:
        """Take in what has happened since the last time; when `stepping`, every single action is worth a sentence."""
        changes = cluster.store.log.changes
        first = (
            self._revision if self._revision >= 0 else max(0, len(changes) - LOOK_BACK)
        )
        numbers = revision_numbers(cluster.store.list("ControllerRevision"))
        news = (line_of(change, numbers) for change in islice(changes, first, None))
        self.lines.extend(line for line in news if line)
        self._revision = len(changes)
        self._read_step(cluster, stepping)

    def _read_step(self, cluster: Shown, stepping: bool) -> None:
        """The last step that is more than bookkeeping; without a new one the sentence stays as it is."""
        new = cluster.actions[self._actions :]
        self._actions = len(cluster.actions)
        steps = [tuple(cluster.changes(action)) for action in new]
        worth = [step for step in steps if any(is_news(change) for change in step)]
        self.step = (
            worth or (steps if stepping and len(steps) == 1 else []) or [self.step]
        )[-1]


def lines_until(cluster: Shown, moment: Moment) -> tuple[Line, ...]:
    """The lines of the event stream as it was at a past moment."""
    changes, numbers = (
        cluster.store.log.changes,
        revision_numbers(moment.list("ControllerRevision")),
    )
    told = (line_of(changes[i], numbers) for i in range(moment.revision - 1, -1, -1))
    return tuple(islice((line for line in told if line), SHOWN_LINES))[::-1]

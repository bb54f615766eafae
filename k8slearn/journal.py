"""What has to be remembered of a control plane so that its past can be lived through again.

All that the components do follows from how it began and from what came from outside; so only these two are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

from k8slearn.apimachinery.log import Log
from k8slearn.apiserver.backup import Backup
from k8slearn.apiserver.plugins import Settings
from k8slearn.apiserver.registry import Written
from k8slearn.chance import Chance
from k8slearn.locale import controlplane as words

Lock = AbstractContextManager[Any]
HISTORY = 50_000
"""Writes that a cluster remembers unless told otherwise: some 700 MB, and more than a day of anybody's clicking."""
HOUR = 3600.0
"""Simulated seconds that one step looks ahead: a timer may come again and again without anything to write."""


class Action(NamedTuple):
    """One step of one component. `first` < r <= `last` are the revisions it wrote; `why` is what it decided.

    `time` is in simulated seconds, `subject` the key it worked on, such as `default/filebeat-ds`.
    """

    number: int
    time: float
    component: str
    subject: str
    first: int
    last: int
    why: Any = None


def first_revision(action: Action) -> int:
    """The revision that was the latest when an action began."""
    return action.first


class NotReplayable(RuntimeError):
    """Something was changed past `acting` and `alter`, so the past cannot be lived through again."""


def check_relived(log: Log, other: Log, revision: int) -> None:
    """Raises NotReplayable unless another log has the same writes up to a revision."""
    then = [(change.time, change.object) for change in log.changes[:revision]]
    again = [(change.time, change.object) for change in other.changes]
    if then != again:
        raise NotReplayable(words.NOT_JOURNALED.format(revision=revision))


@dataclass(frozen=True, slots=True)
class Interference:
    """After how many turns of the components, at which simulated second, what was written or altered.

    `call`, which alters the machinery, is given the control plane.
    """

    turns: int
    time: float
    written: list[Written]
    call: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a control plane is made from, so that another one can begin as it did; `rng` is never drawn from."""

    rng: Chance
    kubelet: str
    new_lock: Callable[[], Lock]
    start: float
    settings: Settings
    backup: Backup | None = None

    @property
    def revision(self) -> int:
        """The revision that it begins at."""
        if self.backup is None:
            return 0
        return self.backup.revision

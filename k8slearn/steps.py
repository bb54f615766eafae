"""The steps that running a cluster took, with a one-sentence repr, so that a notebook does not print them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from k8slearn.apimachinery.objects import Object, name
from k8slearn.journal import Action
from k8slearn.locale import controlplane as words

# The sentence names this many DaemonSets and counts the others.
TOLD = 3


class Steps(list[Action]):
    """A list of actions, with the time they took and the DaemonSets at their end."""

    def __init__(
        self,
        done: Iterable[Action],
        seconds: float,
        quiet: bool,
        daemon_sets: Sequence[Object],
    ) -> None:
        super().__init__(done)
        self.seconds = seconds
        self.quiet = quiet
        # As they were then: objects are never changed in place, so keeping them is enough.
        self._daemon_sets = daemon_sets

    def __repr__(self) -> str:
        rest = words.STEPS_QUIET if self.quiet else words.STEPS_NOT_QUIET
        return f"{self._what_passed()}{self._what_came()}{rest}"

    def _what_passed(self) -> str:
        if not self and not self.seconds:
            return words.STEPS_NONE
        said = words.STEPS if self else words.STEPS_WAITED
        return said.format(count=len(self), seconds=self.seconds)

    def _what_came(self) -> str:
        told = [_counted(daemon_set) for daemon_set in self._daemon_sets[:TOLD]]
        more = len(self._daemon_sets) - TOLD
        if more > 0:
            told.append(words.STEPS_MORE.format(count=more))
        if told:
            return words.STEPS_SEPARATOR.join(told) + words.STEPS_END
        return ""


def _counted(daemon_set: Object) -> str:
    # A DaemonSet that no controller has looked at yet has a status without numbers.
    status = daemon_set.get("status") or {}
    return words.STEPS_DAEMON_SET.format(
        name=name(daemon_set),
        desired=status.get("desiredNumberScheduled", 0),
        ready=status.get("numberReady", 0),
        updated=status.get("updatedNumberScheduled", 0),
    )

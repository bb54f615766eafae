"""What is said of several requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from k8slearn.locale import view as words


class Answered(Protocol):
    """A request, as far as it is counted."""

    @property
    def ok(self) -> bool:
        """Whether it was answered."""


def summary(talks: Sequence[Answered]) -> str:
    """How many requests there were and how many were answered."""
    answered = sum(talk.ok for talk in talks)
    return words.TRAFFIC.format(count=len(talks), answered=answered)

"""Sentences about several requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from k8slearn.locale import view as words


class Answered(Protocol):
    """A request that was answered or not."""

    @property
    def ok(self) -> bool:
        """Whether it was answered."""


def summary(talks: Sequence[Answered]) -> str:
    """A sentence with the number of requests and of those answered."""
    answered = sum(talk.ok for talk in talks)
    return words.TRAFFIC.format(count=len(talks), answered=answered)

"""Chance as the model is given it: whoever makes a cluster hands in a seeded `random.Random`; a seed gives one log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """What the components draw from it; a fork takes a copy, which goes on as the original would have."""

    def choice(self, seq: Sequence[T], /) -> T:
        """One of some things."""

    def getrandbits(self, k: int, /) -> int:
        """A number of so many bits."""

    def uniform(self, a: float, b: float) -> float:
        """A number from `a` to `b`."""

"""Chance as the model is given it: whoever makes a cluster hands in a seeded `random.Random`; a seed gives one log."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
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


class FromText:
    """Numbers that follow from a text alone: drawing one changes no other random source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.drawn = 0

    def getrandbits(self, k: int, /) -> int:
        """A number of so many bits, 256 at most."""
        self.drawn += 1
        digest = sha256(f"{self.text}/{self.drawn}".encode()).digest()
        return int.from_bytes(digest) >> (256 - k)

    def choice(self, seq: Sequence[T], /) -> T:
        """One of them."""
        return seq[self.getrandbits(64) % len(seq)]

    def uniform(self, a: float, b: float) -> float:
        """A number from `a` to `b`."""
        return a + (b - a) * self.getrandbits(53) / 2**53

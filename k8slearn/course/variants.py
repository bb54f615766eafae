"""The same exercise with other names, Nodes and numbers for each student, drawn from the student's name.

A variant is a list of words that stand for the lesson's own. One list serves all: the start says the names of its
objects through it, the check what it looks for, and task, hints, refusals and wrong answers are worded by it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

# The lesson's words, then what may stand instead of them. Several words that go together are one text.
Choice = tuple[str, ...]
TOGETHER = ", "
Pairs = tuple[tuple[str, str], ...]

# Enough to tell the few dozen variants of an exercise apart, and short enough to be read aloud.
CODE_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Variant:
    """Pairs of a word of the lesson and what a student finds instead; without any, the lesson as it is."""

    pairs: Pairs = ()

    def __call__(self, text: str) -> str:
        """A text with each of these words replaced, where it stands as a whole word."""
        if not self.pairs:
            return text
        instead = dict(self.pairs)
        return _pattern(self.pairs).sub(lambda found: instead[found[0]], text)

    @property
    def code(self) -> str:
        """What the variant is called in progress.json, which names nobody; "" for the lesson as it is."""
        if not self.pairs:
            return ""
        told = json.dumps(self.pairs, ensure_ascii=False)
        return sha256(told.encode()).hexdigest()[:CODE_LENGTH]


PLAIN = Variant()


@cache
def _pattern(pairs: Pairs) -> re.Pattern[str]:
    # The longest first: "filebeat-ds" before "filebeat". A word ends where no letter and no figure follows, so that
    # node1 is not found in node10; \b would take Chinese characters for letters.
    words = sorted((word for word, _ in pairs), key=len, reverse=True)
    either = "|".join(map(re.escape, words))
    return re.compile(f"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])")


def variant(key: str, student: str, choices: Iterable[Choice]) -> Variant:
    """What this student finds in the exercise `key`: the same on each machine and in each year."""
    pairs: list[tuple[str, str]] = []
    name = same_name(student)
    for choice in choices:
        own, *others = choice
        # Never the lesson's own: the reference solution beside the exercise must not be the answer.
        drawn = others[_draw(f"{name}/{key}/{own}") % len(others)]
        words = zip(own.split(TOGETHER), drawn.split(TOGETHER), strict=True)
        pairs += [pair for pair in words if pair[0] != pair[1]]
    return Variant(tuple(pairs))


def same_name(student: str) -> str:
    """A name as it is told from others: not by spaces, by capitals, or by how its characters are encoded."""
    folded = unicodedata.normalize("NFKC", student).casefold()
    return "".join(folded.split())


def _draw(text: str) -> int:
    # Python's own hash is another one in each process.
    return int(sha256(text.encode()).hexdigest(), 16)

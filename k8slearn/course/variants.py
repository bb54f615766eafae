"""Variants of an exercise: other names, Nodes and numbers for each student, drawn from the student's name.

A variant is a list of replacements for the lesson's words. The start uses it for the names of its objects, the check
for what it looks for, and the task, hints, messages and wrong answers for their texts.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

# The lesson's words, then the alternatives. Several words that change together are one text with commas.
Choice = tuple[str, ...]
TOGETHER = ", "
Pairs = tuple[tuple[str, str], ...]

# Characters: enough to tell the few dozen variants of an exercise apart, and short enough to read out.
CODE_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Variant:
    """Pairs (word of the lesson, replacement); without pairs it is the lesson's own exercise."""

    pairs: Pairs = ()

    def __call__(self, text: str) -> str:
        """The text with these words replaced, as whole words only."""
        if not self.pairs:
            return text
        instead = dict(self.pairs)
        return _pattern(self.pairs).sub(lambda found: instead[found[0]], text)

    @property
    def code(self) -> str:
        """The variant's code in progress.json, which contains no names of people; "" for the lesson's own exercise."""
        if not self.pairs:
            return ""
        told = json.dumps(self.pairs, ensure_ascii=False)
        return sha256(told.encode()).hexdigest()[:CODE_LENGTH]


PLAIN = Variant()


@cache
def _pattern(pairs: Pairs) -> re.Pattern[str]:
    # The longest first: "filebeat-ds" before "filebeat". A word ends where neither letter nor digit follows, so that
    # node1 does not match in node10; \b would take Chinese characters for letters.
    words = sorted((word for word, _ in pairs), key=len, reverse=True)
    either = "|".join(map(re.escape, words))
    return re.compile(f"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])")


def variant(key: str, student: str, choices: Iterable[Choice]) -> Variant:
    """The variant of this student for the exercise `key`; it is the same everywhere and always."""
    pairs: list[tuple[str, str]] = []
    name = same_name(student)
    for choice in choices:
        own, *others = choice
        # Never the lesson's own words: the solution beside the exercise must not fit.
        drawn = others[_draw(f"{name}/{key}/{own}") % len(others)]
        words = zip(own.split(TOGETHER), drawn.split(TOGETHER), strict=True)
        pairs += [pair for pair in words if pair[0] != pair[1]]
    return Variant(tuple(pairs))


def same_name(student: str) -> str:
    """A normalized name: spaces, case and the form of Unicode do not matter."""
    folded = unicodedata.normalize("NFKC", student).casefold()
    return "".join(folded.split())


def _draw(text: str) -> int:
    # Python's own hash differs between processes.
    return int(sha256(text.encode()).hexdigest(), 16)

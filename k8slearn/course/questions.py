"""The questions of the lessons, and what a choice is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from k8slearn.course.bank import entries

UNKNOWN = "没有叫 {key!r} 的题目"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, and what the learner is told about it."""

    text: str
    feedback: str
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a lesson with its options; exactly one is right."""

    key: str
    lesson: str
    text: str
    options: tuple[Option, ...]

    def as_text(self) -> str:
        """The question as plain text, without its answer."""
        lines = [
            f"  {letter}. {option.text}"
            for letter, option in zip("ABCDEF", self.options, strict=False)
        ]
        return "\n".join([self.text, *lines])


def question(key: str) -> Question:
    """The question of that key; KeyError if there is none such."""
    bank = _bank()
    if key not in bank:
        raise KeyError(UNKNOWN.format(key=key))
    return bank[key]


def question_keys() -> list[str]:
    """The keys in the order of the lessons."""
    return list(_bank())


@cache
def _bank() -> dict[str, Question]:
    return {
        key: _question(key, lesson, entry)
        for key, (lesson, entry) in entries("questions").items()
    }


def _question(key: str, lesson: str, entry: dict[str, object]) -> Question:
    options = [(option, False) for option in _pairs(entry["wrong"])]
    options.insert(int(str(entry.get("place", 0))), (_pairs(entry["right"])[0], True))
    shown = tuple(Option(text, reply, right) for (text, reply), right in options)
    return Question(key, lesson, str(entry["text"]), shown)


def _pairs(entry: object) -> list[tuple[str, str]]:
    assert isinstance(entry, dict)
    return [(str(text), str(reply)) for text, reply in entry.items()]

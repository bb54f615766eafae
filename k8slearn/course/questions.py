"""The questions of the lessons, with the replies to their options."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from k8slearn.course.bank import entries
from k8slearn.course.pages import LETTERS, render
from k8slearn.locale import course as words
from k8slearn.mistakes import UnknownNameError


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its text, the reply to it, and whether it is right."""

    text: str
    feedback: str
    right: bool

    @property
    def verdict(self) -> str:
        """The word for right or wrong."""
        return words.RIGHT if self.right else words.WRONG


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a lesson with its options; exactly one is right."""

    key: str
    lesson: str
    text: str
    options: tuple[Option, ...]
    # Context from the lesson that is needed where the question is asked outside it.
    setting: str = ""

    @property
    def alone(self) -> str:
        """The question with its setting, for use outside its lesson."""
        return self.setting + self.text

    def labels(self) -> list[str]:
        """The options with their letters: "A. …"."""
        pairs = zip(LETTERS, self.options, strict=False)
        return [f"{letter}. {option.text}" for letter, option in pairs]

    def as_text(self) -> str:
        """The question as plain text, without its answer."""
        lines = [f"  {label}" for label in self.labels()]
        return "\n".join([self.text, *lines])

    def as_page(self, kind: str) -> str:
        """The question as static HTML, where each option unfolds its reply. `kind` is predict or quiz."""
        label = words.PREDICT if kind == "predict" else words.QUIZ
        return render("question_page", kind=kind, label=label, question=self)

    @property
    def answer(self) -> tuple[str, Option]:
        """The letter of the right option, and the option."""
        pairs = zip(LETTERS, self.options, strict=False)
        return next(pair for pair in pairs if pair[1].right)


def question(key: str) -> Question:
    """The question of this key. Raises KeyError if there is none."""
    known = _questions()
    if key not in known:
        raise UnknownNameError(words.QUESTION_UNKNOWN.format(key=key))
    return known[key]


def question_keys() -> list[str]:
    """The keys in the order of the lessons."""
    return list(_questions())


@cache
def _questions() -> dict[str, Question]:
    found = {}
    for key, (lesson, entry) in entries("questions").items():
        found[key] = _question(key, lesson, entry)
    return found


def _question(key: str, lesson: str, entry: dict[str, Any]) -> Question:
    wrong = entry["wrong"].items()
    options = [Option(text, feedback, right=False) for text, feedback in wrong]
    [(text, feedback)] = entry["right"].items()
    place = entry.get("place", 0)
    options.insert(place, Option(text, feedback, right=True))
    return Question(
        key=key,
        lesson=lesson,
        text=entry["text"],
        options=tuple(options),
        setting=entry.get("setting", ""),
    )

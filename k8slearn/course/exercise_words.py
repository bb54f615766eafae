"""The texts of the exercises, read from the lessons' files, and the verdict of `check()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from k8slearn.course.bank import entries
from k8slearn.course.pages import render, reply
from k8slearn.locale import course as words
from k8slearn.mistakes import UnknownNameError


@dataclass(frozen=True, slots=True)
class Exercise:
    """The words of an exercise."""

    key: str
    lesson: str
    title: str
    task: str
    hints: tuple[str, ...]
    right: str
    refuse: dict[str, str]
    wrong_answers: tuple[dict[str, str], ...]
    without_kubectl: str

    def worded(self, own: Callable[[str], str]) -> Exercise:
        """A copy with the words of a variant."""
        answers = []
        for answer in self.wrong_answers:
            # "told" is the key of a message, not text.
            code = {name: own(text) for name, text in answer.items() if name != "told"}
            answers.append({**code, "told": answer["told"]})
        return replace(
            self,
            task=own(self.task),
            hints=tuple(map(own, self.hints)),
            right=own(self.right),
            refuse={key: own(text) for key, text in self.refuse.items()},
            wrong_answers=tuple(answers),
            without_kubectl=own(self.without_kubectl),
        )

    def as_page(self) -> str:
        """The exercise as static HTML, with hints to unfold."""
        return render("exercise_page", about=self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check()` answers: `key` names the message, "" when all is right.

    All exercises of a lesson are called `task`; the `title` says which of them was checked.
    """

    right: bool
    key: str
    text: str
    title: str = ""

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return reply(self.text, self.right, self.title)


def exercise_words(key: str) -> Exercise:
    """The words of an exercise; KeyError, with the known ones, if there is none such."""
    known = _exercises()
    if key not in known:
        listed = words.SEPARATOR.join(known)
        raise UnknownNameError(words.EXERCISE_UNKNOWN.format(key=key, known=listed))
    return known[key]


def exercise_keys() -> list[str]:
    """The keys in the order of the lessons."""
    return list(_exercises())


@cache
def _exercises() -> dict[str, Exercise]:
    found = {}
    for key, (lesson, entry) in entries("exercises").items():
        found[key] = read_exercise(key, lesson, entry)
    return found


def read_exercise(key: str, lesson: str, entry: dict[str, Any]) -> Exercise:
    """The words of an exercise from its entry in the lesson's file."""
    return Exercise(
        key,
        lesson,
        title=entry["title"],
        task=entry["task"],
        hints=tuple(entry["hints"]),
        right=entry["right"],
        refuse=entry["refuse"],
        wrong_answers=tuple(entry.get("wrong_answers", ())),
        without_kubectl=entry.get("without_kubectl", ""),
    )

"""The questions as cards for Anki: a text file with one card a line; Anki's manual describes it under "Text Files"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from k8slearn import files
from k8slearn.course.bank import lessons
from k8slearn.course.pages import render
from k8slearn.course.questions import Question, question

# Anki 2.1.54 and later read these lines; for those before they are comments.
# No #guid column: the manual leaves those to Anki, which knows a card again by its first field, the question.
# No #columns: Anki puts a column only into a field of the same name, and those are named in its user's language.
HEADERS = ("#separator:tab", "#html:true", "#tags column:3")
# Two colons nest tags: a tag of the whole course, and one of each lesson below it.
TAG = "k8slearn::{lesson}"


def review_cards(path: str | Path, *wanted: str) -> Path:
    """Write the questions of the lessons whose names begin with `wanted` ("04"), or of all. Raises OSError.

    The front has a question and its options, the back the right one with the reasons for and against each option.
    """
    lines = [*HEADERS]
    beginnings = wanted or ""
    for lesson, asked in lessons().items():
        if lesson.startswith(beginnings):
            lines += map(_line, asked.get("questions", {}))
    target = Path(path)
    text = "\n".join(lines) + "\n"
    files.replace(target, text.encode())
    return target


def _line(key: str) -> str:
    asked = question(key)
    tag = TAG.format(lesson=asked.lesson)
    return "\t".join([_field("anki_front", asked), _field("anki_back", asked), tag])


def _field(template: str, asked: Question) -> str:
    """A side of a card on one line; in HTML tabs and line ends are spaces."""
    letter, right = asked.answer
    options: list[Any] = list(zip(asked.labels(), asked.options, strict=True))
    others = [pair for pair in options if not pair[1].right]
    html = render(template, asked=asked, letter=letter, right=right, others=others)
    return " ".join(html.split())

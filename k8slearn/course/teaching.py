"""For teachers: the answers to all questions and exercises, and drafts of new exercises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from k8slearn.course.bank import lessons
from k8slearn.course.bank_schema import read_lesson
from k8slearn.course.exercise_words import (
    Exercise,
    exercise_keys,
    exercise_words,
    read_exercise,
)
from k8slearn.course.lessons import rules
from k8slearn.course.pages import render
from k8slearn.course.questions import question
from k8slearn.course.variants import variant
from k8slearn.locale import course as words

# A draft's progress is noted under the notebook where it is tried.
DRAFT_LESSON = "99_for_teachers"
DRAFT_FILE = "WORDS"
# A name or a number that a variant may change: log-agent, 9100, redis.default.
_NAME = re.compile(r"\w[\w.-]*", re.ASCII)


class AnswerBook:
    """The questions with their right answers and reasons, and the exercises with the messages of their checks."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.lessons = wanted

    def __repr__(self) -> str:
        titles = []
        for lesson in self.lessons:
            titles.append(lessons()[lesson]["title"])
        listed = words.SEPARATOR.join(titles)
        return words.ANSWER_BOOK.format(titles=listed)

    def _repr_html_(self) -> str:
        shown = list(map(_lesson, self.lessons))
        return render("answer_book", lessons=shown)


def answers(*wanted: str) -> AnswerBook:
    """The answers of the lessons whose names begin with `wanted` ("04"), or of all."""
    beginnings = wanted or ""
    found = [lesson for lesson in lessons() if lesson.startswith(beginnings)]
    return AnswerBook(tuple(found))


class VariantList:
    """The variants of some students, as text and as an HTML table."""

    def __init__(self, students: tuple[str, ...]) -> None:
        self.students = {student: list(_variants(student)) for student in students}

    def __repr__(self) -> str:
        lines = []
        for student, rows in self.students.items():
            lines.append(words.VARIANTS_TITLE.format(student=student))
            lines += [words.VARIANT_ROW.format(**row) for row in rows]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return render("variants", students=self.students)


def variants_of(*students: str) -> VariantList:
    """The variants of these students; their codes appear in certificates."""
    return VariantList(students)


def _variants(student: str) -> Iterator[dict[str, str]]:
    known = rules()
    for key in exercise_keys():
        if not known[key].varied:
            continue
        own = variant(key, student, known[key].varied)
        told = []
        for word, instead in own.pairs:
            # Only names and numbers, which are enough to tell the variants apart; phrases are parts of the solution.
            if not _NAME.fullmatch(word):
                continue
            told.append(words.VARIANT_WORD.format(word=word, instead=instead))
        yield {
            "code": own.code,
            "key": key,
            "title": exercise_words(key).title,
            "words": words.SEPARATOR.join(told),
        }


def draft(key: str, text: str) -> Exercise:
    """An exercise from YAML in the format of a lesson's file. Raises KeyError if it is not in there.

    Raises LessonFileError where the YAML does not match the schema.
    """
    entry = read_lesson(text, DRAFT_FILE)["exercises"][key]
    return read_exercise(key, DRAFT_LESSON, entry)


def _lesson(lesson: str) -> dict[str, Any]:
    """The template's values for a lesson."""
    asked = lessons()[lesson]
    questions = [question(key) for key in asked.get("questions", {})]
    exercises = [exercise_words(key) for key in asked.get("exercises", {})]
    title = words.BOOK_LESSON.format(
        number=lesson.partition("_")[0],
        title=asked["title"],
        questions=len(questions),
        exercises=len(exercises),
    )
    notes = [(exercise, _notes(exercise)) for exercise in exercises]
    return {"title": title, "questions": questions, "exercises": notes}


def _notes(about: Exercise) -> list[tuple[str, list[str]]]:
    """(heading, lines) of an exercise's notes; misconceptions first, since they are what to discuss."""
    misconceptions: list[str] = []
    others: list[str] = []
    for message in about.refuse.values():
        is_misconception = message.strip().startswith(words.MISCONCEPTION)
        (misconceptions if is_misconception else others).append(message)
    return [
        (words.BOOK_HINTS, [*about.hints]),
        (words.BOOK_RIGHT, [about.right]),
        (words.BOOK_MISCONCEPTIONS, misconceptions),
        (words.BOOK_OTHERS, others),
    ]

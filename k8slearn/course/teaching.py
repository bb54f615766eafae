"""For teachers: the answers to everything that the course asks, and a place to try a new exercise in."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import yaml

from k8slearn.course.bank import lessons
from k8slearn.course.exercise import Exercise, Task, exercise_words, read_exercise
from k8slearn.course.questions import Question, question

WORDS = {
    "book": "答案册：{titles}",
    "title": "{number} {title}（题目 {questions} 道，练习 {exercises} 道）",
    "exercise": "练习",
    "hints": "提示",
    "right": "检查通过时",
    "misconceptions": "认得出的误区",
    "others": "别的拒绝",
}
LESSON = "99_for_teachers"
MISCONCEPTION = "【误区】"
RIGHT, WRONG = "✔", "✘"


class AnswerBook:
    """Every question with its right answer and why, every exercise with what it refuses; lessons unfold on a click."""

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.lessons = wanted

    def __repr__(self) -> str:
        return WORDS["book"].format(
            titles="、".join(str(lessons()[lesson]["title"]) for lesson in self.lessons)
        )

    def _repr_html_(self) -> str:
        return "".join(map(_lesson, self.lessons))


def answers(*wanted: str) -> AnswerBook:
    """The answers of the lessons whose names begin with `wanted` ("04"), or of all."""
    return AnswerBook(
        tuple(lesson for lesson in lessons() if lesson.startswith(wanted or ""))
    )


def try_out(key: str, words: str) -> Task:
    """Begin an exercise whose words, in YAML as in the bank, are not in a file yet; its rule must be declared."""
    entry = yaml.safe_load(words)["exercises"][key]
    return Task(read_exercise(key, LESSON, entry), kubectl=False)


def _lesson(lesson: str) -> str:
    words = lessons()[lesson]
    questions, exercises = words.get("questions", {}), words.get("exercises", {})
    counts = {"questions": len(questions), "exercises": len(exercises)}
    title = WORDS["title"].format(
        number=lesson.partition("_")[0], title=escape(words["title"]), **counts
    )
    inside = "".join(_question(question(key)) for key in questions)
    inside += "".join(_exercise(exercise_words(key)) for key in exercises)
    return f"<details><summary><b>{title}</b></summary>{inside}</details>"


def _question(asked: Question) -> str:
    options = sorted(asked.options, key=lambda option: not option.right)
    lines = [
        f"{RIGHT if one.right else WRONG} <b>{escape(one.text)}</b>　{escape(one.feedback)}"
        for one in options
    ]
    return f"<p><b>{escape(asked.text)}</b></p>{_list(lines)}"


def _exercise(about: Exercise) -> str:
    heading = f"<p><b>{WORDS['exercise']}　{escape(about.title)}</b></p>"
    task = f'<p style="white-space:pre-line">{escape(about.task.strip())}</p>'
    return (
        heading
        + task
        + "".join(
            f"<p>{name}</p>{_list(lines)}" for name, lines in _told(about) if lines
        )
    )


def _told(about: Exercise) -> Iterator[tuple[str, list[str]]]:
    said = [escape(message.strip()) for message in about.refuse.values()]
    yield WORDS["hints"], [escape(hint) for hint in about.hints]
    yield WORDS["right"], [escape(about.right.strip())]
    yield (
        WORDS["misconceptions"],
        [line for line in said if line.startswith(MISCONCEPTION)],
    )
    yield WORDS["others"], [line for line in said if not line.startswith(MISCONCEPTION)]


def _list(lines: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"

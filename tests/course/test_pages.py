"""Templates escape values, and fail for missing ones."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from k8slearn.course.pages import render, reply
from k8slearn.course.questions import Option, Question


def test_what_a_lesson_says_is_text_and_never_markup() -> None:
    options = (Option("<b>", "<script>", right=True),)
    asked = Question("key", "lesson", "<i>&", options)
    shown = [
        reply("<script>", True, "<b>"),
        render("question_card", kind="<i>", text="<i>&", keys="<i>"),
        render(
            "answer_book",
            lessons=[{"title": "<i>", "questions": [asked], "exercises": []}],
        ),
    ]
    for page in shown:
        assert "<script>" not in page and "<i>" not in page
        assert "&lt;" in page


def test_a_value_that_was_forgotten_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("reply", text="no edge")

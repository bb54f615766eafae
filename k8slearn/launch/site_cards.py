"""Questions and exercises on a page that runs nothing: each option unfolds its reply, each hint unfolds too."""

from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.questions import question


def card(kind: str, key: str) -> str:
    """The block of HTML for `predict`, `quiz` or `exercise`; KeyError if there is no such key."""
    if kind == "exercise":
        return exercise_words(key).as_page()
    return question(key).as_page(kind)

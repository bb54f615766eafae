"""Questions and exercises on a page that runs nothing: each option unfolds its reply, each hint unfolds too."""

from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.pages import render
from k8slearn.course.questions import question
from k8slearn.locale import launch as words


def card(kind: str, key: str) -> str:
    """The block of HTML for `predict`, `quiz` or `exercise`; KeyError if there is no such key."""
    label = words.SITE_KINDS[kind]
    if kind == "exercise":
        about = exercise_words(key)
        return render("site_exercise", label=label, about=about, site=words)
    asked = question(key)
    return render("site_question", kind=kind, label=label, question=asked, site=words)

"""What the lessons use: manifests to apply, predictions and quiz questions to answer."""

from importlib import import_module
from typing import Any

from k8slearn.lesson.counted import lab
from k8slearn.lesson.exercise import Task, Verdict, exercise, exercise_keys
from k8slearn.lesson.looking import fewest_ready
from k8slearn.lesson.manifests import manifest, manifest_names
from k8slearn.lesson.questions import Option, Question, question, question_keys
from k8slearn.lesson.quiz import Card, predict, quiz
from k8slearn.lesson.rewriting import rewritten
from k8slearn.lesson.telling import Telling, narrate

__all__ = [
    "Card",
    "Option",
    "Question",
    "Task",
    "Telling",
    "Verdict",
    "certificate",
    "exercise",
    "exercise_keys",
    "fewest_ready",
    "lab",
    "manifest",
    "manifest_names",
    "narrate",
    "predict",
    "progress_page",
    "question",
    "question_keys",
    "quiz",
    "rewritten",
]


def __getattr__(name: str) -> Any:
    """What only the end of the course shows is imported when it is asked for."""
    if name not in ("certificate", "progress_page"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("k8slearn.lesson.progress_pages"), name)

"""The names that a lesson imports: manifests to apply, exercises, predictions and quiz questions to answer."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from k8slearn.course.counted import lab
from k8slearn.course.exercise import Task, Verdict, exercise, exercise_keys
from k8slearn.course.narration import Telling, narrate
from k8slearn.course.questions import Option, Question, question, question_keys
from k8slearn.course.quiz import Card, predict, quiz
from k8slearn.course.readiness import fewest_ready
from k8slearn.course.rewritten import rewritten
from k8slearn.manifests import manifest, manifest_names

if TYPE_CHECKING:
    from k8slearn.course.progress_pages import certificate, progress_page

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
    return getattr(import_module("k8slearn.course.progress_pages"), name)

"""The module that notebooks import: manifests, exercises, predictions, quiz questions and the lab.

It joins the course and the lab, which do not import each other: it passes the lab to exercises, and notes the lab's
predictions in the progress.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from k8slearn.cluster import Cluster
from k8slearn.course.exercise import Task
from k8slearn.course.exercise_words import Verdict, exercise_keys, exercise_words
from k8slearn.course.metrics import fewest_ready, stops
from k8slearn.course.mutants import rewritten
from k8slearn.course.narration import Narration, narrate
from k8slearn.course.placing import nodes_with, why
from k8slearn.course.questions import Option, Question, question, question_keys
from k8slearn.course.quiz import Card, predict, quiz
from k8slearn.course.samples import sample_dump
from k8slearn.course.scoring import score_predictions
from k8slearn.manifests import manifest, manifest_names

if TYPE_CHECKING:
    from k8slearn.course.anki import review_cards
    from k8slearn.course.progress_pages import certificate, progress_page
    from k8slearn.course.review import review

# Names that few lessons need are imported on first use, with their modules.
_LATER = {
    "certificate": "progress_pages",
    "progress_page": "progress_pages",
    "review": "review",
    "review_cards": "anki",
}

__all__ = [
    "Card",
    "Narration",
    "Option",
    "Question",
    "Task",
    "Verdict",
    "certificate",
    "demo",
    "exercise",
    "exercise_keys",
    "fewest_ready",
    "lab",
    "manifest",
    "manifest_names",
    "narrate",
    "nodes_with",
    "predict",
    "progress_page",
    "question",
    "question_keys",
    "quiz",
    "review",
    "review_cards",
    "rewritten",
    "sample_dump",
    "stops",
    "try_out",
    "why",
]


def lab(cluster: Cluster, **options: Any) -> Any:
    """A `k8slearn.Lab` on a cluster, with its options; predictions made in it count in the learner's progress."""
    from k8slearn.lab import Lab  # draws, so it is loaded only where it is shown

    made = Lab(cluster, **options)
    score_predictions(made)
    return made


def exercise(key: str, *, kubectl: bool = False, student: str = "") -> Task:
    """Begin an exercise on a new cluster; with `kubectl`, the real kubectl can connect. Raises KeyError if unknown.

    The name of a `student` seeds the exercise's Nodes, names and numbers; ValueError where it has no variants.
    """
    return Task(exercise_words(key), lab, kubectl=kubectl, student=student)


def demo(*, kubectl: bool = False) -> Any:
    """A demonstration of eight running machines and three big buttons; with `kubectl`, the real kubectl can connect."""
    from k8slearn.lab.demo import Demo  # draws, so it is loaded only where it is shown

    return Demo(kubectl=kubectl)


def try_out(key: str, text: str) -> Task:
    """Begin an exercise from a draft: `text` is YAML as in a lesson's file; the exercise's check must be declared.

    Raises LessonFileError for YAML of another form, KeyError where the exercise is not in it.
    """
    from k8slearn.course.teaching import draft  # only teachers draft

    return Task(draft(key, text), lab)


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"k8slearn.course.{_LATER[name]}")
    return getattr(module, name)

"""The door that notebooks import: manifests to apply, exercises, predictions and quiz questions to answer.

It stands above the course and the lab, which do not know each other: here an exercise is told how to show its cluster
in a lab, and a lab that its predictions count.
"""

from typing import TYPE_CHECKING, Any

from k8slearn.cluster import Cluster
from k8slearn.course.exercise import Task
from k8slearn.course.exercise_words import Verdict, exercise_keys, exercise_words
from k8slearn.course.metrics import fewest_ready
from k8slearn.course.mutants import rewritten
from k8slearn.course.narration import Narration, narrate
from k8slearn.course.placing import nodes_with, why
from k8slearn.course.questions import Option, Question, question, question_keys
from k8slearn.course.quiz import Card, predict, quiz
from k8slearn.course.samples import sample_dump
from k8slearn.course.scoring import score_predictions
from k8slearn.manifests import manifest, manifest_names

if TYPE_CHECKING:
    from k8slearn.course.progress_pages import certificate, progress_page

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
    "rewritten",
    "sample_dump",
    "try_out",
    "why",
]


def lab(cluster: Cluster, **options: Any) -> Any:
    """A `k8slearn.Lab` on a cluster, with its options; its predictions and how many were right go into the progress."""
    from k8slearn.lab import Lab  # draws, so it is loaded only where it is shown

    made = Lab(cluster, **options)
    score_predictions(made)
    return made


def exercise(key: str, *, kubectl: bool = False) -> Task:
    """Begin an exercise on a new cluster of its own; with `kubectl` the real one talks to it. KeyError if unknown."""
    return Task(exercise_words(key), lab, kubectl=kubectl)


def demo(*, kubectl: bool = False) -> Any:
    """Eight machines that run, and three big buttons; with `kubectl` the real one talks to them."""
    from k8slearn.lab.demo import Demo  # draws, so it is loaded only where it is shown

    return Demo(kubectl=kubectl)


def try_out(key: str, text: str) -> Task:
    """Begin an exercise whose words, in YAML as in a lesson's file, are not in a file yet; its rule must be declared.

    Raises LessonFileError where the YAML is not as it must be, KeyError where the exercise is not in it.
    """
    from k8slearn.course.teaching import draft  # only teachers draft

    return Task(draft(key, text), lab)


def __getattr__(name: str) -> Any:
    """What only the end of the course shows is imported when it is asked for."""
    if name not in ("certificate", "progress_page"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from k8slearn.course import progress_pages

    return getattr(progress_pages, name)

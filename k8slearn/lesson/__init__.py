"""What the lessons use: manifests to apply, predictions and quiz questions to answer."""

from k8slearn.lesson.manifests import manifest, manifest_names
from k8slearn.lesson.questions import Option, Question, question, question_keys
from k8slearn.lesson.quiz import Card, predict, quiz

__all__ = [
    "Card",
    "Option",
    "Question",
    "manifest",
    "manifest_names",
    "predict",
    "question",
    "question_keys",
    "quiz",
]

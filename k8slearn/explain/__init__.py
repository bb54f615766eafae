"""Why there is (or is no) Pod, in sentences made of the values that the decision functions return."""

from k8slearn.explain.outlook import Outlook, outlook
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_node import why_node, why_placement
from k8slearn.explain.why_pod import why_pod
from k8slearn.explain.why_rollout import why_rollout

__all__ = [
    "Explanation",
    "Outlook",
    "Sentence",
    "outlook",
    "why_node",
    "why_placement",
    "why_pod",
    "why_rollout",
]

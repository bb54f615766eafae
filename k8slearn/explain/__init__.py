"""Why there is (or is no) Pod, in sentences made of the values that the decision functions return."""

from k8slearn.explain.outlook import Outlook, Outlooks, outlook
from k8slearn.explain.sentences import Explanation, Sentence
from k8slearn.explain.why_here import why_here, why_this_pod
from k8slearn.explain.why_node import why_node, why_placement
from k8slearn.explain.why_past import action_of, why_created
from k8slearn.explain.why_pod import why_pod
from k8slearn.explain.why_rollout import why_rollout
from k8slearn.explain.why_scheduled import why_scheduled
from k8slearn.explain.why_workload import why_workload

__all__ = [
    "Explanation",
    "Outlook",
    "Outlooks",
    "Sentence",
    "action_of",
    "outlook",
    "why_created",
    "why_here",
    "why_node",
    "why_placement",
    "why_pod",
    "why_rollout",
    "why_scheduled",
    "why_this_pod",
    "why_workload",
]

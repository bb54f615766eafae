"""Remedies: small changes that unblock a waiting Pod or a stuck rollout, each tried on a fork."""

from k8slearn.remedies.asked import Standstill, lacks_pod, stands, waits
from k8slearn.remedies.edits import Edit
from k8slearn.remedies.search import Remedy, Search, what_would_it_take

__all__ = [
    "Edit",
    "Remedy",
    "Search",
    "Standstill",
    "lacks_pod",
    "stands",
    "waits",
    "what_would_it_take",
]

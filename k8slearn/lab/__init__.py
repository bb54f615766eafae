"""The lab: a panel to watch and change one cluster, and measurements of what an update costs."""

from k8slearn.lab.app import Lab
from k8slearn.lab.availability import Availability, availability
from k8slearn.lab.strategies import STRATEGIES, Comparison, Strategy, compare_strategies

__all__ = [
    "STRATEGIES",
    "Availability",
    "Comparison",
    "Lab",
    "Strategy",
    "availability",
    "compare_strategies",
]

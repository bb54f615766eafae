"""The lab: a panel over one cluster, to watch it and to change it; and what an update costs, measured afterwards."""

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

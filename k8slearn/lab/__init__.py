"""The lab: a panel over one cluster, to watch it and to change it; and what an update costs, measured afterwards."""

from k8slearn.lab.panel import Lab
from k8slearn.lab.strategies import STRATEGIES, Comparison, Strategy, compare_strategies
from k8slearn.lab.uptime import Availability, availability

__all__ = [
    "STRATEGIES",
    "Availability",
    "Comparison",
    "Lab",
    "Strategy",
    "availability",
    "compare_strategies",
]

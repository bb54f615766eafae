"""Rehearse a rollout on forks of a cluster: the learner's own, read from a dump, or one of the course."""

from k8slearn.rehearsal.choices import Choice, RehearsalError
from k8slearn.rehearsal.rehearsal import Rehearsal
from k8slearn.rehearsal.rehearsing import rehearse
from k8slearn.rehearsal.results import Rehearsed

__all__ = ["Choice", "Rehearsal", "RehearsalError", "Rehearsed", "rehearse"]

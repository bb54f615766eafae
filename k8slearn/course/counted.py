"""A lab whose predictions count for the learner."""

from __future__ import annotations

from typing import Any

from k8slearn.cluster import Cluster
from k8slearn.course import progress


def lab(cluster: Cluster, **options: Any) -> Any:
    """A `k8slearn.Lab` on a cluster, with its options; its predictions and how many were right go into the progress."""
    from k8slearn.lab import Lab  # draws, so it is loaded only where it is shown

    made = Lab(cluster, **options)
    counted = [0, 0]

    def note(right: int, asked: int) -> None:
        if asked > counted[1]:
            progress.guess(right > counted[0])
        counted[:] = right, asked

    made.on_prediction(note)
    return made

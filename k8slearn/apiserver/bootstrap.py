"""What an API server makes by itself when it starts."""

from __future__ import annotations

from k8slearn.apiserver.identity import API_SERVER
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.chance import Chance
from k8slearn.kinds import KINDS


def start_up(store: Store, rng: Chance) -> None:
    """What the kinds' rows say.

    These objects take from a chance of their own, so that nothing else in a cluster is named otherwise because of them.
    """
    registry = Registry(store, rng)
    for row in KINDS:
        for o in row.made_at_start:
            registry.create(o, API_SERVER)

"""What an API server makes by itself when it starts."""

from __future__ import annotations

from k8slearn.apiserver.identity import API_SERVER
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import Store
from k8slearn.chance import Chance
from k8slearn.kinds.priorityclass import SYSTEM_CLASSES, system_class


def start_up(store: Store, rng: Chance) -> None:
    """The two PriorityClasses of the system. Kubernetes: pkg/registry/scheduling/rest/storage_scheduling.go

    They take from a chance of their own, so that nothing else in a cluster is named otherwise because of them.
    """
    registry = Registry(store, rng)
    for each in SYSTEM_CLASSES:
        registry.create(system_class(each), API_SERVER)

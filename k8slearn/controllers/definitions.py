"""Accepts the kinds that CustomResourceDefinitions add, and clears up when one of them goes.

Kubernetes: apiextensions-apiserver pkg/controller/{status,establish,finalizer}
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_deleting,
    name,
    namespace,
    with_metadata,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.definition import CLEANUP, KIND, accepted

ACTOR = "customresourcedefinitions"
# Objects with a finalizer stay for now. Kubernetes: crd_finalizer.go waits five seconds between two looks.
AGAIN_SECONDS = 5.0


class DefinitionController(Controller):
    """Keys are the definitions' names."""

    name = ACTOR
    kinds = (KIND,)
    manager = "kube-apiserver"

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.informer.on(KIND, self.on_change, WRITTEN)

    def on_change(self, change: Change) -> None:
        """A definition that is new or goes."""
        self.enqueue(name(change.object))

    def sync(self, key: str) -> str | None:
        """Accept its names, or delete its objects; returns what was done."""
        definition = self.client.get(KIND, key)
        if definition is None:
            return None
        if is_deleting(definition):
            return self._clear(definition)
        if condition(definition, "Established") is None:
            self.client.update_status(accepted(definition, self.clock.now))
            return "established"
        return None

    def _clear(self, definition: Object) -> str:
        spec = definition["spec"]
        kind = f"{spec['names']['kind']}.{spec['group']}"
        for o in self.client.list(kind):
            if not is_deleting(o):
                address = (name(o), namespace(o))
                self.client.delete(kind, *address, propagation="Background")
        if self.client.list(kind):
            self.enqueue_after(name(definition), AGAIN_SECONDS)
            return "waiting"
        finalizers = definition["metadata"].get("finalizers", [])
        left = [each for each in finalizers if each != CLEANUP]
        self.client.update(with_metadata(definition, finalizers=left or None))
        return "cleared"

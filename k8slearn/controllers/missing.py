"""Tells by an Event, once per object, that the component which would act on it in a real cluster is not modelled."""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, key, namespace, uid
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds import BY_KIND, KINDS
from k8slearn.locale import controllers as words

ACTOR = "missing-components"
REASON = "NotModelled"


class MissingComponents(Controller):
    """Keys are `kind/namespace/name`. Kubernetes has no such thing: there every component is at work."""

    name = ACTOR
    kinds = tuple(row.kind for row in KINDS if row.missing_component)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.told: set[str] = set()
        for kind in self.kinds:
            self.informer.on(kind, self.on_change)

    def resume(self) -> None:
        """What a backup brings along, others act on in the cluster that it is of."""
        for kind in self.kinds:
            self.told |= {uid(o) for o in self.client.list(kind)}

    def on_change(self, change: Change) -> None:
        """A new object needs its Event."""
        if change.type == "ADDED" and uid(change.object) not in self.told:
            self.enqueue("/".join(key(change.object)))

    def sync(self, key: str) -> str | None:
        """Write the Event about one object; returns the name of the missing component."""
        kind, place, name = key.split("/", 2)
        o = self.client.get(kind, name, place)
        if o is None or self._is_told(o):
            return None
        component = BY_KIND[kind].missing_component
        message = words.NOT_MODELLED.format(component=component, kind=kind)
        Recorder(self.client, component).record(o, "Warning", REASON, message)
        return component

    def _is_told(self, o: Object) -> bool:
        """Whether the Event was written before this process began."""
        for event in self.client.list("Event", namespace(o) or "default"):
            about = event.get("involvedObject", {})
            if event.get("reason") == REASON and about.get("uid") == uid(o):
                return True
        return False

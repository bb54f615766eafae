"""The Service `kubernetes`: the API server restores it and its EndpointSlice when they are deleted or changed.

Kubernetes: pkg/controlplane/controller/kubernetesservice/controller.go
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.service.allocation import taken_addresses

ACTOR = "kubernetes-service"
SERVER = "kube-apiserver"
SERVICE = "kubernetes"
# EndpointInterval: the real one looks every ten seconds.
_PERIOD = 10.0
_KINDS = ("Service", "EndpointSlice")


class KubernetesService(Controller):
    """Restores what the server once published; it works out neither ports nor addresses itself."""

    name = ACTOR
    manager = SERVER
    kinds = _KINDS

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.published: dict[str, Object] = {}
        for kind in _KINDS:
            self.informer.on(kind, self.on_change)

    def on_change(self, change: Change) -> None:
        """Remember what the server says of itself; what others make of it lasts until the next look."""
        o = change.object
        if (namespace(o), name(o)) != ("default", SERVICE):
            return
        kind = change.key[0]
        if change.actor in (SERVER, ACTOR) and change.type != "DELETED":
            self.published[kind] = o
        elif kind in self.published:
            now = self.clock.now
            self._schedule(now - now % _PERIOD + _PERIOD, kind, self._put_back)

    def _put_back(self, kind: str) -> None:
        wanted = self.published[kind]
        present = self.client.get(kind, SERVICE, "default")
        if present is None:
            metadata = {"name": SERVICE, "namespace": "default"}
            again = {**wanted, "metadata": {**metadata, "labels": labels(wanted)}}
            self.client.create(self._with_free_address(again))
        elif kind == "EndpointSlice":
            fields = {field: wanted[field] for field in ("endpoints", "ports")}
            self.client.update({**present, **fields})

    def _with_free_address(self, o: Object) -> Object:
        """The Service with any address where somebody has been given its own; a slice has none."""
        spec = o.get("spec", {})
        address = spec.get("clusterIP")
        if not address or address not in taken_addresses(self.client):
            return o
        kept = {
            field: spec[field] for field in spec if not field.startswith("clusterIP")
        }
        return {**o, "spec": kept}

"""The EndpointSlice mirroring controller: makes EndpointSlices, which are what is read, of Endpoints written by hand.

Kubernetes: pkg/controller/endpointslicemirroring
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    owner_reference,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.endpointslice import MANAGED_BY, SERVICE_LABEL

ACTOR = "endpointslicemirroring-controller"
MIRRORED_BY = "endpointslicemirroring-controller.k8s.io"
SKIP = "endpointslice.kubernetes.io/skip-mirror"
# Kubernetes: --mirroring-max-endpoints-per-subset
MAX_ENDPOINTS = 1000
_KEPT = ("targetRef", "nodeName", "hostname")


def mirrored(endpoints: Object) -> list[Object]:
    """The ports and endpoints of each slice: one for each subset, those that are not ready included."""
    found = []
    for subset in endpoints.get("subsets") or ():
        ready = [_endpoint(each, True) for each in subset.get("addresses") or ()]
        waiting = [_endpoint(each, False) for each in subset.get("notReadyAddresses") or ()]  # fmt: skip
        both = (ready + waiting)[:MAX_ENDPOINTS]
        ports = [{"name": "", **port} for port in subset.get("ports") or ()]
        if both:
            found.append({"endpoints": both, "ports": ports})
    return found


def _endpoint(address: Object, ready: bool) -> Object:
    about = {field: address[field] for field in _KEPT if field in address}
    return {"addresses": [address["ip"]], "conditions": {"ready": ready}, **about}


def should_mirror(endpoints: Object, service: Object | None) -> bool:
    """Whether Endpoints are to be mirrored: their Service has no selector, and no label of theirs forbids it."""
    if service is None or is_deleting(endpoints):
        return False
    if labels(endpoints).get(SKIP) == "true":
        return False
    return not service["spec"].get("selector")


class EndpointSliceMirroring(Controller):
    """Keys are `namespace/name` of Endpoints. Kubernetes: endpointslicemirroring_controller.go"""

    name = ACTOR
    kinds = ("Endpoints",)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.informer.on("Endpoints", self.on_endpoints)
        self.informer.on("Service", self.on_service)

    def on_endpoints(self, change: Change) -> None:
        """Every change of Endpoints that somebody wrote is looked at."""
        self.informer.follow("Service", self.client.registry.store)
        self.enqueue(full_name(change.object))

    def on_service(self, change: Change) -> None:
        """A Service that came, went, or got a selector."""
        key = full_name(change.object)
        if any(full_name(each) == key for each in self.informer.list("Endpoints")):
            self.enqueue(key)

    def sync(self, key: str) -> list[Object] | None:
        """Bring the slices of one Endpoints up to date; returns what they are to hold. Kubernetes: syncEndpoints"""
        place, _, own = key.partition("/")
        endpoints = self.informer.get("Endpoints", own, place)
        service = self.client.get("Service", own, place)
        wanted: list[Object] = []
        if endpoints is not None and should_mirror(endpoints, service):
            wanted = mirrored(endpoints)
        there = self._slices(place, own)
        for found in there[len(wanted) :]:
            self.client.delete("EndpointSlice", name(found), namespace(found))
        for number, parts in enumerate(wanted):
            assert endpoints is not None, "nothing is wanted of what is not there"
            if number >= len(there):
                self.client.create(_new_slice(endpoints, parts))
            elif any(there[number].get(field) != value for field, value in parts.items()):  # fmt: skip
                self.client.update({**there[number], **parts})
        return wanted

    def _slices(self, place: str, own: str) -> list[Object]:
        marks: Iterable[str] = (f"{SERVICE_LABEL}={own}", f"{MANAGED_BY}={MIRRORED_BY}")
        return self.client.list("EndpointSlice", place, ",".join(marks))


def _new_slice(endpoints: Object, parts: Object) -> Object:
    marks = {SERVICE_LABEL: name(endpoints), MANAGED_BY: MIRRORED_BY}
    first = parts["endpoints"][0]["addresses"][0]
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{name(endpoints)}-",
            "namespace": namespace(endpoints),
            "labels": {**labels(endpoints), **marks},
            "ownerReferences": [owner_reference(endpoints)],
        },
        "addressType": "IPv6" if ":" in first else "IPv4",
        **parts,
    }

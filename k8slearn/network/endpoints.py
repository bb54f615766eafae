"""The endpoints of a Service as its EndpointSlices list them, and which of them a packet may go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from k8slearn.apimachinery.objects import Object, name, namespace


class Objects(Protocol):
    """What the network reads: a Cluster, a Store or a Snapshot."""

    def list(self, kind: str, namespace: str | None = None) -> list[Object]: ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of an EndpointSlice with the port it is reached at (0 where the slice names none)."""

    address: str
    port: int
    node: str
    pod: str
    hostname: str
    ready: bool
    serving: bool
    terminating: bool


def endpoints(
    objects: Objects, service: Object, port_name: str | None = None
) -> list[Endpoint]:
    """All endpoints of a Service out of its EndpointSlices; port_name None takes each slice's first port."""
    return [
        _endpoint(end, port)
        for endpoint_slice in _slices(objects, service)
        for port in _slice_ports(endpoint_slice, port_name)
        for end in endpoint_slice.get("endpoints") or []
        if end.get("addresses")
    ]


def usable_endpoints(
    service: Object, candidates: list[Endpoint], node: str
) -> list[Endpoint]:
    """Those that a packet from `node` may go to.

    Kubernetes: pkg/proxy/topology.go CategorizeEndpoints. PreferSameNode is read from the Service, where the real
    proxy reads the hints that the EndpointSlice controller wrote.
    """
    spec = service["spec"]
    local = [end for end in candidates if end.node == node]
    if spec.get("internalTrafficPolicy") == "Local":
        return ready_or_terminating(local)
    if spec.get("trafficDistribution") == "PreferSameNode" and any(
        end.ready for end in local
    ):
        return [end for end in local if end.ready]
    return ready_or_terminating(candidates)


def ready_or_terminating(candidates: list[Endpoint]) -> list[Endpoint]:
    """The ready ones; without any, those that still serve while they end."""
    ready = [end for end in candidates if end.ready]
    return ready or [end for end in candidates if end.serving and end.terminating]


def _slices(objects: Objects, service: Object) -> list[Object]:
    return [
        s
        for s in objects.list("EndpointSlice", namespace(service))
        if s["metadata"].get("labels", {}).get("kubernetes.io/service-name")
        == name(service)
    ]


def _slice_ports(endpoint_slice: Object, port_name: str | None) -> list[int]:
    ports = endpoint_slice.get("ports") or []
    if port_name is None:
        return [ports[0]["port"] if ports else 0]
    return [p["port"] for p in ports if (p.get("name") or "") == port_name]


def _endpoint(end: dict[str, Any], port: int) -> Endpoint:
    """A missing condition counts as ready. Kubernetes: CoreDNS endpointHostname makes the name out of the address."""
    conditions = end.get("conditions", {})
    ready = conditions.get("ready", True)
    address = end["addresses"][0]
    return Endpoint(
        address=address,
        port=port,
        node=end.get("nodeName", ""),
        pod=end.get("targetRef", {}).get("name", ""),
        hostname=end.get("hostname") or address.replace(".", "-"),
        ready=ready,
        serving=conditions.get("serving", ready),
        terminating=conditions.get("terminating", False),
    )

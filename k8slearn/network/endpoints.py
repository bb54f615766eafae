"""The endpoints of a Service as its EndpointSlices list them, and which of them a packet may go to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from k8slearn.apimachinery.objects import Object, labels, name, namespace
from k8slearn.kinds.endpointslice import SERVICE_LABEL


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
    # Which Nodes and zones the EndpointSlice controller would have it answer.
    for_nodes: tuple[str, ...] = ()
    for_zones: tuple[str, ...] = ()


def endpoints(
    objects: Objects, service: Object, port_name: str | None = None
) -> list[Endpoint]:
    """All endpoints of a Service out of its EndpointSlices; port_name None takes each slice's first port."""
    found = []
    for endpoint_slice in _slices(objects, service):
        for port in _slice_ports(endpoint_slice, port_name):
            for end in endpoint_slice.get("endpoints") or []:
                if end.get("addresses"):
                    found.append(_endpoint(end, port))
    return found


def usable_endpoints(
    service: Object, candidates: list[Endpoint], node: str, zone: str = ""
) -> list[Endpoint]:
    """Those that a packet from `node` may go to. Kubernetes: pkg/proxy/topology.go, CategorizeEndpoints"""
    spec = service["spec"]
    local = [end for end in candidates if end.node == node]
    # Local is a must: a Node without an endpoint drops the packet.
    if spec.get("internalTrafficPolicy") == "Local":
        return ready_or_terminating(local)
    # Hints are a wish: one ready endpoint without any, or none for this place, and all will do.
    ready = [end for end in candidates if end.ready]
    if all(end.for_nodes for end in ready):
        near = [end for end in ready if node in end.for_nodes]
        if near:
            return near
    if all(end.for_zones for end in ready):
        near = [end for end in ready if zone in end.for_zones]
        if near:
            return near
    return ready_or_terminating(candidates)


def ready_or_terminating(candidates: list[Endpoint]) -> list[Endpoint]:
    """The ready ones; without any, those that still serve while they end.

    Kubernetes: KEP 1669, so that the last Pod of a rollout answers until it is gone.
    """
    ready = [end for end in candidates if end.ready]
    return ready or [end for end in candidates if end.serving and end.terminating]


def _slices(objects: Objects, service: Object) -> list[Object]:
    """A Service's slices, which the controller marks with its name."""
    found = []
    for endpoint_slice in objects.list("EndpointSlice", namespace(service)):
        if labels(endpoint_slice).get(SERVICE_LABEL) == name(service):
            found.append(endpoint_slice)
    return found


def _slice_ports(endpoint_slice: Object, port_name: str | None) -> list[int]:
    """The port numbers of that name; DNS asks for none, and an address without a port counts as 0."""
    ports = endpoint_slice.get("ports") or []
    if port_name is None:
        return [ports[0].get("port", 0) if ports else 0]
    found = []
    for port in ports:
        # A Service with a single port need not name it: no name is "". A port without a number leads nowhere.
        if (port.get("name") or "") == port_name and "port" in port:
            found.append(port["port"])
    return found


def _endpoint(end: dict[str, Any], port: int) -> Endpoint:
    """A missing condition counts as ready. Kubernetes: CoreDNS endpointHostname makes the name out of the address."""
    conditions = end.get("conditions", {})
    ready = conditions.get("ready", True)
    address = end["addresses"][0]
    hints = end.get("hints") or {}
    return Endpoint(
        address=address,
        port=port,
        node=end.get("nodeName", ""),
        pod=end.get("targetRef", {}).get("name", ""),
        hostname=end.get("hostname") or address.replace(".", "-"),
        ready=ready,
        serving=conditions.get("serving", ready),
        terminating=conditions.get("terminating", False),
        for_nodes=_names(hints.get("forNodes")),
        for_zones=_names(hints.get("forZones")),
    )


def _names(hinted: list[Object] | None) -> tuple[str, ...]:
    return tuple(each["name"] for each in hinted or ())

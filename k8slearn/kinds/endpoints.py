"""Endpoints of v1: those of a Service are worked out from its EndpointSlices, others are stored as they are."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.filling import each, filled, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import NONE, Cell, age, first_few


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEndpoints"""
    subsets = o.get("subsets", ())
    shown: list[str] = []
    for subset in subsets:
        shown += _addresses(subset)
    # Addresses that are not ready are not shown, nor is it said that there are none.
    empty = "" if subsets else NONE
    return [name(o), first_few(shown, empty), age(o, now)]


def _addresses(subset: Object) -> list[str]:
    # Kubernetes: formatEndpoints
    hosts = [address["ip"] for address in subset.get("addresses", ())]
    ports = subset.get("ports", ())
    if not ports:
        return hosts
    # The colons of an IPv6 address are told from the port's. Go: net.JoinHostPort
    hosts = [f"[{host}]" if ":" in host else host for host in hosts]
    return [f"{host}:{port.get('port', 0)}" for port in ports for host in hosts]


def default(o: Object) -> Object:
    """Kubernetes: SetDefaults_Endpoints"""
    return inside(o, "subsets", each(_subset))


def _subset(subset: Object) -> Object:
    return inside(subset, "ports", each(_port))


def _port(port: Object) -> Object:
    return filled(port, {"protocol": "TCP"})


ENDPOINTS = Kind("v1", "Endpoints", default=default, cells=cells)

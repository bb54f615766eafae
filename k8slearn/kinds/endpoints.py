"""Endpoints of v1: those of a Service are worked out from its EndpointSlices, others are stored as they are."""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    by,
    chosen,
    follows,
    given,
    indexed,
    items,
    required,
)
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.filling import each, filled, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.container import PROTOCOLS
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


def validate(o: Object) -> Causes:
    """Kubernetes: ValidateEndpoints"""
    for at, subset in indexed(o.get("subsets", []), "subsets"):
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            yield required(at, "must specify `addresses` or `notReadyAddresses`")
        for field in ("addresses", "notReadyAddresses"):
            for place, address in items(subset, field, at):
                yield from _address(address, place)
        ports = subset.get("ports", [])
        for place, port in indexed(ports, f"{at}.ports"):
            yield from _port_rules(port, len(ports) > 1, place)


def _address(address: Object, path: str) -> Causes:
    yield from given(address, path, _NAMES)
    yield from follows(f"{path}.ip", address.get("ip", ""), reachable)


def reachable(address: str) -> list[str]:
    """What keeps a text from being an address where somebody can be reached."""
    return text.ip_address(address) or text.endpoint_ip(address)


def _port_rules(port: Object, needs_name: bool, path: str) -> Causes:
    if needs_name and not port.get("name"):
        yield required(f"{path}.name")
    yield from given(port, path, PORT_NAME)
    yield from follows(f"{path}.port", port.get("port", 0), text.port_number)
    yield from chosen(port, "protocol", path, PROTOCOLS)
    yield from given(port, path, PROTOCOL)


# In the order in which upstream comes to them.
_NAMES = {"hostname": by(text.dns_label), "nodeName": by(text.dns_subdomain)}
PORT_NAME = {"name": by(text.dns_label)}
PROTOCOL = {"appProtocol": by(text.label_key)}

ENDPOINTS = Kind(
    "v1",
    "Endpoints",
    deprecated="v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
    default=default,
    create_rules=validate,
    update_rules=lambda new, old: validate(new),
    created_by_put=True,
    cells=cells,
)

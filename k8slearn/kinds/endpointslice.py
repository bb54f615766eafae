"""EndpointSlice: where a Service's Pods are. Kubernetes: pkg/registry/discovery/endpointslice/strategy.go"""

from __future__ import annotations

from itertools import zip_longest

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    by,
    duplicate,
    follows,
    given,
    indexed,
    not_supported,
    one_of,
    required,
    too_many,
)
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.endpoints import PORT_NAME, PROTOCOL, reachable
from k8slearn.kinds.filling import each, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.container import PROTOCOLS
from k8slearn.kinds.printing import UNSET, Cell, age, first_few

MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
# discovery.k8s.io/v1 LabelServiceName
SERVICE_LABEL = "kubernetes.io/service-name"
_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")
_MAX_HINTS = 8
# In the order in which upstream comes to them.
_NAMES = {"nodeName": by(text.dns_subdomain), "hostname": by(text.dns_label)}


def validate(endpoint_slice: Object) -> Causes:
    """Kubernetes: pkg/apis/discovery/validation ValidateEndpointSlice"""
    yield from _rules(endpoint_slice, [])


def _rules(endpoint_slice: Object, settled: list[Object]) -> Causes:
    kind = endpoint_slice.get("addressType", "")
    yield from one_of("addressType", kind, _ADDRESS_TYPES)
    # Go writes an empty list of these two as null.
    found = endpoint_slice.get("endpoints") or []
    for (at, endpoint), before in zip_longest(
        indexed(found, "endpoints"), settled[: len(found)]
    ):
        # A slice changes by one endpoint or two: the others have been looked at.
        if endpoint != before:
            yield from _endpoint(endpoint, kind, at)
    names: set[str] = set()
    for at, port in indexed(endpoint_slice.get("ports") or [], "ports"):
        yield from _port_rules(port, names, at)


def _endpoint(endpoint: Object, kind: str, path: str) -> Causes:
    addresses = endpoint.get("addresses") or []
    yield from _addresses(addresses, kind, f"{path}.addresses")
    yield from given(endpoint, path, _NAMES)
    hints = endpoint.get("hints") or {}
    for field in ("forZones", "forNodes"):
        yield from _hints(hints.get(field) or [], f"{path}.hints.{field}")


def _hints(found: list[Object], path: str) -> Causes:
    if len(found) > _MAX_HINTS:
        yield too_many(path, len(found), _MAX_HINTS)
        return
    seen: set[str] = set()
    for at, hint in indexed(found, path):
        name = hint.get("name", "")
        if name in seen:
            yield duplicate(f"{at}.name", name)
        seen.add(name)
        yield from follows(f"{at}.name", name, text.label_value)


def _port_rules(port: Object, seen: set[str], path: str) -> Causes:
    name = port.get("name", "")
    yield from given(port, path, PORT_NAME)
    if name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)
    protocol = port.get("protocol", "TCP")
    if protocol not in PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, PROTOCOLS)
    yield from given(port, path, PROTOCOL)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateEndpointSliceUpdate"""
    yield from _rules(new, old.get("endpoints") or [])
    kinds = new.get("addressType"), old.get("addressType")
    yield from meta.immutable("addressType", *kinds)


def _addresses(addresses: list[str], kind: str, path: str) -> Causes:
    rule = text.dns_subdomain if kind == "FQDN" else reachable
    yield from meta.each_follows(addresses, path, rule)
    if not addresses:
        yield required(path, "must contain at least 1 address")


def default(endpoint_slice: Object) -> Object:
    """Kubernetes: pkg/apis/discovery/v1 SetDefaults_EndpointPort"""
    # Go writes an empty list as null.
    if not endpoint_slice.get("ports"):
        return endpoint_slice
    return inside(endpoint_slice, "ports", each(_port))


def _port(port: Object) -> Object:
    return {"name": "", "protocol": "TCP", **port}


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printEndpointSlice"""
    # A port without a number means every port: only its name is known.
    ports = [str(port.get("port") or port.get("name", "*")) for port in o.get("ports") or ()]  # fmt: skip
    addresses: list[str] = []
    for endpoint in o.get("endpoints") or ():
        addresses += endpoint.get("addresses") or ()
    return [
        name(o),
        o.get("addressType", ""),
        first_few(ports, UNSET),
        first_few(addresses, UNSET),
        age(o, now),
    ]


ENDPOINT_SLICE = Kind(
    "discovery.k8s.io/v1",
    "EndpointSlice",
    # It has no spec: every change of what is not metadata counts.
    generation=True,
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    cells=cells,
)

"""EndpointSlice: where a Service's Pods are. Kubernetes: pkg/registry/discovery/endpointslice/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, indexed, not_supported, one_of, required
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.filling import each, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.container import PROTOCOLS
from k8slearn.kinds.printing import UNSET, Cell, age, first_few

_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")


def validate(endpoint_slice: Object) -> Causes:
    """Kubernetes: pkg/apis/discovery/validation ValidateEndpointSlice"""
    kind = endpoint_slice.get("addressType", "")
    yield from one_of("addressType", kind, _ADDRESS_TYPES)
    # Go writes an empty list of these two as null.
    for at, endpoint in indexed(endpoint_slice.get("endpoints") or [], "endpoints"):
        addresses = endpoint.get("addresses") or []
        yield from _addresses(addresses, kind, f"{at}.addresses")
    for at, port in indexed(endpoint_slice.get("ports") or [], "ports"):
        protocol = port.get("protocol", "TCP")
        if protocol not in PROTOCOLS:
            yield not_supported(f"{at}.protocol", protocol, PROTOCOLS)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateEndpointSliceUpdate"""
    yield from validate(new)
    kinds = new.get("addressType"), old.get("addressType")
    yield from meta.immutable("addressType", *kinds)


def _addresses(addresses: list[str], kind: str, path: str) -> Causes:
    rule = text.dns_subdomain if kind == "FQDN" else text.ip_address
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
    owner_graph=True,
    # It has no spec: every change of what is not metadata counts.
    generation=True,
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    cells=cells,
)

"""Kinds with few rules: ConfigMap, Secret, ServiceAccount, Lease, EndpointSlice, Event and whatever else is stored.

Kubernetes: pkg/apis/core/validation/validation.go, pkg/apis/{coordination,discovery}/validation
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    one_of,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.container import PROTOCOLS

_MAX_SIZE = 1024 * 1024
_SECRET_KEYS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_FROZEN = "field is immutable when `immutable` is set"
_ADDRESS_TYPES = ("FQDN", "IPv4", "IPv6")


def plain(
    rule: meta.NameRule = text.dns_subdomain, *, namespaced: bool = True
) -> Callable[[Object], Causes]:
    """A check of metadata alone."""

    def check(found: Object) -> Causes:
        yield from meta.object_meta(
            found["metadata"], "metadata", namespaced=namespaced, rule=rule
        )

    return check


def config_map(found: Object) -> Causes:
    """A ConfigMap. Kubernetes: ValidateConfigMap"""
    yield from plain()(found)
    data, binary = found.get("data", {}), found.get("binaryData", {})
    for key in data:
        yield from each_invalid(f"data[{key}]", key, text.config_key(key))
        if key in binary:
            yield invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
    for key in binary:
        yield from each_invalid(f"binaryData[{key}]", key, text.config_key(key))
    if _total(data) + _total(binary) > _MAX_SIZE:
        yield too_long("", _MAX_SIZE)


def secret(found: Object) -> Causes:
    """A Secret. Kubernetes: ValidateSecret"""
    yield from plain()(found)
    data = found.get("data", {})
    for key in data:
        yield from each_invalid(f"data[{key}]", key, text.config_key(key))
    if _total(data) * 3 // 4 > _MAX_SIZE:
        yield too_long("data", _MAX_SIZE)
    for key in _SECRET_KEYS.get(found.get("type", ""), ()):
        if key not in data:
            yield required(f"data[{key}]")


def _total(data: dict[str, str]) -> int:
    return sum(map(text.size, data.values()))


def frozen(*fields: str) -> Callable[[Object, Object], Causes]:
    """A check of an update: the fields are fixed once `immutable` is set."""

    def check(new: Object, old: Object) -> Causes:
        yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
        if new["kind"] == "Secret":
            yield from meta.immutable("type", new.get("type", ""), old.get("type", ""))
        if not old.get("immutable"):
            return
        if not new.get("immutable"):
            yield forbidden("immutable", _FROZEN)
        for field in fields:
            if new.get(field, {}) != old.get(field, {}):
                yield forbidden(field, _FROZEN)

    return check


def lease(found: Object) -> Causes:
    """A Lease. Kubernetes: ValidateLease"""
    yield from plain()(found)
    spec = found.get("spec", {})
    if spec.get("leaseDurationSeconds", 1) <= 0:
        yield invalid(
            "spec.leaseDurationSeconds",
            spec["leaseDurationSeconds"],
            "must be greater than 0",
        )
    yield from not_negative("spec.leaseTransitions", spec.get("leaseTransitions"))


def endpoint_slice(found: Object) -> Causes:
    """An EndpointSlice. Kubernetes: ValidateEndpointSlice"""
    yield from plain()(found)
    kind = found.get("addressType", "")
    yield from one_of("addressType", kind, _ADDRESS_TYPES)
    for i, endpoint in enumerate(found.get("endpoints") or []):
        for j, address in enumerate(endpoint.get("addresses") or []):
            messages = (
                text.dns_subdomain(address)
                if kind == "FQDN"
                else text.ip_address(address)
            )
            yield from each_invalid(f"endpoints[{i}].addresses[{j}]", address, messages)
        if not endpoint.get("addresses"):
            yield required(
                f"endpoints[{i}].addresses", "must contain at least 1 address"
            )
    for i, port in enumerate(found.get("ports") or []):
        if port.get("protocol", "TCP") not in PROTOCOLS:
            yield not_supported(f"ports[{i}].protocol", port["protocol"], PROTOCOLS)


def event(found: Object) -> Causes:
    """An Event: it lies in the namespace of what it is about. Kubernetes: pkg/apis/core/validation/events.go"""
    about = found.get("involvedObject", {}).get("namespace", "")
    if (about or "default") != found["metadata"].get("namespace"):
        yield invalid(
            "involvedObject.namespace", about, "does not match event.namespace"
        )
    yield from plain()(found)

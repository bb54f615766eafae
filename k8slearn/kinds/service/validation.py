"""The rules of a Service.

Kubernetes: pkg/apis/core/validation/validation.go ValidateService, ValidateServiceUpdate
"""

from __future__ import annotations

import ipaddress
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    IMMUTABLE,
    NIL,
    Causes,
    by,
    chosen,
    duplicate,
    each_invalid,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    not_supported,
    one_of,
    required,
)
from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.container import PROTOCOLS
from k8slearn.kinds.pod_template.probe import port_number_or_name
from k8slearn.kinds.service.strategy import (
    WITH_CLUSTER_IP,
    is_externally_accessible,
    needs_health_port,
)

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_TRAFFIC = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_FAMILIES = ("IPv4", "IPv6")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
# core.MaxClientIPServiceAffinitySeconds: one day.
_MAX_AFFINITY = 86400
_ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
_HEALTH = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints"
TOPOLOGY_MODE = "service.kubernetes.io/topology-mode"
_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"
_UNCHANGED = "may not change once set"


def validate(service: Object) -> Causes:
    """Kubernetes: ValidateService"""
    yield from _topology(service)
    yield from _spec(service, {})


def validate_update(new: Object, old: Object) -> Causes:
    """Its first address stays. Kubernetes: ValidateServiceUpdate"""
    spec = new.get("spec", {})
    before = old.get("spec", {})
    # An ExternalName has no address of its own: becoming or leaving one is free.
    types = (spec.get("type"), before.get("type"))
    if "ExternalName" not in types:
        yield from _cluster_ips_update(spec, before)
        yield from _families_update(spec, before)
    if spec.get("type") == before.get("type") == "LoadBalancer":
        name = spec.get("loadBalancerClass")
        if name != before.get("loadBalancerClass"):
            yield invalid("spec.loadBalancerClass", name, _UNCHANGED)
    yield from _balancer_class(spec)
    port = before.get("healthCheckNodePort")
    is_still_checked = needs_health_port(spec) and needs_health_port(before)
    if is_still_checked and spec.get("healthCheckNodePort") != port:
        yield forbidden("spec.healthCheckNodePort", IMMUTABLE)
    yield from _topology(new)
    yield from _spec(new, before)


def _topology(service: Object) -> Causes:
    notes = annotations_of(service)
    mode = notes.get(TOPOLOGY_MODE)
    if mode is not None and notes.get(TOPOLOGY_HINTS, mode) != mode:
        detail = f"must match annotations[{TOPOLOGY_HINTS}] when both are specified"
        yield invalid(f"metadata.annotations[{TOPOLOGY_MODE}]", mode, detail)


def is_headless(spec: Object) -> bool:
    """clusterIP: None."""
    return bool(spec.get("clusterIPs") == ["None"])


def _cluster_ips_update(spec: Object, before: Object) -> Causes:
    # Kubernetes: validateUpgradeDowngradeClusterIPs
    new = spec.get("clusterIPs", [])
    old = before.get("clusterIPs", [])
    if is_headless(spec) and is_headless(before):
        return
    if old and not new:
        yield invalid("spec.clusterIPs[0]", NIL, "primary clusterIP can not be unset")
    pairs = zip(old, new, strict=False)
    for i, (first, second) in enumerate(pairs):
        if first == second:
            continue
        # The second address may go or come with its family, the first never.
        if i == 0 or len(old) == len(new):
            yield invalid(f"spec.clusterIPs[{i}]", new, _UNCHANGED)
    policy = spec.get("ipFamilyPolicy")
    is_released = len(new) == 1 < len(old)
    if is_released and policy != "SingleStack":
        detail = "must be set to 'SingleStack' when releasing the secondary clusterIP"
        yield invalid("spec.ipFamilyPolicy", policy, detail)


def _families_update(spec: Object, before: Object) -> Causes:
    if is_headless(spec) or is_headless(before):
        return
    new = spec.get("ipFamilies", [])
    old = before.get("ipFamilies", [])
    if len(new) == len(old):
        for first, second in zip(old, new, strict=True):
            if first != second:
                yield invalid("spec.ipFamilies[0]", new, _UNCHANGED)
    elif old and new and old[0] != new[0]:
        # The addresses as the value of the families: so upstream writes it.
        shown = spec.get("clusterIPs", NIL)
        yield invalid("spec.ipFamilies[0]", shown, _UNCHANGED)


def _spec(service: Object, before: Object) -> Causes:
    spec = service.get("spec", {})
    kind = spec.get("type", "")
    needs_ports = not is_headless(spec) and kind != "ExternalName"
    if needs_ports and not spec.get("ports"):
        yield required("spec.ports")
    yield from _type(spec)
    yield from _ports(spec)
    yield from given(spec, "spec", {"selector": meta.labels})
    yield from _affinity(spec)
    if kind != "ExternalName":
        yield from cluster_ips(spec)
    yield from _external_ips(spec, before)
    yield from one_of("spec.type", kind, TYPES)
    yield from _node_ports(spec)
    yield from _port_conflicts(spec)
    if spec.get("loadBalancerSourceRanges"):
        yield from _source_ranges(spec, before)
    else:
        yield from _noted_ranges(annotations_of(service).get(_RANGES), kind)
    if "allocateLoadBalancerNodePorts" in spec and kind != "LoadBalancer":
        yield forbidden("spec.allocateLoadBalancerNodePorts", _ONLY_BALANCED)
    yield from _balancer_class(spec)
    yield from _external_traffic(spec)
    yield from _internal_traffic(spec)


def _type(spec: Object) -> Causes:
    kind = spec.get("type")
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        detail = f"may not be set to 'None' for {kind} services"
        yield invalid("spec.clusterIPs[0]", "None", detail)
    if kind != "ExternalName":
        return
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            yield forbidden(f"spec.{field}", "may not be set for ExternalName services")
    # DNS' own way of writing a full name ends with a dot.
    if name := spec.get("externalName", "").removesuffix("."):
        yield from follows("spec.externalName", name, text.dns_subdomain)
    else:
        yield required("spec.externalName")


def _ports(spec: Object) -> Causes:
    ports = spec.get("ports", [])
    seen = set[str]()
    for at, port in indexed(ports, "spec.ports"):
        number = port.get("port", 0)
        # A single port needs no name to be told from others.
        needs_name = len(ports) > 1
        name = port.get("name", "")
        yield from _port_name(name, needs_name, seen, at)
        yield from follows(f"{at}.port", number, text.port_number)
        yield from chosen(port, "protocol", at, PROTOCOLS)
        target = port.get("targetPort", 0)
        yield from port_number_or_name(target, f"{at}.targetPort")
        yield from given(port, at, {"appProtocol": by(text.label_key)})


def _port_name(name: str, needed: bool, seen: set[str], path: str) -> Causes:
    if not name:
        if needed:
            yield required(f"{path}.name")
        return
    yield from follows(f"{path}.name", name, text.dns_label)
    if name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)


def _affinity(spec: Object) -> Causes:
    affinity = spec.get("sessionAffinity", "")
    config = spec.get("sessionAffinityConfig")
    yield from one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "None" and config is not None:
        detail = "must not be set when session affinity is None"
        yield forbidden("spec.sessionAffinityConfig", detail)
    if affinity != "ClientIP":
        return
    client = (config or {}).get("clientIP", {})
    seconds = client.get("timeoutSeconds", 0)
    if not 0 < seconds <= _MAX_AFFINITY:
        path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
        detail = f"must be greater than 0 and less than {_MAX_AFFINITY}"
        yield invalid(path, seconds, detail)


def cluster_ips(spec: Object) -> Causes:
    """Addresses and families. Kubernetes: ValidateServiceClusterIPsRelatedFields"""
    path = "spec.clusterIPs"
    addresses = spec.get("clusterIPs", [])
    yield from _first_address(spec.get("clusterIP", ""), addresses, path)
    yield from _families(spec)
    for i, address in enumerate(addresses):
        if address != "None" or i > 0:
            at = f"{path}[{i}]"
            yield from follows(at, address, text.ip_address)
        elif len(addresses) > 1:
            detail = "'None' must be the first and only value"
            yield invalid(path, addresses, detail)
    # One address a family, and there are two families.
    if len(addresses) > 2:
        yield invalid(path, addresses, "may only hold up to 2 values")
    yield from _one_a_family(addresses, path)
    yield from _matching_families(addresses, spec.get("ipFamilies", []))


def _first_address(first: str, addresses: list[str], path: str) -> Causes:
    if first and not addresses:
        yield required(path)
    elif first and addresses[0] != first:
        yield invalid(path, addresses, "first value must match `clusterIP`")
    elif addresses and not first:
        detail = "must be empty when `clusterIP` is not specified"
        yield invalid(path, addresses, detail)


def _families(spec: Object) -> Causes:
    families = spec.get("ipFamilies", [])
    seen: set[str] = set()
    for at, family in indexed(families, "spec.ipFamilies"):
        if family not in _FAMILIES:
            yield not_supported(at, family, _FAMILIES)
        if family in seen:
            yield duplicate(at, family)
        seen.add(family)
    policy = spec.get("ipFamilyPolicy", "SingleStack")
    if policy not in _FAMILY_POLICIES:
        yield not_supported("spec.ipFamilyPolicy", policy, _FAMILY_POLICIES)


def _one_a_family(addresses: list[str], path: str) -> Causes:
    if any(map(text.ip_address, addresses)):
        return
    versions = {ipaddress.ip_address(address).version for address in addresses}
    if len(addresses) > 1 and len(versions) == 1:
        detail = "may specify no more than one IP for each IP family"
        yield invalid(path, addresses, detail)


def _matching_families(addresses: list[str], families: list[str]) -> Causes:
    # What is no address has been complained of and has no family; `None` is none either.
    if any(map(text.ip_address, addresses)):
        return
    pairs = zip(addresses, families, strict=False)
    for i, (address, family) in enumerate(pairs):
        version = ipaddress.ip_address(address).version
        if family != f"IPv{version}":
            detail = f"expected an {family} value as indicated by `ipFamilies[{i}]`"
            yield invalid(f"spec.clusterIPs[{i}]", address, detail)


def _node_ports(spec: Object) -> Causes:
    ports = spec.get("ports", [])
    if spec.get("type") == "ClusterIP":
        for at, port in indexed(ports, "spec.ports"):
            if port.get("nodePort"):
                detail = "may not be used when `type` is 'ClusterIP'"
                yield forbidden(f"{at}.nodePort", detail)
    seen: set[tuple[Any, Any]] = set()
    for at, port in indexed(ports, "spec.ports"):
        number = port.get("nodePort")
        if not number:
            continue
        pair = (port.get("protocol"), number)
        if pair in seen:
            yield duplicate(f"{at}.nodePort", number)
        seen.add(pair)


def _port_conflicts(spec: Object) -> Causes:
    seen: set[tuple[Any, Any]] = set()
    for at, port in items(spec, "ports", "spec"):
        pair = (port.get("protocol"), port.get("port"))
        if pair in seen:
            yield duplicate(at, _key_as_go(port))
        seen.add(pair)


def _key_as_go(port: Object) -> Object:
    """The ServicePort that upstream compares by: protocol and number alone, everything else zero."""
    return {
        "Name": "",
        "Protocol": port.get("protocol", ""),
        "AppProtocol": None,
        "Port": port.get("port", 0),
        "TargetPort": 0,
        "NodePort": 0,
    }


def _external_ips(spec: Object, before: Object) -> Causes:
    for at, address in items(spec, "externalIPs", "spec"):
        # What once passed by older rules may stay.
        is_new = address not in before.get("externalIPs", [])
        messages = is_new and text.ip_address(address)
        yield from each_invalid(at, address, messages or text.endpoint_ip(address))


def _source_ranges(spec: Object, before: Object) -> Causes:
    # Go's name of the field, with a capital: so upstream builds the path.
    path = "spec.LoadBalancerSourceRanges"
    ranges = spec["loadBalancerSourceRanges"]
    if spec.get("type") != "LoadBalancer":
        yield forbidden(path, _ONLY_BALANCED)
    known = {each.strip() for each in before.get("loadBalancerSourceRanges", [])}
    for at, written in indexed(ranges, path):
        if written.strip() not in known:
            yield from follows(at, written.strip(), text.cidr)


def _noted_ranges(written: str | None, kind: str) -> Causes:
    """The ranges as they were said before there was a field for them."""
    if written is None:
        return
    path = f"metadata.annotations[{_RANGES}]"
    if kind != "LoadBalancer":
        yield forbidden(path, _ONLY_BALANCED)
    for each in written.split(",") if written.strip() else ():
        yield from follows(path, each.strip(), text.cidr)


def _balancer_class(spec: Object) -> Causes:
    name = spec.get("loadBalancerClass")
    if name is None:
        return
    if spec.get("type") == "LoadBalancer":
        yield from follows("spec.loadBalancerClass", name, text.label_key)
    else:
        yield forbidden("spec.loadBalancerClass", _ONLY_BALANCED)


def _external_traffic(spec: Object) -> Causes:
    # Kubernetes: validateServiceExternalTrafficPolicy
    path = "spec.externalTrafficPolicy"
    policy = spec.get("externalTrafficPolicy", "")
    if is_externally_accessible(spec):
        yield from one_of(path, policy, _TRAFFIC)
    elif policy:
        detail = "may only be set for externally-accessible services"
        yield invalid(path, policy, detail)
    port = spec.get("healthCheckNodePort", 0)
    # With policy Cluster every Node answers: there is nothing for a balancer to check.
    if port and not needs_health_port(spec):
        yield invalid("spec.healthCheckNodePort", port, _HEALTH)


def _internal_traffic(spec: Object) -> Causes:
    policy = spec.get("internalTrafficPolicy")
    path = "spec.internalTrafficPolicy"
    if policy is None:
        if spec.get("type") in WITH_CLUSTER_IP:
            yield required(path)
    elif policy not in _TRAFFIC:
        yield not_supported(path, policy, _TRAFFIC)
    distribution = spec.get("trafficDistribution", "PreferClose")
    if distribution not in _DISTRIBUTIONS:
        path = "spec.trafficDistribution"
        yield not_supported(path, distribution, _DISTRIBUTIONS)

"""Services.

Kubernetes: pkg/apis/core/validation/validation.go validateService, ValidateServiceUpdate
"""

from __future__ import annotations

import ipaddress

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    NIL,
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    one_of,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.container import PROTOCOLS
from k8slearn.kinds.pod_template.probe import port_number_or_name

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_WITH_POLICY = ("ClusterIP", "NodePort", "LoadBalancer")
_TRAFFIC = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameZone", "PreferSameNode")
_ONLY_BALANCED = "may only be used when `type` is 'LoadBalancer'"
_HEALTH = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
_MAX_AFFINITY = 86400
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_UNCHANGED = "may not change once set"


def create(service: Object) -> Causes:
    """A new Service."""
    yield from meta.object_meta(
        service["metadata"], "metadata", namespaced=True, rule=text.dns_label
    )
    yield from _spec(service.get("spec", {}))


def update(new: Object, old: Object) -> Causes:
    """A changed Service: its first address stays."""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    spec, before = new.get("spec", {}), old.get("spec", {})
    if "ExternalName" not in (spec.get("type"), before.get("type")):
        yield from _cluster_ips_update(spec, before)
        yield from _families_update(spec, before)
    both = spec.get("type") == before.get("type") == "LoadBalancer"
    if both and spec.get("loadBalancerClass") != before.get("loadBalancerClass"):
        yield invalid(
            "spec.loadBalancerClass", spec.get("loadBalancerClass"), _UNCHANGED
        )
    yield from _balancer_class(spec)
    yield from _spec(spec)


def is_headless(spec: Object) -> bool:
    """clusterIP: None."""
    return bool(spec.get("clusterIPs") == ["None"])


def _cluster_ips_update(spec: Object, before: Object) -> Causes:
    # Kubernetes: validateUpgradeDowngradeClusterIPs
    new, old = spec.get("clusterIPs", []), before.get("clusterIPs", [])
    if is_headless(spec) and is_headless(before):
        return
    if old and not new:
        yield invalid("spec.clusterIPs[0]", NIL, "primary clusterIP can not be unset")
    for i, (first, second) in enumerate(zip(old, new, strict=False)):
        if first != second and (len(old) == len(new) or i == 0):
            yield invalid(f"spec.clusterIPs[{i}]", new, _UNCHANGED)
    if len(old) > len(new) == 1 and spec.get("ipFamilyPolicy") != "SingleStack":
        detail = "must be set to 'SingleStack' when releasing the secondary clusterIP"
        yield invalid("spec.ipFamilyPolicy", spec.get("ipFamilyPolicy"), detail)


def _families_update(spec: Object, before: Object) -> Causes:
    if is_headless(spec) or is_headless(before):
        return
    new, old = spec.get("ipFamilies", []), before.get("ipFamilies", [])
    if len(new) == len(old):
        for first, second in zip(old, new, strict=True):
            if first != second:
                yield invalid("spec.ipFamilies[0]", new, _UNCHANGED)
    elif old and new and old[0] != new[0]:
        yield invalid("spec.ipFamilies[0]", spec.get("clusterIPs", NIL), _UNCHANGED)


def _spec(spec: Object) -> Causes:
    if (
        not spec.get("ports")
        and not is_headless(spec)
        and spec.get("type") != "ExternalName"
    ):
        yield required("spec.ports")
    yield from _type(spec)
    yield from _ports(spec)
    yield from meta.labels(spec.get("selector", {}), "spec.selector")
    yield from _affinity(spec)
    if spec.get("type") != "ExternalName":
        yield from _cluster_ips(spec)
    for i, address in enumerate(spec.get("externalIPs", [])):
        yield from each_invalid(
            f"spec.externalIPs[{i}]", address, text.ip_address(address)
        )
    yield from one_of("spec.type", spec.get("type", ""), TYPES)
    yield from _port_conflicts(spec)
    yield from _source_ranges(spec)
    yield from _balancer_class(spec)
    yield from _external_traffic(spec)
    yield from _internal_traffic(spec)


def _type(spec: Object) -> Causes:
    kind = spec.get("type")
    if kind in ("LoadBalancer", "NodePort") and is_headless(spec):
        yield invalid(
            "spec.clusterIPs[0]",
            "None",
            f"may not be set to 'None' for {kind} services",
        )
    if kind != "ExternalName":
        return
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            yield forbidden(f"spec.{field}", "may not be set for ExternalName services")
    if name := spec.get("externalName", "").removesuffix("."):
        yield from each_invalid("spec.externalName", name, text.dns_subdomain(name))
    else:
        yield required("spec.externalName")


def _ports(spec: Object) -> Causes:
    ports, seen = spec.get("ports", []), set[str]()
    for i, port in enumerate(ports):
        at = f"spec.ports[{i}]"
        yield from _port_name(port.get("name", ""), len(ports) > 1, seen, at)
        yield from each_invalid(
            f"{at}.port", port.get("port", 0), text.port_number(port.get("port", 0))
        )
        yield from one_of(f"{at}.protocol", port.get("protocol", ""), PROTOCOLS)
        yield from port_number_or_name(port.get("targetPort", 0), f"{at}.targetPort")
        if protocol := port.get("appProtocol"):
            yield from each_invalid(
                f"{at}.appProtocol", protocol, text.label_key(protocol)
            )


def _port_name(name: str, needed: bool, seen: set[str], path: str) -> Causes:
    if not name:
        if needed:
            yield required(f"{path}.name")
        return
    yield from each_invalid(f"{path}.name", name, text.dns_label(name))
    if name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)


def _affinity(spec: Object) -> Causes:
    affinity, config = (
        spec.get("sessionAffinity", ""),
        spec.get("sessionAffinityConfig"),
    )
    yield from one_of("spec.sessionAffinity", affinity, ("ClientIP", "None"))
    if affinity == "None" and config is not None:
        yield forbidden(
            "spec.sessionAffinityConfig",
            "must not be set when session affinity is None",
        )
    if affinity == "ClientIP":
        seconds = (config or {}).get("clientIP", {}).get("timeoutSeconds", 0)
        if not 0 < seconds <= _MAX_AFFINITY:
            path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            yield invalid(
                path, seconds, f"must be greater than 0 and less than {_MAX_AFFINITY}"
            )


def _cluster_ips(spec: Object) -> Causes:
    # Kubernetes: ValidateServiceClusterIPsRelatedFields
    first, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs", [])
    if first and not addresses:
        yield required("spec.clusterIPs")
    elif first and addresses[0] != first:
        yield invalid(
            "spec.clusterIPs", addresses, "first value must match `clusterIP`"
        )
    elif addresses and not first:
        yield invalid(
            "spec.clusterIPs",
            addresses,
            "must be empty when `clusterIP` is not specified",
        )
    yield from _families(spec)
    for i, address in enumerate(addresses):
        if i == 0 and address == "None":
            if len(addresses) > 1:
                yield invalid(
                    "spec.clusterIPs",
                    addresses,
                    "'None' must be the first and only value",
                )
            continue
        yield from each_invalid(
            f"spec.clusterIPs[{i}]", address, text.ip_address(address)
        )
    if len(addresses) > 2:
        yield invalid("spec.clusterIPs", addresses, "may only hold up to 2 values")
    yield from _matching_families(addresses, spec.get("ipFamilies", []))


def _families(spec: Object) -> Causes:
    families = spec.get("ipFamilies", [])
    for i, family in enumerate(families):
        if family not in ("IPv4", "IPv6"):
            yield not_supported(f"spec.ipFamilies[{i}]", family, ("IPv4", "IPv6"))
        if family in families[:i]:
            yield duplicate(f"spec.ipFamilies[{i}]", family)
    if spec.get("ipFamilyPolicy", "SingleStack") not in _FAMILY_POLICIES:
        yield not_supported(
            "spec.ipFamilyPolicy", spec["ipFamilyPolicy"], _FAMILY_POLICIES
        )


def _matching_families(addresses: list[str], families: list[str]) -> Causes:
    if "None" in addresses or any(text.ip_address(address) for address in addresses):
        return
    for i, (address, family) in enumerate(zip(addresses, families, strict=False)):
        if f"IPv{ipaddress.ip_address(address).version}" != family:
            detail = f"expected an {family} value as indicated by `ipFamilies[{i}]`"
            yield invalid(f"spec.clusterIPs[{i}]", address, detail)


def _port_conflicts(spec: Object) -> Causes:
    ports = spec.get("ports", [])
    for i, port in enumerate(ports):
        if spec.get("type") == "ClusterIP" and port.get("nodePort"):
            yield forbidden(
                f"spec.ports[{i}].nodePort",
                "may not be used when `type` is 'ClusterIP'",
            )
    for i, port in enumerate(ports):
        pair = (port.get("protocol"), port.get("nodePort"))
        if port.get("nodePort") and pair in [
            (p.get("protocol"), p.get("nodePort")) for p in ports[:i]
        ]:
            yield duplicate(f"spec.ports[{i}].nodePort", port["nodePort"])
    for i, port in enumerate(ports):
        if (port.get("protocol"), port.get("port")) in [
            (p.get("protocol"), p.get("port")) for p in ports[:i]
        ]:
            shown = {
                "Name": "",
                "Protocol": port.get("protocol", ""),
                "AppProtocol": None,
                "Port": port.get("port", 0),
            }
            yield duplicate(
                f"spec.ports[{i}]", shown | {"TargetPort": 0, "NodePort": 0}
            )


def _source_ranges(spec: Object) -> Causes:
    ranges, balanced = (
        spec.get("loadBalancerSourceRanges", []),
        spec.get("type") == "LoadBalancer",
    )
    if ranges and not balanced:
        yield forbidden("spec.LoadBalancerSourceRanges", _ONLY_BALANCED)
    for i, value in enumerate(ranges):
        yield from each_invalid(
            f"spec.LoadBalancerSourceRanges[{i}]",
            value.strip(),
            text.cidr(value.strip()),
        )
    if "allocateLoadBalancerNodePorts" in spec and not balanced:
        yield forbidden("spec.allocateLoadBalancerNodePorts", _ONLY_BALANCED)


def _balancer_class(spec: Object) -> Causes:
    name = spec.get("loadBalancerClass")
    if name is None:
        return
    if spec.get("type") == "LoadBalancer":
        yield from each_invalid("spec.loadBalancerClass", name, text.label_key(name))
    else:
        yield forbidden("spec.loadBalancerClass", _ONLY_BALANCED)


def _external_traffic(spec: Object) -> Causes:
    policy, kind = spec.get("externalTrafficPolicy", ""), spec.get("type")
    reachable = kind in ("LoadBalancer", "NodePort") or (
        kind == "ClusterIP" and bool(spec.get("externalIPs"))
    )
    if reachable:
        yield from one_of("spec.externalTrafficPolicy", policy, _TRAFFIC)
    elif policy:
        yield invalid(
            "spec.externalTrafficPolicy",
            policy,
            "may only be set for externally-accessible services",
        )
    port = spec.get("healthCheckNodePort", 0)
    if port and not (kind == "LoadBalancer" and policy == "Local"):
        yield invalid("spec.healthCheckNodePort", port, _HEALTH)


def _internal_traffic(spec: Object) -> Causes:
    policy = spec.get("internalTrafficPolicy")
    if policy is None and spec.get("type") in _WITH_POLICY:
        yield required("spec.internalTrafficPolicy")
    elif policy is not None and policy not in _TRAFFIC:
        yield not_supported("spec.internalTrafficPolicy", policy, _TRAFFIC)
    distribution = spec.get("trafficDistribution", "PreferClose")
    if distribution not in _DISTRIBUTIONS:
        yield not_supported("spec.trafficDistribution", distribution, _DISTRIBUTIONS)

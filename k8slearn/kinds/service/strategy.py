"""What a Service gets: its defaults, and what goes with its type.

Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Service, pkg/registry/core/service/strategy.go
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import each, filled, inside

# core.DefaultClientIPServiceAffinitySeconds: three hours.
_AFFINITY_SECONDS = 10800
_NO_STATUS: Object = {"loadBalancer": {}}
_ADDRESSES = ("clusterIP", "clusterIPs")
WITH_CLUSTER_IP = ("ClusterIP", "NodePort", "LoadBalancer")


def default(service: Object) -> Object:
    """Kubernetes: SetDefaults_Service. The addresses are allocated when the Service is created."""
    spec = service.get("spec", {})
    spec = filled(spec, {"sessionAffinity": "None", "type": "ClusterIP"})
    spec = inside(_session(spec), "ports", each(_port))
    if is_externally_accessible(spec):
        spec = filled(spec, {"externalTrafficPolicy": "Cluster"})
    if spec["type"] in WITH_CLUSTER_IP:
        spec = {"internalTrafficPolicy": "Cluster", **spec}
    if spec["type"] == "LoadBalancer":
        spec = {"allocateLoadBalancerNodePorts": True, **spec}
    status = default_status(service.get("status", {}))
    return {**service, "spec": spec, "status": status}


def _balancer(status: Object) -> Object:
    return inside(status, "ingress", each(_ingress))


def _ingress(address: Object) -> Object:
    if not address.get("ip"):
        return address
    return {"ipMode": "VIP", **address}


def default_status(given: Object) -> Object:
    """A Service without a load balancer says so; of an address it is told how it is reached."""
    return inside({**_NO_STATUS, **given}, "loadBalancer", _balancer)


def is_externally_accessible(spec: Object) -> bool:
    """Whether it can be reached from outside the cluster. Kubernetes: pkg/api/service ExternallyAccessible"""
    if spec.get("type") == "ClusterIP":
        return bool(spec.get("externalIPs"))
    return spec.get("type") in ("LoadBalancer", "NodePort")


def _session(spec: Object) -> Object:
    if spec["sessionAffinity"] == "None":
        spec = {**spec}
        spec.pop("sessionAffinityConfig", None)
        return spec
    given = spec.get("sessionAffinityConfig", {}).get("clientIP", {})
    if spec["sessionAffinity"] != "ClientIP" or "timeoutSeconds" in given:
        return spec
    client = {"timeoutSeconds": _AFFINITY_SECONDS}
    return {**spec, "sessionAffinityConfig": {"clientIP": client}}


def _port(port: Object) -> Object:
    target = port.get("port", 0)
    return filled(port, {"protocol": "TCP", "targetPort": target})


def needs_address(spec: Object) -> bool:
    """Whether it has an address of its own, of which None is one too."""
    return bool(spec.get("type") != "ExternalName")


def needs_node_ports(spec: Object) -> bool:
    """Whether it can be reached by ports of the Nodes."""
    return spec.get("type") in ("LoadBalancer", "NodePort")


def needs_health_port(spec: Object) -> bool:
    """Whether a balancer has to ask which Nodes have its Pods. Kubernetes: NeedsHealthCheck"""
    local = spec.get("externalTrafficPolicy") == "Local"
    return spec.get("type") == "LoadBalancer" and local


def normalize(service: Object, old: Object | None) -> Object:
    """What goes together brought together, and what no longer applies taken off."""
    spec = service["spec"]
    if old is None:
        return {**service, "spec": _same_addresses(spec, {})}
    before = old["spec"]
    spec = _same_addresses(_with_allocated(spec, before), before)
    spec = _without_what_ended(spec, before)
    changed = {**service, "spec": spec}
    if spec["type"] != "LoadBalancer":
        changed["status"] = {**changed.get("status", {}), **_NO_STATUS}
    return changed


def _with_allocated(spec: Object, before: Object) -> Object:
    """A manifest that is sent again does not know what was allocated: it stays. Kubernetes: patchAllocatedValues"""
    spec = {**spec}
    if needs_address(spec) and needs_address(before) and not spec.get("clusterIP"):
        for field in _ADDRESSES:
            if field in before:
                spec[field] = before[field]
    ports = spec.get("ports")
    if ports and needs_node_ports(spec) and needs_node_ports(before):
        spec["ports"] = _same_ports(ports, before.get("ports") or [])
    if needs_health_port(spec) and needs_health_port(before):
        field = "healthCheckNodePort"
        spec[field] = spec.get(field) or before.get(field, 0)
    return spec


def _same_ports(ports: list[Object], before: list[Object]) -> list[Object]:
    """The ports by name, where nobody has taken their number by now."""
    used = {port.get("nodePort") for port in ports}
    known = {port.get("name", ""): port.get("nodePort") for port in before}
    found = []
    for port in ports:
        number = known.get(port.get("name", ""))
        is_free = number and number not in used
        if is_free and not port.get("nodePort"):
            found.append({**port, "nodePort": number})
        else:
            found.append(port)
    return found


def _same_addresses(spec: Object, before: Object) -> Object:
    """clusterIP and clusterIPs go together. Kubernetes: NormalizeClusterIPs"""
    address = spec.get("clusterIP")
    if address and _addresses_are_older(spec, before):
        return {**spec, "clusterIPs": [address]}
    return spec


def _addresses_are_older(spec: Object, before: Object) -> bool:
    """Whether clusterIP was set by a client that does not know clusterIPs."""
    if not spec.get("clusterIPs"):
        return True
    addresses = spec["clusterIPs"]
    is_same = bool(addresses == before.get("clusterIPs"))
    return is_same and addresses != [spec["clusterIP"]]


def _without_what_ended(spec: Object, before: Object) -> Object:
    """What a Service of another type does not have, where the client did not touch it.

    Kubernetes: dropTypeDependentFields
    """
    untouched = set()
    for field in _ended_fields(spec, before):
        if spec.get(field) == before.get(field):
            untouched.add(field)
    # Both names of the address go together, or neither.
    if not untouched.issuperset(_ADDRESSES):
        untouched -= set(_ADDRESSES)
    spec = {field: value for field, value in spec.items() if field not in untouched}
    if needs_node_ports(before) and not needs_node_ports(spec):
        spec = _without_node_ports(spec, before)
    return spec


def _ended_fields(spec: Object, before: Object) -> Iterator[str]:
    """The fields that the new type has not and the old one had."""
    if needs_address(before) and not needs_address(spec):
        yield from (*_ADDRESSES, "ipFamilies", "ipFamilyPolicy")
    if needs_health_port(before) and not needs_health_port(spec):
        yield "healthCheckNodePort"
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        yield "allocateLoadBalancerNodePorts"
        yield "loadBalancerClass"
    if is_externally_accessible(before) and not is_externally_accessible(spec):
        yield "externalTrafficPolicy"


def _without_node_ports(spec: Object, before: Object) -> Object:
    ports = spec.get("ports") or []
    known = {port.get("nodePort") for port in before.get("ports") or []}
    bare = []
    for port in ports:
        number = port.get("nodePort")
        if number and number not in known:
            # The client has asked for a number: validation will say what is wrong with that.
            return spec
        bare.append({field: port[field] for field in port if field != "nodePort"})
    if not bare:
        return spec
    return {**spec, "ports": bare}


def prepare_for_create(service: Object, reader: object) -> Object:
    """A new Service has no status."""
    return {**service, "status": _NO_STATUS}

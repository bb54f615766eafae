"""What a Service is given from pools: addresses in the cluster, and ports of the Nodes.

Kubernetes: pkg/registry/core/service/storage/alloc.go; ipallocator, portallocator. It comes before the validation, so
that a Service whose address is not to be had is told of that alone.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from itertools import chain

from k8slearn.apimachinery.errors import ApiError, Cause, internal_error
from k8slearn.apimachinery.errors import invalid as refused
from k8slearn.apimachinery.field import invalid
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.service.strategy import (
    needs_address,
    needs_health_port,
    needs_node_ports,
)
from k8slearn.kinds.service.validation import cluster_ips, is_headless

# kubeadm's --service-cidr, and the API server's --service-node-port-range.
ADDRESSES = ipaddress.ip_network("10.96.0.0/12")
PORTS = range(30000, 32768)
SERVER_ADDRESS = "10.96.0.1"
"""The first one: where every Pod finds the API server."""
# What nobody asked for by number comes from above this band. Kubernetes: calculateRangeOffset
_FIRST_PORT = PORTS.start + 86
_TAKEN = "provided {} is already allocated"
_NO_PORT = "provided port is not in the valid range. The range of valid ports is {}-{}"
_NO_ADDRESS = (
    "the provided IP ({}) is not in the valid range. The range of valid IPs is {}"
)
_OTHER_NETWORK = "the provided network does not match the current range"
_NOT_DUAL = "this cluster is not configured for dual-stack services"
_MANY = "must be 'RequireDualStack' or 'PreferDualStack' when multiple {} are specified"
_FAMILIES = {4: "IPv4", 6: "IPv6"}


def allocate(service: Object, old: Object | None, reader: Reader) -> Object:
    """The Service with what it needs. Raises ApiError 422. Kubernetes: allocateCreate, allocateUpdate"""
    before = old["spec"] if old is not None else {}
    spec = service["spec"]
    if needs_address(spec):
        spec = _with_families(service, before)
        spec = _with_addresses(service, spec, before, reader)
    if needs_node_ports(spec) or needs_health_port(spec):
        spec = _with_ports(service, spec, before, reader)
    if spec is service["spec"]:
        return service
    return {**service, "spec": spec}


def _refuse(service: Object, *causes: Cause) -> ApiError:
    return refused("Service", name(service), causes)


# Families ----------------------------------------------------------------------------------------------------------


def _with_families(service: Object, before: Object) -> Object:
    """A cluster with IPv4 alone. Kubernetes: initIPFamilyFields"""
    spec = service["spec"]
    free = spec.get("clusterIP") == "None" and not spec.get("selector")
    policy = spec.get("ipFamilyPolicy") or before.get("ipFamilyPolicy")
    if not policy:
        # Without a selector somebody else writes the endpoints, in whatever family: both are let in.
        policy = "RequireDualStack" if free else "SingleStack"
    spec = {**spec, "ipFamilyPolicy": policy}
    wrong = list(cluster_ips(spec)) or list(_unfit(spec, policy))
    if wrong:
        raise _refuse(service, *wrong)
    families = spec.get("ipFamilies") or _families_of(spec) or ["IPv4"]
    if free and policy != "SingleStack" and len(families) < 2:
        families = [*families, "IPv6" if families[0] == "IPv4" else "IPv4"]
    wrong = [] if free else list(_unknown(families, policy))
    if wrong:
        raise _refuse(service, *wrong)
    given = service["spec"]
    if families == given.get("ipFamilies") and policy == given.get("ipFamilyPolicy"):
        return dict(given)
    return {**spec, "ipFamilies": families}


def _families_of(spec: Object) -> list[str]:
    addresses = spec.get("clusterIPs") or []
    return [
        _FAMILIES[ipaddress.ip_address(each).version]
        for each in addresses
        if each != "None"
    ]


def _unfit(spec: Object, policy: str) -> Iterator[Cause]:
    if policy == "SingleStack":
        several = {"clusterIPs": "cluster IPs", "ipFamilies": "IP families"}
        for field, what in several.items():
            if len(spec.get(field) or []) == 2:
                yield invalid("spec.ipFamilyPolicy", policy, _MANY.format(what))
    named = spec.get("ipFamilies") or []
    for place, family in enumerate(_families_of(spec)):
        if place >= len(named) and family != "IPv4":
            path = f"spec.clusterIPs[{place}]"
            told = f"{family} is not configured on this cluster"
            yield invalid(path, spec["clusterIPs"], told)


def _unknown(families: list[str], policy: str) -> Iterator[Cause]:
    if policy == "RequireDualStack":
        yield invalid("spec.ipFamilyPolicy", policy, _NOT_DUAL)
    for place, family in enumerate(families):
        if family != "IPv4":
            path = f"spec.ipFamilies[{place}]"
            yield invalid(path, family, "not configured on this cluster")


# Addresses ---------------------------------------------------------------------------------------------------------


def _with_addresses(
    service: Object, spec: Object, before: Object, reader: Reader
) -> Object:
    """Its address, for a Service that is new or had none. Kubernetes: allocClusterIPs, updateClusterIPs"""
    if is_headless(spec) or (before and needs_address(before)):
        return spec
    wanted = spec.get("clusterIP", "")
    taken = taken_addresses(reader)
    if not wanted:
        # Of the low ones the real allocator gives none unasked: the server's is free whenever its Service comes back.
        if reader.get("EndpointSlice", "kubernetes", "default") is not None:
            taken.add(SERVER_ADDRESS)
        address = _free_address(taken)
        return {**spec, "clusterIP": address, "clusterIPs": [address]}
    why = _no_address(wanted, taken)
    if why:
        told = f"failed to allocate IP {wanted}: {why}"
        raise _refuse(service, invalid("spec.clusterIPs", spec["clusterIPs"], told))
    return spec


def taken_addresses(reader: Reader) -> set[str | None]:
    """What Services have for an address; what headless ones have there is none, and in nobody's way."""
    return {each["spec"].get("clusterIP") for each in reader.list("Service")}


def _no_address(wanted: str, taken: set[str | None]) -> str:
    found = ipaddress.ip_address(wanted)
    if found not in ADDRESSES:
        return _OTHER_NETWORK
    if found in (ADDRESSES.network_address, ADDRESSES.broadcast_address):
        return _NO_ADDRESS.format(wanted, ADDRESSES)
    if wanted in taken:
        return _TAKEN.format("IP")
    return ""


def _free_address(taken: set[str | None]) -> str:
    # The real allocator takes one by chance; the lowest one makes the lessons' outputs the same each time.
    for address in ADDRESSES.hosts():
        if str(address) not in taken:
            return str(address)
    raise internal_error("failed to allocate a serviceIP: range is full")


# Ports of the Nodes ------------------------------------------------------------------------------------------------


def _with_ports(
    service: Object, spec: Object, before: Object, reader: Reader
) -> Object:
    """Its ports of the Nodes, and the one that tells a balancer of its health."""
    pool = _Ports(service, reader)
    if needs_node_ports(spec) and before:
        own = {port.get("nodePort") for port in before.get("ports") or []}
        pool.own = own if needs_node_ports(before) else set()
        spec = {**spec, "ports": _changed_ports(spec, pool)}
    elif needs_node_ports(spec):
        spec = {**spec, "ports": _first_ports(spec, pool)}
    if not needs_health_port(spec) or (before and needs_health_port(before)):
        return spec
    number = spec.get("healthCheckNodePort", 0)
    if not number:
        return {**spec, "healthCheckNodePort": pool.free()}
    why = pool.refusal(number)
    if why:
        told = f"failed to allocate requested HealthCheck NodePort {number}: {why}"
        raise internal_error(told)
    return spec


def _first_ports(spec: Object, pool: _Ports) -> list[Object]:
    """Of a new Service; the same port by another protocol has the same number. Kubernetes: initNodePorts"""
    ports = spec.get("ports") or []
    asked: dict[int, int] = {}
    for port in ports:
        if port.get("nodePort"):
            asked.setdefault(port["port"], port["nodePort"])
    known: dict[int, int] = {}
    found = []
    for place, port in enumerate(ports):
        number = port.get("nodePort", 0)
        if not number and not _gets_numbers(spec):
            found.append(port)
            continue
        if port["port"] not in known:
            wanted = asked.get(port["port"], 0)
            known[port["port"]] = pool.take(wanted, place)
        elif number and number != known[port["port"]]:
            pool.take(number, place)
        found.append({**port, "nodePort": number or known[port["port"]]})
    return found


def _changed_ports(spec: Object, pool: _Ports) -> list[Object]:
    """Of a changed Service. Kubernetes: updateNodePorts"""
    found = []
    for place, port in enumerate(spec.get("ports") or []):
        number = port.get("nodePort", 0)
        if number or _gets_numbers(spec):
            port = {**port, "nodePort": pool.take(number, place)}
        found.append(port)
    return found


def _gets_numbers(spec: Object) -> bool:
    balanced = spec.get("type") == "LoadBalancer"
    return not balanced or bool(spec.get("allocateLoadBalancerNodePorts", True))


class _Ports:
    """The ports of the Nodes that Services have; `own` are those that a Service has already."""

    def __init__(self, service: Object, reader: Reader) -> None:
        self.service = service
        self.own: set[int | None] = set()
        self.taken: set[int] = set()
        for each in reader.list("Service"):
            spec = each["spec"]
            self.taken |= {port.get("nodePort", 0) for port in spec.get("ports") or []}
            self.taken.add(spec.get("healthCheckNodePort", 0))

    def take(self, number: int, place: int) -> int:
        """The port that is asked for by the port at this place, or any. Raises ApiError 422."""
        if not number:
            return self.free()
        if number in self.own:
            return number
        why = self.refusal(number)
        if why:
            path = f"spec.ports[{place}].nodePort"
            raise _refuse(self.service, invalid(path, number, why))
        self.own.add(number)
        return number

    def refusal(self, number: int) -> str:
        """Why a port is not to be had, '' where it is."""
        if number not in PORTS:
            return _NO_PORT.format(PORTS[0], PORTS[-1])
        if number in self.taken:
            return _TAKEN.format("port")
        return ""

    def free(self) -> int:
        """A free port, for a Service that names none."""
        # The real allocator takes one by chance.
        for number in chain(range(_FIRST_PORT, PORTS.stop), PORTS):
            if number not in self.taken:
                self.taken.add(number)
                return number
        raise internal_error("failed to allocate a nodePort: range is full")

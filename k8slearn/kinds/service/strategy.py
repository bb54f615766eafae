"""What a Service gets: its defaults, and its address.

Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_Service, pkg/registry/core/service/storage/alloc.go
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import each, filled, inside

# core.DefaultClientIPServiceAffinitySeconds: three hours.
_AFFINITY_SECONDS = 10800
_NO_STATUS: Object = {"loadBalancer": {}}
_ADDRESSES = ("clusterIP", "clusterIPs")
# kubeadm's --service-cidr: 10.96.0.0/12; the model hands out those of its first half, 65534 of them.
_NETWORK = "10.96"
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
    if spec["type"] != "ExternalName":
        spec = {**_families(spec), **spec}
    status = default_status(service.get("status", {}))
    return {**service, "spec": spec, "status": status}


def default_status(given: Object) -> Object:
    """A Service without a load balancer says so."""
    return {**_NO_STATUS, **given}


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


def _families(spec: Object) -> Object:
    """A cluster with IPv4 alone. Kubernetes: initIPFamilyFields"""
    # Without a selector somebody else writes the endpoints, in whatever family: both are let in.
    is_headless = spec.get("clusterIP") == "None"
    if is_headless and not spec.get("selector"):
        return {
            "ipFamilies": ["IPv4", "IPv6"],
            "ipFamilyPolicy": "RequireDualStack",
        }
    return {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}


def normalize(service: Object, old: Object | None) -> Object:
    """clusterIP and clusterIPs go together. Kubernetes: NormalizeClusterIPs, patchAllocatedValues"""
    spec = service["spec"]
    before = (old or {}).get("spec", {})
    types = (spec["type"], before.get("type"))
    # A manifest that is sent again does not know the address that was allocated: it stays.
    if "ExternalName" not in types and not spec.get("clusterIP"):
        spec = {**spec}
        for field in _ADDRESSES:
            if field in before:
                spec[field] = before[field]
    address = spec.get("clusterIP")
    if address and _addresses_are_older(spec, before):
        spec = {**spec, "clusterIPs": [address]}
    return {**service, "spec": spec}


def _addresses_are_older(spec: Object, before: Object) -> bool:
    """Whether clusterIP was set by a client that does not know clusterIPs."""
    if not spec.get("clusterIPs"):
        return True
    addresses = spec["clusterIPs"]
    is_same = bool(addresses == before.get("clusterIPs"))
    return is_same and addresses != [spec["clusterIP"]]


def prepare_for_create(service: Object, reader: Reader) -> Object:
    """Its address and an empty status. Kubernetes: allocClusterIPs"""
    spec = service["spec"]
    needs_address = spec.get("type") != "ExternalName"
    if needs_address and not spec.get("clusterIP"):
        address = _free_address(reader)
        spec = {**spec, "clusterIP": address, "clusterIPs": [address]}
    return {**service, "spec": spec, "status": _NO_STATUS}


def _free_address(reader: Reader) -> str:
    # The real allocator takes one by chance; the lowest one makes the lessons' outputs the same each time.
    services = reader.list("Service")
    taken = {service["spec"].get("clusterIP") for service in services}
    number = 1
    while _address(number) in taken:
        number += 1
    return _address(number)


def _address(number: int) -> str:
    high, low = divmod(number, 256)
    return f"{_NETWORK}.{high}.{low}"

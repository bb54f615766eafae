"""What the API server fills in. Each function returns a new object; the one it is given stays as it is.

Kubernetes: pkg/apis/core/v1/defaults.go, pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.defaults import (
    each,
    filled,
    inside,
    pod,
    pod_template,
)

Filler = Callable[[Object], Object]

_AFFINITY_SECONDS = 10800
_ROLLING_UPDATE = {"maxSurge": 0, "maxUnavailable": 1}
_DAEMON_SET_STATUS = {
    "currentNumberScheduled": 0,
    "desiredNumberScheduled": 0,
    "numberMisscheduled": 0,
    "numberReady": 0,
}


def with_defaults(obj: Object) -> Object:
    """The object as its kind's defaults complete it."""
    return _KINDS.get(obj["kind"], _unchanged)(obj)


def _unchanged(obj: Object) -> Object:
    return obj


def daemon_set(obj: Object) -> Object:
    """Kubernetes: SetDefaults_DaemonSet. RollingUpdate, one Pod at a time, ten old revisions."""
    spec = {"revisionHistoryLimit": 10, **obj.get("spec", {})}
    spec["template"] = pod_template(spec.get("template", {}))
    strategy = filled(spec.get("updateStrategy", {}), {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        strategy = {
            **strategy,
            "rollingUpdate": {**_ROLLING_UPDATE, **strategy.get("rollingUpdate", {})},
        }
    status = {**_DAEMON_SET_STATUS, **obj.get("status", {})}
    return {**obj, "spec": {**spec, "updateStrategy": strategy}, "status": status}


def service(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Service. The addresses are the caller's to allocate."""
    spec = filled(obj.get("spec", {}), {"sessionAffinity": "None", "type": "ClusterIP"})
    spec = inside(_session(spec), "ports", each(_service_port))
    kind = spec["type"]
    if _reachable(spec):
        spec = filled(spec, {"externalTrafficPolicy": "Cluster"})
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec = {"internalTrafficPolicy": "Cluster", **spec}
    if kind == "LoadBalancer":
        spec = {"allocateLoadBalancerNodePorts": True, **spec}
    if kind != "ExternalName":
        spec = {**_families(spec), **spec}
    return {
        **obj,
        "spec": spec,
        "status": {"loadBalancer": {}, **obj.get("status", {})},
    }


def _families(spec: Object) -> Object:
    """A cluster with IPv4 alone. Kubernetes: pkg/registry/core/service/storage/alloc.go initIPFamilyFields"""
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        return {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack"}
    return {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}


def _reachable(spec: Object) -> bool:
    kind = spec["type"]
    return kind in ("LoadBalancer", "NodePort") or (
        kind == "ClusterIP" and bool(spec.get("externalIPs"))
    )


def _session(spec: Object) -> Object:
    if spec["sessionAffinity"] == "None":
        return {
            key: value for key, value in spec.items() if key != "sessionAffinityConfig"
        }
    given = spec.get("sessionAffinityConfig", {}).get("clientIP", {})
    if spec["sessionAffinity"] == "ClientIP" and "timeoutSeconds" not in given:
        return {
            **spec,
            "sessionAffinityConfig": {
                "clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}
            },
        }
    return spec


def _service_port(port: Object) -> Object:
    return filled(port, {"protocol": "TCP", "targetPort": port.get("port", 0)})


def node(obj: Object) -> Object:
    """Kubernetes: SetDefaults_NodeStatus, and the labels of older versions."""
    status = dict(obj.get("status", {}))
    for field in ("capacity", "allocatable"):
        if field in status:
            status[field] = {
                key: quantity.canonical(value) for key, value in status[field].items()
            }
    if "capacity" in status and "allocatable" not in status:
        status["allocatable"] = status["capacity"]
    return {**obj, "spec": obj.get("spec", {}), "status": status}


def namespace(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Namespace, and the finalizer that the registry adds."""
    name = obj["metadata"].get("name")
    labels = obj["metadata"].get("labels", {}) | (
        {"kubernetes.io/metadata.name": name} if name else {}
    )
    spec = {"finalizers": ["kubernetes"], **obj.get("spec", {})}
    status = {"phase": "Active", **obj.get("status", {})}
    return {
        **obj,
        "metadata": {**obj["metadata"], "labels": labels},
        "spec": spec,
        "status": status,
    }


def _secret(obj: Object) -> Object:
    return filled(obj, {"type": "Opaque"})


_KINDS: dict[str, Filler] = {
    "DaemonSet": daemon_set,
    "Pod": pod,
    "Service": service,
    "Node": node,
    "Namespace": namespace,
    "Secret": _secret,
}

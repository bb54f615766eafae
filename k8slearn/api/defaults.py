"""What the API server fills in. Each function returns a new object; the one it is given stays as it is.

Kubernetes: pkg/apis/core/v1/defaults.go, pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.api import quantity
from k8slearn.api.objects import Object

Filler = Callable[[Object], Object]

_FILE_MODE = 0o644
_AFFINITY_SECONDS = 10800
_POD_SPEC = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
    "terminationGracePeriodSeconds": 30,
}
_CONTAINER = {
    "resources": {},
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}
_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_HTTP_GET = {"path": "/", "scheme": "HTTP"}
_ROLLING_UPDATE = {"maxSurge": 0, "maxUnavailable": 1}
_DAEMON_SET_STATUS = {
    "currentNumberScheduled": 0,
    "desiredNumberScheduled": 0,
    "numberMisscheduled": 0,
    "numberReady": 0,
}
_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def with_defaults(obj: Object) -> Object:
    """The object as its kind's defaults complete it."""
    return _KINDS.get(obj["kind"], _unchanged)(obj)


def _unchanged(obj: Object) -> Object:
    return obj


def _filled(given: Object, defaults: Object) -> Object:
    """`given`, completed where it has nothing or an empty text or a zero."""
    missing = {key: value for key, value in defaults.items() if not given.get(key) and given.get(key) != {}}
    return {**given, **missing} if missing else given


def _inside(obj: Object, field: str, change: Callable[[Any], Any]) -> Object:
    """`obj` with one field changed, where it has that field."""
    return {**obj, field: change(obj[field])} if field in obj else obj


def _each(change: Filler) -> Callable[[list[Object]], list[Object]]:
    def changed(items: list[Object]) -> list[Object]:
        return [change(item) for item in items]

    return changed


def pull_policy(image: str) -> str:
    """Always for :latest, named or implied. Kubernetes: pkg/util/parsers ParseImageName"""
    name, digest = image.partition("@")[0], "@" in image
    tag = name.rpartition("/")[2].partition(":")[2]
    return "Always" if tag == "latest" or (not tag and not digest and image) else "IfNotPresent"


def _resources(resources: Object) -> Object:
    for side in ("limits", "requests"):
        resources = _inside(resources, side, lambda found: {k: quantity.canonical(v) for k, v in found.items()})
    return resources


def _probe(probe: Object) -> Object:
    return _inside(_inside(_filled(probe, _PROBE), "httpGet", _http_get), "grpc", _grpc)


def _http_get(action: Object) -> Object:
    return _filled({"port": 0, **action}, _HTTP_GET)


def _grpc(action: Object) -> Object:
    return {"service": "", **action}


def _lifecycle(lifecycle: Object) -> Object:
    for hook in ("postStart", "preStop"):
        lifecycle = _inside(lifecycle, hook, lambda found: _inside(found, "httpGet", _http_get))
    return lifecycle


def _port(port: Object) -> Object:
    return _filled(port, {"protocol": "TCP"})


def _variable(variable: Object) -> Object:
    return _inside(variable, "valueFrom", _value_from)


def _value_from(source: Object) -> Object:
    return _inside(_inside(source, "fieldRef", _field_ref), "resourceFieldRef", _resource_ref)


def _field_ref(selector: Object) -> Object:
    return _filled(selector, {"apiVersion": "v1"})


def _resource_ref(selector: Object) -> Object:
    return _filled(selector, {"divisor": "0"})


def container(found: Object) -> Object:
    """Kubernetes: SetDefaults_Container and those of what stands in it."""
    found = _filled(found, _CONTAINER)
    found = _filled(found, {"imagePullPolicy": pull_policy(found.get("image", ""))})
    for field, change in _IN_CONTAINER.items():
        found = _inside(found, field, change)
    return found


_IN_CONTAINER: dict[str, Callable[[Any], Any]] = {
    "resources": _resources,
    "ports": _each(_port),
    "env": _each(_variable),
    "livenessProbe": _probe,
    "readinessProbe": _probe,
    "startupProbe": _probe,
    "lifecycle": _lifecycle,
}


def _moded(source: Object) -> Object:
    return {"defaultMode": _FILE_MODE, **source}


def _items(source: Object) -> Object:
    return _inside(source, "items", _each(_value_from))


def _projected(source: Object) -> Object:
    return _inside(_moded(source), "sources", _each(_projection))


def _projection(source: Object) -> Object:
    source = _inside(source, "serviceAccountToken", lambda token: {"expirationSeconds": 3600, **token})
    return _inside(source, "downwardAPI", _items)


def _claim_template(source: Object) -> Object:
    return _inside(source, "volumeClaimTemplate", lambda template: _inside(template, "spec", _claim))


def _claim(spec: Object) -> Object:
    return {"volumeMode": "Filesystem", **spec}


def _image(source: Object) -> Object:
    return _filled(source, {"pullPolicy": pull_policy(source.get("reference", ""))})


_VOLUMES: dict[str, Filler] = {
    "secret": _moded,
    "configMap": _moded,
    "downwardAPI": lambda source: _items(_moded(source)),
    "projected": _projected,
    "hostPath": lambda source: {"type": "", **source},
    "ephemeral": _claim_template,
    "image": _image,
}


def _volume(volume: Object) -> Object:
    if not volume.keys() - {"name"}:
        return {**volume, "emptyDir": {}}
    for kind, change in _VOLUMES.items():
        volume = _inside(volume, kind, change)
    return volume


def pod_spec(spec: Object) -> Object:
    """Kubernetes: SetDefaults_PodSpec, and the alias of serviceAccountName."""
    spec = _filled(spec, _POD_SPEC)
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec = {**spec, "serviceAccount": account, "serviceAccountName": account}
    for kind in _CONTAINER_LISTS:
        spec = _inside(spec, kind, _each(container))
    spec = _inside(spec, "overhead", lambda found: {k: quantity.canonical(v) for k, v in found.items()})
    return _inside(spec, "volumes", _each(_volume))


def pod_template(template: Object) -> Object:
    """A template with its spec completed; an absent part is an empty one."""
    return {**template, "metadata": template.get("metadata", {}), "spec": pod_spec(template.get("spec", {}))}


def pod(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Pod: limits become requests, the host's ports those of the containers."""
    spec = {"enableServiceLinks": True, **pod_spec(obj.get("spec", {}))}
    for kind in ("containers", "initContainers"):
        spec = _inside(spec, kind, _each(_requests_from_limits))
        if spec.get("hostNetwork"):
            spec = _inside(spec, kind, _each(_host_ports))
    return {**obj, "spec": spec, "status": obj.get("status", {})}


def _requests_from_limits(found: Object) -> Object:
    resources = found.get("resources", {})
    if not (limits := resources.get("limits")):
        return found
    return {**found, "resources": {**resources, "requests": {**limits, **resources.get("requests", {})}}}


def _host_ports(found: Object) -> Object:
    return _inside(found, "ports", _each(lambda port: _filled(port, {"hostPort": port.get("containerPort", 0)})))


def daemon_set(obj: Object) -> Object:
    """Kubernetes: SetDefaults_DaemonSet. RollingUpdate, one Pod at a time, ten old revisions."""
    spec = {"revisionHistoryLimit": 10, **obj.get("spec", {})}
    spec["template"] = pod_template(spec.get("template", {}))
    strategy = _filled(spec.get("updateStrategy", {}), {"type": "RollingUpdate"})
    if strategy["type"] == "RollingUpdate":
        strategy = {**strategy, "rollingUpdate": {**_ROLLING_UPDATE, **strategy.get("rollingUpdate", {})}}
    status = {**_DAEMON_SET_STATUS, **obj.get("status", {})}
    return {**obj, "spec": {**spec, "updateStrategy": strategy}, "status": status}


def service(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Service. The addresses are the caller's to allocate."""
    spec = _filled(obj.get("spec", {}), {"sessionAffinity": "None", "type": "ClusterIP"})
    spec = _inside(_session(spec), "ports", _each(_service_port))
    kind = spec["type"]
    if _reachable(spec):
        spec = _filled(spec, {"externalTrafficPolicy": "Cluster"})
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec = {"internalTrafficPolicy": "Cluster", **spec}
    if kind == "LoadBalancer":
        spec = {"allocateLoadBalancerNodePorts": True, **spec}
    if kind != "ExternalName":
        spec = {**_families(spec), **spec}
    return {**obj, "spec": spec, "status": {"loadBalancer": {}, **obj.get("status", {})}}


def _families(spec: Object) -> Object:
    """A cluster with IPv4 alone. Kubernetes: pkg/registry/core/service/storage/alloc.go initIPFamilyFields"""
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        return {"ipFamilies": ["IPv4", "IPv6"], "ipFamilyPolicy": "RequireDualStack"}
    return {"ipFamilies": ["IPv4"], "ipFamilyPolicy": "SingleStack"}


def _reachable(spec: Object) -> bool:
    kind = spec["type"]
    return kind in ("LoadBalancer", "NodePort") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))


def _session(spec: Object) -> Object:
    if spec["sessionAffinity"] == "None":
        return {key: value for key, value in spec.items() if key != "sessionAffinityConfig"}
    given = spec.get("sessionAffinityConfig", {}).get("clientIP", {})
    if spec["sessionAffinity"] == "ClientIP" and "timeoutSeconds" not in given:
        return {**spec, "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": _AFFINITY_SECONDS}}}
    return spec


def _service_port(port: Object) -> Object:
    return _filled(port, {"protocol": "TCP", "targetPort": port.get("port", 0)})


def node(obj: Object) -> Object:
    """Kubernetes: SetDefaults_NodeStatus, and the labels of older versions."""
    status = dict(obj.get("status", {}))
    for field in ("capacity", "allocatable"):
        if field in status:
            status[field] = {key: quantity.canonical(value) for key, value in status[field].items()}
    if "capacity" in status and "allocatable" not in status:
        status["allocatable"] = status["capacity"]
    return {**obj, "spec": obj.get("spec", {}), "status": status}


def namespace(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Namespace, and the finalizer that the registry adds."""
    name = obj["metadata"].get("name")
    labels = obj["metadata"].get("labels", {}) | ({"kubernetes.io/metadata.name": name} if name else {})
    spec = {"finalizers": ["kubernetes"], **obj.get("spec", {})}
    status = {"phase": "Active", **obj.get("status", {})}
    return {**obj, "metadata": {**obj["metadata"], "labels": labels}, "spec": spec, "status": status}


def _secret(obj: Object) -> Object:
    return _filled(obj, {"type": "Opaque"})


_KINDS: dict[str, Filler] = {
    "DaemonSet": daemon_set,
    "Pod": pod,
    "Service": service,
    "Node": node,
    "Namespace": namespace,
    "Secret": _secret,
}

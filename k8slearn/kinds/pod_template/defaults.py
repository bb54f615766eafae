"""What the API server fills in inside a Pod. Each function returns a new object; the one it is given stays as it is.

Kubernetes: pkg/apis/core/v1/defaults.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object

Filler = Callable[[Object], Object]

_FILE_MODE = 0o644
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
_PROBE = {
    "timeoutSeconds": 1,
    "periodSeconds": 10,
    "successThreshold": 1,
    "failureThreshold": 3,
}
_HTTP_GET = {"path": "/", "scheme": "HTTP"}
_CONTAINER_LISTS = ("containers", "initContainers", "ephemeralContainers")


def filled(given: Object, defaults: Object) -> Object:
    """`given`, completed where it has nothing or an empty text or a zero."""
    missing = {
        key: value
        for key, value in defaults.items()
        if not given.get(key) and given.get(key) != {}
    }
    return {**given, **missing} if missing else given


def inside(obj: Object, field: str, change: Callable[[Any], Any]) -> Object:
    """`obj` with one field changed, where it has that field."""
    return {**obj, field: change(obj[field])} if field in obj else obj


def each(change: Filler) -> Callable[[list[Object]], list[Object]]:
    """The change, for every element of a list."""

    def changed(items: list[Object]) -> list[Object]:
        return [change(item) for item in items]

    return changed


def pull_policy(image: str) -> str:
    """Always for :latest, named or implied. Kubernetes: pkg/util/parsers ParseImageName"""
    name, digest = image.partition("@")[0], "@" in image
    tag = name.rpartition("/")[2].partition(":")[2]
    return (
        "Always"
        if tag == "latest" or (not tag and not digest and image)
        else "IfNotPresent"
    )


def _resources(resources: Object) -> Object:
    for side in ("limits", "requests"):
        resources = inside(
            resources,
            side,
            lambda found: {k: quantity.canonical(v) for k, v in found.items()},
        )
    return resources


def _probe(probe: Object) -> Object:
    return inside(inside(filled(probe, _PROBE), "httpGet", _http_get), "grpc", _grpc)


def _http_get(action: Object) -> Object:
    return filled({"port": 0, **action}, _HTTP_GET)


def _grpc(action: Object) -> Object:
    return {"service": "", **action}


def _lifecycle(lifecycle: Object) -> Object:
    for hook in ("postStart", "preStop"):
        lifecycle = inside(
            lifecycle, hook, lambda found: inside(found, "httpGet", _http_get)
        )
    return lifecycle


def _port(port: Object) -> Object:
    return filled(port, {"protocol": "TCP"})


def _variable(variable: Object) -> Object:
    return inside(variable, "valueFrom", _value_from)


def _value_from(source: Object) -> Object:
    return inside(
        inside(source, "fieldRef", _field_ref), "resourceFieldRef", _resource_ref
    )


def _field_ref(selector: Object) -> Object:
    return filled(selector, {"apiVersion": "v1"})


def _resource_ref(selector: Object) -> Object:
    return filled(selector, {"divisor": "0"})


def container(found: Object) -> Object:
    """Kubernetes: SetDefaults_Container and those of what stands in it."""
    found = filled(found, _CONTAINER)
    found = filled(found, {"imagePullPolicy": pull_policy(found.get("image", ""))})
    for field, change in _IN_CONTAINER.items():
        found = inside(found, field, change)
    return found


_IN_CONTAINER: dict[str, Callable[[Any], Any]] = {
    "resources": _resources,
    "ports": each(_port),
    "env": each(_variable),
    "livenessProbe": _probe,
    "readinessProbe": _probe,
    "startupProbe": _probe,
    "lifecycle": _lifecycle,
}


def _moded(source: Object) -> Object:
    return {"defaultMode": _FILE_MODE, **source}


def _items(source: Object) -> Object:
    return inside(source, "items", each(_value_from))


def _projected(source: Object) -> Object:
    return inside(_moded(source), "sources", each(_projection))


def _projection(source: Object) -> Object:
    source = inside(
        source,
        "serviceAccountToken",
        lambda token: {"expirationSeconds": 3600, **token},
    )
    return inside(source, "downwardAPI", _items)


def _claim_template(source: Object) -> Object:
    return inside(
        source, "volumeClaimTemplate", lambda template: inside(template, "spec", _claim)
    )


def _claim(spec: Object) -> Object:
    return {"volumeMode": "Filesystem", **spec}


def _image(source: Object) -> Object:
    return filled(source, {"pullPolicy": pull_policy(source.get("reference", ""))})


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
        volume = inside(volume, kind, change)
    return volume


def pod_spec(spec: Object) -> Object:
    """Kubernetes: SetDefaults_PodSpec, and the alias of serviceAccountName."""
    spec = filled(spec, _POD_SPEC)
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec = {**spec, "serviceAccount": account, "serviceAccountName": account}
    for kind in _CONTAINER_LISTS:
        spec = inside(spec, kind, each(container))
    spec = inside(
        spec,
        "overhead",
        lambda found: {k: quantity.canonical(v) for k, v in found.items()},
    )
    return inside(spec, "volumes", each(_volume))


def pod_template(template: Object) -> Object:
    """A template with its spec completed; an absent part is an empty one."""
    return {
        **template,
        "metadata": template.get("metadata", {}),
        "spec": pod_spec(template.get("spec", {})),
    }


def pod(obj: Object) -> Object:
    """Kubernetes: SetDefaults_Pod: limits become requests, the host's ports those of the containers."""
    return {
        **obj,
        "spec": asked_for(
            {"enableServiceLinks": True, **pod_spec(obj.get("spec", {}))}
        ),
        "status": obj.get("status", {}),
    }


def asked_for(spec: Object) -> Object:
    """A Pod's spec with what its limits and the host's network mean for the scheduler."""
    for kind in ("containers", "initContainers"):
        spec = inside(spec, kind, each(_requests_from_limits))
        if spec.get("hostNetwork"):
            spec = inside(spec, kind, each(_host_ports))
    return spec


def _requests_from_limits(found: Object) -> Object:
    resources = found.get("resources", {})
    if not (limits := resources.get("limits")):
        return found
    return {
        **found,
        "resources": {
            **resources,
            "requests": {**limits, **resources.get("requests", {})},
        },
    }


def _host_ports(found: Object) -> Object:
    return inside(
        found,
        "ports",
        each(lambda port: filled(port, {"hostPort": port.get("containerPort", 0)})),
    )

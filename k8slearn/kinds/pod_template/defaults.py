"""What the API server fills in inside a Pod. Each function returns a new object; the one it is given stays as it is.

Kubernetes: pkg/apis/core/v1/defaults.go
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import Filler, canonical_amounts, each, filled, inside
from k8slearn.kinds.pod_template.container_lists import ALL, with_each_container
from k8slearn.kinds.pod_template.image_name import LATEST, tag_of

# What a container gets between SIGTERM and SIGKILL, in seconds.
GRACE_PERIOD = 30
# rw-r--r--: readable by whatever user the container runs as.
_FILE_MODE = 0o644
_POD_SPEC = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
    "securityContext": {},
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
_OLD_INIT = frozenset(
    (
        "pod.alpha.kubernetes.io/init-containers",
        "pod.alpha.kubernetes.io/init-container-statuses",
        "pod.beta.kubernetes.io/init-containers",
        "pod.beta.kubernetes.io/init-container-statuses",
    )
)


def pull_policy(image: str) -> str:
    """Always for :latest, named or implied; a name that cannot be parsed is none. Kubernetes: SetDefaults_Container"""
    if tag_of(image) == LATEST:
        return "Always"
    return "IfNotPresent"


def _resources(resources: Object) -> Object:
    for side in ("limits", "requests"):
        resources = inside(resources, side, canonical_amounts)
    return resources


def _probe(probe: Object) -> Object:
    probe = filled(probe, _PROBE)
    probe = inside(probe, "httpGet", _http_get)
    return inside(probe, "grpc", _grpc)


def _http_get(action: Object) -> Object:
    return filled({"port": 0, **action}, _HTTP_GET)


def _grpc(action: Object) -> Object:
    # The one default that is an empty text: the health of the server as a whole.
    return {"service": "", **action}


def _lifecycle(lifecycle: Object) -> Object:
    for hook in ("postStart", "preStop"):
        lifecycle = inside(lifecycle, hook, _hook)
    return lifecycle


def _hook(hook: Object) -> Object:
    return inside(hook, "httpGet", _http_get)


def _port(port: Object) -> Object:
    return filled(port, {"protocol": "TCP"})


def _variable(variable: Object) -> Object:
    return inside(variable, "valueFrom", _value_from)


def _value_from(source: Object) -> Object:
    source = inside(source, "fieldRef", _field_ref)
    return inside(source, "resourceFieldRef", _resource_ref)


def _field_ref(selector: Object) -> Object:
    return filled(selector, {"apiVersion": "v1"})


def _resource_ref(selector: Object) -> Object:
    return filled(selector, {"divisor": "0"})


def container(found: Object) -> Object:
    """Kubernetes: SetDefaults_Container and those of what stands in it."""
    found = filled(found, _CONTAINER)
    policy = pull_policy(found.get("image", ""))
    found = filled(found, {"imagePullPolicy": policy})
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
    source = inside(source, "serviceAccountToken", _token)
    return inside(source, "downwardAPI", _items)


def _token(source: Object) -> Object:
    # An hour: the kubelet fetches a new one long before.
    return {"expirationSeconds": 3600, **source}


def _claim_source(source: Object) -> Object:
    return inside(source, "volumeClaimTemplate", _claim_template)


def _claim_template(template: Object) -> Object:
    return inside(template, "spec", _claim)


def _claim(spec: Object) -> Object:
    return {"volumeMode": "Filesystem", **spec}


def _image(source: Object) -> Object:
    policy = pull_policy(source.get("reference", ""))
    return filled(source, {"pullPolicy": policy})


_AZURE_DISK = {
    "cachingMode": "ReadWrite",
    "fsType": "ext4",
    "kind": "Shared",
    "readOnly": False,
}


def _azure_disk(source: Object) -> Object:
    # Pointers in Go: an empty text is something that was said.
    return {**_AZURE_DISK, **source}


def _iscsi(source: Object) -> Object:
    return filled(source, {"iscsiInterface": "default"})


def _rbd(source: Object) -> Object:
    defaults = {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}
    return filled(source, defaults)


def _scale_io(source: Object) -> Object:
    return filled(source, {"storageMode": "ThinProvisioned", "fsType": "xfs"})


_VOLUMES: dict[str, Filler] = {
    "azureDisk": _azure_disk,
    "iscsi": _iscsi,
    "rbd": _rbd,
    "scaleIO": _scale_io,
    "secret": _moded,
    "configMap": _moded,
    "downwardAPI": lambda source: _items(_moded(source)),
    "projected": _projected,
    "hostPath": lambda source: {"type": "", **source},
    "ephemeral": _claim_source,
    "image": _image,
}


def _volume(volume: Object) -> Object:
    # A volume that names no source is an empty directory. Kubernetes: SetDefaults_Volume
    if not volume.keys() - {"name"}:
        return {**volume, "emptyDir": {}}
    return volume_source(volume)


def volume_source(found: Object) -> Object:
    """A volume, or a PersistentVolume's spec, with its source completed."""
    for kind, change in _VOLUMES.items():
        found = inside(found, kind, change)
    return found


def pod_spec(spec: Object) -> Object:
    """Kubernetes: SetDefaults_PodSpec, and the alias of serviceAccountName."""
    spec = filled(spec, _POD_SPEC)
    # A pointer in Go: a zero was said, and means that nothing is waited for.
    spec = {"terminationGracePeriodSeconds": GRACE_PERIOD, **spec}
    # `serviceAccount` is the older name of the same field; both are written.
    account = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if account:
        spec = {**spec, "serviceAccount": account, "serviceAccountName": account}
    spec = with_each_container(spec, container, ALL)
    spec = inside(spec, "overhead", canonical_amounts)
    return inside(spec, "volumes", each(_volume))


def _metadata(metadata: Object) -> Object:
    """Without what init containers were before there was a field. Kubernetes: dropInitContainerAnnotations"""
    annotations = metadata.get("annotations") or {}
    if _OLD_INIT.isdisjoint(annotations):
        return metadata
    kept = {key: text for key, text in annotations.items() if key not in _OLD_INIT}
    return {**metadata, "annotations": kept}


def pod_template(template: Object) -> Object:
    """A template with its spec completed; an absent part is an empty one."""
    return {
        **template,
        "metadata": _metadata(template.get("metadata", {})),
        "spec": pod_spec(template.get("spec", {})),
    }

"""What a PersistentVolume must meet.

Kubernetes: pkg/apis/core/validation/validation.go, ValidatePersistentVolumeSpec
"""

from __future__ import annotations

import posixpath

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    IMMUTABLE,
    NIL,
    Causes,
    Check,
    choice,
    forbidden,
    invalid,
    needed,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.claim_rules import access_modes, class_name, positive, volume_mode
from k8slearn.kinds.difference import difference
from k8slearn.kinds.metadata import immutable
from k8slearn.kinds.pod_template.affinity import node_selector
from k8slearn.kinds.pod_template.mounts import no_backsteps
from k8slearn.kinds.pod_template.volumes import SOURCES, csi_driver

_RECLAIM = ("Delete", "Recycle", "Retain")
_ONE_TYPE = "may not specify more than 1 volume type"
_AFFINITY_STAYS = f"{IMMUTABLE}, except for updating from beta label to GA"
_SOURCE_STAYS = "spec.persistentvolumesource is immutable after creation"
# The first that is given counts.
_ORDER = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
]


def volume(o: Object) -> Causes:
    """Kubernetes: ValidatePersistentVolumeSpec"""
    spec = o.get("spec", {})
    if not spec.get("accessModes"):
        yield required("spec.accessModes")
    yield from access_modes(spec, "spec")
    yield from _capacity(spec)
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    yield from choice(spec, "persistentVolumeReclaimPolicy", "spec", _RECLAIM)
    yield from _node_affinity(spec)
    yield from _source(spec)
    whole = posixpath.normpath(spec.get("hostPath", {}).get("path", ".")) == "/"
    if whole and policy == "Recycle":
        detail = "may not be 'recycle' for a hostPath mount of '/'"
        yield forbidden("spec.persistentVolumeReclaimPolicy", detail)
    yield from class_name(spec, "storageClassName", "spec")
    yield from volume_mode(spec, "spec")


def _capacity(spec: Object) -> Causes:
    capacity = spec.get("capacity", {})
    if not capacity:
        yield required("spec.capacity")
    if list(capacity) != ["storage"]:
        yield not_supported("spec.capacity", spec.get("capacity", NIL), ("storage",))
    for resource, amount in capacity.items():
        yield from positive(amount, f"spec.capacity[{resource}]")


def _node_affinity(spec: Object) -> Causes:
    affinity = spec.get("nodeAffinity")
    if affinity is None:
        return
    at = "spec.nodeAffinity.required"
    if "required" in affinity:
        yield from node_selector(affinity["required"], at)
    else:
        yield required(at, "must specify required node constraints")


def _source(spec: Object) -> Causes:
    named = [kind for kind in _ORDER if kind in spec]
    if not named:
        yield required("spec", "must specify a volume type")
        return
    first, *others = named
    check = _OWN.get(first) or SOURCES[first]
    yield from check(spec[first], f"spec.{first}")
    if first == "local" and "nodeAffinity" not in spec:
        yield required("spec.nodeAffinity", "Local volume requires node affinity")
    for kind in others:
        yield forbidden(f"spec.{kind}", _ONE_TYPE)


def _local(source: Object, path: str) -> Causes:
    return needed(source, "path", path, no_backsteps)


def _csi(source: Object, path: str) -> Causes:
    yield from csi_driver(source, path)
    if not source.get("volumeHandle"):
        yield required(f"{path}.volumeHandle")
    for field in _CSI_SECRETS:
        if field in source:
            at = f"{path}.{field}"
            yield from needed(source[field], "name", at, text.dns_subdomain)
            yield from needed(source[field], "namespace", at, text.dns_label)


# In the order in which upstream comes to them.
_CSI_SECRETS = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)
_OWN: dict[str, Check] = {"local": _local, "csi": _csi}


def changed_volume(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidatePersistentVolumeUpdate

    Deviation: what differs is told as JSON.
    """
    yield from volume(new)
    spec, before = new.get("spec", {}), old.get("spec", {})
    source, known = (
        {kind: each[kind] for kind in _ORDER if kind in each}
        for each in (_without_secret(spec, before), before)
    )
    if source != known:
        detail = f"{_SOURCE_STAYS}\n{difference(known, source)}"
        yield forbidden("spec.persistentvolumesource", detail)
    yield from immutable("volumeMode", spec.get("volumeMode"), before.get("volumeMode"))
    if "nodeAffinity" in before:
        affinity = spec.get("nodeAffinity")
        if affinity != before["nodeAffinity"]:
            yield invalid("nodeAffinity", affinity, _AFFINITY_STAYS)


def _without_secret(spec: Object, before: Object) -> Object:
    """The spec without the secret of an expansion, which a driver's volume may be given later."""
    field = "controllerExpandSecretRef"
    if "csi" not in spec or field in before.get("csi", {field: 0}):
        return spec
    csi = {key: value for key, value in spec["csi"].items() if key != field}
    return {**spec, "csi": csi}

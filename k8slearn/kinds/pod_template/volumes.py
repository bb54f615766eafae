"""Volumes of a Pod.

Kubernetes: pkg/apis/core/validation/validation.go ValidateVolumes, validateVolumeSource
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    chosen,
    duplicate,
    each,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    needed,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.claim_rules import claim_spec
from k8slearn.kinds.pod_template.env import (
    VOLUME_FIELDS,
    field_ref,
    resource_ref,
)
from k8slearn.kinds.pod_template.mounts import local_path, no_backsteps

_HOST_PATH_TYPES = (
    "",
    "BlockDevice",
    "CharDevice",
    "Directory",
    "DirectoryOrCreate",
    "File",
    "FileOrCreate",
    "Socket",
)
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
# Ten minutes, since the kubelet fetches a new token in time only for longer ones; and what Go's field holds.
_MIN_TOKEN = 600
_MAX_TOKEN = 1 << 32
# A name of the Container Storage Interface is a label of at most 63 bytes.
_MAX_DRIVER = 63
_MAX_BYTE = 255
# In the order of Go's struct.
_NOT_FOR_CLAIMS = (
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "ownerReferences",
    "finalizers",
    "managedFields",
)
_CLAIM_NOTES = {"annotations": meta.annotation_keys, "labels": meta.labels}
_MODE_DETAIL = "must be a number between 0 and 0777 (octal), both inclusive"
_REQUIRED_FIELDS = {
    "gitRepo": ("repository",),
    "nfs": ("server", "path"),
    "iscsi": ("targetPortal", "iqn"),
    "glusterfs": ("endpoints", "path"),
    "persistentVolumeClaim": ("claimName",),
    "rbd": ("monitors", "image"),
    "cinder": ("volumeID",),
    "cephfs": ("monitors",),
    "quobyte": ("registry", "volume"),
    "flexVolume": ("driver",),
    "azureFile": ("secretName", "shareName"),
    "vsphereVolume": ("volumePath",),
    "photonPersistentDisk": ("pdID",),
    "portworxVolume": ("volumeID",),
    "azureDisk": ("diskName", "diskURI"),
    "storageos": ("volumeName",),
    "scaleIO": ("gateway", "system", "volumeName"),
}


def volumes(found: list[Object], path: str) -> tuple[dict[str, Object], list[Cause]]:
    """The volumes that are valid, by name, and what is wrong with the others."""
    valid: dict[str, Object] = {}
    causes: list[Cause] = []
    for at, volume in indexed(found, path):
        trouble = list(_volume(volume, valid, at))
        causes += trouble
        # A container that mounts a volume with errors is told that there is no such volume.
        if not trouble:
            valid[volume["name"]] = volume
    return valid, causes


def _volume(volume: Object, seen: dict[str, Object], path: str) -> Causes:
    yield from _source(volume, path)
    yield from needed(volume, "name", path, text.dns_label)
    name = volume.get("name", "")
    if name in seen:
        yield duplicate(f"{path}.name", name)


def _source(volume: Object, path: str) -> Causes:
    named = [kind for kind in SOURCES if kind in volume]
    if not named:
        yield required(path, "must specify a volume type")
        return
    # The first in upstream's order counts; the others should not be there at all.
    first, *others = named
    yield from SOURCES[first](volume[first], f"{path}.{first}")
    for kind in others:
        shown = _MISSPELT.get(kind, kind)
        yield forbidden(f"{path}.{shown}", "may not specify more than 1 volume type")


def _mode(mode: int, path: str) -> Causes:
    if not 0 <= mode <= 0o777:
        yield invalid(path, mode, _MODE_DETAIL)


def _empty_dir(source: Object, path: str) -> Causes:
    limit = quantity.parse(source.get("sizeLimit", "0"))
    if limit.value < 0:
        detail = "SizeLimit field must be a valid resource quantity"
        yield forbidden(f"{path}.sizeLimit", detail)


def _host_path(source: Object, path: str) -> Causes:
    host_path = source.get("path", "")
    if not host_path:
        yield required(f"{path}.path")
        return
    yield from follows(f"{path}.path", host_path, no_backsteps)
    kind = source.get("type", "")
    if kind not in _HOST_PATH_TYPES:
        yield not_supported(f"{path}.type", kind, _HOST_PATH_TYPES)


def _keyed(name_field: str) -> Callable[[Object, str], Causes]:
    def check(source: Object, path: str) -> Causes:
        if not source.get(name_field):
            yield required(f"{path}.{name_field}")
        yield from given(source, path, _KEYED)

    return check


def _key_to_path(item: Object, path: str) -> Causes:
    for field in ("key", "path"):
        if not item.get(field):
            yield required(f"{path}.{field}")
    file = item.get("path", "")
    yield from local_path(file, f"{path}.path")
    yield from given(item, path, {"mode": _mode})


_KEYED: dict[str, Check] = {
    "defaultMode": _mode,
    "items": each(_key_to_path),
}


def _downward_api(source: Object, path: str) -> Causes:
    yield from given(source, path, {"defaultMode": _mode})
    # The volume's own path for each of the files: so upstream writes it.
    for item in source.get("items", []):
        yield from _downward_file(item, path)


def _downward_file(item: Object, path: str) -> Causes:
    if not item.get("path"):
        yield required(f"{path}.path")
    file = item.get("path", "")
    yield from local_path(file, f"{path}.path")
    if "fieldRef" in item:
        yield from field_ref(item["fieldRef"], f"{path}.fieldRef", VOLUME_FIELDS)
        if "resourceFieldRef" in item:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            yield invalid(path, "resource", detail)
    elif "resourceFieldRef" in item:
        reference = item["resourceFieldRef"]
        yield from resource_ref(reference, f"{path}.resourceFieldRef", volume=True)
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")
    yield from given(item, path, {"mode": _mode})


def _projected(source: Object, path: str) -> Causes:
    yield from given(source, path, {"defaultMode": _mode})
    # All sources end in one directory, where a name stands for one file.
    seen: set[str] = set()
    for at, projection in items(source, "sources", path):
        for kind in ("secret", "configMap"):
            if kind in projection:
                yield from _projected_keys(projection[kind], seen, f"{at}.{kind}", path)
        for item in projection.get("downwardAPI", {}).get("items", []):
            yield from _downward_file(item, f"{at}.downwardAPI")
            file = item.get("path", "")
            yield from _unique_path(file, file, seen, path)
        if "serviceAccountToken" in projection:
            token = projection["serviceAccountToken"]
            yield from _token(token, f"{at}.serviceAccountToken", path)
        if len(projection) > 1:
            yield forbidden(at, "may not specify more than 1 volume type per source")


def _projected_keys(source: Object, seen: set[str], path: str, volume: str) -> Causes:
    name = source.get("name", "")
    if not name:
        yield required(f"{path}.name")
    for at, item in items(source, "items", path):
        yield from _key_to_path(item, at)
        # The object's name as the bad value, not the path: so upstream writes it.
        yield from _unique_path(item.get("path", ""), name, seen, volume)


def _unique_path(file: str, shown: str, seen: set[str], path: str) -> Causes:
    if file and file in seen:
        yield invalid(path, shown, "conflicting duplicate paths")
    seen.add(file)


def _token(source: Object, path: str, volume: str) -> Causes:
    at = f"{path}.expirationSeconds"
    seconds = source.get("expirationSeconds")
    if seconds is None:
        yield required(at)
    elif seconds < _MIN_TOKEN:
        yield invalid(at, seconds, "may not specify a duration less than 10 minutes")
    elif seconds > _MAX_TOKEN:
        detail = "may not specify a duration larger than 2^32 seconds"
        yield invalid(at, seconds, detail)
    # Upstream hands on the path of the volume for the file's name.
    file = source.get("path")
    if file:
        yield from local_path(file, f"{volume}.path")
    else:
        yield required(f"{volume}.path")


def csi_driver(source: Object, path: str) -> Causes:
    """The name of a driver of the Container Storage Interface. Kubernetes: ValidateCSIDriverName"""
    driver = source.get("driver", "")
    if not driver:
        yield required(f"{path}.driver")
        return
    if text.size(driver) > _MAX_DRIVER:
        yield too_long(f"{path}.driver", _MAX_DRIVER)
    # Drivers were named before the rule: capitals are let through.
    for message in text.dns_subdomain(driver.lower()):
        yield invalid(f"{path}.driver", driver, message)


def _csi(source: Object, path: str) -> Causes:
    yield from csi_driver(source, path)
    secret = source.get("nodePublishSecretRef")
    if secret is None:
        return
    name = secret.get("name", "")
    if not name:
        yield required(f"{path}.nodePublishSecretRef.name")
    else:
        # The driver's path for the secret's name: so upstream writes it.
        yield from follows(f"{path}.name", name, text.dns_subdomain)


def _ephemeral(source: Object, path: str) -> Causes:
    template = source.get("volumeClaimTemplate")
    if template is None:
        yield required(f"{path}.volumeClaimTemplate")
        return
    at = f"{path}.volumeClaimTemplate"
    metadata = template.get("metadata", {})
    yield from given(metadata, f"{at}.metadata", _CLAIM_NOTES)
    # The claim is named after its Pod, and goes with it: there is nothing else to say of it.
    for field in _NOT_FOR_CLAIMS:
        if metadata.get(field):
            shown = {"uid": "uID"}.get(field, field)
            yield forbidden(f"{at}.metadata.{shown}", "cannot be set")
    yield from claim_spec(template.get("spec", {}), f"{at}.spec")


def _image(source: Object, path: str) -> Causes:
    if not source.get("reference"):
        yield required(f"{path}.reference")
    yield from chosen(source, "pullPolicy", path, _PULL_POLICIES)


def _nfs(source: Object, path: str) -> Causes:
    yield from _needs("server", "path")(source, path)
    exported = source.get("path", "")
    if not exported.startswith("/"):
        yield invalid(f"{path}.path", exported, "must be an absolute path")


def _needs(*fields: str) -> Callable[[Object, str], Causes]:
    def check(source: Object, path: str) -> Causes:
        for field in fields:
            if not source.get(field):
                yield required(f"{path}.{field}")

    return check


def _fc(source: Object, path: str) -> Causes:
    names, ids = source.get("targetWWNs"), source.get("wwids")
    at = f"{path}.targetWWNs"
    if not names and not ids:
        yield required(at, "must specify either targetWWNs or wwids, but not both")
    if names and ids:
        detail = "targetWWNs and wwids can not be specified simultaneously"
        yield invalid(at, names, detail)
    if names and "lun" not in source:
        yield required(f"{path}.lun", "lun is required if targetWWNs is specified")
    elif names and not 0 <= source["lun"] <= _MAX_BYTE:
        yield invalid(f"{path}.lun", source["lun"], text.between(0, _MAX_BYTE))


def _partitioned(field: str, said: str) -> Callable[[Object, str], Causes]:
    def check(source: Object, path: str) -> Causes:
        # Upstream calls one of them otherwise than its field.
        at = f"{path.rpartition('.')[0]}.{said}"
        yield from _needs(field)(source, at)
        partition = source.get("partition", 0)
        if not 0 <= partition <= _MAX_BYTE:
            yield invalid(f"{at}.partition", partition, text.between(1, _MAX_BYTE))

    return check


# validateVolumeSource goes through them in this order, and the first that is given counts.
_ORDER = (
    "emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker "
    "persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume "
    "photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image"
)
# Two paths in upstream's messages are written otherwise than the fields.
_MISSPELT = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
_CHECKS: dict[str, Check] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _keyed("secretName"),
    "configMap": _keyed("name"),
    "nfs": _nfs,
    "fc": _fc,
    "downwardAPI": _downward_api,
    "projected": _projected,
    "csi": _csi,
    "gcePersistentDisk": _partitioned("pdName", "persistentDisk"),
    "awsElasticBlockStore": _partitioned("volumeID", "awsElasticBlockStore"),
    "ephemeral": _ephemeral,
    "image": _image,
}
SOURCES: dict[str, Check] = {
    kind: _CHECKS.get(kind) or _needs(*_REQUIRED_FIELDS.get(kind, ()))
    for kind in _ORDER.split()
}

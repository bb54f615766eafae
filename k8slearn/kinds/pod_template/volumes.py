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
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    one_of,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.env import (
    VOLUME_FIELDS,
    field_ref,
    no_backsteps,
    resource_ref,
)
from k8slearn.kinds.pod_template.mounts import local_path

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
_MODE_DETAIL = "must be a number between 0 and 0777 (octal), both inclusive"
_REQUIRED_FIELDS = {
    "gitRepo": ("repository",),
    "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",),
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
    for i, volume in enumerate(found):
        trouble = list(_volume(volume, valid, f"{path}[{i}]"))
        causes += trouble
        if not trouble:
            valid[volume["name"]] = volume
    return valid, causes


def _volume(volume: Object, seen: dict[str, Object], path: str) -> Causes:
    yield from _source(volume, path)
    name = volume.get("name", "")
    if name:
        yield from each_invalid(f"{path}.name", name, text.dns_label(name))
    else:
        yield required(f"{path}.name")
    if name in seen:
        yield duplicate(f"{path}.name", name)


def _source(volume: Object, path: str) -> Causes:
    given = [kind for kind in _SOURCES if kind in volume]
    for i, kind in enumerate(given):
        if i:
            yield forbidden(
                f"{path}.{_MISSPELT.get(kind, kind)}",
                "may not specify more than 1 volume type",
            )
        else:
            yield from _SOURCES[kind](volume[kind], f"{path}.{kind}")
    if not given:
        yield required(path, "must specify a volume type")


def _mode(mode: int | None, path: str) -> Causes:
    if mode is not None and not 0 <= mode <= 0o777:
        yield invalid(path, mode, _MODE_DETAIL)


def _empty_dir(source: Object, path: str) -> Causes:
    if quantity.parse(source.get("sizeLimit", "0")).value < 0:
        yield forbidden(
            f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity"
        )


def _host_path(source: Object, path: str) -> Causes:
    place = source.get("path", "")
    if not place:
        yield required(f"{path}.path")
        return
    yield from each_invalid(f"{path}.path", place, no_backsteps(place))
    if source.get("type", "") not in _HOST_PATH_TYPES:
        yield not_supported(f"{path}.type", source["type"], _HOST_PATH_TYPES)


def _keyed(name_field: str) -> Callable[[Object, str], Causes]:
    def check(source: Object, path: str) -> Causes:
        if not source.get(name_field):
            yield required(f"{path}.{name_field}")
        yield from _mode(source.get("defaultMode"), f"{path}.defaultMode")
        for i, item in enumerate(source.get("items", [])):
            yield from _key_to_path(item, f"{path}.items[{i}]")

    return check


def _key_to_path(item: Object, path: str) -> Causes:
    for field in ("key", "path"):
        if not item.get(field):
            yield required(f"{path}.{field}")
    yield from local_path(item.get("path", ""), f"{path}.path")
    yield from _mode(item.get("mode"), f"{path}.mode")


def _downward_api(source: Object, path: str) -> Causes:
    yield from _mode(source.get("defaultMode"), f"{path}.defaultMode")
    for item in source.get("items", []):
        yield from _downward_file(item, path)


def _downward_file(item: Object, path: str) -> Causes:
    if not item.get("path"):
        yield required(f"{path}.path")
    yield from local_path(item.get("path", ""), f"{path}.path")
    if "fieldRef" in item:
        yield from field_ref(item["fieldRef"], f"{path}.fieldRef", VOLUME_FIELDS)
        if "resourceFieldRef" in item:
            detail = "fieldRef and resourceFieldRef can not be specified simultaneously"
            yield invalid(path, "resource", detail)
    elif "resourceFieldRef" in item:
        yield from resource_ref(
            item["resourceFieldRef"], f"{path}.resourceFieldRef", volume=True
        )
    else:
        yield required(path, "one of fieldRef and resourceFieldRef is required")
    yield from _mode(item.get("mode"), f"{path}.mode")


def _projected(source: Object, path: str) -> Causes:
    yield from _mode(source.get("defaultMode"), f"{path}.defaultMode")
    paths: set[str] = set()
    for i, projection in enumerate(source.get("sources", [])):
        at = f"{path}.sources[{i}]"
        for kind in ("secret", "configMap"):
            yield from _projected_keys(
                projection.get(kind), paths, f"{at}.{kind}", path
            )
        for item in projection.get("downwardAPI", {}).get("items", []):
            yield from _downward_file(item, f"{at}.downwardAPI")
            yield from _unique_path(
                item.get("path", ""), item.get("path", ""), paths, path
            )
        if "serviceAccountToken" in projection:
            yield from _token(
                projection["serviceAccountToken"], f"{at}.serviceAccountToken", path
            )
        if len(projection) > 1:
            yield forbidden(at, "may not specify more than 1 volume type per source")


def _projected_keys(
    source: Object | None, paths: set[str], path: str, volume: str
) -> Causes:
    if source is None:
        return
    if not source.get("name"):
        yield required(f"{path}.name")
    for i, item in enumerate(source.get("items", [])):
        yield from _key_to_path(item, f"{path}.items[{i}]")
        yield from _unique_path(
            item.get("path", ""), source.get("name", ""), paths, volume
        )


def _unique_path(place: str, shown: str, seen: set[str], path: str) -> Causes:
    if place and place in seen:
        yield invalid(path, shown, "conflicting duplicate paths")
    seen.add(place)


def _token(source: Object, path: str, volume: str) -> Causes:
    seconds = source.get("expirationSeconds")
    if seconds is None:
        yield required(f"{path}.expirationSeconds")
    elif seconds < 600:
        yield invalid(
            f"{path}.expirationSeconds",
            seconds,
            "may not specify a duration less than 10 minutes",
        )
    elif seconds > 1 << 32:
        yield invalid(
            f"{path}.expirationSeconds",
            seconds,
            "may not specify a duration larger than 2^32 seconds",
        )
    if place := source.get("path"):
        yield from local_path(place, f"{volume}.path")
    else:
        yield required(f"{volume}.path")


def _csi(source: Object, path: str) -> Causes:
    driver = source.get("driver", "")
    if not driver:
        yield required(f"{path}.driver")
    elif text.size(driver) > 63:
        yield too_long(f"{path}.driver", 63)
    if driver:
        yield from each_invalid(
            f"{path}.driver", driver, text.dns_subdomain(driver.lower())
        )


def _ephemeral(source: Object, path: str) -> Causes:
    template = source.get("volumeClaimTemplate")
    if template is None:
        yield required(f"{path}.volumeClaimTemplate")
        return
    at, spec = f"{path}.volumeClaimTemplate", template.get("spec", {})
    yield from meta.labels(
        template.get("metadata", {}).get("labels", {}), f"{at}.metadata.labels"
    )
    if not spec.get("accessModes"):
        yield required(f"{at}.spec.accessModes", "at least 1 access mode is required")
    if "storage" not in spec.get("resources", {}).get("requests", {}):
        yield required(f"{at}.spec.resources[storage]")


def _image(source: Object, path: str) -> Causes:
    if not source.get("reference"):
        yield required(f"{path}.reference")
    yield from one_of(
        f"{path}.pullPolicy", source.get("pullPolicy", ""), _PULL_POLICIES
    )


def _nfs(source: Object, path: str) -> Causes:
    yield from _needs("server", "path")(source, path)
    if not source.get("path", "").startswith("/"):
        yield invalid(
            f"{path}.path", source.get("path", ""), "must be an absolute path"
        )


def _needs(*fields: str) -> Callable[[Object, str], Causes]:
    def check(source: Object, path: str) -> Causes:
        for field in fields:
            if not source.get(field):
                yield required(f"{path}.{field}")

    return check


def _fc(source: Object, path: str) -> Causes:
    if not source.get("targetWWNs") and not source.get("wwids"):
        yield required(
            f"{path}.targetWWNs",
            "must specify either targetWWNs or wwids, but not both",
        )


_ORDER = (
    "emptyDir hostPath gitRepo gcePersistentDisk awsElasticBlockStore secret nfs iscsi glusterfs flocker "
    "persistentVolumeClaim rbd cinder cephfs quobyte downwardAPI fc flexVolume configMap azureFile vsphereVolume "
    "photonPersistentDisk portworxVolume azureDisk storageos projected scaleIO csi ephemeral image"
)
_MISSPELT = {"cephfs": "cephFS", "downwardAPI": "downwarAPI"}
_CHECKS: dict[str, Callable[[Object, str], Causes]] = {
    "emptyDir": _empty_dir,
    "hostPath": _host_path,
    "secret": _keyed("secretName"),
    "configMap": _keyed("name"),
    "nfs": _nfs,
    "fc": _fc,
    "downwardAPI": _downward_api,
    "projected": _projected,
    "csi": _csi,
    "ephemeral": _ephemeral,
    "image": _image,
}
_SOURCES = {
    kind: _CHECKS.get(kind) or _needs(*_REQUIRED_FIELDS.get(kind, ()))
    for kind in _ORDER.split()
}

"""Where containers mount volumes.

Kubernetes: pkg/apis/core/validation/validation.go ValidateVolumeMounts, ValidateVolumeDevices
"""

from __future__ import annotations

from k8slearn.apimachinery.field import (
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.env import no_backsteps

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")


def descending_path(path: str, field: str) -> Causes:
    """A relative path that never goes up. Kubernetes: validateLocalDescendingPath"""
    if path.startswith("/"):
        yield invalid(field, path, "must be a relative path")
    yield from each_invalid(field, path, no_backsteps(path))


def local_path(path: str, field: str) -> Causes:
    """As above, and it may not begin with two dots. Kubernetes: ValidateLocalNonReservedPath"""
    yield from descending_path(path, field)
    if path.startswith("..") and not path.startswith("../"):
        yield invalid(field, path, "must not start with '..'")


def volume_mounts(
    mounts: list[Object],
    devices: list[Object],
    volumes: dict[str, Object],
    container: Object,
    path: str,
) -> Causes:
    """The list `volumeMounts`."""
    device_paths = {
        device.get("name", ""): device.get("devicePath", "") for device in devices
    }
    seen: set[str] = set()
    for i, mount in enumerate(mounts):
        at = f"{path}[{i}]"
        yield from _target(mount, volumes, seen, at)
        yield from _overlap(mount, device_paths, at)
        yield from _sub_paths(mount, path, at)
        yield from _propagation(mount, container, f"{path}.mountPropagation")
        yield from _recursive(mount, f"{path}.recursiveReadOnly")


def _target(
    mount: Object, volumes: dict[str, Object], seen: set[str], path: str
) -> Causes:
    name, place = mount.get("name", ""), mount.get("mountPath", "")
    if not name:
        yield required(f"{path}.name")
    if name not in volumes:
        yield not_found(f"{path}.name", name)
    if not place:
        yield required(f"{path}.mountPath")
    if place in seen:
        yield invalid(f"{path}.mountPath", place, "must be unique")
    seen.add(place)


def _overlap(mount: Object, devices: dict[str, str], path: str) -> Causes:
    name, place = mount.get("name", ""), mount.get("mountPath", "")
    if name in devices:
        yield invalid(f"{path}.name", name, "must not already exist in volumeDevices")
    if place in devices.values():
        yield invalid(
            f"{path}.mountPath",
            place,
            "must not already exist as a path in volumeDevices",
        )


def _sub_paths(mount: Object, path: str, at: str) -> Causes:
    sub, expression = mount.get("subPath"), mount.get("subPathExpr")
    if sub:
        yield from descending_path(sub, f"{path}.subPath")
    if expression:
        if sub:
            yield invalid(
                f"{at}.subPathExpr",
                expression,
                "subPathExpr and subPath are mutually exclusive",
            )
        yield from descending_path(expression, f"{path}.subPathExpr")


def _propagation(mount: Object, container: Object, path: str) -> Causes:
    mode = mount.get("mountPropagation")
    if mode is None:
        return
    if mode not in _PROPAGATIONS:
        yield not_supported(path, mode, _PROPAGATIONS)
    if mode == "Bidirectional" and not container.get("securityContext", {}).get(
        "privileged"
    ):
        yield forbidden(
            path,
            "Bidirectional mount propagation is available only to privileged containers",
        )


def _recursive(mount: Object, path: str) -> Causes:
    mode = mount.get("recursiveReadOnly")
    if mode in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            yield forbidden(path, "may only be specified when readOnly is true")
        if mount.get("mountPropagation", "None") != "None":
            yield forbidden(
                path,
                "may only be specified when mountPropagation is None or not specified",
            )
    elif mode is not None and mode != "Disabled":
        yield not_supported(path, mode, _RECURSIVE)


def volume_devices(
    devices: list[Object], mounts: list[Object], volumes: dict[str, Object], path: str
) -> Causes:
    """The list `volumeDevices`."""
    mounted = {mount.get("name", ""): mount.get("mountPath", "") for mount in mounts}
    names: set[str] = set()
    places: set[str] = set()
    for i, device in enumerate(devices):
        at = f"{path}[{i}]"
        yield from _device_name(device.get("name", ""), volumes, names, at)
        yield from _device_path(device.get("devicePath", ""), places, at)
        if device.get("name", "") in mounted:
            yield invalid(
                f"{at}.name",
                device.get("name", ""),
                "must not already exist in volumeMounts",
            )
        if (place := device.get("devicePath", "")) in mounted.values():
            yield invalid(
                f"{at}.devicePath",
                place,
                "must not already exist as a path in volumeMounts",
            )


def _device_name(
    name: str, volumes: dict[str, Object], seen: set[str], path: str
) -> Causes:
    if not name:
        yield required(f"{path}.name")
    if name in seen:
        yield invalid(f"{path}.name", name, "must be unique")
    if name not in volumes:
        yield not_found(f"{path}.name", name)
    elif not {"persistentVolumeClaim", "ephemeral"} & volumes[name].keys():
        detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        yield invalid(f"{path}.name", name, detail)
    if name:
        seen.add(name)


def _device_path(place: str, seen: set[str], path: str) -> Causes:
    if not place:
        yield required(f"{path}.devicePath")
    if place in seen:
        yield invalid(f"{path}.devicePath", place, "must be unique")
    if place and no_backsteps(place):
        yield invalid(f"{path}.devicePath", place, "can not contain backsteps ('..')")
    else:
        seen.add(place)

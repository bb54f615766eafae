"""Where containers mount volumes.

Kubernetes: pkg/apis/core/validation/validation.go ValidateVolumeMounts, ValidateVolumeDevices
"""

from __future__ import annotations

from k8slearn.apimachinery.field import (
    Causes,
    follows,
    forbidden,
    indexed,
    invalid,
    not_found,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object

# By name.
Volumes = dict[str, Object]

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")
_RECURSIVE = ("Disabled", "Enabled", "IfPossible")
_IN_DEVICES = "must not already exist in volumeDevices"
_PATH_IN_DEVICES = "must not already exist as a path in volumeDevices"
_IN_MOUNTS = "must not already exist in volumeMounts"
_PATH_IN_MOUNTS = "must not already exist as a path in volumeMounts"
_ONLY_PRIVILEGED = (
    "Bidirectional mount propagation is available only to privileged containers"
)
_NO_BLOCKS = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"


def no_backsteps(path: str) -> list[str]:
    """What keeps a path from being one that only goes down."""
    if ".." in path.split("/"):
        return ["must not contain '..'"]
    return []


def descending_path(path: str, field: str) -> Causes:
    """A relative path that never goes up. Kubernetes: validateLocalDescendingPath"""
    if path.startswith("/"):
        yield invalid(field, path, "must be a relative path")
    yield from follows(field, path, no_backsteps)


def local_path(path: str, field: str) -> Causes:
    """As above, and it may not begin with two dots. Kubernetes: ValidateLocalNonReservedPath"""
    yield from descending_path(path, field)
    # Names of that form are the kubelet's, which swaps a whole directory by a link `..data`.
    if path.startswith("..") and not path.startswith("../"):
        yield invalid(field, path, "must not start with '..'")


def volume_mounts(
    mounts: list[Object],
    devices: list[Object],
    volumes: Volumes,
    container: Object,
    path: str,
) -> Causes:
    """The list `volumeMounts`."""
    names, paths = _taken(devices, "devicePath")
    seen: set[str] = set()
    for at, mount in indexed(mounts, path):
        yield from _target(mount, volumes, seen, at)
        yield from _overlap(mount, names, paths, at)
        # Some rules speak of the list instead of the item: upstream hands them its path.
        yield from _sub_paths(mount, path, at)
        yield from _propagation(mount, container, f"{path}.mountPropagation")
        yield from _recursive(mount, f"{path}.recursiveReadOnly")


def _taken(found: list[Object], field: str) -> tuple[set[str], set[str]]:
    """The names of a list and its paths; of two alike only the last one's path counts, as in upstream's map."""
    by_name = {each.get("name", ""): each.get(field, "") for each in found}
    return set(by_name), set(by_name.values())


def _target(mount: Object, volumes: Volumes, seen: set[str], path: str) -> Causes:
    name = mount.get("name", "")
    mount_path = mount.get("mountPath", "")
    if not name:
        yield required(f"{path}.name")
    if name not in volumes:
        yield not_found(f"{path}.name", name)
    if not mount_path:
        yield required(f"{path}.mountPath")
    if mount_path in seen:
        yield invalid(f"{path}.mountPath", mount_path, "must be unique")
    seen.add(mount_path)


def _overlap(mount: Object, names: set[str], paths: set[str], path: str) -> Causes:
    name = mount.get("name", "")
    mount_path = mount.get("mountPath", "")
    if name in names:
        yield invalid(f"{path}.name", name, _IN_DEVICES)
    if mount_path in paths:
        yield invalid(f"{path}.mountPath", mount_path, _PATH_IN_DEVICES)


def _sub_paths(mount: Object, path: str, at: str) -> Causes:
    plain = mount.get("subPath")
    expression = mount.get("subPathExpr")
    if plain:
        yield from descending_path(plain, f"{path}.subPath")
    if expression:
        if plain:
            detail = "subPathExpr and subPath are mutually exclusive"
            yield invalid(f"{at}.subPathExpr", expression, detail)
        yield from descending_path(expression, f"{path}.subPathExpr")


def _propagation(mount: Object, container: Object, path: str) -> Causes:
    mode = mount.get("mountPropagation")
    if mode is None:
        return
    if mode not in _PROPAGATIONS:
        yield not_supported(path, mode, _PROPAGATIONS)
    # What such a container mounts appears on the Node itself.
    is_privileged = container.get("securityContext", {}).get("privileged")
    if mode == "Bidirectional" and not is_privileged:
        yield forbidden(path, _ONLY_PRIVILEGED)


def _recursive(mount: Object, path: str) -> Causes:
    mode = mount.get("recursiveReadOnly")
    if mode in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            yield forbidden(path, "may only be specified when readOnly is true")
        if mount.get("mountPropagation", "None") != "None":
            detail = "when mountPropagation is None or not specified"
            yield forbidden(path, f"may only be specified {detail}")
    elif mode is not None and mode != "Disabled":
        yield not_supported(path, mode, _RECURSIVE)


def volume_devices(
    devices: list[Object], mounts: list[Object], volumes: Volumes, path: str
) -> Causes:
    """The list `volumeDevices`."""
    mounted, mount_paths = _taken(mounts, "mountPath")
    names: set[str] = set()
    paths: set[str] = set()
    for at, device in indexed(devices, path):
        name = device.get("name", "")
        device_path = device.get("devicePath", "")
        yield from _device_name(name, volumes, names, at)
        yield from _device_path(device_path, paths, at)
        if name in mounted:
            yield invalid(f"{at}.name", name, _IN_MOUNTS)
        if device_path in mount_paths:
            yield invalid(f"{at}.devicePath", device_path, _PATH_IN_MOUNTS)


def _device_name(name: str, volumes: Volumes, seen: set[str], path: str) -> Causes:
    at = f"{path}.name"
    if not name:
        yield required(at)
    if name in seen:
        yield invalid(at, name, "must be unique")
    if name not in volumes:
        yield not_found(at, name)
    elif not {"persistentVolumeClaim", "ephemeral"} & volumes[name].keys():
        yield invalid(at, name, _NO_BLOCKS)
    if name:
        seen.add(name)


def _device_path(device_path: str, seen: set[str], path: str) -> Causes:
    at = f"{path}.devicePath"
    if not device_path:
        yield required(at)
    if device_path in seen:
        yield invalid(at, device_path, "must be unique")
    if device_path and no_backsteps(device_path):
        yield invalid(at, device_path, "can not contain backsteps ('..')")
    else:
        seen.add(device_path)

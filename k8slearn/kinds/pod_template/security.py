"""Security contexts of containers and Pods.

Kubernetes: pkg/apis/core/validation/validation.go ValidateSecurityContext, validatePodSpecSecurityContext
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each_invalid,
    invalid,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.mounts import descending_path

_SECCOMP = ("Localhost", "RuntimeDefault", "Unconfined")
_PROC_MOUNTS = ("Default", "Unmasked")
_SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"({_SYSCTL_SEGMENT}[\./])*{_SYSCTL_SEGMENT}"
_SYSCTL_DETAIL = f"must have at most 253 characters and match regex ^{_SYSCTL}$"
_HOST_SYSCTLS = {
    "hostNetwork": ("net.",),
    "hostIPC": ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."),
}
_NO_ESCALATION = "cannot set `allowPrivilegeEscalation` to false and "
_IDS = ("fsGroup", "runAsUser", "runAsGroup")
_POLICIES = {
    "fsGroupChangePolicy": ("Always", "OnRootMismatch"),
    "supplementalGroupsPolicy": ("Merge", "Strict"),
    "seLinuxChangePolicy": ("MountOption", "Recursive"),
}
_GO_FIELDS = (
    "capabilities", "privileged", "sELinuxOptions", "windowsOptions", "runAsUser", "runAsGroup", "runAsNonRoot",
    "readOnlyRootFilesystem", "allowPrivilegeEscalation", "procMount", "seccompProfile", "appArmorProfile",
)  # fmt: skip


def security_context(found: Object | None, path: str, host_users: bool) -> Causes:
    """A container's securityContext."""
    if found is None:
        return
    yield from _unix_ids(found, ("runAsUser", "runAsGroup"), path)
    yield from _proc_mount(found.get("procMount"), f"{path}.procMount", host_users)
    yield from _seccomp(found.get("seccompProfile"), f"{path}.seccompProfile")
    yield from _escalation(found, path)
    yield from _app_armor(found.get("appArmorProfile"), f"{path}.appArmorProfile")


def _unix_ids(found: Object, fields: tuple[str, ...], path: str) -> Causes:
    for field in fields:
        if field in found:
            yield from each_invalid(
                f"{path}.{field}", found[field], text.unix_id(found[field])
            )


def _proc_mount(kind: str | None, path: str, host_users: bool) -> Causes:
    if kind is None:
        return
    if kind not in _PROC_MOUNTS:
        yield not_supported(path, kind, _PROC_MOUNTS)
    if kind == "Unmasked" and host_users:
        yield invalid(path, kind, "`hostUsers` must be false to use `Unmasked`")


def _escalation(found: Object, path: str) -> Causes:
    if found.get("allowPrivilegeEscalation") is not False:
        return
    if found.get("privileged"):
        yield invalid(path, _as_go(found), f"{_NO_ESCALATION}`privileged` to true")
    if "CAP_SYS_ADMIN" in found.get("capabilities", {}).get("add", []):
        yield invalid(
            path, _as_go(found), f"{_NO_ESCALATION}`capabilities.Add` CAP_SYS_ADMIN"
        )


def _as_go(found: Object) -> Object:
    """The context as Go prints its internal type: every field, under its Go name."""
    whole = {**found, "sELinuxOptions": found.get("seLinuxOptions")}
    if capabilities := found.get("capabilities"):
        whole["capabilities"] = {
            "Add": capabilities.get("add"),
            "Drop": capabilities.get("drop"),
        }
    return {field[0].upper() + field[1:]: whole.get(field) for field in _GO_FIELDS}


def _seccomp(profile: Object | None, path: str) -> Causes:
    if profile is None:
        return
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)
    if kind != "Localhost":
        if local is not None:
            shown = {"Type": kind, "LocalhostProfile": local}
            yield invalid(
                f"{path}.localhostProfile",
                shown,
                "can only be set when seccomp type is Localhost",
            )
    elif local is None:
        yield required(
            f"{path}.localhostProfile", "must be set when seccomp type is Localhost"
        )
    else:
        yield from descending_path(local, f"{path}.localhostProfile")


def _app_armor(profile: Object | None, path: str) -> Causes:
    if profile is None:
        return
    kind, local = profile.get("type", ""), profile.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when appArmorProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)
    elif kind == "Localhost":
        yield from _local_app_armor(local, f"{path}.localhostProfile")
    elif local is not None:
        yield invalid(
            f"{path}.localhostProfile",
            local,
            "can only be set when AppArmor type is Localhost",
        )


def _local_app_armor(profile: str | None, path: str) -> Causes:
    if not profile:
        yield required(path, "must be set when AppArmor type is Localhost")
        return
    if profile != profile.strip():
        yield invalid(path, profile, "must not be padded with whitespace")
    if text.size(profile) > 4095:
        yield too_long(path, 4095)


def pod_security_context(found: Object, spec: Object, path: str) -> Causes:
    """A Pod's securityContext."""
    yield from _unix_ids(found, _IDS, path)
    for i, group in enumerate(found.get("supplementalGroups", [])):
        yield from each_invalid(
            f"{path}.supplementalGroups[{i}]", group, text.unix_id(group)
        )
    yield from _sysctls(found.get("sysctls", []), spec, f"{path}.sysctls")
    yield from _policy(found, "fsGroupChangePolicy", path)
    yield from _seccomp(found.get("seccompProfile"), f"{path}.seccompProfile")
    yield from _app_armor(found.get("appArmorProfile"), f"{path}.appArmorProfile")
    yield from _policy(found, "supplementalGroupsPolicy", path)
    yield from _policy(found, "seLinuxChangePolicy", path)


def _policy(found: Object, field: str, path: str) -> Causes:
    if field in found and found[field] not in _POLICIES[field]:
        yield not_supported(f"{path}.{field}", found[field], _POLICIES[field])


def _sysctls(found: list[Object], spec: Object, path: str) -> Causes:
    seen: set[str] = set()
    for i, sysctl in enumerate(found):
        at, name = f"{path}[{i}].name", sysctl.get("name", "")
        if not name:
            yield required(at)
        elif len(name) > 253 or not re.fullmatch(_SYSCTL, name):
            yield invalid(at, name, _SYSCTL_DETAIL)
        elif name in seen:
            yield duplicate(at, name)
        for field, prefixes in _HOST_SYSCTLS.items():
            if spec.get(field) and name.replace("/", ".").startswith(prefixes):
                yield invalid(at, name, f"may not be specified when '{field}' is true")
        seen.add(name)

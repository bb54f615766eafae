"""Security contexts of containers and Pods.

Kubernetes: pkg/apis/core/validation/validation.go ValidateSecurityContext, validatePodSpecSecurityContext
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    duplicate,
    each_by,
    follows,
    given,
    indexed,
    invalid,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.mounts import descending_path
from k8slearn.kinds.pod_template.windows import windows_options

_SECCOMP = ("Localhost", "RuntimeDefault", "Unconfined")
_PROC_MOUNTS = ("Default", "Unmasked")
_SYSCTL_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"({_SYSCTL_SEGMENT}[\./])*{_SYSCTL_SEGMENT}"
# SysctlMaxLength.
_MAX_SYSCTL = 253
_SYSCTL_DETAIL = (
    f"must have at most {_MAX_SYSCTL} characters and match regex ^{_SYSCTL}$"
)
# Kernel parameters that are the host's as soon as the namespace is.
_HOST_SYSCTLS = {
    "hostNetwork": ("net.",),
    "hostIPC": ("kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue."),
}
_NO_ESCALATION = "cannot set `allowPrivilegeEscalation` to false and "
_ONLY_LOCALHOST = "can only be set when seccomp type is Localhost"
_NEEDS_LOCALHOST = "must be set when seccomp type is Localhost"
_ONLY_LOCAL_ARMOR = "can only be set when AppArmor type is Localhost"
_NEEDS_LOCAL_ARMOR = "must be set when AppArmor type is Localhost"
# core.MaxAppArmorProfileNameLength is PATH_MAX without its closing zero.
_MAX_APP_ARMOR = 4095
_IDS = ("fsGroup", "runAsUser", "runAsGroup")
_GO_FIELDS = (
    "capabilities",
    "privileged",
    "sELinuxOptions",
    "windowsOptions",
    "runAsUser",
    "runAsGroup",
    "runAsNonRoot",
    "readOnlyRootFilesystem",
    "allowPrivilegeEscalation",
    "procMount",
    "seccompProfile",
    "appArmorProfile",
)


def security_context(found: Object | None, path: str, host_users: bool) -> Causes:
    """A container's securityContext."""
    if found is None:
        return
    yield from _unix_ids(found, ("runAsUser", "runAsGroup"), path)
    yield from _proc_mount(found.get("procMount"), f"{path}.procMount", host_users)
    yield from given(found, path, {"seccompProfile": _seccomp})
    yield from _escalation(found, path)
    yield from given(found, path, {"windowsOptions": windows_options})
    yield from given(found, path, {"appArmorProfile": _app_armor})


def _unix_ids(found: Object, fields: tuple[str, ...], path: str) -> Causes:
    for field in fields:
        if field in found:
            yield from follows(f"{path}.{field}", found[field], text.unix_id)


def _proc_mount(kind: str | None, path: str, host_users: bool) -> Causes:
    if kind is None:
        return
    if kind not in _PROC_MOUNTS:
        yield not_supported(path, kind, _PROC_MOUNTS)
    if kind == "Unmasked" and host_users:
        # Without users of its own, what /proc shows and lets write is the host's.
        yield invalid(path, kind, "`hostUsers` must be false to use `Unmasked`")


def _escalation(found: Object, path: str) -> Causes:
    if found.get("allowPrivilegeEscalation") is not False:
        return
    # Both have every right from the start: there is nothing left to rise to.
    if found.get("privileged"):
        yield invalid(path, _as_go(found), f"{_NO_ESCALATION}`privileged` to true")
    if "CAP_SYS_ADMIN" in found.get("capabilities", {}).get("add", []):
        detail = f"{_NO_ESCALATION}`capabilities.Add` CAP_SYS_ADMIN"
        yield invalid(path, _as_go(found), detail)


def _as_go(found: Object) -> Object:
    """The context as Go prints its internal type: every field, under its Go name."""
    whole = {**found, "sELinuxOptions": found.get("seLinuxOptions")}
    capabilities = found.get("capabilities")
    if capabilities:
        added = capabilities.get("add")
        dropped = capabilities.get("drop")
        whole["capabilities"] = {"Add": added, "Drop": dropped}
    shown: Object = {}
    for field in _GO_FIELDS:
        shown[field[0].upper() + field[1:]] = whole.get(field)
    return shown


def _seccomp(profile: Object, path: str) -> Causes:
    kind = profile.get("type", "")
    local = profile.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when seccompProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)
    at = f"{path}.localhostProfile"
    if kind != "Localhost":
        if local is not None:
            # The whole profile as Go prints it, unlike with AppArmor.
            shown = {"Type": kind, "LocalhostProfile": local}
            yield invalid(at, shown, _ONLY_LOCALHOST)
    elif local is None:
        yield required(at, _NEEDS_LOCALHOST)
    else:
        # A file below the kubelet's own directory of profiles.
        yield from descending_path(local, at)


def _app_armor(profile: Object, path: str) -> Causes:
    kind = profile.get("type", "")
    local = profile.get("localhostProfile")
    if not kind:
        yield required(f"{path}.type", "type is required when appArmorProfile is set")
    elif kind not in _SECCOMP:
        yield not_supported(f"{path}.type", kind, _SECCOMP)
    elif kind == "Localhost":
        yield from _local_app_armor(local, f"{path}.localhostProfile")
    elif local is not None:
        yield invalid(f"{path}.localhostProfile", local, _ONLY_LOCAL_ARMOR)


def _local_app_armor(profile: str | None, path: str) -> Causes:
    if not profile:
        yield required(path, _NEEDS_LOCAL_ARMOR)
        return
    if profile != profile.strip():
        yield invalid(path, profile, "must not be padded with whitespace")
    if text.size(profile) > _MAX_APP_ARMOR:
        yield too_long(path, _MAX_APP_ARMOR)


def pod_security_context(found: Object, spec: Object, path: str) -> Causes:
    """A Pod's securityContext."""
    yield from _unix_ids(found, _IDS, path)
    yield from given(found, path, {"supplementalGroups": each_by(text.unix_id)})
    # One namespace of processes, or the host's: not both.
    if spec.get("shareProcessNamespace") and spec.get("hostPID"):
        detail = "ShareProcessNamespace and HostPID cannot both be enabled"
        yield invalid(f"{path}.shareProcessNamespace", True, detail)
    yield from _sysctls(found.get("sysctls", []), spec, f"{path}.sysctls")
    for field, check in _OF_PODS.items():
        # Pointers in Go: an empty text is a policy too, though no good one.
        if field in found:
            yield from check(found[field], f"{path}.{field}")


def _one_of(*supported: str) -> Check:
    def check(value: str, path: str) -> Causes:
        if value not in supported:
            yield not_supported(path, value, supported)

    return check


_OF_PODS: dict[str, Check] = {
    "fsGroupChangePolicy": _one_of("Always", "OnRootMismatch"),
    "seccompProfile": _seccomp,
    "windowsOptions": windows_options,
    "appArmorProfile": _app_armor,
    "supplementalGroupsPolicy": _one_of("Merge", "Strict"),
    "seLinuxChangePolicy": _one_of("MountOption", "Recursive"),
}


def _sysctls(found: list[Object], spec: Object, path: str) -> Causes:
    seen: set[str] = set()
    for at, sysctl in indexed(found, path):
        name = sysctl.get("name", "")
        if not name:
            yield required(f"{at}.name")
        elif len(name) > _MAX_SYSCTL or not re.fullmatch(_SYSCTL, name):
            yield invalid(f"{at}.name", name, _SYSCTL_DETAIL)
        elif name in seen:
            yield duplicate(f"{at}.name", name)
        yield from _host_sysctl(name, spec, f"{at}.name")
        seen.add(name)


def _host_sysctl(name: str, spec: Object, path: str) -> Causes:
    # `net/ipv4/...` is another way to write `net.ipv4....`.
    dotted = name.replace("/", ".")
    for field, prefixes in _HOST_SYSCTLS.items():
        if spec.get(field) and dotted.startswith(prefixes):
            yield invalid(path, name, f"may not be specified when '{field}' is true")

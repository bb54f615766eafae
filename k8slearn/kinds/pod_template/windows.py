"""What a Pod may not say on Windows, and what it may say there alone.

Kubernetes: pkg/apis/core/validation/validation.go validateLinux, validateWindows, validateWindowsHostProcessPod
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, follows, forbidden, invalid
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import containers_with_paths

_FOR_WINDOWS = "cannot be set for a windows pod"
_FOR_LINUX = "windows options cannot be set for a linux pod"
_NOT_IN_PODS = (
    "appArmorProfile",
    "seLinuxOptions",
    "hostUsers",
    "hostPID",
    "hostIPC",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "sysctls",
    "shareProcessNamespace",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
# Of these, what stands beside the security context.
_OF_SPEC = ("hostPID", "hostIPC", "hostUsers", "shareProcessNamespace")
# The others are pointers in Go: `false` and an empty list are set too.
_IF_ANY = ("hostPID", "hostIPC", "sysctls")
_NOT_IN_CONTAINERS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)
_ALL_OR_NONE = (
    "If pod contains any hostProcess containers then all containers"
    " must be HostProcess containers"
)
_NEEDS_HOST = "hostNetwork must be true if pod contains any hostProcess containers"
# maxGMSACredentialSpecLengthInKiB, maxRunAsUserNameDomainLength, maxRunAsUserNameUserLength.
_MAX_CREDENTIAL_KIB = 64
_MAX_DOMAIN = 256
_MAX_USER = 104
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DOMAIN = re.compile(rf'[^\\/:*?"<>|.][^\\/:*?"<>|]{{0,14}}|{_LABEL}(?:\.{_LABEL})*')


def of_system(name: str, spec: Object, path: str) -> Causes:
    """What the system that a Pod names does not have."""
    if name == "windows":
        yield from _without_linux(spec, path)
    elif name == "linux":
        yield from _without_windows(spec, path)


def _without_windows(spec: Object, path: str) -> Causes:
    contexts = [(path, spec), *containers_with_paths(spec, path)]
    for at, one in contexts:
        if "windowsOptions" in one.get("securityContext", {}):
            yield forbidden(f"{at}.securityContext.windowsOptions", _FOR_LINUX)


def _without_linux(spec: Object, path: str) -> Causes:
    security = spec.get("securityContext", {})
    for field in _NOT_IN_PODS:
        is_beside = field in _OF_SPEC
        holder = spec if is_beside else security
        at = path if is_beside else f"{path}.securityContext"
        if holder.get(field) if field in _IF_ANY else field in holder:
            yield forbidden(f"{at}.{field}", _FOR_WINDOWS)
    for at, container in containers_with_paths(spec, path):
        security = container.get("securityContext", {})
        for field in _NOT_IN_CONTAINERS:
            if field in security:
                yield forbidden(f"{at}.securityContext.{field}", _FOR_WINDOWS)


def host_processes(spec: Object, path: str) -> Causes:
    """Containers that are processes of the host."""
    whole = _host_process(spec)
    found: list[bool] = []
    for at, container in containers_with_paths(spec, path):
        own = _host_process(container)
        if None not in (whole, own) and whole != own:
            was = str(whole).lower()
            detail = f"pod hostProcess value must be identical if both are specified, was {was}"
            field = f"{at}.securityContext.windowsOptions.hostProcess"
            yield invalid(field, own, detail)
        found.append(bool(whole if own is None else own))
    if not any(found):
        return
    if not all(found):
        yield invalid(path, "", _ALL_OR_NONE)
    if not spec.get("hostNetwork"):
        yield invalid(f"{path}.hostNetwork", False, _NEEDS_HOST)


def _host_process(of: Object) -> bool | None:
    options: Object = of.get("securityContext", {}).get("windowsOptions", {})
    return options.get("hostProcess")


def windows_options(found: Object, path: str) -> Causes:
    """The options themselves. Kubernetes: validateWindowsSecurityContextOptions"""
    name = found.get("gmsaCredentialSpecName")
    if name is not None:
        yield from follows(f"{path}.gmsaCredentialSpecName", name, text.dns_subdomain)
    credential = found.get("gmsaCredentialSpec")
    if credential is not None:
        at = f"{path}.gmsaCredentialSpec"
        if not credential:
            yield invalid(at, "", "gmsaCredentialSpec cannot be an empty string")
        elif text.size(credential) > _MAX_CREDENTIAL_KIB * 1024:
            detail = f"gmsaCredentialSpec size must be under {_MAX_CREDENTIAL_KIB} KiB"
            yield invalid(at, credential, detail)
    user = found.get("runAsUserName")
    if user is not None:
        yield from follows(f"{path}.runAsUserName", user, _user_name)


def _user_name(name: str) -> list[str]:
    whole = "runAsUserName"
    if not name:
        return [f"{whole} cannot be an empty string"]
    if re.search(r"[\x00-\x1f\x7f]", name):
        return [f"{whole} cannot contain control characters"]
    *domains, user = name.split("\\")
    if len(domains) > 1:
        return [f"{whole} cannot contain more than one backslash"]
    found = [problem for domain in domains for problem in _domain(domain)]
    found += _user(user)
    return [f"{whole}'s {problem}" for problem in found]


def _domain(name: str) -> list[str]:
    found: list[str] = []
    if text.size(name) >= _MAX_DOMAIN:
        found.append(f"Domain length must be under {_MAX_DOMAIN} characters")
    if not _DOMAIN.fullmatch(name):
        found.append("Domain doesn't match the NetBios nor the DNS format")
    return found


def _user(name: str) -> list[str]:
    found: list[str] = []
    if not name:
        found.append("User cannot be empty")
    elif text.size(name) > _MAX_USER:
        found.append(f"User length must not be longer than {_MAX_USER} characters")
    if re.fullmatch("[. ]+", name):
        found.append("User cannot contain only periods or spaces")
    if re.search(r'["/\\:;|=,+*?<>@\[\]]', name):
        found.append('User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
    return found

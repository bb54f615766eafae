"""What is said of a Pod's containers: annotations of old, values that hide others, ports that clash.

Kubernetes: pkg/api/pod/warnings.go, warningsForPodSpecAndMeta
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.warnings.parts import fractions

_KINDS = ("initContainers", "containers", "ephemeralContainers")
APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
_CONTAINER_SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"
_USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_USE_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead'
_Port = tuple[str, Object]


def all_of(spec: Object, annotations: Mapping[str, str], path: str) -> Iterator[str]:
    """Of all containers of a spec; `path` is what stands before `spec`, with a dot."""
    context = spec.get("securityContext") or {}
    told = f"{path}metadata.annotations"
    if "seccompProfile" not in context and _SECCOMP in annotations:
        yield f"{told}[{_SECCOMP}]: {_USE_SECCOMP}"
    found = list(_visited(spec, f"{path}spec"))
    for at, container in found:
        own = container.get("securityContext") or {}
        key = f"{_CONTAINER_SECCOMP}{container.get('name', '')}"
        if "seccompProfile" not in own and key in annotations:
            yield f"{told}[{key}]: {_USE_SECCOMP}"
        key = f"{APP_ARMOR}{container.get('name', '')}"
        said = "appArmorProfile" in context or "appArmorProfile" in own
        if key in annotations and not said:
            yield f"{told}[{key}]: {_USE_APP_ARMOR}"
        yield from _amounts(container, at)
        yield from _hidden(container.get("env") or [], f"{at}.env")
    ports = [
        (place, port)
        for at, container in found
        for place, port in indexed(container.get("ports") or [], f"{at}.ports")
    ]
    yield from _clashes(ports)
    yield from _same_names(ports)


def _visited(spec: Object, path: str) -> Iterator[tuple[str, Object]]:
    # Upstream visits the init containers first. Kubernetes: pods.VisitContainersWithPath
    for kind in _KINDS:
        yield from indexed(spec.get(kind) or [], f"{path}.{kind}")


def _amounts(container: Object, path: str) -> Iterator[str]:
    resources = container.get("resources") or {}
    for resource in ("memory", "ephemeral-storage"):
        for side in ("limits", "requests"):
            at = f"{path}.resources.{side}"
            yield from fractions(resources.get(side) or {}, at, (resource,))


def _hidden(env: list[Object], path: str) -> Iterator[str]:
    """A variable that is set again, unless it is made of its value before."""
    seen: set[str] = set()
    for at, variable in indexed(env, path):
        name = variable.get("name", "")
        value = variable.get("value", "")
        before = f"$({name})"
        extends = "valueFrom" not in variable and before in value and value != before
        if name in seen and not extends:
            yield (
                f"{at}: hides previous definition of {go_quote(name)}, "
                "which may be dropped when using apply"
            )
        seen.add(name)


def _clashes(ports: list[_Port]) -> Iterator[str]:
    seen: dict[tuple[int, str], list[_Port]] = {}
    for at, port in ports:
        host_ip = port.get("hostIP", "")
        host_port = port.get("hostPort", 0)
        if host_ip and not host_port:
            yield f"{at}: hostIP set without hostPort: {_as_go(port)}"
        key = (port.get("containerPort", 0), port.get("protocol", ""))
        others = seen.setdefault(key, [])
        for other_at, other in others:
            theirs = other.get("hostIP", "")
            number = other.get("hostPort", 0)
            if (host_ip, host_port) == (theirs, number):
                yield f"{at}: duplicate port definition with {other_at}"
            elif not host_port or not number:
                yield f"{at}: overlapping port definition with {other_at}"
            elif host_port == number and bool(host_ip) != bool(theirs):
                yield f"{at}: dangerously ambiguous port definition with {other_at}"
        others.append((at, port))


def _same_names(ports: list[_Port]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for at, port in ports:
        name = port.get("name")
        if not name:
            continue
        first = seen.setdefault(name, at)
        if first != at:
            yield (
                f"{at}: duplicate port name {go_quote(name)} with {first}, services "
                f"and probes that select ports by name will use {first}"
            )


def _as_go(port: Object) -> str:
    """The port as fmt's %+v prints the struct."""
    shown = {
        "Name": port.get("name", ""),
        "HostPort": port.get("hostPort", 0),
        "ContainerPort": port.get("containerPort", 0),
        "Protocol": port.get("protocol", ""),
        "HostIP": port.get("hostIP", ""),
    }
    return "{" + " ".join(f"{field}:{value}" for field, value in shown.items()) + "}"

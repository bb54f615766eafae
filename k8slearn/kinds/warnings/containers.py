"""What is said of a Pod's containers: annotations of old, values that hide others, ports that clash.

Kubernetes: pkg/api/pod/warnings.go, warningsForPodSpecAndMeta
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.annotations import (
    APP_ARMOR,
    CONTAINER_SECCOMP,
    SECCOMP,
)
from k8slearn.kinds.pod_template.container_lists import containers_with_paths
from k8slearn.kinds.warnings.parts import fractions

_USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
_USE_APP_ARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead'


class _PlacedPort(NamedTuple):
    """A port and where it stands."""

    at: str
    port: Object

    @property
    def host(self) -> tuple[str, int]:
        """Where it is asked for on the Node: address and number."""
        return self.port.get("hostIP", ""), self.port.get("hostPort", 0)


def all_of(spec: Object, annotations: Mapping[str, str], path: str) -> Iterator[str]:
    """Of all containers of a spec; `path` is what stands before `spec`, with a dot."""
    context = spec.get("securityContext") or {}
    told = f"{path}metadata.annotations"
    if "seccompProfile" not in context and SECCOMP in annotations:
        yield f"{told}[{SECCOMP}]: {_USE_SECCOMP}"
    ports = []
    for at, container in containers_with_paths(spec, f"{path}spec"):
        own = container.get("securityContext") or {}
        name = container.get("name", "")
        key = f"{CONTAINER_SECCOMP}{name}"
        if "seccompProfile" not in own and key in annotations:
            yield f"{told}[{key}]: {_USE_SECCOMP}"
        key = f"{APP_ARMOR}{name}"
        said = "appArmorProfile" in context or "appArmorProfile" in own
        if key in annotations and not said:
            yield f"{told}[{key}]: {_USE_APP_ARMOR}"
        yield from _amounts(container, at)
        yield from _hidden(container.get("env") or [], f"{at}.env")
        for place, port in indexed(container.get("ports") or [], f"{at}.ports"):
            ports.append(_PlacedPort(place, port))
    yield from _clashes(ports)
    yield from _same_names(ports)


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
        if name in seen and not _extends_itself(variable, name):
            yield (
                f"{at}: hides previous definition of {go_quote(name)}, "
                "which may be dropped when using apply"
            )
        seen.add(name)


def _extends_itself(variable: Object, name: str) -> bool:
    if "valueFrom" in variable:
        return False
    value = variable.get("value", "")
    before = f"$({name})"
    return before in value and value != before


def _clashes(ports: list[_PlacedPort]) -> Iterator[str]:
    seen: dict[tuple[int, str], list[_PlacedPort]] = defaultdict(list)
    for placed in ports:
        port = placed.port
        host_ip, host_port = placed.host
        if host_ip and not host_port:
            yield f"{placed.at}: hostIP set without hostPort: {_as_go(port)}"
        others = seen[port.get("containerPort", 0), port.get("protocol", "")]
        for other in others:
            clash = _clash(placed, other)
            if clash:
                yield f"{placed.at}: {clash} port definition with {other.at}"
        others.append(placed)


def _clash(one: _PlacedPort, other: _PlacedPort) -> str:
    """How two ports of one number get in each other's way, '' if they do not."""
    if one.host == other.host:
        return "duplicate"
    one_ip, one_number = one.host
    other_ip, other_number = other.host
    if not one_number or not other_number:
        return "overlapping"
    # One of them asks for all addresses of the Node, and so for the other's.
    if one_number == other_number and bool(one_ip) != bool(other_ip):
        return "dangerously ambiguous"
    return ""


def _same_names(ports: list[_PlacedPort]) -> Iterator[str]:
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
    fields = [f"{field}:{value}" for field, value in shown.items()]
    listed = " ".join(fields)
    return f"{{{listed}}}"

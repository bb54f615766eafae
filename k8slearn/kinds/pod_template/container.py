"""Containers and what stands in them.

Kubernetes: pkg/apis/core/validation/validation.go validateContainers, validateInitContainers, validateContainerCommon
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    by,
    chosen,
    duplicate,
    each_invalid,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    not_found,
    not_supported,
    one_of,
    required,
    too_many,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kinds.pod_template.env import env_from, env_vars
from k8slearn.kinds.pod_template.mounts import volume_devices, volume_mounts
from k8slearn.kinds.pod_template.probe import lifecycle, probe
from k8slearn.kinds.pod_template.resources import container_resources
from k8slearn.kinds.pod_template.security import security_context

PROTOCOLS = ("SCTP", "TCP", "UDP")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
RESTART_POLICIES = ("Always", "Never", "OnFailure")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_RESIZE_POLICIES = ("NotRequired", "RestartContainer")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_ACTIONS = ("Restart", "RestartAllContainers")
_OPERATORS = ("In", "NotIn")
_NAME = {"name": by(text.dns_label)}
_PORT_NUMBERS = {
    "containerPort": by(text.port_number),
    "hostPort": by(text.port_number),
}
# MaxContainerRestartPolicyRules: the kubelet goes through them at every end of the container.
_MAX_RULES = 20
# As many as there are exit codes besides 0.
_MAX_CODES = 255
# In the order of Go's struct.
_NOT_EPHEMERAL = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "restartPolicyRules",
    *PROBES,
    "lifecycle",
)
_EPHEMERAL = "cannot be set for an Ephemeral Container"
_ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"
_NOT_FOR_INIT = "must not be set to 'RestartContainer' for non-sidecar initContainers"
_NO_RESTART = "must be 'NotRequired' when pod `restartPolicy` is 'Never'"
_NEEDS_POLICY = "must specify restartPolicy when restart rules are used"


@dataclass(frozen=True, slots=True)
class Around:
    """What a container's rules need of its Pod; `volumes` are the valid ones by name."""

    spec: Object
    volumes: dict[str, Object]

    @property
    def grace_period(self) -> int | None:
        """terminationGracePeriodSeconds."""
        return self.spec.get("terminationGracePeriodSeconds")

    @property
    def claims(self) -> list[str]:
        """Names of the Pod's resourceClaims."""
        claims = self.spec.get("resourceClaims", [])
        return [claim["name"] for claim in claims if claim.get("name")]

    def names(self, kind: str) -> set[str]:
        """Names of the containers of a kind."""
        found = self.spec.get(kind, [])
        return {container.get("name", "") for container in found}


def containers(spec: Object, volumes: dict[str, Object], path: str) -> Causes:
    """All kinds of containers of a Pod."""
    around = Around(spec, volumes)
    for kind, check in (
        ("containers", _regular),
        ("initContainers", _init),
        ("ephemeralContainers", _ephemeral),
    ):
        found = spec.get(kind, [])
        yield from check(found, around, f"{path}.{kind}")


def _regular(found: list[Object], around: Around, path: str) -> Causes:
    if not found:
        yield required(path)
        return
    seen: set[str] = set()
    for at, container in indexed(found, path):
        yield from _common(container, around, at)
        yield from _unique_name(container, seen, at)
        yield from _hooks(container, around, at)
        yield from _restart_policy(container, at)
    yield from _host_port_conflicts(found, path)


def _unique_name(container: Object, seen: set[str], path: str) -> Causes:
    name = container.get("name", "")
    if name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)


def _init(found: list[Object], around: Around, path: str) -> Causes:
    # The kubelet finds a container by its name, whatever its kind.
    seen = around.names("containers")
    for at, container in indexed(found, path):
        yield from _common(container, around, at)
        if "restartPolicy" in container or container.get("restartPolicyRules"):
            yield from _restart_policy(container, at)
        yield from _unique_name(container, seen, at)
        # Init containers run one after the other: each may take the ports of the one before.
        yield from _host_port_conflicts([container], path)
        yield from _init_hooks(container, around, at)


def _init_hooks(container: Object, around: Around, path: str) -> Causes:
    if is_sidecar(container):
        yield from _hooks(container, around, path)
        return
    for field in ("lifecycle", *PROBES):
        if field in container:
            yield forbidden(f"{path}.{field}", _ONLY_SIDECARS)
    for at, policy in items(container, "resizePolicy", path):
        restart = policy.get("restartPolicy")
        if restart == "RestartContainer":
            yield invalid(f"{at}.restartPolicy", restart, _NOT_FOR_INIT)


def _ephemeral(found: list[Object], around: Around, path: str) -> Causes:
    others = around.names("containers") | around.names("initContainers")
    seen = set(others)
    for at, container in indexed(found, path):
        yield from _common(container, around, at)
        yield from only_for_pods([container], at)
        yield from _unique_name(container, seen, at)
        target = container.get("targetContainerName")
        if target and target not in others:
            yield not_found(f"{at}.targetContainerName", target)
        yield from _without_duties(container, at)


def _without_duties(container: Object, path: str) -> Causes:
    """An ephemeral container, only there to debug with, has no probes, ports, resources and the like."""
    for field in _NOT_EPHEMERAL:
        # Resources that ask for nothing are what everybody has.
        if field in container and container[field] != {"resources": {}}.get(field):
            yield forbidden(f"{path}.{field}", _EPHEMERAL)
    for at, mount in items(container, "volumeMounts", path):
        for field in ("subPath", "subPathExpr"):
            if mount.get(field):
                yield forbidden(f"{at}.{field}", _EPHEMERAL)


def _common(container: Object, around: Around, path: str) -> Causes:
    yield from _identity(container, path)
    mounts = container.get("volumeMounts", [])
    devices = container.get("volumeDevices", [])
    yield from given(container, path, _BASICS)
    at = f"{path}.volumeMounts"
    yield from volume_mounts(mounts, devices, around.volumes, container, at)
    yield from volume_devices(devices, mounts, around.volumes, f"{path}.volumeDevices")
    yield from chosen(container, "imagePullPolicy", path, PULL_POLICIES)
    resources = container.get("resources", {})
    yield from container_resources(resources, around.claims, f"{path}.resources")
    resize = container.get("resizePolicy", [])
    yield from _resize_policy(resize, around.spec, f"{path}.resizePolicy")
    security = container.get("securityContext")
    host_users = around.spec.get("hostUsers", True)
    yield from security_context(security, f"{path}.securityContext", host_users)


def _identity(container: Object, path: str) -> Causes:
    yield from given(container, path, _NAME)
    for field in ("name", "image"):
        if not container.get(field):
            yield required(f"{path}.{field}")
    yield from chosen(container, "terminationMessagePolicy", path, _MESSAGE_POLICIES)


def _hooks(container: Object, around: Around, path: str) -> Causes:
    grace = around.grace_period
    if "lifecycle" in container:
        os = around.spec.get("os", {}).get("name")
        at = f"{path}.lifecycle"
        yield from lifecycle(container["lifecycle"], grace, at, os)
    for field in PROBES:
        if field in container:
            at = f"{path}.{field}"
            yield from probe(field, container[field], grace, at)


def _ports(ports: list[Object], path: str) -> Causes:
    seen: set[str] = set()
    for at, port in indexed(ports, path):
        yield from _port_name(port.get("name", ""), seen, at)
        if not port.get("containerPort"):
            yield required(f"{at}.containerPort")
        yield from given(port, at, _PORT_NUMBERS)
        yield from chosen(port, "protocol", at, PROTOCOLS)


def _port_name(name: str, seen: set[str], path: str) -> Causes:
    if not name:
        return
    messages = text.port_name(name)
    if messages:
        yield from each_invalid(f"{path}.name", name, messages)
    elif name in seen:
        yield duplicate(f"{path}.name", name)
    else:
        seen.add(name)


def _host_port_conflicts(found: Iterable[Object], path: str) -> Causes:
    # Kubernetes: AccumulateUniqueHostPorts
    seen: set[str] = set()
    for at, container in indexed(found, path):
        for place, port in items(container, "ports", at):
            number = port.get("hostPort")
            if not number:
                continue
            protocol = port.get("protocol", "")
            address = port.get("hostIP", "")
            claimed = f"{protocol}/{address}/{number}"
            if claimed in seen:
                yield duplicate(f"{place}.hostPort", claimed)
            seen.add(claimed)


def _restart_policy(container: Object, path: str) -> Causes:
    # Kubernetes: validateContainerRestartPolicy
    at = f"{path}.restartPolicy"
    rules = container.get("restartPolicyRules", [])
    if "restartPolicy" not in container:
        if rules:
            yield required(at, _NEEDS_POLICY)
    elif container["restartPolicy"] not in RESTART_POLICIES:
        yield not_supported(at, container["restartPolicy"], RESTART_POLICIES)
    at = f"{path}.restartPolicyRules"
    if len(rules) > _MAX_RULES:
        yield too_many(at, len(rules), _MAX_RULES)
    for place, rule in indexed(rules, at):
        yield from _restart_rule(rule, place)


def _restart_rule(rule: Object, path: str) -> Causes:
    action = rule.get("action", "")
    if action not in _ACTIONS:
        yield not_supported(f"{path}.action", action, _ACTIONS)
    codes = rule.get("exitCodes")
    if codes is None:
        yield required(f"{path}.exitCodes", "must be specified")
        return
    operator = codes.get("operator", "")
    if operator not in _OPERATORS:
        yield not_supported(f"{path}.exitCodes.operator", operator, _OPERATORS)
    values = codes.get("values", [])
    if len(values) > _MAX_CODES:
        yield too_many(f"{path}.exitCodes.values", len(values), _MAX_CODES)


def _resize_policy(policies: list[Object], spec: Object, path: str) -> Causes:
    seen: set[str] = set()
    for at, policy in indexed(policies, path):
        name = policy.get("resourceName", "")
        if name in seen:
            yield duplicate(at, name)
        seen.add(name)
        # The list's own path from here on: upstream does not go into the item.
        yield from one_of(path, name, ("cpu", "memory"))
        restart = policy.get("restartPolicy", "")
        yield from one_of(path, restart, _RESIZE_POLICIES)
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            yield invalid(path, restart, _NO_RESTART)


def only_for_pods(found: list[Object], path: str) -> Causes:
    """Rules for a Pod that a template is spared. Kubernetes: validateContainersOnlyForPod"""
    for at, container in indexed(found, path):
        image = container.get("image", "")
        if image != image.strip():
            detail = "must not have leading or trailing whitespace"
            yield invalid(f"{at}.image", image, detail)


_BASICS: dict[str, Check] = {
    "ports": _ports,
    "env": env_vars,
    "envFrom": env_from,
}

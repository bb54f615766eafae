"""Containers and what stands in them.

Kubernetes: pkg/apis/core/validation/validation.go validateContainers, validateInitContainers, validateContainerCommon
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    one_of,
    required,
    too_many,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.env import env_from, env_vars
from k8slearn.kinds.pod_template.mounts import volume_devices, volume_mounts
from k8slearn.kinds.pod_template.probe import lifecycle, probe
from k8slearn.kinds.pod_template.resources import container_resources
from k8slearn.kinds.pod_template.security import security_context

PROTOCOLS = ("SCTP", "TCP", "UDP")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
RESTART_POLICIES = ("Always", "Never", "OnFailure")
_ONLY_SIDECARS = "may not be set for init containers without restartPolicy=Always"
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_ACTIONS = ("Restart",)


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
        return [
            claim["name"]
            for claim in self.spec.get("resourceClaims", [])
            if claim.get("name")
        ]


def containers(spec: Object, volumes: dict[str, Object], path: str) -> Causes:
    """All kinds of containers of a Pod."""
    around = Around(spec, volumes)
    yield from _regular(spec.get("containers", []), around, f"{path}.containers")
    yield from _init(spec.get("initContainers", []), around, f"{path}.initContainers")
    yield from _ephemeral(
        spec.get("ephemeralContainers", []), around, f"{path}.ephemeralContainers"
    )


def _regular(found: list[Object], around: Around, path: str) -> Causes:
    if not found:
        yield required(path)
        return
    seen: set[str] = set()
    for i, container in enumerate(found):
        at = f"{path}[{i}]"
        yield from _common(container, around, at)
        if (name := container.get("name", "")) in seen:
            yield duplicate(f"{at}.name", name)
        seen.add(name)
        yield from _hooks(container, around, at)
        yield from _restart_policy(container, at)
    yield from _host_port_conflicts(found, path)


def _init(found: list[Object], around: Around, path: str) -> Causes:
    seen = {
        container.get("name", "") for container in around.spec.get("containers", [])
    }
    for i, container in enumerate(found):
        at = f"{path}[{i}]"
        yield from _common(container, around, at)
        if "restartPolicy" in container or container.get("restartPolicyRules"):
            yield from _restart_policy(container, at)
        if (name := container.get("name", "")) in seen:
            yield duplicate(f"{at}.name", name)
        seen.add(name)
        yield from _host_port_conflicts([container], path)
        yield from _init_hooks(container, around, at)


def _init_hooks(container: Object, around: Around, path: str) -> Causes:
    if container.get("restartPolicy") == "Always":
        yield from _hooks(container, around, path)
        return
    for field in ("lifecycle", *_PROBES):
        if field in container:
            yield forbidden(f"{path}.{field}", _ONLY_SIDECARS)
    for i, policy in enumerate(container.get("resizePolicy", [])):
        if policy.get("restartPolicy") == "RestartContainer":
            detail = (
                "must not be set to 'RestartContainer' for non-sidecar initContainers"
            )
            yield invalid(
                f"{path}.resizePolicy[{i}].restartPolicy", "RestartContainer", detail
            )


def _ephemeral(found: list[Object], around: Around, path: str) -> Causes:
    spec = around.spec
    others = {
        c.get("name", "")
        for c in [*spec.get("containers", []), *spec.get("initContainers", [])]
    }
    seen = set(others)
    for i, container in enumerate(found):
        at = f"{path}[{i}]"
        yield from _common(container, around, at)
        yield from only_for_pods([container], at)
        if (name := container.get("name", "")) in seen:
            yield duplicate(f"{at}.name", name)
        seen.add(name)
        if (target := container.get("targetContainerName")) and target not in others:
            yield not_found(f"{at}.targetContainerName", target)
        for field in (
            "ports",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle",
        ):
            if field in container:
                yield forbidden(
                    f"{at}.{field}", "cannot be set for an Ephemeral Container"
                )


def _common(container: Object, around: Around, path: str) -> Causes:
    yield from _identity(container, path)
    mounts, devices = (
        container.get("volumeMounts", []),
        container.get("volumeDevices", []),
    )
    yield from _ports(container.get("ports", []), f"{path}.ports")
    yield from env_vars(container.get("env", []), f"{path}.env")
    yield from env_from(container.get("envFrom", []), f"{path}.envFrom")
    yield from volume_mounts(
        mounts, devices, around.volumes, container, f"{path}.volumeMounts"
    )
    yield from volume_devices(devices, mounts, around.volumes, f"{path}.volumeDevices")
    yield from one_of(
        f"{path}.imagePullPolicy", container.get("imagePullPolicy", ""), PULL_POLICIES
    )
    yield from container_resources(
        container.get("resources", {}), around.claims, f"{path}.resources"
    )
    yield from _resize_policy(
        container.get("resizePolicy", []), around.spec, f"{path}.resizePolicy"
    )
    host_users = around.spec.get("hostUsers", True)
    yield from security_context(
        container.get("securityContext"), f"{path}.securityContext", host_users
    )


def _identity(container: Object, path: str) -> Causes:
    if name := container.get("name"):
        yield from each_invalid(f"{path}.name", name, text.dns_label(name))
    else:
        yield required(f"{path}.name")
    if not container.get("image"):
        yield required(f"{path}.image")
    policy = container.get("terminationMessagePolicy", "")
    yield from one_of(
        f"{path}.terminationMessagePolicy", policy, ("File", "FallbackToLogsOnError")
    )


def _hooks(container: Object, around: Around, path: str) -> Causes:
    if "lifecycle" in container:
        os = around.spec.get("os", {}).get("name")
        yield from lifecycle(
            container["lifecycle"], around.grace_period, f"{path}.lifecycle", os
        )
    for field in _PROBES:
        if field in container:
            yield from probe(
                field, container[field], around.grace_period, f"{path}.{field}"
            )


def _ports(ports: list[Object], path: str) -> Causes:
    seen: set[str] = set()
    for i, port in enumerate(ports):
        at = f"{path}[{i}]"
        yield from _port_name(port.get("name", ""), seen, at)
        if number := port.get("containerPort"):
            yield from each_invalid(
                f"{at}.containerPort", number, text.port_number(number)
            )
        else:
            yield required(f"{at}.containerPort")
        if number := port.get("hostPort"):
            yield from each_invalid(f"{at}.hostPort", number, text.port_number(number))
        yield from one_of(f"{at}.protocol", port.get("protocol", ""), PROTOCOLS)


def _port_name(name: str, seen: set[str], path: str) -> Causes:
    if not name:
        return
    if messages := text.port_name(name):
        yield from each_invalid(f"{path}.name", name, messages)
    elif name in seen:
        yield duplicate(f"{path}.name", name)
    else:
        seen.add(name)


def _host_port_conflicts(found: Iterable[Object], path: str) -> Causes:
    # Kubernetes: AccumulateUniqueHostPorts
    seen: set[str] = set()
    for i, container in enumerate(found):
        for j, port in enumerate(container.get("ports", [])):
            if not port.get("hostPort"):
                continue
            claimed = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if claimed in seen:
                yield duplicate(f"{path}[{i}].ports[{j}].hostPort", claimed)
            seen.add(claimed)


def _restart_policy(container: Object, path: str) -> Causes:
    # Kubernetes: validateContainerRestartPolicy
    rules = container.get("restartPolicyRules", [])
    if "restartPolicy" not in container:
        if rules:
            yield required(
                f"{path}.restartPolicy",
                "must specify restartPolicy when restart rules are used",
            )
    elif container["restartPolicy"] not in RESTART_POLICIES:
        yield not_supported(
            f"{path}.restartPolicy", container["restartPolicy"], RESTART_POLICIES
        )
    if len(rules) > 20:
        yield too_many(f"{path}.restartPolicyRules", len(rules), 20)
    for i, rule in enumerate(rules):
        yield from _restart_rule(rule, f"{path}.restartPolicyRules[{i}]")


def _restart_rule(rule: Object, path: str) -> Causes:
    if rule.get("action") not in _ACTIONS:
        yield not_supported(f"{path}.action", rule.get("action", ""), _ACTIONS)
    codes = rule.get("exitCodes")
    if codes is None:
        yield required(f"{path}.exitCodes", "must be specified")
    elif codes.get("operator") not in ("In", "NotIn"):
        yield not_supported(
            f"{path}.exitCodes.operator", codes.get("operator", ""), ("In", "NotIn")
        )


def _resize_policy(policies: list[Object], spec: Object, path: str) -> Causes:
    seen: set[str] = set()
    for i, policy in enumerate(policies):
        name = policy.get("resourceName", "")
        if name in seen:
            yield duplicate(f"{path}[{i}]", name)
        seen.add(name)
        yield from one_of(path, name, ("cpu", "memory"))
        restart = policy.get("restartPolicy", "")
        yield from one_of(path, restart, ("NotRequired", "RestartContainer"))
        if spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            yield invalid(
                path,
                restart,
                "must be 'NotRequired' when pod `restartPolicy` is 'Never'",
            )


def only_for_pods(found: list[Object], path: str) -> Causes:
    """Rules for a Pod that a template is spared. Kubernetes: validateContainersOnlyForPod"""
    for i, container in enumerate(found):
        image = container.get("image", "")
        if image != image.strip():
            yield invalid(
                f"{path}[{i}].image",
                image,
                "must not have leading or trailing whitespace",
            )

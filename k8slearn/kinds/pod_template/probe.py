"""Probes and lifecycle hooks.

Kubernetes: pkg/apis/core/validation/validation.go validateProbe, validateHandler, validateLifecycle
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object

_NUMBERS = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)
_UNSET_OS = "may not be set for containers with empty `spec.os.name`"


def probe(kind: str, found: Object, grace_period: int | None, path: str) -> Causes:
    """livenessProbe, readinessProbe or startupProbe, as `kind` says."""
    yield from handler(
        found, ("exec", "httpGet", "tcpSocket", "grpc"), grace_period, path
    )
    for field in _NUMBERS:
        yield from not_negative(f"{path}.{field}", found.get(field))
    seconds = found.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid(
            f"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0"
        )
    if kind == "readinessProbe":
        if seconds is not None:
            yield invalid(
                f"{path}.terminationGracePeriodSeconds",
                seconds,
                "must not be set for readinessProbes",
            )
    elif found.get("successThreshold", 0) != 1:
        yield invalid(
            f"{path}.successThreshold", found.get("successThreshold", 0), "must be 1"
        )


def lifecycle(
    found: Object, grace_period: int | None, path: str, os: str | None
) -> Causes:
    """What happens after a container starts and before it stops."""
    for hook in ("postStart", "preStop"):
        if hook in found:
            yield from handler(
                found[hook],
                ("exec", "httpGet", "tcpSocket", "sleep"),
                grace_period,
                f"{path}.{hook}",
            )
    if "stopSignal" in found and os is None:
        yield forbidden(f"{path}.stopSignal", _UNSET_OS)


def handler(
    found: Object, kinds: tuple[str, ...], grace_period: int | None, path: str
) -> Causes:
    """Exactly one way to probe or to be told. Kubernetes: validateHandler"""
    given = [kind for kind in kinds if kind in found]
    for i, kind in enumerate(given):
        if i:
            yield forbidden(
                f"{path}.{kind}", "may not specify more than 1 handler type"
            )
        else:
            yield from _ACTIONS[kind](found[kind], grace_period, f"{path}.{kind}")
    if not given:
        yield required(path, "must specify a handler type")


def _exec(action: Object, grace_period: int | None, path: str) -> Causes:
    if not action.get("command"):
        yield required(f"{path}.command")


def _http_get(action: Object, grace_period: int | None, path: str) -> Causes:
    if not action.get("path"):
        yield required(f"{path}.path")
    yield from port_number_or_name(action.get("port", 0), f"{path}.port")
    if action.get("scheme") not in ("HTTP", "HTTPS"):
        yield not_supported(
            f"{path}.scheme", action.get("scheme", ""), ("HTTP", "HTTPS")
        )
    for header in action.get("httpHeaders", []):
        name = header.get("name", "")
        yield from each_invalid(f"{path}.httpHeaders", name, text.header_name(name))


def _tcp_socket(action: Object, grace_period: int | None, path: str) -> Causes:
    yield from port_number_or_name(action.get("port", 0), f"{path}.port")


def _sleep(action: Object, grace_period: int | None, path: str) -> Causes:
    seconds = action.get("seconds", 0)
    if grace_period is not None and not 0 <= seconds <= grace_period:
        detail = f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
        yield invalid(path, seconds, detail)


_ACTIONS: dict[str, Callable[[Object, int | None, str], Causes]] = {
    "exec": _exec,
    "httpGet": _http_get,
    "tcpSocket": _tcp_socket,
    "grpc": _tcp_socket,
    "sleep": _sleep,
}


def port_number_or_name(port: Any, path: str) -> Causes:
    """A port given as a number or by its name. Kubernetes: ValidatePortNumOrName"""
    messages = text.port_name(port) if isinstance(port, str) else text.port_number(port)
    yield from each_invalid(path, port, messages)

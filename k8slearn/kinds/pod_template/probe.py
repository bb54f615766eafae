"""Probes and lifecycle hooks.

Kubernetes: pkg/apis/core/validation/validation.go validateProbe, validateHandler, validateLifecycle
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    follows,
    forbidden,
    given,
    invalid,
    nonnegative,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object

_NUMBERS: dict[str, Check] = {
    "initialDelaySeconds": nonnegative,
    "timeoutSeconds": nonnegative,
    "periodSeconds": nonnegative,
    "successThreshold": nonnegative,
    "failureThreshold": nonnegative,
}
_PROBE_ACTIONS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_ACTIONS = ("exec", "httpGet", "tcpSocket", "sleep")
_SCHEMES = ("HTTP", "HTTPS")
_UNSET_OS = "may not be set for containers with empty `spec.os.name`"


def probe(kind: str, found: Object, grace_period: int | None, path: str) -> Causes:
    """livenessProbe, readinessProbe or startupProbe, as `kind` says."""
    yield from handler(found, _PROBE_ACTIONS, grace_period, path)
    yield from given(found, path, _NUMBERS)
    at = f"{path}.terminationGracePeriodSeconds"
    seconds = found.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        yield invalid(at, seconds, "must be greater than 0")
    # A container that is not ready goes on running: there is nothing to end.
    if kind == "readinessProbe":
        if seconds is not None:
            yield invalid(at, seconds, "must not be set for readinessProbes")
        return
    # The others act on a failure and have nothing to count successes for.
    successes = found.get("successThreshold", 0)
    if successes != 1:
        yield invalid(f"{path}.successThreshold", successes, "must be 1")


def lifecycle(
    found: Object, grace_period: int | None, path: str, os: str | None
) -> Causes:
    """What happens after a container starts and before it stops."""
    for hook in ("postStart", "preStop"):
        if hook in found:
            at = f"{path}.{hook}"
            yield from handler(found[hook], _HOOK_ACTIONS, grace_period, at)
    # Which signals there are depends on the system.
    if "stopSignal" in found and os is None:
        yield forbidden(f"{path}.stopSignal", _UNSET_OS)


def handler(
    found: Object, kinds: tuple[str, ...], grace_period: int | None, path: str
) -> Causes:
    """Exactly one way to probe or to be told. Kubernetes: validateHandler"""
    named = [kind for kind in kinds if kind in found]
    if not named:
        yield required(path, "must specify a handler type")
        return
    # Only the first is looked into; the others should not be there at all.
    first, *others = named
    yield from _ACTIONS[first](found[first], grace_period, f"{path}.{first}")
    for kind in others:
        yield forbidden(f"{path}.{kind}", "may not specify more than 1 handler type")


def _exec(action: Object, grace_period: int | None, path: str) -> Causes:
    if not action.get("command"):
        yield required(f"{path}.command")


def _http_get(action: Object, grace_period: int | None, path: str) -> Causes:
    if not action.get("path"):
        yield required(f"{path}.path")
    port = action.get("port", 0)
    yield from port_number_or_name(port, f"{path}.port")
    scheme = action.get("scheme", "")
    if scheme not in _SCHEMES:
        yield not_supported(f"{path}.scheme", scheme, _SCHEMES)
    for header in action.get("httpHeaders", []):
        name = header.get("name", "")
        yield from follows(f"{path}.httpHeaders", name, text.header_name)


def _tcp_socket(action: Object, grace_period: int | None, path: str) -> Causes:
    port = action.get("port", 0)
    yield from port_number_or_name(port, f"{path}.port")


def _sleep(action: Object, grace_period: int | None, path: str) -> Causes:
    seconds = action.get("seconds", 0)
    # A hook that sleeps past the end of its Pod is cut off: it would never be done.
    if grace_period is not None and not 0 <= seconds <= grace_period:
        limit = f"terminationGracePeriodSeconds ({grace_period})"
        yield invalid(path, seconds, f"must be non-negative and less than {limit}")


_ACTIONS: dict[str, Callable[[Object, int | None, str], Causes]] = {
    "exec": _exec,
    "httpGet": _http_get,
    "tcpSocket": _tcp_socket,
    "grpc": _tcp_socket,
    "sleep": _sleep,
}


def port_number_or_name(port: Any, path: str) -> Causes:
    """A port given as a number or by its name. Kubernetes: ValidatePortNumOrName"""
    if isinstance(port, str):
        yield from follows(path, port, text.port_name)
    else:
        yield from follows(path, port, text.port_number)

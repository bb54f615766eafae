"""What the statuses of several kinds must meet: a balancer's addresses, conditions, amounts.

Kubernetes: core/validation ValidateLoadBalancerStatus, apimachinery meta/v1/validation ValidateConditions
"""

from __future__ import annotations

import re

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    follows,
    forbidden,
    indexed,
    invalid,
    items,
    nonnegative,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.metadata import label_key

_MODES = ("Proxy", "VIP")
STATUSES = ("False", "True", "Unknown")
_MAX_REASON = 1024
_MAX_MESSAGE = 32 * 1024
_REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?"
_REASON_RULE = (
    "a condition reason must start with alphabetic character, optionally followed by a string of "
    "alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
)
_REASONS = ("my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB")
_PATH = "status.loadBalancer"


def _balancer(o: Object) -> Object:
    found: Object = o.get("status", {}).get("loadBalancer", {})
    return found


def service_status(new: Object, old: Object) -> Causes:
    """Where a balancer is to be found. Kubernetes: ValidateServiceStatusUpdate"""
    status = _balancer(new)
    kind = new.get("spec", {}).get("type")
    if kind != "LoadBalancer" and status.get("ingress"):
        detail = "may only be used when `spec.type` is 'LoadBalancer'"
        yield forbidden(f"{_PATH}.ingress", detail)
        return
    known = _known(old)
    for at, entry in items(status, "ingress", _PATH):
        yield from _address(entry, known, at)
        yield from _mode(entry, at)
        yield from _host(entry, at)


def ingress_status(new: Object, old: Object) -> Causes:
    """Where an Ingress is to be found. Kubernetes: ValidateIngressStatusUpdate"""
    known = _known(old)
    for at, entry in items(_balancer(new), "ingress", _PATH):
        yield from _address(entry, known, at)
        yield from _host(entry, at)


def _known(old: Object) -> set[str]:
    """What once passed by older rules may stay."""
    return {entry.get("ip", "") for entry in _balancer(old).get("ingress", [])}


def _address(entry: Object, known: set[str], path: str) -> Causes:
    address = entry.get("ip")
    if address and address not in known:
        yield from follows(f"{path}.ip", address, text.ip_address)


def _mode(entry: Object, path: str) -> Causes:
    mode = entry.get("ipMode")
    at = f"{path}.ipMode"
    if mode is None:
        return
    if not entry.get("ip"):
        yield forbidden(at, "may not be specified when `ip` is not set")
    elif mode not in _MODES:
        yield not_supported(at, mode, _MODES)


def _host(entry: Object, path: str) -> Causes:
    host = entry.get("hostname")
    if not host:
        return
    yield from follows(f"{path}.hostname", host, text.dns_subdomain)
    if not text.ip_address(host):
        detail = "must be a DNS name, not an IP address"
        yield invalid(f"{path}.hostname", host, detail)


def conditions(found: list[Object], path: str) -> Causes:
    """One condition a type, each whole. Kubernetes: ValidateConditions"""
    seen: set[str] = set()
    for at, condition in indexed(found, path):
        kind = condition.get("type", "")
        if kind in seen:
            yield duplicate(f"{at}.type", kind)
        seen.add(kind)
        yield from label_key(kind, f"{at}.type")
        status = condition.get("status", "")
        if status not in STATUSES:
            yield not_supported(f"{at}.status", status, STATUSES)
        yield from _condition(condition, at)


def _condition(condition: Object, path: str) -> Causes:
    generation = condition.get("observedGeneration", 0)
    if generation < 0:
        detail = "must be greater than or equal to zero"
        yield invalid(f"{path}.observedGeneration", generation, detail)
    if not condition.get("lastTransitionTime"):
        yield required(f"{path}.lastTransitionTime", "must be set")
    reason = condition.get("reason", "")
    at = f"{path}.reason"
    if not reason:
        yield required(at, "must be set")
    elif not re.fullmatch(_REASON, reason):
        detail = text.regex_message(_REASON_RULE, _REASON, *_REASONS)
        yield invalid(at, reason, detail)
    for field, limit in (("reason", _MAX_REASON), ("message", _MAX_MESSAGE)):
        if text.size(condition.get(field, "")) > limit:
            yield too_long(f"{path}.{field}", limit)


def scaler_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateHorizontalPodAutoscalerStatusUpdate"""
    for field in ("currentReplicas", "desiredReplicas"):
        count = new.get("status", {}).get(field, 0)
        yield from nonnegative(count, f"status.{field}")

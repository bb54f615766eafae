"""Requests and limits.

Kubernetes: pkg/apis/core/validation/validation.go validateResourceRequirements, ValidateContainerResourceName
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    NEGATIVE,
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_found,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object

NameRule = Callable[[str, str], Causes]

_HUGE_PAGES = "hugepages-"
_FOR_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
_STANDARD = _FOR_CONTAINERS | {
    "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
    "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
    "persistentvolumeclaims", "storage", "requests.storage", "services.nodeports", "services.loadbalancers",
}  # fmt: skip
_WHOLE = frozenset(
    {"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
     "services.nodeports", "services.loadbalancers"}
)  # fmt: skip


def container_resources(found: Object, claims: list[str], path: str) -> Causes:
    """A container's `resources`; `claims` are the Pod's."""
    yield from _requirements(found, container_resource_name, path)
    yield from _claims(found.get("claims", []), claims, f"{path}.claims")


def pod_resources(found: Object, path: str) -> Causes:
    """A Pod's own `resources`. Kubernetes: validatePodResources"""
    if "claims" in found:
        yield forbidden(
            f"{path}.claims", "claims may not be set for Resources at pod-level"
        )
    yield from _requirements(found, _pod_resource_name, path)


def _requirements(found: Object, rule: NameRule, path: str) -> Causes:
    limits, requests = found.get("limits", {}), found.get("requests", {})
    for name, amount in limits.items():
        yield from _entry(name, amount, rule, f"{path}.limits[{name}]")
    for name, amount in requests.items():
        yield from _entry(name, amount, rule, f"{path}.requests[{name}]")
        yield from _within(name, amount, limits.get(name), path)
    names = {*limits, *requests}
    if any(map(_is_huge_page, names)) and not names & {"cpu", "memory"}:
        yield forbidden(path, "HugePages require cpu or memory")


def _entry(name: str, amount: str, rule: NameRule, path: str) -> Causes:
    yield from rule(name, path)
    yield from resource_amount(name, amount, path)
    if _is_huge_page(name) and not _is_multiple(amount, name.removeprefix(_HUGE_PAGES)):
        yield invalid(
            path, amount, f"{amount} is not positive integer multiple of {name}"
        )


def _within(name: str, amount: str, limit: str | None, path: str) -> Causes:
    if limit is None:
        if not _may_overcommit(name):
            yield required(
                f"{path}.limits", "Limit must be set for non overcommitable resources"
            )
        return
    order = quantity.compare(amount, limit)
    if order and not _may_overcommit(name):
        yield invalid(
            f"{path}.requests", amount, f"must be equal to {name} limit of {limit}"
        )
    elif order > 0:
        yield invalid(
            f"{path}.requests",
            amount,
            f"must be less than or equal to {name} limit of {limit}",
        )


def resource_amount(name: str, amount: str, path: str) -> Causes:
    """An amount is not negative, and whole where it counts things. Kubernetes: ValidateResourceQuantityValue"""
    value = quantity.parse(amount).value
    if value < 0:
        yield invalid(path, amount, NEGATIVE)
    if (name in _WHOLE or _is_extended(name)) and value % 1:
        yield invalid(path, amount, "must be an integer")


def _resource_name(name: str, path: str) -> Causes:
    if messages := text.label_key(name):
        yield from each_invalid(path, name, messages)
    elif "/" not in name and name not in _STANDARD and not _is_huge_page(name):
        yield invalid(path, name, "must be a standard resource type or fully qualified")


def container_resource_name(name: str, path: str) -> Causes:
    """What a container may ask for. Kubernetes: ValidateContainerResourceName"""
    yield from _resource_name(name, path)
    if "/" not in name:
        if name not in _FOR_CONTAINERS and not _is_huge_page(name):
            yield invalid(path, name, "must be a standard resource for containers")
    elif not _is_native(name) and not _is_extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def _pod_resource_name(name: str, path: str) -> Causes:
    causes = list(_resource_name(name, path))
    yield from causes
    if not causes and name not in ("cpu", "memory") and not _is_huge_page(name):
        yield not_supported(path, name, ("cpu", "hugepages-", "memory"))


def _is_huge_page(name: str) -> bool:
    return name.startswith(_HUGE_PAGES)


def _is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def _is_extended(name: str) -> bool:
    # Kubernetes: pkg/apis/core/helper IsExtendedResourceName
    return (
        not _is_native(name)
        and not name.startswith("requests.")
        and not text.label_key(f"requests.{name}")
    )


def _may_overcommit(name: str) -> bool:
    return _is_native(name) and not _is_huge_page(name)


def _is_multiple(amount: str, page: str) -> bool:
    try:
        size = quantity.parse(page).value
    except quantity.QuantityError:
        return False
    return size > 0 and quantity.parse(amount).value % size == 0


def _claims(found: list[Object], known: list[str], path: str) -> Causes:
    seen: set[str] = set()
    for i, claim in enumerate(found):
        at, name = f"{path}[{i}]", claim.get("name", "")
        if not name:
            yield required(at)
            continue
        key = f"{name}/{claim['request']}" if claim.get("request") else name
        if key in seen or name in seen:
            yield duplicate(at, name if name in seen else key)
        seen.add(key)
        if name not in known:
            yield not_found(
                at,
                name,
                "must be one of the names in pod.spec.resourceClaims" + _listed(known),
            )


def _listed(known: Iterable[str]) -> str:
    names = sorted(known)
    return f": {', '.join(names)}" if names else " which is empty"

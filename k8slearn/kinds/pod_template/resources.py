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
    forbidden,
    indexed,
    invalid,
    items,
    not_found,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.requirements import (
    Amounts,
    of_container,
    of_containers,
)

ResourceRule = Callable[[str, str], Causes]

_HUGE_PAGES = "hugepages-"
_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_FOR_CONTAINERS = frozenset(_COMPUTE)
COUNTED = (
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
)
# Kubernetes: pkg/apis/core/helper IsStandardQuotaResourceName
OF_QUOTAS = {
    *_COMPUTE,
    *COUNTED,
    *(f"{side}.{name}" for side in ("requests", "limits") for name in _COMPUTE),
    "requests.storage",
}
# Names of quotas count wherever a resource may be named. Kubernetes: pkg/apis/core/helper IsStandardResourceName
_STANDARD = {*OF_QUOTAS, "storage"}
_ONLY_STANDARD = "must be a standard resource type or fully qualified"
_LIMITED = ("Pod", "Container", "PersistentVolumeClaim")
_ONLY_LIMITED = "must be a standard limit type or fully qualified"
_NO_LIMIT = "Limit must be set for non overcommitable resources"


def container_resources(found: Object, claims: list[str], path: str) -> Causes:
    """A container's `resources`; `claims` are the Pod's."""
    yield from _requirements(found, container_resource_name, path)
    asked = found.get("claims", [])
    yield from _claims(asked, claims, f"{path}.claims")


def pod_resources(found: Object, path: str) -> Causes:
    """A Pod's own `resources`, by themselves."""
    if "claims" in found:
        detail = "claims may not be set for Resources at pod-level"
        yield forbidden(f"{path}.claims", detail)
    yield from _requirements(found, _pod_resource_name, path)


def within_pod(spec: Object, path: str) -> Causes:
    """What containers ask for fits into what their Pod does. Kubernetes: validatePodResourceConsistency"""
    whole = spec["resources"]
    limits = whole.get("limits", {})
    together = of_containers(spec, "requests")
    yield from _covers(whole.get("requests", {}), together, "requests", path)
    # Other limits may add up to more: not everybody uses all of his at once.
    pages = {
        name: amount
        for name, amount in of_containers(spec, "limits").items()
        if _is_huge_page(name)
    }
    yield from _covers(limits, pages, "limits", path)
    for at, container in items(spec, "containers", path):
        for name, amount in of_container(container, "limits").items():
            own = limits.get(name)
            if own is not None and quantity.compare(amount, own) > 0:
                detail = f"must be less than or equal to pod limits of {own}"
                yield invalid(f"{at}[{name}].limits", amount, detail)


def _covers(own: Amounts, together: Amounts, side: str, path: str) -> Causes:
    for name, amount in together.items():
        if name in own and quantity.compare(amount, own[name]) > 0:
            of_all = f"aggregate container {side} of {amount}"
            detail = f"must be greater than or equal to {of_all}"
            yield invalid(f"{path}.{side}[{name}]", own[name], detail)


def _requirements(found: Object, rule: ResourceRule, path: str) -> Causes:
    limits = found.get("limits", {})
    requests = found.get("requests", {})
    for name, amount in limits.items():
        at = f"{path}.limits[{name}]"
        yield from _entry(name, amount, rule, at)
    for name, amount in requests.items():
        at = f"{path}.requests[{name}]"
        yield from _entry(name, amount, rule, at)
        yield from _within(name, amount, limits.get(name), path)
    names = {*limits, *requests}
    # Large pages are set aside for whoever asks: a Pod must be worth something by the common measures too.
    has_pages = any(map(_is_huge_page, names))
    if has_pages and not names & {"cpu", "memory"}:
        yield forbidden(path, "HugePages require cpu or memory")


def _entry(name: str, amount: str, rule: ResourceRule, path: str) -> Causes:
    yield from rule(name, path)
    yield from resource_amount(name, amount, path)
    if not _is_huge_page(name):
        return
    page = name.removeprefix(_HUGE_PAGES)
    if not _is_multiple(amount, page):
        detail = f"{amount} is not positive integer multiple of {name}"
        yield invalid(path, amount, detail)


def _within(name: str, amount: str, limit: str | None, path: str) -> Causes:
    soft = may_overcommit(name)
    if limit is None:
        if not soft:
            yield required(f"{path}.limits", _NO_LIMIT)
        return
    order = quantity.compare(amount, limit)
    # Devices and large pages are there or not: nobody uses less than was asked for.
    if order and not soft:
        detail = f"must be equal to {name} limit of {limit}"
        yield invalid(f"{path}.requests", amount, detail)
    elif order > 0:
        detail = f"must be less than or equal to {name} limit of {limit}"
        yield invalid(f"{path}.requests", amount, detail)


def resource_amount(name: str, amount: str, path: str) -> Causes:
    """An amount is not negative, and whole where it counts things. Kubernetes: ValidateResourceQuantityValue"""
    value = quantity.parse(amount).value
    if value < 0:
        yield invalid(path, amount, NEGATIVE)
    is_whole = name in COUNTED or is_extended(name)
    if is_whole and value != value.to_integral_value():
        yield invalid(path, amount, "must be an integer")


def resource_name(name: str, path: str, *, of_limits: bool = False) -> Causes:
    """A name of a resource, or of what limits are for. Kubernetes: validateResourceName, validateLimitRangeTypeName"""
    messages = text.label_key(name)
    for message in messages:
        yield invalid(path, name, message)
    if messages or "/" in name:
        return
    if of_limits:
        if name not in _LIMITED:
            yield invalid(path, name, _ONLY_LIMITED)
    elif name not in _STANDARD and not _is_huge_page(name):
        yield invalid(path, name, _ONLY_STANDARD)


def container_resource_name(name: str, path: str) -> Causes:
    """What a container may ask for. Kubernetes: ValidateContainerResourceName"""
    yield from resource_name(name, path)
    if _is_huge_page(name) or name in _FOR_CONTAINERS:
        return
    if "/" not in name:
        yield invalid(path, name, "must be a standard resource for containers")
    elif not _is_native(name) and not is_extended(name):
        yield invalid(path, name, "doesn't follow extended resource name standard")


def _pod_resource_name(name: str, path: str) -> Causes:
    causes = list(resource_name(name, path))
    yield from causes
    if causes or _is_huge_page(name):
        return
    if name not in ("cpu", "memory"):
        yield not_supported(path, name, ("cpu", "hugepages-", "memory"))


def _is_huge_page(name: str) -> bool:
    return name.startswith(_HUGE_PAGES)


def _is_native(name: str) -> bool:
    # Kubernetes: pkg/apis/core/v1/helper IsNativeResource
    return "/" not in name or "kubernetes.io/" in name


def is_extended(name: str) -> bool:
    """Whether it is none of Kubernetes' own. Kubernetes: pkg/apis/core/helper IsExtendedResourceName"""
    if _is_native(name) or name.startswith("requests."):
        return False
    # A quota names it with this prefix: the name must leave room for that.
    return not text.label_key(f"requests.{name}")


def may_overcommit(name: str) -> bool:
    """Whether more may be promised than is there. Kubernetes: helper.IsOvercommitAllowed"""
    return _is_native(name) and not _is_huge_page(name)


def _is_multiple(amount: str, page: str) -> bool:
    try:
        return quantity.is_multiple(amount, page)
    except quantity.QuantityError:
        return False


def _claims(found: list[Object], known: list[str], path: str) -> Causes:
    seen: set[str] = set()
    for at, claim in indexed(found, path):
        name = claim.get("name", "")
        if not name:
            yield required(at)
            continue
        key = name
        if claim.get("request"):
            key = f"{name}/{claim['request']}"
        # The whole claim covers each of its requests.
        if name in seen:
            yield duplicate(at, name)
        elif key in seen:
            yield duplicate(at, key)
        seen.add(key)
        if name not in known:
            rule = "must be one of the names in pod.spec.resourceClaims"
            yield not_found(at, name, f"{rule}{_listed(known)}")


def _listed(known: Iterable[str]) -> str:
    names = sorted(known)
    if names:
        return f": {', '.join(names)}"
    return " which is empty"

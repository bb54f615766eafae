"""LimitRange: what a container of a namespace asks for when it says nothing, and how much it may.

Kubernetes: pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem, ValidateLimitRange
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    forbidden,
    invalid,
    items,
    required,
)
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.filling import canonical_amounts, each, inside
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.resources import (
    container_resource_name,
    may_overcommit,
    resource_name,
)
from k8slearn.kinds.printing import Cell

_LISTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_CLAIM = "PersistentVolumeClaim"


def default(o: Object) -> Object:
    """A container's limit is the maximum unless said, its request the limit, else the minimum."""
    return inside(o, "spec", lambda spec: inside(spec, "limits", each(_completed)))


def _completed(item: Object) -> Object:
    found = {**item}
    for field in _LISTS:
        found = inside(found, field, canonical_amounts)
    if item.get("type") != "Container":
        return found
    limits = {**found.get("max", {}), **found.get("default", {})}
    asked = {**found.get("min", {}), **limits, **found.get("defaultRequest", {})}
    if limits:
        found["default"] = limits
    if asked:
        found["defaultRequest"] = asked
    return found


def validate(o: Object) -> Causes:
    """Kubernetes: ValidateLimitRange"""
    seen: set[str] = set()
    for at, item in items(o.get("spec", {}), "limits", "spec"):
        kind = item.get("type", "")
        yield from resource_name(kind, f"{at}.type", of_limits=True)
        if kind in seen:
            yield duplicate(f"{at}.type", kind)
        seen.add(kind)
        yield from _names(item, kind, at)
        for resource in sorted({r for field in _LISTS for r in item.get(field, {})}):
            yield from _Bounds(item, resource, at).contradictions()


def _names(item: Object, kind: str, at: str) -> Causes:
    for field in _LISTS:
        amounts = item.get(field, {})
        if kind == "Pod" and field in ("default", "defaultRequest"):
            if amounts:
                why = "may not be specified when `type` is 'Pod'"
                yield forbidden(f"{at}.{field}", why)
            continue
        for resource in sorted(amounts):
            of_containers = kind in ("Pod", "Container")
            check = container_resource_name if of_containers else resource_name
            yield from check(resource, f"{at}.{field}[{resource}]")
    bounds = {**item.get("min", {}), **item.get("max", {})}
    if kind == _CLAIM and "storage" not in bounds:
        why = "either minimum or maximum storage value is required, but neither was provided"
        yield required(f"{at}.limits", why)


class _Order(NamedTuple):
    """Two values of which the first must not be more than the second, and what is said if it is."""

    field: str
    shown: str | None
    low: str | None
    high: str | None
    words: str

    @property
    def is_broken(self) -> bool:
        """Whether both are said, in the wrong order."""
        if self.low is None or self.high is None:
            return False
        return quantity.compare(self.low, self.high) > 0


class _Bounds:
    """What one item says of one resource."""

    def __init__(self, item: Object, resource: str, at: str) -> None:
        self.resource = resource
        self.at = at
        found = (item.get(field, {}).get(resource) for field in _LISTS)
        self.max, self.min, self.limit, self.request, self.ratio = found

    def contradictions(self) -> Causes:
        """What cannot be true at once, in the server's order."""
        for order in self._orders():
            if order.is_broken:
                why = order.words.format(order.low, order.high)
                yield self._wrong(order.field, order.shown, why)
        yield from self._ratio()
        if self.limit is None or self.request is None:
            return
        if not may_overcommit(self.resource) and self.limit != self.request:
            why = f"default value {self.limit} must equal to defaultRequest value {self.request} in {self.resource}"
            yield self._wrong("defaultRequest", self.request, why)

    def _orders(self) -> Iterator[_Order]:
        low = self.min
        high = self.max
        limit = self.limit
        request = self.request
        words = "min value {} is greater than max value {}"
        yield _Order(field="min", shown=low, low=low, high=high, words=words)
        words = "min value {} is greater than default request value {}"
        yield _Order(
            field="defaultRequest", shown=request, low=low, high=request, words=words
        )
        words = "default request value {} is greater than max value {}"
        yield _Order(
            field="defaultRequest", shown=request, low=request, high=high, words=words
        )
        words = "default request value {} is greater than default limit value {}"
        yield _Order(
            field="defaultRequest", shown=request, low=request, high=limit, words=words
        )
        # Of these two the bound is shown, not the value that breaks it: so upstream.
        words = "min value {} is greater than default value {}"
        yield _Order(field="default", shown=low, low=low, high=limit, words=words)
        words = "default value {} is greater than max value {}"
        yield _Order(field="default", shown=high, low=limit, high=high, words=words)

    def _ratio(self) -> Causes:
        if self.ratio is None:
            return
        if quantity.compare(self.ratio, "1") < 0:
            why = f"ratio {self.ratio} is less than 1"
            yield self._wrong("maxLimitRequestRatio", self.ratio, why)
        if self.min is None or self.max is None:
            return
        low, high = (quantity.parse(bound).value for bound in (self.min, self.max))
        if low and quantity.parse(self.ratio).value > high / low:
            why = f"ratio {self.ratio} is greater than max/min = {high / low:.6f}"
            yield self._wrong("maxLimitRequestRatio", self.ratio, why)

    def _wrong(self, field: str, shown: str | None, why: str) -> Cause:
        return invalid(f"{self.at}.{field}[{self.resource}]", shown, why)


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: the generic columns of a kind without printer of its own."""
    return [name(o), o["metadata"].get("creationTimestamp", "")]


LIMIT_RANGE = Kind(
    "v1", "LimitRange", default=default, create_rules=validate,
    update_rules=lambda new, old: validate(new), created_by_put=True, cells=cells,
)  # fmt: skip

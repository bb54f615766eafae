"""How defaults are filled in: each function returns a new object, the one it is given stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object

Filler = Callable[[Object], Object]


def filled(given: Object, defaults: Object) -> Object:
    """`given`, completed where it has nothing or an empty text or a zero."""
    missing: Object = {}
    for field, value in defaults.items():
        present = given.get(field)
        # An empty object is something that was said: `securityContext: {}` stays as it is.
        if not present and present != {}:
            missing[field] = value
    if not missing:
        return given
    return {**given, **missing}


def inside(obj: Object, field: str, change: Callable[[Any], Any]) -> Object:
    """`obj` with one field changed, where it has that field."""
    if field not in obj:
        return obj
    return {**obj, field: change(obj[field])}


def each(change: Filler) -> Callable[[list[Object]], list[Object]]:
    """The change, for every element of a list."""

    def changed(items: list[Object]) -> list[Object]:
        return [change(item) for item in items]

    return changed


def canonical_amounts(amounts: dict[str, str]) -> dict[str, str]:
    """A resource list with its amounts as Kubernetes writes them: "1000m" is "1"."""
    return {name: quantity.canonical(amount) for name, amount in amounts.items()}


def with_fields_of(other: Object, o: Object, *fields: str) -> Object:
    """`o` with these fields as they are in `other`; a field that `other` lacks is left out."""
    found = {field: value for field, value in o.items() if field not in fields}
    return found | {field: other[field] for field in fields if field in other}

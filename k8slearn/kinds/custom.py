"""The kinds of CustomResourceDefinitions: one row for each version that a definition serves.

Kubernetes: apiextensions-apiserver pkg/registry/customresource/{strategy,tableconvertor}.go
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.custom_types import define
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.definition import stored_version
from k8slearn.kinds.jsonpath import find
from k8slearn.kinds.kind import ALL_METADATA, Kind, text_at
from k8slearn.kinds.printing import Cell, since
from k8slearn.kinds.structural import defaulted, pruned, violations

VERBS = [
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "create",
    "update",
    "watch",
]
_AGE = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}


@dataclass(frozen=True, eq=False)
class CustomKind(Kind):
    """A kind that a definition adds; `entry` is what discovery says of it, `type_name` its type."""

    entry: facts.Entry = field(default_factory=dict)
    schema: Object = field(default_factory=dict)
    printed: tuple[Object, ...] = ()
    subresources: Object = field(default_factory=dict)
    type_name: str = ""

    @property
    def _discovered(self) -> facts.Entry:
        return self.entry

    @property
    def names_fields(self) -> bool:
        """So does each definition's. Kubernetes: apiextensions apiserver/conversion, ConvertFieldLabel"""
        return True

    @property
    def any_finalizer(self) -> bool:
        """Whether finalizers without a domain may have any name: who writes one is warned instead."""
        return True

    @property
    def stored_kind(self) -> str:
        """Under which name the store keeps its objects: two groups may have kinds of one name."""
        return f"{self.kind}.{self.group}"

    @property
    def singular(self) -> str:
        """The singular name that the definition gives."""
        return str(self.entry["singularName"])

    @property
    def status(self) -> bool:
        """Whether the status is a subresource."""
        return "status" in self.subresources

    @property
    def scalable(self) -> bool:
        """Whether it says by a scale how many Pods it wants."""
        return "scale" in self.subresources

    @property
    def columns(self) -> tuple[facts.Column, ...]:
        """The name, and what the definition says."""
        found = [facts.Column("Name", "string", "name", 0)]
        for each in self.printed:
            about = (each["name"], each["type"], each.get("format", ""))
            found.append(facts.Column(*about, each.get("priority", 0)))
        return tuple(found)

    def changes_generation(self, new: Object, old: Object) -> bool:
        """Any change but that of the metadata counts, and of the status where that is a part of its own."""
        left_out: Object = {"metadata": 0}
        if self.status:
            left_out["status"] = 0
        return {**new, **left_out} != {**old, **left_out}


def rows_of(definition: Object) -> list[CustomKind]:
    """A row for each version that a definition serves, that of the storage first."""
    versions = definition["spec"]["versions"]
    stored = stored_version(definition)
    served = [version for version in versions if version.get("served")]
    served.sort(key=lambda version: version["name"] != stored)
    return [_row(definition["spec"], version, stored) for version in served]


def _row(spec: Object, version: Object, stored: str) -> CustomKind:
    group = spec["group"]
    names = spec["names"]
    schema = version.get("schema", {}).get("openAPIV3Schema", {})
    parts = version.get("subresources", {})
    printed = tuple(version.get("additionalPrinterColumns") or [_AGE])
    more: Object = {}
    if "scale" in parts:
        more["scale_paths"] = _scale_paths(parts["scale"])
    selectable = {}
    for each in version.get("selectableFields", ()):
        path = each["jsonPath"].lstrip(".")
        selectable[path] = text_at(path)
    return CustomKind(
        f"{group}/{version['name']}",
        names["kind"],
        generation=True,
        needs_version=True,
        left_by_status=ALL_METADATA,
        to_stored=_in_version(f"{group}/{stored}"),
        from_stored=_in_version(f"{group}/{version['name']}"),
        default=lambda o: _defaulted(o, schema),
        prune=lambda o: pruned(o, schema),
        prepare_for_create=_without_status if "status" in parts else _as_it_is,
        create_rules=lambda o: violations(o, schema),
        update_rules=lambda new, old: violations(new, schema),
        status_rules=lambda new, old: _status_rules(new, schema),
        cells=lambda o, now: _cells(o, printed, now),
        selectable_fields=selectable,
        entry=_entry(spec),
        schema=schema,
        printed=printed,
        subresources=parts,
        type_name=define(f"{group}/{version['name']}", names["kind"], schema),
        **more,
    )


def _without_status(o: Object, reader: object) -> Object:
    """Kubernetes: customResourceStrategy.PrepareForCreate: a status that is a part of its own is written later."""
    return {field: value for field, value in o.items() if field != "status"}


def _as_it_is(o: Object, reader: object) -> Object:
    return o


def _entry(spec: Object) -> facts.Entry:
    names = spec["names"]
    return {
        "name": names["plural"],
        "singularName": names.get("singular", ""),
        "namespaced": spec["scope"] == "Namespaced",
        "kind": names["kind"],
        "verbs": VERBS,
        "shortNames": names.get("shortNames", []),
        "categories": names.get("categories", []),
    }


def _in_version(api_version: str) -> Callable[[Object], Object]:
    """Versions differ in nothing but their name where nobody converts."""

    def convert(o: Object) -> Object:
        if o.get("apiVersion") == api_version:
            return o
        return {**o, "apiVersion": api_version}

    return convert


def _scale_paths(scale: Object) -> tuple[str, str, str]:
    fields = ("specReplicasPath", "statusReplicasPath", "labelSelectorPath")
    wanted, present, selector = (scale.get(each, "").lstrip(".") for each in fields)
    return wanted, present, selector


def _defaulted(o: Object, schema: Object) -> Object:
    found: Object = defaulted(o, schema)
    return found


def _status_rules(new: Object, schema: Object) -> Causes:
    yield from violations(new, schema)


def _cells(o: Object, printed: tuple[Object, ...], now: float) -> list[Cell]:
    cells: list[Cell] = [name(o)]
    for column in printed:
        found = find(o, column["jsonPath"])
        cells.append(_cell(found, column["type"], now))
    return cells


def _cell(found: list[Any], kind: str, now: float) -> Cell:
    if not found:
        return ""
    if kind == "date":
        return since(str(found[0]), now)
    first = found[0]
    if kind in ("integer", "boolean") and isinstance(first, int):
        return first
    # Several are shown with commas between them; truth values as Go writes them.
    shown = [
        str(each).lower() if isinstance(each, bool) else str(each) for each in found
    ]
    return ",".join(shown)

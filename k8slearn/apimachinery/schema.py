"""The API's types, read from the package lightkube-models when first needed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from k8slearn.apimachinery.gotypes import (
    INT64,
    NAMED,
    POINTERS,
    RESOURCE_LIST,
    listed,
    look,
)

MODULES = {
    "v1": "core_v1",
    "apps/v1": "apps_v1",
    "autoscaling/v1": "autoscaling_v1",
    "autoscaling/v2": "autoscaling_v2",
    "batch/v1": "batch_v1",
    "coordination.k8s.io/v1": "coordination_v1",
    "discovery.k8s.io/v1": "discovery_v1",
    "events.k8s.io/v1": "events_v1",
    "networking.k8s.io/v1": "networking_v1",
    "policy/v1": "policy_v1",
    "rbac.authorization.k8s.io/v1": "rbac_v1",
    "scheduling.k8s.io/v1": "scheduling_v1",
    "storage.k8s.io/v1": "storage_v1",
}

_SCALARS = {"str": "string", "int": "int32", "bool": "bool", "float": "float64"}
_ALIASES = {
    "meta_v1.Time": ("time", "v1.Time"),
    "meta_v1.MicroTime": ("time", "v1.MicroTime"),
    "meta_v1.FieldsV1": ("any", "v1.FieldsV1"),
    "meta_v1.Patch": ("any", "v1.Patch"),
    "runtime.RawExtension": ("any", "runtime.RawExtension"),
    "util_intstr.IntOrString": ("int-or-string", "intstr.IntOrString"),
    "resource.Quantity": ("quantity", "resource.Quantity"),
}


@dataclass(frozen=True, slots=True)
class Type:
    """What a value may be: `kind` is struct, list, map, string, int, bool, number, bytes, time, quantity,
    int-or-string or any; `go` is the type's name in Go; `struct` the qualified name of a struct."""

    kind: str
    go: str
    struct: str = ""
    element: Type | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a struct; `required` fields are written even when empty, pointers keep a zero."""

    name: str
    type: Type
    required: bool
    pointer: bool


@dataclass(frozen=True, slots=True)
class Struct:
    """One of the API's objects; `go` is its bare name in Go."""

    go: str
    fields: dict[str, Field]


STRING = Type("string", "string")
QUANTITY = Type("quantity", "resource.Quantity")
BYTES = Type("bytes", "[]uint8")


@cache
def _classes(module: str) -> dict[str, list[tuple[str, str, bool]]]:
    """(field, annotation, required) of every class in a module; it is parsed, never run."""
    path = Path(
        str(
            distribution("lightkube-models").locate_file(
                f"lightkube/models/{module}.py"
            )
        )
    )
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: _fields(node) for node in tree.body if isinstance(node, ast.ClassDef)
    }


def _fields(node: ast.ClassDef) -> list[tuple[str, str, bool]]:
    found = []
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            annotation = str(ast.literal_eval(item.annotation))
            found.append((item.target.id.rstrip("_"), annotation, item.value is None))
    return found


@cache
def struct(name: str) -> Struct:
    """A struct by its qualified name, such as "core_v1.PodSpec"."""
    module, _, bare = name.partition(".")
    fields = {
        field: Field(
            field,
            _type(module, bare, field, annotation),
            required,
            listed(POINTERS, bare, field),
        )
        for field, annotation, required in _classes(module)[bare]
    }
    return Struct(bare, fields)


def _type(module: str, owner: str, field: str, annotation: str) -> Type:
    annotation = annotation.removeprefix("Optional[").removesuffix(
        "]" if annotation.startswith("Optional[") else ""
    )
    named = look(NAMED, owner, field)
    if annotation == "dict":
        return _map(named)
    if annotation.startswith("List["):
        return _list(_type(module, owner, "", annotation[5:-1]), named)
    if annotation in _SCALARS:
        return _scalar(
            annotation, named or ("int64" if listed(INT64, owner, field) else None)
        )
    return _reference(module, annotation)


def _map(named: str | None) -> Type:
    if named == RESOURCE_LIST:
        return Type("map", named, element=QUANTITY)
    return Type("map", named or "map[string]string", element=BYTES if named else STRING)


def _list(element: Type, named: str | None) -> Type:
    if named:
        element = Type(element.kind, named.removeprefix("[]"))
    return Type("list", f"[]{element.go}", element=element)


def _scalar(annotation: str, named: str | None) -> Type:
    kind = {"str": "string", "float": "number"}.get(annotation, annotation)
    return Type(kind, named or _SCALARS[annotation])


def _reference(module: str, annotation: str) -> Type:
    name = annotation if "." in annotation else f"{module}.{annotation}"
    if name in _ALIASES:
        return Type(*_ALIASES[name])
    return Type("struct", f"v1.{name.rpartition('.')[2]}", struct=name)


@cache
def kind_type(api_version: str, kind: str) -> Type | None:
    """The type of a registered kind, None where the API has no such kind."""
    module = MODULES.get(api_version)
    if module is None or kind not in _classes(module):
        return None
    name = f"{module}.{kind}"
    return (
        Type("struct", f"v1.{kind}", struct=name)
        if "kind" in struct(name).fields
        else None
    )

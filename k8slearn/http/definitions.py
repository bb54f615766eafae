"""The API's types as JSON schemas, with the texts and marks that the real OpenAPI documents give them."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from k8slearn.apimachinery.gotypes import look
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Field, Type, struct
from k8slearn.apimachinery.strategic_merge import MERGE_KEYS, MERGED_PRIMITIVES
from k8slearn.apiserver.managed_fields import (
    ATOMIC_MAPS,
    ATOMIC_STRUCTS,
    LIST_KEYS,
    SETS,
)
from k8slearn.http.enums import ENUMS, described

META = "io.k8s.apimachinery.pkg.apis.meta.v1."
WRAPPED_AT = 79
"""Characters: where the package with the types breaks its lines."""

_INT_OR_STRING = (
    "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
    "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that "
    "can accept a name or number."
)
_NUMBER_OR_TEXT = [{"type": "string"}, {"type": "number"}]
_LEAVES: dict[str, tuple[str, Object]] = {
    "v1.Time": (f"{META}Time", {"type": "string", "format": "date-time"}),
    "v1.MicroTime": (f"{META}MicroTime", {"type": "string", "format": "date-time"}),
    "v1.FieldsV1": (f"{META}FieldsV1", {"type": "object"}),
    "v1.Patch": (f"{META}Patch", {"type": "object"}),
    "runtime.RawExtension": (
        "io.k8s.apimachinery.pkg.runtime.RawExtension",
        {"type": "object"},
    ),
    "resource.Quantity": (
        "io.k8s.apimachinery.pkg.api.resource.Quantity",
        {"oneOf": _NUMBER_OR_TEXT},
    ),
    "intstr.IntOrString": (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        {
            "description": _INT_OR_STRING,
            "format": "int-or-string",
            "oneOf": [{"type": "integer"}, {"type": "string"}],
        },
    ),
}
_PLAIN: dict[str, Object] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "number": {"type": "number", "format": "double"},
    "bytes": {"type": "string", "format": "byte"},
}
_PARAMETER = re.compile(r"^ {6}\* \*\*(\w+)\*\* ``.*?`` - (?:\*\(optional\)\* )?(.*)$")


class Definitions:
    """The schemas met so far, by name. `wrapped`: a reference with a text beside it stands in an allOf (OpenAPI v3)."""

    def __init__(self, prefix: str, *, wrapped: bool = False) -> None:
        self.prefix = prefix
        self.wrapped = wrapped
        self.found: dict[str, Object] = {}

    def reference(self, name: str) -> Object:
        """A reference to a schema."""
        return {"$ref": self.prefix + name}

    def kind(self, kind: str, api_version: str, qualified: str) -> str:
        """Add a kind with all it consists of; returns its name."""
        name = self.add(qualified)
        group, _, version = api_version.rpartition("/")
        self.found[name]["x-kubernetes-group-version-kind"] = [
            {"group": group, "kind": kind, "version": version}
        ]
        return name

    def add(self, qualified: str) -> str:
        """Add a struct and what it refers to; returns its name."""
        name = definition_name(qualified)
        if name in self.found:
            return name
        schema = self.found[name] = {
            "type": "object",
            "description": "",
            "properties": {},
        }
        about, texts = descriptions(qualified)
        known = struct(qualified)
        schema["description"] = about
        schema["properties"] = {
            field.name: self._property(field, known.go, texts.get(field.name, ""))
            for field in known.fields.values()
        }
        required = [field.name for field in known.fields.values() if field.required]
        if required:
            schema["required"] = required
        if known.go in ATOMIC_STRUCTS:
            schema["x-kubernetes-map-type"] = "atomic"
        return name

    def _property(self, field: Field, owner: str, text: str) -> Object:
        schema = self._schema(field.type)
        values = (
            ENUMS.get(f"{owner}.{field.name}", ENUMS.get(field.name))
            if field.type.kind == "string"
            else None
        )
        if values:
            schema = {**schema, "enum": list(values)}
            text = f"{text}\n\n{described(values)}"
        if "$ref" in schema and self.wrapped and text:
            return {"description": text, "allOf": [schema]}
        return {
            **({"description": text} if text else {}),
            **schema,
            **_marks(field, owner),
        }

    def _schema(self, wanted: Type) -> Object:
        if wanted.go in _LEAVES:
            name, schema = _LEAVES[wanted.go]
            self.found.setdefault(name, self._leaf(schema))
            return self.reference(name)
        if wanted.kind == "struct" and wanted.struct:
            return self.reference(self.add(wanted.struct))
        if wanted.kind == "list" and wanted.element is not None:
            return {"type": "array", "items": self._schema(wanted.element)}
        if wanted.kind == "map" and wanted.element is not None:
            return {
                "type": "object",
                "additionalProperties": self._schema(wanted.element),
            }
        if wanted.kind == "int":
            return {
                "type": "integer",
                "format": "int64" if wanted.go == "int64" else "int32",
            }
        return _PLAIN.get(wanted.kind, {"type": "object"})

    def _leaf(self, schema: Object) -> Object:
        """OpenAPI v2 has no oneOf: there such a value is a string."""
        if self.wrapped or "oneOf" not in schema:
            return schema
        return {"type": "string"} | {
            key: value for key, value in schema.items() if key != "oneOf"
        }


def _marks(field: Field, owner: str) -> Object:
    """How lists and maps are merged, for a strategic merge patch and for server-side apply."""
    if field.type.kind == "map":
        return (
            {"x-kubernetes-map-type": "atomic"}
            if f"{owner}.{field.name}" in ATOMIC_MAPS
            else {}
        )
    if field.type.kind != "list":
        return {}
    merge, keys = (
        look(MERGE_KEYS, owner, field.name),
        look(LIST_KEYS, owner, field.name),
    )
    if look(MERGED_PRIMITIVES, owner, field.name) is not None:
        return {"x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge"}
    if keys:
        found: Object = {
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": keys.split(),
        }
    else:
        found = {
            "x-kubernetes-list-type": "set"
            if f"{owner}.{field.name}" in SETS
            else "atomic"
        }
    if merge:
        found |= {
            "x-kubernetes-patch-strategy": "merge",
            "x-kubernetes-patch-merge-key": merge,
        }
    return found


def definition_name(qualified: str) -> str:
    """The name of a struct such as "apps_v1.DaemonSet" in OpenAPI documents."""
    module, _, bare = qualified.partition(".")
    group, _, version = module.partition("_")
    return (
        f"{META}{bare}" if group == "meta" else f"io.k8s.api.{group}.{version}.{bare}"
    )


@cache
def _documented(module: str) -> dict[str, str]:
    """The docstring of every class in a module of types; it is parsed, never run."""
    path = Path(
        str(
            distribution("lightkube-models").locate_file(
                f"lightkube/models/{module}.py"
            )
        )
    )
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: ast.get_docstring(node, clean=False) or ""
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


@cache
def descriptions(qualified: str) -> tuple[str, dict[str, str]]:
    """The text about a struct, and those about its fields."""
    module, _, bare = qualified.partition(".")
    about, _, rest = _documented(module).get(bare, "").partition("**parameters**")
    texts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in rest.splitlines():
        match = _PARAMETER.match(line)
        if match:
            lines = texts[match[1]] = [match[2]]
        elif line.strip():
            lines.append(line.strip())
    return unwrapped([line.strip() for line in about.splitlines()]), {
        name: unwrapped(text) for name, text in texts.items()
    }


def unwrapped(lines: list[str]) -> str:
    """Wrapped lines as paragraphs: one ends where the next word would still have fitted on its line."""
    text = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        word = following.partition(" ")[0]
        ends = bool(word) and len(line) + 1 + len(word) < WRAPPED_AT
        text += line + ("\n\n" if ends else " ")
    return text.strip()

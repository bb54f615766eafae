"""The API's types as JSON schemas: the facts, with the sentences that the real OpenAPI documents have beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.custom_types import DOCUMENTS
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import REFERENCE
from k8slearn.http.enums import described

WRAPPED_AT = 79
"""Characters: where the package with the sentences breaks its lines."""

_INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
_INT_OR_STRING_TEXT = (
    "IntOrString is a type that can hold an int32 or a string.  When used in JSON or YAML marshalling and "
    "unmarshalling, it produces or consumes the inner type.  This allows you to have, for example, a JSON field that "
    "can accept a name or number."
)
_PARAMETER = re.compile(r"^ {6}\* \*\*(\w+)\*\* ``.*?`` - (?:\*\(optional\)\* )?(.*)$")


_ANY_KIND = "io.k8s.api.core.v1.ServiceAccount"


class Definitions:
    """The schemas met so far, by name. `wrapped`: a reference with a text beside it stands in an allOf (OpenAPI v3)."""

    def __init__(self, prefix: str, *, wrapped: bool = False) -> None:
        self.prefix = prefix
        self.wrapped = wrapped
        self.found: dict[str, Object] = {}

    def reference(self, name: str) -> Object:
        """A reference to a schema."""
        return {"$ref": self.prefix + name}

    def add(self, name: str) -> None:
        """Add a type and what it refers to."""
        if name in self.found:
            return
        schema = DOCUMENTS.get(name) or facts.schemas()[name]
        # Kept before its references are followed, since a type may lie within itself.
        self.found[name] = self._schema(name, schema)
        for reference in _references(schema):
            self.add(reference)

    def _schema(self, name: str, schema: Object) -> Object:
        about, texts = descriptions(name)
        if name in DOCUMENTS:
            # It says of itself what it is, but for what every object has.
            return self._custom(schema)
        found = dict(schema)
        if about:
            found["description"] = about
        if "oneOf" in found and not self.wrapped:
            # OpenAPI v2 has no oneOf: there such a value is a string.
            del found["oneOf"]
            found["type"] = "string"
        if "properties" not in schema:
            return found
        bare = name.rpartition(".")[2]
        properties = {}
        for field, entry in schema["properties"].items():
            text = texts.get(field, "")
            properties[field] = self._property(entry, f"{bare}.{field}", text)
        return found | {"properties": properties}

    def _custom(self, schema: Object) -> Object:
        properties = dict(schema["properties"])
        _, texts = descriptions(_ANY_KIND)
        for field in ("apiVersion", "kind", "metadata"):
            properties[field] = self._property(properties[field], field, texts[field])
        found: Object = self._placed({**schema, "properties": properties})
        return found

    def _property(self, entry: Object, field: str, text: str) -> Object:
        if "enum" in entry:
            values = described(field, entry["enum"])
            text = f"{text}\n\n{values}"
        if not self.wrapped:
            entry = _in_version_two(entry)
        elif "$ref" in entry and text:
            entry = {"allOf": [entry]}
        found: Object = self._placed(entry)
        if text:
            found["description"] = text
        return found

    def _placed(self, value: Any) -> Any:
        """The value with its references turned to where this document has its types."""
        if isinstance(value, list):
            return [self._placed(item) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: self._placed(item) for key, item in value.items()}
        # The type of JSON schemas has a field of that name.
        if isinstance(found.get("$ref"), str):
            found["$ref"] = self.prefix + found["$ref"].removeprefix(REFERENCE)
        return found


def _in_version_two(entry: Object) -> Object:
    """A property of v3 as v2 has it: what is wrapped stands alone, and there are no defaults."""
    # Kubernetes: kube-openapi leaves defaults out of v2, whose clients do not expect them.
    alone: Object = entry["allOf"][0] if "allOf" in entry else entry
    return {key: value for key, value in alone.items() if key != "default"}


def _references(value: Any) -> Iterator[str]:
    """The names of the types that a schema refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix(REFERENCE)
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _module(name: str) -> str:
    """The module of lightkube-models that has a type: "core_v1" for "io.k8s.api.core.v1.Pod"."""
    group, version = name.split(".")[-3:-1]
    return f"{group}_{version}"


@cache
def _documented(module: str) -> dict[str, str]:
    """The docstring of every class in a module of types; it is parsed, never run."""
    source = distribution("lightkube-models").locate_file(
        f"lightkube/models/{module}.py"
    )
    path = Path(str(source))
    if not path.exists():
        # Types that the package writes as plain values, such as Quantity, have no module.
        return {}
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = ast.get_docstring(node, clean=False) or ""
    return found


@cache
def descriptions(name: str) -> tuple[str, dict[str, str]]:
    """The text about a type, and those about its fields."""
    if name == _INT_OR_STRING:
        return _INT_OR_STRING_TEXT, {}
    docstring = _documented(_module(name)).get(name.rpartition(".")[2], "")
    if not docstring:
        return "", {}
    about, _, rest = docstring.partition("**parameters**")
    texts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in rest.splitlines():
        match = _PARAMETER.match(line)
        if match:
            # A field that is a Python keyword has a _ behind it there: from_.
            lines = texts[match[1].rstrip("_")] = [match[2]]
        elif line.strip():
            lines.append(line.strip())
    by_field = {field: unwrapped(text) for field, text in texts.items()}
    return unwrapped([line.strip() for line in about.splitlines()]), by_field


def unwrapped(lines: list[str]) -> str:
    """Wrapped lines as paragraphs: one ends where the next word would still have fitted on its line."""
    text = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        word = following.partition(" ")[0]
        ends = bool(word) and len(line) + 1 + len(word) < WRAPPED_AT
        text += line + ("\n\n" if ends else " ")
    return text.strip()

"""YAML as Go's library reads it for Kubernetes: what JSON could say, and nothing else.

Keys that are numbers or truth values become texts, dates stay texts, references are expanded within a bound.
Kubernetes: sigs.k8s.io/yaml, YAMLToJSON, and goyaml.v2/resolve.go
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from math import isfinite, isnan
from typing import Any

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from k8slearn.apimachinery.decode import JsonObject
from k8slearn.apimachinery.yaml_scanner import TabScanner

# Nodes that all references of a text may stand for together: ten times a long manifest.
MAX_REFERRED = 10_000
# Longer ones fit no field, and to read a really long one takes ages.
MAX_NUMBER = 64
# Up to here Go writes a float without an exponent. Go: encoding/json, floatEncoder
_MAX_PLAIN = 1e21
_TAG = "tag:yaml.org,2002:"


class Loader(TabScanner, yaml.SafeLoader):
    """YAML as JSON would have it; a key that is repeated is noted, as in `decode.parse_json`."""

    max_whole = 2**64 - 1
    """The largest number that stays whole: to Go's YAML all that 64 bits hold."""

    def __init__(self, stream: str | bytes) -> None:
        super().__init__(stream)
        self.sizes: dict[Node, int] = {}
        self.referred = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """A node, what it stands for counted: a small text with references could be a huge object."""
        is_reference = self.check_event(yaml.AliasEvent)
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if not is_reference:
            # A name may be given again: from there on it stands for the other thing.
            self.anchors.pop(event.anchor, None)
        node = super().compose_node(parent, index)
        if node is None:
            return None
        if not is_reference:
            self.sizes[node] = 1
            for child in _children(node):
                self.sizes[node] += self.sizes[child]
            return node
        if node not in self.sizes:
            # It is still being read: it would never end.
            raise _refused(f"anchor '{event.anchor}' value contains itself", node)
        self.referred += self.sizes[node]
        if self.referred > MAX_REFERRED:
            raise _refused("document contains excessive aliasing", node)
        return node

    def json_object(self, node: MappingNode) -> JsonObject:
        """An object with texts as keys."""
        # Before `<<` is resolved: what comes from there may be said again, and may say again what stands here.
        own = [key for key, _ in node.value if not _is_merge(key)]
        again = _said_again(self, own)
        repeated = frozenset(_key(self, key) for key in again)
        # The last of them is told of first: it is the one that counts.
        for key in reversed(again):
            self.repeated(key)
        self.flatten_mapping(node)
        found = JsonObject()
        for key, value in node.value:
            found[_key(self, key)] = self.construct_object(value, deep=True)
        found.duplicates = repeated
        if repeated:
            # Once each from `<<`, which may say again what is said here, and then what stands here.
            stated = [_key(self, key) for key in own]
            others = [key for key in found if key not in stated]
            found.pairs = tuple((key, found[key]) for key in (*others, *stated))
        return found

    def flatten_mapping(self, node: MappingNode) -> None:
        """What `<<` stands for, in its place: of a name that stands there twice the last one counts.

        Kubernetes: sigs.k8s.io/yaml/goyaml.v2/decode.go, mapping and merge
        """
        pairs: list[tuple[Node, Node]] = []
        for key, value in node.value:
            if not _is_merge(key):
                pairs.append((key, value))
                continue
            for each in _merged(value):
                self.flatten_mapping(each)
                pairs += each.value
        node.value = pairs

    def repeated(self, key: ScalarNode) -> None:
        """A key that stands in an object twice: the last one counts, as in Go's YAML."""


class RepetitionLoader(Loader):
    """The same, with the keys that stand in an object again and the lines where they do."""

    def __init__(self, stream: str | bytes) -> None:
        super().__init__(stream)
        self.lines: list[tuple[int, str]] = []

    def repeated(self, key: ScalarNode) -> None:
        """Note the key."""
        self.lines.append((key.start_mark.line + 1, key.value))


class ManifestLoader(RepetitionLoader):
    """The same as kubectl hands it on: what is no whole number to Go's JSON is written as a float."""

    max_whole = 2**63 - 1

    def json_object(self, node: MappingNode) -> JsonObject:
        """An object; that a key stood there twice is not to be seen in the JSON that is sent."""
        found = super().json_object(node)
        found.duplicates = frozenset()
        found.pairs = ()
        return found


def _refused(message: str, node: Node) -> ConstructorError:
    """A mistake with the line that it stands in."""
    return ConstructorError(None, None, message, node.start_mark)


def _children(node: Node) -> list[Node]:
    if isinstance(node, ScalarNode):
        return []
    if not isinstance(node, MappingNode):
        return list(node.value)
    parts: list[Node] = []
    for key, value in node.value:
        parts += [key, value]
    return parts


def _said_again(loader: Loader, keys: list[Node]) -> list[Any]:
    seen: set[str] = set()
    again = []
    for key in keys:
        text = _key(loader, key)
        if text in seen:
            again.append(key)
        seen.add(text)
    return again


def _is_merge(key: Node) -> bool:
    return key.tag == f"{_TAG}merge"


def _merged(value: Node) -> list[MappingNode]:
    """The objects that `<<` names, the first last: it counts most."""
    named = [value]
    if isinstance(value, SequenceNode):
        named = list(reversed(value.value))
    found = [each for each in named if isinstance(each, MappingNode)]
    if len(found) < len(named):
        told = "map merge requires map or sequence of maps as the value"
        raise _refused(told, value)
    return found


def _key(loader: Loader, node: Node) -> str:
    """A key as JSON has it. Kubernetes: sigs.k8s.io/yaml convertToJSONableObject."""
    if not isinstance(node, ScalarNode):
        raise _refused("invalid map key", node)
    value = loader.construct_object(node)
    if isinstance(value, str):
        return value
    if value is None:
        raise _refused("unsupported map key of type: %!s(<nil>)", node)
    return json.dumps(value)


def _mapping(loader: Loader, node: MappingNode) -> JsonObject:
    if not isinstance(node, MappingNode):
        raise _refused("not a mapping", node)
    return loader.json_object(node)


def _number(loader: Loader, node: ScalarNode) -> Any:
    # `1:30` is a text, as in YAML 1.2: to base 60 a long one would be a number of astronomic size.
    if ":" in node.value:
        return node.value
    try:
        value = _read_number(loader, node)
    except (ValueError, OverflowError):
        # What no number of Go's holds is a text.
        return node.value
    if isinstance(value, float):
        if _SPECIAL.fullmatch(node.value):
            raise _refused(f"json: unsupported value: {_go_float(value)}", node)
        return _as_json(value) if isfinite(value) else node.value
    if -(2**63) <= value <= loader.max_whole:
        return value
    if _BASED.match(node.value):
        return node.value if abs(value) >= 2**64 else _as_json(float(value))
    return _as_json(float(value))


def _go_float(value: float) -> str:
    """Go: strconv.FormatFloat"""
    if isnan(value):
        return "NaN"
    return "+Inf" if value > 0 else "-Inf"


def _as_json(value: float) -> float | int:
    """A number as Go's JSON writes it: 8.0 is 8, and 2**64 has the zeros that its digits leave to be filled."""
    if value.is_integer() and abs(value) < _MAX_PLAIN:
        return int(Decimal(repr(value)))
    return value


def _read_number(loader: Loader, node: ScalarNode) -> Any:
    text = node.value
    if len(text) > MAX_NUMBER:
        return float(text)
    if node.tag != f"{_TAG}int":
        return loader.construct_yaml_float(node)
    if _OCTAL.match(text):
        return int(text.replace("_", ""), 8)
    return loader.construct_yaml_int(node)


def _bool(loader: Loader, node: ScalarNode) -> bool:
    return node.value.lower() in ("y", "yes", "true", "on")


def _as_it_stands(loader: Loader, _: str, node: Node) -> Any:
    """What a tag of somebody's own is written at, as if it were not there."""
    if isinstance(node, MappingNode):
        return loader.json_object(node)
    if isinstance(node, ScalarNode):
        return node.value
    return [loader.construct_object(each, deep=True) for each in node.value]


def _text(_: Loader, node: ScalarNode) -> str:
    """A text; two halves of a letter are one, as JSON escapes it, and a half alone is none. Go: encoding/json"""
    if node.value.isascii():
        return str(node.value)
    return str(node.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _binary(loader: Loader, node: ScalarNode) -> str:
    return loader.construct_yaml_binary(node).decode("utf-8", "replace")


def _no_json(loader: Loader, node: Node) -> Any:
    tag = node.tag.replace(_TAG, "!!")
    raise _refused(f"{tag} is not in JSON", node)


# Texts that look like dates are texts, since JSON has none, and so is `=`, which Go does not know.
_UNKNOWN = (f"{_TAG}timestamp", f"{_TAG}value")
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag not in _UNKNOWN]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
# What Go's YAML takes besides. Kubernetes: sigs.k8s.io/yaml/goyaml.v2/resolve.go
_SPECIAL = re.compile(r"[-+]?\.(?:inf|nan)", re.IGNORECASE)
_BASED = re.compile(r"[-+]?0[xob]", re.IGNORECASE)
_OCTAL = re.compile(r"[-+]?0o[0-7_]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
for _kind, _pattern, _first in (
    ("int", _OCTAL, "-+0"),
    ("float", _FLOAT, "-+.0123456789"),
    ("bool", re.compile("[yYnN]"), "yYnN"),
):
    _whole = re.compile(f"(?:{_pattern.pattern})$")
    Loader.add_implicit_resolver(f"{_TAG}{_kind}", _whole, list(_first))
Loader.add_constructor(f"{_TAG}bool", _bool)
Loader.add_constructor(f"{_TAG}str", _text)
Loader.add_multi_constructor("!", _as_it_stands)
Loader.add_constructor(f"{_TAG}map", _mapping)
for _name in ("int", "float"):
    Loader.add_constructor(f"{_TAG}{_name}", _number)
# To Go a set is an object whose fields say nothing.
Loader.add_constructor(f"{_TAG}set", _mapping)
Loader.add_constructor(f"{_TAG}binary", _binary)
for _name in ("omap", "pairs", "timestamp"):
    Loader.add_constructor(f"{_TAG}{_name}", _no_json)

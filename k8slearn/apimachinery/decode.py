"""Strict decoding of JSON into the API's types, with the errors of Go's JSON package.

Kubernetes: sigs.k8s.io/json UnmarshalStrict. The document is walked in the order of its keys; the first type error
counts unless a type that decodes itself (a Quantity, a Time, an IntOrString) gives up later, which ends the walk.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from k8slearn.apimachinery import gotime, quantity
from k8slearn.apimachinery.gotypes import STRUCTS, listed
from k8slearn.apimachinery.schema import Field, Struct, Type, struct

_RANGES = {"int32": 2**31, "int64": 2**63}
_WORDS: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
}
_EMPTY: dict[str, Any] = {
    "string": "",
    "bytes": "",
    "int": 0,
    "bool": False,
    "number": 0,
    "list": [],
    "map": {},
}


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which keys stood in it more than once."""

    duplicates: frozenset[str] = frozenset()


def parse_json(text: str | bytes) -> Any:
    """JSON text as plain values, duplicate keys remembered; ValueError where it is no JSON."""
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        found.duplicates = frozenset(key for key in found if keys.count(key) > 1)
    return found


class Decoded(NamedTuple):
    """A normalised value (no nulls, nothing empty that Go would leave out), what is fatal, and what is only strict."""

    value: Any
    error: str
    strict: list[str]
    converted: str = ""
    """The error in the words of a conversion from a map, as patches have it."""


class _Fatal(Exception):
    """A type that decodes itself gave up."""


class _At(NamedTuple):
    """Where the walk is: the innermost struct, the fields that led there, and the full path with indexes."""

    struct: str = ""
    fields: str = ""
    path: str = ""

    def field(self, owner: str, name: str) -> _At:
        return _At(
            owner,
            f"{self.fields}.{name}" if self.fields else name,
            _join(self.path, name),
        )


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def decode(raw: Any, wanted: Type) -> Decoded:
    """Read a JSON value as one of the API's types."""
    walk = _Walk()
    try:
        value = walk.value(raw, wanted, _At())
    except _Fatal as fatal:
        return Decoded(None, str(fatal), walk.strict)
    return Decoded(value, walk.error, walk.strict, walk.converted)


@dataclass
class _Walk:
    error: str = ""
    converted: str = ""
    strict: list[str] = field(default_factory=list)

    def value(self, raw: Any, wanted: Type, at: _At) -> Any:
        return _READERS[wanted.kind](self, raw, wanted, at)

    def refuse(self, raw: Any, wanted: Type, at: _At, literal: str = "") -> Any:
        """Note the first type error and go on, as Go does."""
        self.error = self.error or _mismatch(
            _WORDS[_plain(raw)] + literal, wanted.go, at
        )
        self.converted = self.converted or _unconvertible(_plain(raw), wanted)
        return None

    def struct(self, raw: Any, wanted: Type, at: _At) -> Any:
        if not isinstance(raw, dict):
            return {} if raw is None else self.refuse(raw, wanted, at)
        known = struct(wanted.struct)
        self.note_keys(raw, known, at)
        found: dict[str, Any] = {}
        for key, item in raw.items():
            if key in known.fields:
                slot = known.fields[key]
                kept = self.value(item, slot.type, at.field(known.go, key))
                if _is_written(kept, item, slot, known):
                    found[key] = kept
            else:
                self.strict.append(f'unknown field "{_join(at.path, key)}"')
        return found

    def note_keys(self, raw: dict[str, Any], known: Struct | None, at: _At) -> None:
        for key in raw.duplicates if isinstance(raw, JsonObject) else ():
            if known is None or key in known.fields:
                self.strict.append(f'duplicate field "{_join(at.path, key)}"')

    def list(self, raw: Any, wanted: Type, at: _At) -> Any:
        if not isinstance(raw, list):
            return None if raw is None else self.refuse(raw, wanted, at)
        assert wanted.element is not None
        return [_filled(self.value(item, wanted.element, at._replace(path=f"{at.path}[{i}]")), wanted.element)
                for i, item in enumerate(raw)]  # fmt: skip

    def map(self, raw: Any, wanted: Type, at: _At) -> Any:
        if not isinstance(raw, dict):
            return None if raw is None else self.refuse(raw, wanted, at)
        assert wanted.element is not None
        self.note_keys(raw, None, at)
        return {
            key: _filled(self.value(item, wanted.element, at), wanted.element)
            for key, item in raw.items()
        }

    def scalar(self, raw: Any, wanted: Type, at: _At) -> Any:
        expected = {"string": str, "bool": bool}[wanted.kind]
        return (
            raw
            if raw is None or isinstance(raw, expected)
            else self.refuse(raw, wanted, at)
        )

    def integer(self, raw: Any, wanted: Type, at: _At) -> Any:
        if raw is None or _plain(raw) not in (int, float):
            return None if raw is None else self.refuse(raw, wanted, at)
        if isinstance(raw, float) or not _fits(raw, wanted.go):
            return self.refuse(raw, wanted, at, f" {raw}")
        return raw

    def number(self, raw: Any, wanted: Type, at: _At) -> Any:
        return (
            raw
            if raw is None or _plain(raw) in (int, float)
            else self.refuse(raw, wanted, at)
        )

    def binary(self, raw: Any, wanted: Type, at: _At) -> Any:
        if raw is None or not isinstance(raw, str):
            return None if raw is None else self.refuse(raw, wanted, at)
        try:
            b64decode(raw, validate=True)
        except ValueError:
            self.error = (
                self.error
                or f"illegal base64 data at input byte {len(raw.rstrip('='))}"
            )
        return raw

    def quantity(self, raw: Any, wanted: Type, at: _At) -> Any:
        text = raw if isinstance(raw, str) else json.dumps(raw)
        try:
            return "0" if raw is None else str(quantity.parse(text.strip()))
        except quantity.QuantityError as error:
            raise _Fatal(str(error)) from None

    def int_or_string(self, raw: Any, wanted: Type, at: _At) -> Any:
        if (
            raw is None
            or isinstance(raw, str)
            or (_plain(raw) is int and _fits(raw, "int32"))
        ):
            return raw
        literal = f" {raw}" if _plain(raw) in (int, float) else ""
        raise _Fatal(_mismatch(_WORDS[_plain(raw)] + literal, "int32", at))

    def time(self, raw: Any, wanted: Type, at: _At) -> Any:
        if raw is None:
            return None
        if not isinstance(raw, str):
            raise _Fatal(_mismatch(_WORDS[_plain(raw)], "string", at))
        if message := gotime.complaint(raw, micro=wanted.go == "v1.MicroTime"):
            raise _Fatal(message)
        return raw

    def anything(self, raw: Any, wanted: Type, at: _At) -> Any:
        return raw


_READERS: dict[str, Callable[[_Walk, Any, Type, _At], Any]] = {
    "struct": _Walk.struct,
    "list": _Walk.list,
    "map": _Walk.map,
    "string": _Walk.scalar,
    "bool": _Walk.scalar,
    "int": _Walk.integer,
    "number": _Walk.number,
    "bytes": _Walk.binary,
    "quantity": _Walk.quantity,
    "int-or-string": _Walk.int_or_string,
    "time": _Walk.time,
    "any": _Walk.anything,
}


def _plain(raw: Any) -> type:
    """The JSON type behind a value, subclasses aside."""
    return next(
        kind for kind in (bool, int, float, str, dict, list) if isinstance(raw, kind)
    )


def _unconvertible(found: type, wanted: Type) -> str:
    # Kubernetes: apimachinery/pkg/runtime/converter.go fromUnstructured
    kind = {
        dict: "map",
        list: "slice",
        str: "string",
        bool: "bool",
        int: "int64",
        float: "float64",
    }[found]
    if wanted.kind in ("list", "map", "struct"):
        name = {"list": "slice from", "map": "map from", "struct": "struct from:"}[
            wanted.kind
        ]
        return f"cannot restore {name} {kind}"
    if found is int and wanted.kind == "string":
        return f"cannot convert int64 to {wanted.go}"
    basic = {"string": "string", "bool": "bool", "bytes": "slice"}.get(
        wanted.kind, wanted.go
    )
    return (
        f"cannot convert float64 to {basic}"
        if found is float and wanted.kind == "int"
        else f"unrecognized type: {basic}"
    )


def _fits(number: int, go: str) -> bool:
    limit = _RANGES.get(go, 2**31)
    return -limit <= number < limit


def _mismatch(found: str, wanted: str, at: _At) -> str:
    target = (
        f"Go struct field {at.struct}.{at.fields} of type {wanted}"
        if at.struct
        else f"Go value of type {wanted}"
    )
    return f"json: cannot unmarshal {found} into {target}"


def _filled(value: Any, wanted: Type) -> Any:
    """A null inside a list or a map is the type's zero value."""
    return _EMPTY.get(wanted.kind, {}) if value is None else value


def _is_written(value: Any, raw: Any, slot: Field, owner: Struct) -> bool:
    """Whether Go would write the field again: it leaves out nulls and, mostly, what is empty."""
    if value is None:
        return False
    if slot.type.kind == "struct":
        return raw is not None or listed(STRUCTS, owner.go, slot.name)
    return (
        bool(value)
        or slot.required
        or slot.pointer
        or slot.type.kind in ("int-or-string", "quantity", "any")
    )

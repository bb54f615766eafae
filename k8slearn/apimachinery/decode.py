"""Strict decoding of JSON into the API's types, with the errors of Go's JSON package.

Kubernetes: sigs.k8s.io/json UnmarshalStrict. The document is walked in the order of its keys; the first type error
counts unless a type that decodes itself (a Quantity, a Time, an IntOrString) gives up later, which ends the walk.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

from k8slearn.apimachinery import gotime, quantity
from k8slearn.apimachinery.decode_words import (
    JSON_NAMES,
    At,
    mismatch,
    path_of,
    unconvertible,
)
from k8slearn.apimachinery.schema import ZEROS, Field, Type, struct

MAX_STRICT = 100
"""The most unknown and duplicate fields that a refusal lists. Kubernetes: sigs.k8s.io/json, saveStrictError"""
_RANGES = {"int32": 2**31, "int64": 2**63}

_PLAIN_TYPES: dict[str, type] = {"string": str, "bool": bool}
_OF_NULL: dict[str, Callable[[], Any]] = {
    "struct": dict,
    "quantity": lambda: "0",
}
"""What null makes of the types that have no nil in Go; of the others it makes nothing."""
_ZEROS: dict[str, Any] = {**ZEROS, "bytes": "", "list": [], "map": {}}


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which keys stood in it more than once, and then all that stood in it in order."""

    duplicates: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, Any], ...] = ()


def parse_json(text: str | bytes) -> Any:
    """JSON text as plain values, duplicate keys remembered; ValueError where it is no JSON."""

    def refuse(constant: str) -> Any:
        # Python reads NaN and Infinity; to Go, and so to every client of what is stored, they are no JSON.
        written = text if isinstance(text, str) else text.decode("utf-8", "replace")
        raise json.JSONDecodeError("no JSON", written, written.find(constant))

    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_float=_finite,
        parse_constant=refuse,
    )


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = JsonObject(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        repeated = [key for key, count in counts.items() if count > 1]
        found.duplicates = frozenset(repeated)
        found.pairs = tuple(pairs)
    return found


def as_written(o: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """What stands in an object in its order, repeated keys as often as they stand there."""
    if isinstance(o, JsonObject) and o.pairs:
        return o.pairs
    return o.items()


def repetitions(value: Any, at: str = "") -> Iterator[str]:
    """The paths of the fields that stand more than once in an object, in the order of the document."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from repetitions(item, f"{at}[{index}]")
    if not isinstance(value, dict):
        return
    seen = set()
    for key, item in as_written(value):
        path = f"{at}.{key}" if at else key
        if key in seen:
            yield path
        seen.add(key)
        yield from repetitions(item, path)


class Decoded(NamedTuple):
    """A normalised value (no nulls, nothing empty that Go would leave out), what is fatal, and what is only strict."""

    value: Any
    error: str
    strict: list[str]
    converted: str = ""
    """The error in the words of a conversion from a map, as patches have it."""


class _Fatal(Exception):
    """A type that decodes itself (a Quantity, a Time) cannot read the value; this ends the walk."""


def decode(raw: Any, wanted: Type) -> Decoded:
    """Read a JSON value as one of the API's types.

    What Go's types always hold is filled in, so that whoever reads the object later need not ask whether it is there.
    """
    walk = _Walk()
    try:
        value = walk.value(raw, wanted, ())
    except _Fatal as fatal:
        return Decoded(value=None, error=str(fatal), strict=walk.strict)
    return Decoded(value, walk.error, walk.strict, walk.converted)


@dataclass
class _Walk:
    """One document on its way through; each reader returns the value as it is stored, None for one to leave out."""

    error: str = ""
    converted: str = ""
    strict: list[str] = field(default_factory=list)

    def value(self, raw: Any, wanted: Type, at: At) -> Any:
        if raw is None:
            return _OF_NULL.get(wanted.kind, _nothing)()
        return _READERS[wanted.kind](self, raw, wanted, at)

    def refuse(self, raw: Any, wanted: Type, at: At, literal: str = "") -> None:
        """Note the first type error; the walk goes on, as Go's does."""
        if self.error:
            return
        plain = _plain(raw)
        found = JSON_NAMES[plain] + literal
        self.error = mismatch(found, wanted.go, at)
        self.converted = unconvertible(plain, wanted)

    def note(self, complaint: str) -> None:
        """Note what only strict decoding refuses."""
        # Whatever is said twice is told once.
        if complaint not in self.strict and len(self.strict) < MAX_STRICT:
            self.strict.append(complaint)

    def struct(self, raw: Any, wanted: Type, at: At) -> Any:
        if not isinstance(raw, dict):
            return self.refuse(raw, wanted, at)
        known = struct(wanted.struct)
        found: dict[str, Any] = {}
        seen: set[str] = set()
        # Hardly ever is anything said twice, and this is where most of a request's time goes.
        is_repeated = isinstance(raw, JsonObject) and bool(raw.pairs)
        for key, item in as_written(raw):
            slot = known.fields.get(key)
            below = (at, known.go, key)
            if slot is None:
                path = path_of(below)
                self.note(f'unknown field "{path}"')
                continue
            if is_repeated:
                if key in seen:
                    self.note_repeated(below)
                seen.add(key)
                # What stood there before counts no more.
                found.pop(key, None)
            kept = self.value(item, slot.type, below)
            if _is_written(kept, item, slot):
                found[key] = kept
        for key, zero in known.zeros.items():
            found.setdefault(key, zero)
        return found

    def note_repeated(self, at: At) -> None:
        """Note a field that has been there before."""
        path = path_of(at)
        self.note(f'duplicate field "{path}"')

    def list(self, raw: Any, wanted: Type, at: At) -> Any:
        if not isinstance(raw, list):
            return self.refuse(raw, wanted, at)
        element = _element(wanted)
        found = []
        for index, item in enumerate(raw):
            found.append(self.inner(item, element, (at, "", index)))
        return found

    def inner(self, raw: Any, wanted: Type, at: At) -> Any:
        """What stands inside a list or a map: there a null, or what cannot be read, is the type's zero value."""
        if raw is None and wanted.kind == "struct":
            # Go writes such an element with the fields that it never leaves out.
            return dict(struct(wanted.struct).zeros)
        value = self.value(raw, wanted, at)
        if value is None:
            return _ZEROS.get(wanted.kind, {})
        return value

    def map(self, raw: Any, wanted: Type, at: At) -> Any:
        if not isinstance(raw, dict):
            return self.refuse(raw, wanted, at)
        element = _element(wanted)
        found: dict[str, Any] = {}
        for key, item in as_written(raw):
            if key in found:
                self.note_repeated((at, "", key))
            # Go names the map's field when an entry is wrong, not the entry.
            found[key] = self.inner(item, element, at)
        return found

    def plain(self, raw: Any, wanted: Type, at: At) -> Any:
        if isinstance(raw, _PLAIN_TYPES[wanted.kind]):
            return raw
        return self.refuse(raw, wanted, at)

    def integer(self, raw: Any, wanted: Type, at: At) -> Any:
        if not _is_number(raw):
            return self.refuse(raw, wanted, at)
        if isinstance(raw, float) or not _fits(raw, wanted.go):
            return self.refuse(raw, wanted, at, f" {raw}")
        return raw

    def number(self, raw: Any, wanted: Type, at: At) -> Any:
        _check_json(raw)
        if _is_number(raw):
            return raw
        return self.refuse(raw, wanted, at)

    def binary(self, raw: Any, wanted: Type, at: At) -> Any:
        if not isinstance(raw, str):
            return self.refuse(raw, wanted, at)
        try:
            b64decode(raw, validate=True)
        except ValueError:
            position = len(raw.rstrip("="))
            message = f"illegal base64 data at input byte {position}"
            self.error = self.error or message
        return raw

    def quantity(self, raw: Any, wanted: Type, at: At) -> Any:
        text = raw if isinstance(raw, str) else json.dumps(raw)
        try:
            return quantity.written(text.strip())
        except quantity.QuantityError as error:
            raise _Fatal(str(error)) from None

    def int_or_string(self, raw: Any, wanted: Type, at: At) -> Any:
        if isinstance(raw, str):
            return raw
        found = JSON_NAMES[_plain(raw)]
        if not _is_number(raw):
            raise _Fatal(mismatch(found, "int32", at))
        if isinstance(raw, float) or not _fits(raw, "int32"):
            raise _Fatal(mismatch(f"{found} {raw}", "int32", at))
        return raw

    def time(self, raw: Any, wanted: Type, at: At) -> Any:
        if not isinstance(raw, str):
            found = JSON_NAMES[_plain(raw)]
            raise _Fatal(mismatch(found, "string", at))
        message = gotime.complaint(raw, micro=wanted.go == "v1.MicroTime")
        if message:
            raise _Fatal(message)
        return raw

    def anything(self, raw: Any, wanted: Type, at: At) -> Any:
        # Nobody looks into it before it is written out as JSON, and then it would be too late to refuse it.
        _check_json(raw)
        return raw


_READERS: dict[str, Callable[[_Walk, Any, Type, At], Any]] = {
    "struct": _Walk.struct,
    "list": _Walk.list,
    "map": _Walk.map,
    "string": _Walk.plain,
    "bool": _Walk.plain,
    "int": _Walk.integer,
    "number": _Walk.number,
    "bytes": _Walk.binary,
    "quantity": _Walk.quantity,
    "int-or-string": _Walk.int_or_string,
    "time": _Walk.time,
    "any": _Walk.anything,
}


def _check_json(value: Any) -> None:
    """Raises _Fatal for what JSON cannot say, which Python and YAML may hold. Go: json.UnsupportedValueError"""
    if isinstance(value, float) and not isfinite(value):
        raise _Fatal(f"json: unsupported value: {value}")
    if isinstance(value, dict):
        for item in value.values():
            _check_json(item)
    elif isinstance(value, list):
        for item in value:
            _check_json(item)


def _nothing() -> None:
    return None


def _element(wanted: Type) -> Type:
    assert wanted.element is not None
    return wanted.element


def _is_written(value: Any, raw: Any, slot: Field) -> bool:
    """Whether Go would write the field again: it leaves out nulls and, mostly, what is empty."""
    if value is None:
        return False
    if slot.type.kind == "struct":
        # A null leaves a pointer nil; a struct that is no pointer is there anyhow.
        return raw is not None or slot.by_value
    return bool(value) or slot.keeps_empty


def _plain(raw: Any) -> type:
    """The JSON type behind a value, subclasses aside; bool comes first, as Python's is an int."""
    for kind in (bool, int, float, str, dict):
        if isinstance(raw, kind):
            return kind
    return list


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _fits(number: int, go: str) -> bool:
    limit = _RANGES[go]
    return -limit <= number < limit

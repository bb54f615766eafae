"""Objects written as protobuf, for clients that take nothing else: numbers and types of the fields are facts.

Kubernetes: apimachinery pkg/runtime/serializer/protobuf; apiserver pkg/endpoints/handlers/watch.go
"""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from k8slearn.apimachinery import facts, schema
from k8slearn.apimachinery.errors import not_acceptable
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import MACHINERY, META
from k8slearn.http.protobuf import CHOICES, EXTENSIONS, MAGIC
from k8slearn.http.types import JSON

_OF_META = ("Status", "PartialObjectMetadata", "PartialObjectMetadataList")
_VARINT = 0
_FIXED64 = 1
_BYTES = 2
# A frame of a stream begins with its length in so many bytes.
_LENGTH = ">I"


def encode(o: Object) -> bytes:
    """An object in Kubernetes' envelope. Raises ApiError 406 for a kind that is never protobuf."""
    type_meta = {"apiVersion": o["apiVersion"], "kind": o["kind"]}
    head = _message(type_meta, f"{MACHINERY}runtime.TypeMeta")
    body = _message(o, _type_name(o))
    # Unknown: 1 is what it is, 2 the object itself.
    return MAGIC + _field(1, head) + _field(2, body)


def frame(event: str, o: Object) -> bytes:
    """An event of a watch: a WatchEvent without an envelope, which has the object in one."""
    raw = _field(1, encode(o))
    message = _field(1, event.encode()) + _field(2, raw)
    return struct.pack(_LENGTH, len(message)) + message


def _type_name(o: Object) -> str:
    kind: str = o["kind"]
    if kind in _OF_META:
        return META + kind
    name = _struct_of(o["apiVersion"], kind)
    if not name and kind.endswith("List"):
        name = _struct_of(o["apiVersion"], kind.removesuffix("List")) + "List"
    if facts.message(name) is None:
        raise not_acceptable((JSON,))
    return name


def _struct_of(api_version: str, kind: str) -> str:
    found = schema.kind_type(api_version, kind)
    if found:
        return found.struct
    return ""


def _varint(number: int) -> bytes:
    # A negative number is sent as its two's complement.
    left = number & (2**64 - 1)
    found = bytearray()
    while left > 127:
        found.append(left & 127 | 128)
        left >>= 7
    found.append(left)
    return bytes(found)


def _field(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _message(o: Object, name: str) -> bytes:
    numbers = facts.message(name) or {}
    known = facts.schemas().get(name, {}).get("properties")
    parts: list[bytes] = []
    for number in sorted(numbers):
        field, kind, label = numbers[number]
        if known is not None and field not in known and facts.message(kind):
            # An embedded struct, whose fields JSON has in the struct around it.
            parts.append(_field(number, _message(o, kind)))
        elif o.get(field) is not None:
            parts.append(_labelled(number, o[field], kind, label))
    return b"".join(parts)


def _labelled(number: int, value: Any, kind: str, label: str) -> bytes:
    if label == "map":
        # An entry of a map is a message of its own: 1 is the key, 2 the value.
        entries = []
        for key, item in sorted(value.items()):
            entry = _field(1, key.encode()) + _value(2, item, kind)
            entries.append(_field(number, entry))
        return b"".join(entries)
    if label == "repeated":
        return b"".join(_value(number, item, kind) for item in value)
    return _value(number, value, kind)


def _value(number: int, value: Any, kind: str) -> bytes:
    if kind in ("int32", "int64", "bool"):
        return _varint(number << 3 | _VARINT) + _varint(int(value))
    if kind == "double":
        return _varint(number << 3 | _FIXED64) + struct.pack("<d", value)
    write = _WRITERS.get(kind)
    if write is not None:
        return _field(number, write(value))
    if kind in CHOICES:
        value = {"schema" if isinstance(value, dict) else CHOICES[kind]: value}
    elif isinstance(value, list):
        # A list with a name of its own in Go, such as ExtraValue, is a message that has it as its items.
        value = {"items": value}
    return _field(number, _message(value, kind))


def _time(text: str) -> bytes:
    moment = datetime.fromisoformat(text).astimezone(UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    found = _value(1, whole, "int64")
    if moment.microsecond:
        found += _value(2, moment.microsecond * 1000, "int32")
    return found


def _quantity(value: Any) -> bytes:
    return _field(1, str(value).encode())


def _int_or_string(value: int | str) -> bytes:
    # Kubernetes: apimachinery/pkg/util/intstr: 1 says which of the two it is, 1 for a string.
    if isinstance(value, str):
        return _value(1, 1, "int64") + _field(3, value.encode())
    return _value(1, 0, "int64") + _value(2, value, "int32")


def _json(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _field(1, text.encode())


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "string": str.encode,
    "bytes": b64decode,
    f"{META}Time": _time,
    f"{META}MicroTime": _time,
    f"{EXTENSIONS}JSON": _json,
    f"{META}FieldsV1": _json,
    f"{MACHINERY}api.resource.Quantity": _quantity,
    f"{MACHINERY}runtime.RawExtension": _json,
    f"{MACHINERY}util.intstr.IntOrString": _int_or_string,
}
"""The types that are not in JSON what they are on the wire."""

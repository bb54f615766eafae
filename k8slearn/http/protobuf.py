"""Objects that a client sends as protobuf, read into JSON: kubectl's `create` commands, `auth` and `drain` do so.

The numbers and types of the fields are facts (k8s.io/api/*/generated.proto).
"""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from k8slearn.apimachinery import facts, schema
from k8slearn.apimachinery.errors import bad_request, unsupported_media_type
from k8slearn.apimachinery.gotypes import is_pointer
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import MACHINERY, META

MAGIC = b"k8s\x00"
_VARINT = 0
_FIXED64 = 1
_BYTES = 2
_FIXED32 = 5
_FIXED_SIZES = {_FIXED64: 8, _FIXED32: 4}

# No type of the API lies this deep; a body that does was made to exhaust the server.
_MAX_DEPTH = 24
# Seconds: times later than the year 6000 are nonsense, and datetime ends at 9999.
_MAX_TIME = 2**37

_TYPE_META = f"{MACHINERY}runtime.TypeMeta"
EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
CHOICES = {
    f"{EXTENSIONS}JSONSchemaPropsOrArray": "jSONSchemas",
    f"{EXTENSIONS}JSONSchemaPropsOrBool": "allows",
    f"{EXTENSIONS}JSONSchemaPropsOrStringArray": "property",
}
"""The types of JSON schemas that are a schema or something else, and the field of what else."""
_NUMBERS = ("int32", "int64", "bool")


def decode(body: bytes) -> Object:
    """An object in Kubernetes' envelope. Raises ApiError 400, or 415 for a kind that has to come as JSON."""
    if not body.startswith(MAGIC):
        raise bad_request(
            "the body does not begin with the protobuf prefix of Kubernetes"
        )
    try:
        # Kubernetes: apimachinery/pkg/runtime/types.go Unknown: 1 is what it is, 2 the object itself.
        envelope = dict(_parts(body[len(MAGIC) :]))
        head = _bytes_of(envelope, 1)
        rest = _bytes_of(envelope, 2)
        type_meta = _message(head, _TYPE_META, 0)
        name = _type_name(type_meta)
        return type_meta | _message(rest, name, 0)
    except (IndexError, ValueError, OverflowError, RecursionError) as error:
        raise bad_request(f"unable to decode the protobuf body: {error}") from None


def _type_name(type_meta: Object) -> str:
    kind = type_meta.get("kind", "")
    found = schema.kind_type(type_meta.get("apiVersion", ""), kind)
    # What goes along with requests, such as DeleteOptions, has the group of the request in its envelope.
    name = found.struct if found else META + kind
    if facts.message(name) is None:
        raise unsupported_media_type(("application/json",))
    return name


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    # Seven bits a byte, the lowest first; the eighth says that there are more.
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at += 1
        shift += 7
        if byte < 128:
            return number, at
        if shift > 63:
            raise ValueError("a number is too long")


def _parts(data: bytes) -> Iterator[tuple[int, Any]]:
    """(field number, value) of each field on the wire: an int, or bytes."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number = tag >> 3
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == _BYTES:
            length, at = _varint(data, at)
        else:
            length = _FIXED_SIZES.get(kind, -1)
        end = at + length
        if length < 0 or end > len(data):
            raise ValueError("a field ends too early")
        yield number, data[at:end]
        at = end


def _message(data: bytes, name: str, depth: int) -> Object:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    numbers = facts.message(name)
    if numbers is None:
        raise ValueError(f"no message {name}")
    known = _fields(name)
    found: Object = {}
    for number, raw in _parts(data):
        # What a newer client knows and this version does not is passed over, as protobuf has it.
        if number not in numbers:
            continue
        field, kind, label = numbers[number]
        value = _joined(found.get(field), raw, kind, label, depth)
        if known and field not in known:
            # JSON has the fields of an embedded struct in the struct around it: a Volume's volumeSource.
            found |= value
        elif value or field not in known or _keeps_zero(name, known[field]):
            found[field] = value
        elif value is not None and known[field].type.kind == "any":
            # A type without fields of its own, to which only a pointer leads.
            found[field] = value
    return found


def _fields(name: str) -> dict[str, schema.Field]:
    """The fields that JSON knows of a message, none for one that never comes as JSON."""
    if name in facts.schemas():
        return schema.struct(name).fields
    return {}


def _keeps_zero(name: str, field: schema.Field) -> bool:
    """Go sends the zero of every field that is no pointer; in JSON only a pointer's zero says something."""
    if field.type.kind == "struct":
        return not field.by_value
    return is_pointer(name.rpartition(".")[2], field.name)


def _joined(before: Any, raw: Any, kind: str, label: str, depth: int) -> Any:
    """A field's value, together with what came of the field before."""
    if label == "map":
        # An entry of a map is a message of its own: 1 is the key, 2 the value.
        parts = {}
        if isinstance(raw, bytes):
            parts = dict(_parts(raw))
        key = _bytes_of(parts, 1).decode()
        # Into what was begun: a copy for each entry would take time that grows as the square of their number.
        entries = before or {}
        entries[key] = _value(parts.get(2, b""), kind, depth)
        return entries
    value = _value(raw, kind, depth)
    if label != "repeated":
        return value
    items = before or []
    items.append(value)
    return items


def _value(raw: Any, kind: str, depth: int) -> Any:
    if isinstance(raw, int) != (kind in _NUMBERS):
        raise ValueError("a field has the wrong type")
    if kind == "bool":
        return bool(raw)
    if kind in _NUMBERS:
        # A negative number is sent as its two's complement.
        if raw >= 2**63:
            return raw - 2**64
        return raw
    reader = _READERS.get(kind)
    if reader:
        return reader(raw)
    found = _message(raw, kind, depth + 1)
    if kind in CHOICES:
        return _chosen(found)
    # A list with a name of its own in Go, such as ExtraValue, is a message that has it as its items.
    if kind not in facts.schemas() and found.keys() == {"items"}:
        return found["items"]
    return found


def _chosen(found: Object) -> Any:
    """What is one of several in JSON: on the wire each has a field, and a schema counts first."""
    for field in ("schema", "jSONSchemas", "property", "allows"):
        if field in found:
            return found[field]
    return {}


def _bytes_of(parts: dict[int, Any], number: int) -> bytes:
    value = parts.get(number, b"")
    if not isinstance(value, bytes):
        raise ValueError("a field has the wrong type")
    return value


def _text(raw: bytes) -> str:
    return raw.decode()


def _double(raw: bytes) -> float:
    if len(raw) != _FIXED_SIZES[_FIXED64]:
        raise ValueError("a field has the wrong type")
    number: float = struct.unpack("<d", raw)[0]
    # Go writes a whole number without a point.
    return int(number) if number.is_integer() else number


def _data(raw: bytes) -> str:
    return b64encode(raw).decode()


def _time(raw: bytes) -> str | None:
    seconds = dict(_parts(raw)).get(1, 0)
    if not isinstance(seconds, int) or not 0 < seconds < _MAX_TIME:
        return None
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _micro_time(raw: bytes) -> str | None:
    whole = _time(raw)
    nanos = dict(_parts(raw)).get(2, 0)
    if whole is None or not isinstance(nanos, int):
        return None
    return f"{whole.removesuffix('Z')}.{nanos // 1000:06}Z"


def _quantity(raw: bytes) -> str:
    return _bytes_of(dict(_parts(raw)), 1).decode()


def _int_or_string(raw: bytes) -> int | str:
    # Kubernetes: apimachinery/pkg/util/intstr: 1 says which of the two it is, 1 for a string.
    parts = dict(_parts(raw))
    if parts.get(1) == 1:
        return _bytes_of(parts, 3).decode()
    return int(parts.get(2) or 0)


def _json(raw: bytes) -> Any:
    return json.loads(_bytes_of(dict(_parts(raw)), 1) or b"null")


_READERS: dict[str, Callable[[bytes], Any]] = {
    "string": _text,
    "bytes": _data,
    "double": _double,
    f"{META}Time": _time,
    f"{META}MicroTime": _micro_time,
    f"{EXTENSIONS}JSON": _json,
    f"{META}FieldsV1": _json,
    f"{MACHINERY}api.resource.Quantity": _quantity,
    f"{MACHINERY}runtime.RawExtension": _json,
    f"{MACHINERY}util.intstr.IntOrString": _int_or_string,
}
"""The types that are not in JSON what they are on the wire."""

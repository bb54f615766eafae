"""The few objects that kubectl's `create` commands, `auth` and `drain` send as protobuf, read into JSON.

The numbers of the fields are those of k8s.io/api/*/generated.proto; what is not listed is passed over. Answers are
always JSON, which every client that sends protobuf accepts as well.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from k8slearn.apimachinery.errors import bad_request, unsupported_media_type
from k8slearn.apimachinery.objects import Object

MEDIA_TYPE = "application/vnd.kubernetes.protobuf"
MAGIC = b"k8s\x00"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_DEPTH = 12

Message = dict[int, str]

_MESSAGES: dict[str, str] = {
    "Unknown": "1 typeMeta:TypeMeta 2 raw:data 3 contentEncoding 4 contentType",
    "TypeMeta": "1 apiVersion 2 kind",
    "ObjectMeta": "1 name 2 generateName 3 namespace 5 uid 6 resourceVersion 8 creationTimestamp:time 11 labels:map "
    "12 annotations:map 13 ownerReferences:OwnerReference* 14 finalizers:texts",
    "OwnerReference": "1 kind 3 name 4 uid 5 apiVersion 6 controller:bool 7 blockOwnerDeletion:bool",
    "Namespace": "1 metadata:ObjectMeta",
    "ConfigMap": "1 metadata:ObjectMeta 2 data:map 3 binaryData:datamap 4 immutable:bool",
    "Secret": "1 metadata:ObjectMeta 2 data:datamap 3 type 4 stringData:map 5 immutable:bool",
    "ServiceAccount": "1 metadata:ObjectMeta 2 secrets:ObjectReference* 3 imagePullSecrets:LocalObjectReference* "
    "4 automountServiceAccountToken:bool",
    "ObjectReference": "1 kind 2 namespace 3 name 4 uid 5 apiVersion 6 resourceVersion 7 fieldPath",
    "LocalObjectReference": "1 name",
    "Service": "1 metadata:ObjectMeta 2 spec:ServiceSpec",
    "ServiceSpec": "1 ports:ServicePort* 2 selector:map 3 clusterIP 4 type 5 externalIPs:texts 7 sessionAffinity "
    "8 loadBalancerIP 10 externalName 11 externalTrafficPolicy 13 publishNotReadyAddresses:bool 17 ipFamilyPolicy "
    "18 clusterIPs:texts 19 ipFamilies:texts 22 internalTrafficPolicy",
    "ServicePort": "1 name 2 protocol 3 port:int 4 targetPort:int-or-string 5 nodePort:int 6 appProtocol",
    "DeleteOptions": "1 gracePeriodSeconds:int 2 preconditions:Preconditions 3 orphanDependents:bool "
    "4 propagationPolicy 5 dryRun:texts",
    "Preconditions": "1 uid 2 resourceVersion",
    "Eviction": "1 metadata:ObjectMeta 2 deleteOptions:DeleteOptions",
    "Binding": "1 metadata:ObjectMeta 2 target:ObjectReference",
    "SelfSubjectReview": "1 metadata:ObjectMeta",
    "SelfSubjectAccessReview": "1 metadata:ObjectMeta",
    "SelfSubjectRulesReview": "1 metadata:ObjectMeta",
}
"""A field is `number name:type`: text if nothing is said, int, bool, data, time, texts, map, datamap, int-or-string, a
message, or with * a list of messages."""


def _table(text: str) -> Message:
    words = text.split()
    return {
        int(number): field
        for number, field in zip(words[::2], words[1::2], strict=True)
    }


MESSAGES = {name: _table(text) for name, text in _MESSAGES.items()}
_POINTERS = frozenset(
    {
        "gracePeriodSeconds",
        "orphanDependents",
        "automountServiceAccountToken",
        "immutable",
    }
)


def decode(body: bytes) -> Object:
    """An object in Kubernetes' envelope. Raises ApiError 400, or 415 for a kind that has to come as JSON."""
    if not body.startswith(MAGIC):
        raise bad_request(
            "the body does not begin with the protobuf prefix of Kubernetes"
        )
    try:
        envelope = _message(body[len(MAGIC) :], "Unknown", 0)
        kind = envelope.get("typeMeta", {}).get("kind", "")
        if kind not in MESSAGES:
            raise unsupported_media_type(("application/json",))
        return {**envelope["typeMeta"], **_message(envelope.get("raw", b""), kind, 0)}
    except (IndexError, ValueError, OverflowError) as error:
        raise bad_request(f"unable to decode the protobuf body: {error}") from None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at
        if shift > 63:
            raise ValueError("a number is too long")


def _parts(data: bytes) -> Iterator[tuple[int, Any]]:
    """(field number, value) of each field on the wire."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(data, at)
        else:
            length = (
                {_FIXED64: 8, _FIXED32: 4}[kind] if kind in (_FIXED64, _FIXED32) else -1
            )
        if length < 0 or at + length > len(data):
            raise ValueError("a field ends too early")
        yield tag >> 3, data[at : at + length]
        at += length


def _message(data: bytes, name: str, depth: int) -> Object:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deeply")
    known = MESSAGES[name]
    found: Object = {}
    for number, raw in _parts(data):
        field, _, kind = known.get(number, "").partition(":")
        if field:
            value = _value(raw, kind, depth)
            if value not in ("", None, {}, 0, False) or (
                field in _POINTERS and value is not None
            ):
                found[field] = _joined(found.get(field), value, kind)
    return found


def _joined(before: Any, value: Any, kind: str) -> Any:
    if kind == "texts" or kind.endswith("*"):
        return [*(before or []), value]
    return {**(before or {}), **value} if kind.endswith("map") else value


def _value(raw: Any, kind: str, depth: int) -> Any:
    if isinstance(raw, int) != (kind in ("int", "bool")):
        raise ValueError("a field has the wrong type")
    if kind in ("", "texts"):
        return raw.decode()
    if kind == "int":
        return raw - 2**64 if raw >= 2**63 else raw
    if kind in ("bool", "data"):
        return bool(raw) if kind == "bool" else raw
    special = {
        "time": _time,
        "map": _pair,
        "datamap": _data_pair,
        "int-or-string": _int_or_string,
    }.get(kind)
    return special(raw) if special else _message(raw, kind.rstrip("*"), depth + 1)


def _time(raw: bytes) -> str | None:
    seconds = dict(_parts(raw)).get(1, 0)
    return (
        datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if 0 < seconds < 2**37
        else None
    )


def _bytes_of(parts: dict[int, Any], number: int) -> bytes:
    value = parts.get(number, b"")
    if not isinstance(value, bytes):
        raise ValueError("a field has the wrong type")
    return value


def _pair(raw: bytes) -> dict[str, str]:
    parts = dict(_parts(raw))
    return {_bytes_of(parts, 1).decode(): _bytes_of(parts, 2).decode()}


def _data_pair(raw: bytes) -> dict[str, str]:
    parts = dict(_parts(raw))
    return {_bytes_of(parts, 1).decode(): b64encode(_bytes_of(parts, 2)).decode()}


def _int_or_string(raw: bytes) -> int | str:
    parts = dict(_parts(raw))
    return _bytes_of(parts, 3).decode() if parts.get(1) == 1 else int(parts.get(2) or 0)

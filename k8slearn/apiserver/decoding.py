"""From a request's body to a typed object: JSON, apiVersion and kind, fields; every refusal in Go's words.

Kubernetes: apimachinery/pkg/runtime/serializer/json/json.go, apiserver/pkg/endpoints/handlers/create.go
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from k8slearn.apimachinery.decode import JsonObject, decode, parse_json
from k8slearn.apimachinery.errors import ApiError, bad_request, unexplained
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.json_errors import json_trouble
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import home, kind_type
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.custom import CustomKind
from k8slearn.kinds.kind import Kind

_SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'
_ELSEWHERE = frozenset({("apps/v1beta2", "DaemonSet"), ("extensions/v1beta1", "DaemonSet"),
                        ("apps/v1beta1", "ControllerRevision"), ("apps/v1beta2", "ControllerRevision")})  # fmt: skip
_OTHER_VERSION = (
    "the API version in the data ({}) does not match the expected API version ({})"
)


_PARSE = "couldn't get version/kind; json parse error: "
# encoding/json: UnmarshalTypeError.Value; whatever else there is, is a number.
_WORDS = {
    bool: "bool",
    dict: "object",
    JsonObject: "object",
    list: "array",
    str: "string",
}
# So much of a body a refusal repeats. Kubernetes: transformDecodeError
_SHOWN = 30


class Typed(NamedTuple):
    """An object whose fields are known to be of their types, and what a client should be warned about."""

    object: Object
    warnings: list[str]


class _Named(NamedTuple):
    """apiVersion and kind as the body gives them."""

    version: str
    kind: str


def read(
    raw: Any,
    *,
    kind: str,
    api_version: str = "",
    strict: str = "Strict",
) -> Typed:
    """Decode a body (JSON text or its value) into a kind; nothing is filled in or validated yet. Raises ApiError.

    `api_version` is the request's own, "" for the one that the kind is stored under; `strict` its fieldValidation.
    """
    api_version = api_version or _home(kind)
    body, value = _body(raw, kind)
    named = _interpret(value, body, _Named(api_version, kind))
    wanted = _registered(named, kind)
    decoded = decode(value, wanted)
    if decoded.error:
        raise _unreadable(named, kind, decoded.error)
    if named.kind != kind:
        raise _unreadable(named, kind, _no_conversion(named, _Named(api_version, kind)))
    if decoded.strict and strict == "Strict":
        why = f"strict decoding error: {', '.join(decoded.strict)}"
        raise _unreadable(named, kind, why)
    if named.version != api_version:
        raise bad_request(_OTHER_VERSION.format(named.version, api_version))
    found = {**decoded.value, "apiVersion": api_version, "kind": kind}
    found.setdefault("metadata", {})
    if kind in BY_KIND:
        found = BY_KIND[kind].with_null_times(found)
    return Typed(found, decoded.strict if strict == "Warn" else [])


def read_as(raw: Any, row: Kind, *, strict: str = "Strict") -> Typed:
    """As `read`, of a kind by its row, which may be a custom one: then its definition says what it knows.

    Kubernetes: apiextensions-apiserver pkg/apiserver/customresource_handler.go, schemaCoercingDecoder
    """
    if not isinstance(row, CustomKind):
        return read(raw, kind=row.kind, api_version=row.api_version, strict=strict)
    body, value = _body(raw, row.kind)
    named = _interpret(value, body, _Named(row.api_version, row.kind))
    if named.kind != row.kind:
        wanted = _Named(row.api_version, row.kind)
        raise _unreadable(named, row.kind, _no_conversion(named, wanted))
    if named.version != row.api_version:
        raise bad_request(_OTHER_VERSION.format(named.version, row.api_version))
    # Any kind that has nothing but metadata tells how these are read.
    plain = kind_type("v1", "ServiceAccount")
    assert plain is not None
    metadata = decode({"metadata": value.get("metadata") or {}}, plain)
    if metadata.error:
        raise _unreadable(named, row.kind, metadata.error)
    known, unknown = row.prune(dict(value))
    notes = [*metadata.strict, *unknown_fields(unknown)]
    if notes and strict == "Strict":
        why = f"strict decoding error: {', '.join(notes)}"
        raise _unreadable(named, row.kind, why)
    found = {**known, "apiVersion": row.api_version, "kind": row.kind}
    found["metadata"] = metadata.value.get("metadata", {})
    return Typed(found, notes if strict == "Warn" else [])


def unknown_fields(paths: list[str]) -> list[str]:
    """How Go's decoder words that it does not know fields."""
    return [f"unknown field {go_quote(path)}" for path in paths]


def _body(raw: Any, kind: str) -> tuple[str, Any]:
    """The text of a body and its value."""
    if not isinstance(raw, str | bytes):
        return json.dumps(raw), raw
    text = raw if isinstance(raw, str) else raw.decode()
    try:
        return text, parse_json(text)
    except ValueError as error:
        raise _unrecognised(kind, json_trouble(text, error), text) from None


def _interpret(value: Any, body: str, default: _Named) -> _Named:
    """apiVersion and kind, whatever their case. Kubernetes: runtime/serializer/json/meta.go Interpret"""
    if not isinstance(value, dict):
        raise _unrecognised(default.kind, _not_an_object(value), body)
    found = {"apiversion": "", "kind": ""}
    for key, item in value.items():
        if key.lower() in found and item is not None:
            found[key.lower()] = _text(item, key.lower(), body, default.kind)
    if found["apiversion"].count("/") > 1:
        message = f"unexpected GroupVersion string: {found['apiversion']}"
        raise _unrecognised(default.kind, message, body, prefix="")
    version = _version(found["apiversion"], default.version)
    return _Named(version, found["kind"] or default.kind)


def _version(given: str, default: str) -> str:
    # Kubernetes: json.go gvkWithDefaults. "apps/" leaves the version out, and of a group without a version there is
    # none but the request's own.
    group, _, version = given.rpartition("/")
    own_group = default.rpartition("/")[0]
    if not version and group in ("", own_group):
        return default
    if group:
        return given
    return version


def _text(item: Any, field: str, body: str, kind: str) -> str:
    if isinstance(item, str):
        return item
    name = "apiVersion" if field == "apiversion" else field
    message = f"json: cannot unmarshal {_word(item)} into Go struct field .{name} of type string"
    raise _unrecognised(kind, message, body)


def _word(item: Any) -> str:
    return _WORDS.get(type(item), "number")


def _not_an_object(value: Any) -> str:
    target = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    return f"json: cannot unmarshal {_word(value)} into Go value of type {target}"


def _unrecognised(kind: str, message: str, body: str, prefix: str = _PARSE) -> ApiError:
    # Kubernetes: apiserver/pkg/endpoints/handlers/rest.go transformDecodeError
    shown = _beginning(body)
    return bad_request(
        f"the object provided is unrecognized (must be of type {kind}): {prefix}{message} ({shown})"
    )


def _beginning(body: str) -> str:
    """The beginning of a body; what does not look like JSON is shown as bytes, for it may be anything."""
    if not body:
        return "<empty>"
    data = body if body.startswith("{") else body.encode()
    start = data[:_SHOWN]
    text = start if isinstance(start, str) else start.hex()
    if len(data) > _SHOWN:
        return f"{text} ..."
    return text


def _unreadable(named: _Named, kind: str, message: str) -> ApiError:
    version = go_quote(named.version.rpartition("/")[2])
    found = f"{named.kind} in version {version}"
    return bad_request(f"{found} cannot be handled as a {kind}: {message}")


def _registered(named: _Named, kind: str) -> Any:
    found = kind_type(named.version, named.kind)
    # An older version of the kind has the same fields here: what is refused is its version, further on.
    if found is None and named in _ELSEWHERE:
        found = kind_type(_home(named.kind), named.kind)
    if found is None:
        shown = go_quote(named.kind)
        version = go_quote(named.version)
        why = f"no kind {shown} is registered for version {version} {_SCHEME}"
        raise _unreadable(named, kind, why)
    return found


def _no_conversion(named: _Named, wanted: _Named) -> str:
    package = wanted.version.rpartition("/")[0].partition(".")[0] or "core"
    version = named.version.rpartition("/")[2]
    return f"converting ({version}.{named.kind}) to ({package}.{wanted.kind}): unknown conversion"


def _home(kind: str) -> str:
    """The apiVersion under which a kind is stored."""
    if kind in BY_KIND:
        return BY_KIND[kind].api_version
    return home(kind)


def converted(o: Object, described: str) -> Object:
    """An object that was merged of parts as its Go type has it. Raises ApiError 500, telling it as `described`."""
    wanted = kind_type(o["apiVersion"], o["kind"])
    # A custom kind has no type in Go.
    if wanted is None:
        return o
    decoded = decode(o, wanted)
    if decoded.error:
        kind = described.partition("; ")[2]
        why = decoded.converted or decoded.error
        # Kubernetes: runtime.Scheme.unstructuredToTyped, structuredMergeManager.Apply
        raise unexplained(
            f"failed to convert new object ({described}) to proper version: "
            f"unable to convert unstructured object to {kind}: {why}"
        )
    named = {"apiVersion": o["apiVersion"], "kind": o["kind"]}
    found = {**named, "metadata": {}, **decoded.value, **named}
    return BY_KIND[o["kind"]].with_null_times(found)

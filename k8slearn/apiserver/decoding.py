"""From a request's body to a typed object: JSON, apiVersion and kind, fields; every refusal in Go's words.

Kubernetes: apimachinery/pkg/runtime/serializer/json/json.go, apiserver/pkg/endpoints/handlers/create.go
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from k8slearn.apimachinery.decode import decode, parse_json
from k8slearn.apimachinery.errors import ApiError, bad_request
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import home, kind_type
from k8slearn.kinds import BY_KIND

_SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'
_ELSEWHERE = frozenset({("apps/v1beta2", "DaemonSet"), ("extensions/v1beta1", "DaemonSet"),
                        ("apps/v1beta1", "ControllerRevision"), ("apps/v1beta2", "ControllerRevision")})  # fmt: skip
_OTHER_VERSION = (
    "the API version in the data ({}) does not match the expected API version ({})"
)


class Typed(NamedTuple):
    """An object whose fields are known to be of their types, and what a client should be warned about."""

    object: Object
    warnings: list[str]


class _Named(NamedTuple):
    """apiVersion and kind as the body gives them."""

    version: str
    kind: str


def read(
    raw: Any, *, kind: str, api_version: str = "", strict: str = "Strict"
) -> Typed:
    """Decode a body (JSON text or its value) into a kind; nothing is filled in or validated yet. Raises ApiError.

    `api_version` is the request's own, "" for the one that the kind is stored under; `strict` its fieldValidation.
    """
    api_version = api_version or _home(kind)
    body, value = _body(raw)
    named = _interpret(value, body, _Named(api_version, kind))
    wanted = _registered(named, kind)
    decoded = decode(value, wanted)
    if decoded.error:
        raise _unreadable(named, kind, decoded.error)
    if named.kind != kind:
        raise _unreadable(named, kind, _no_conversion(named, _Named(api_version, kind)))
    if decoded.strict and strict == "Strict":
        raise _unreadable(
            named, kind, f"strict decoding error: {', '.join(decoded.strict)}"
        )
    if named.version != api_version:
        raise bad_request(_OTHER_VERSION.format(named.version, api_version))
    found = {**decoded.value, "apiVersion": api_version, "kind": kind}
    found.setdefault("metadata", {})
    if kind in BY_KIND:
        found = BY_KIND[kind].with_null_times(found)
    return Typed(found, decoded.strict if strict == "Warn" else [])


def _body(raw: Any) -> tuple[str, Any]:
    """The text of a body and its value."""
    if not isinstance(raw, str | bytes):
        return json.dumps(raw), raw
    text = raw.decode() if isinstance(raw, bytes) else raw
    try:
        return text, parse_json(text)
    except ValueError as error:
        raise _unrecognised("", _syntax(text, error), text) from None


def _syntax(text: str, error: ValueError) -> str:
    at = getattr(error, "pos", 0)
    rest = text[at:].lstrip()
    if not rest:
        return "unexpected end of JSON input"
    return f"invalid character {rest[0]!r} looking for beginning of value"


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
    return _Named(
        _version(found["apiversion"], default.version), found["kind"] or default.kind
    )


def _version(given: str, default: str) -> str:
    # Kubernetes: json.go gvkWithDefaults
    group, _, version = given.rpartition("/")
    if not version and group in ("", default.rpartition("/")[0]):
        return default
    return version if not group else given


def _text(item: Any, field: str, body: str, kind: str) -> str:
    if isinstance(item, str):
        return item
    name = {"apiversion": "apiVersion"}.get(field, field)
    message = f"json: cannot unmarshal {_word(item)} into Go struct field .{name} of type string"
    raise _unrecognised(kind, message, body)


def _word(item: Any) -> str:
    words: list[tuple[type, str]] = [
        (bool, "bool"),
        (dict, "object"),
        (list, "array"),
        (str, "string"),
    ]
    return next((word for kind, word in words if isinstance(item, kind)), "number")


def _not_an_object(value: Any) -> str:
    target = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
    return f"json: cannot unmarshal {_word(value)} into Go value of type {target}"


_PARSE = "couldn't get version/kind; json parse error: "


def _unrecognised(kind: str, message: str, body: str, prefix: str = _PARSE) -> ApiError:
    # Kubernetes: apiserver/pkg/endpoints/handlers/rest.go transformDecodeError
    shown = body if len(body) <= 30 else f"{body[:30]} ..."
    if not body.startswith("{"):
        data = body.encode()
        shown = (
            data[:30].hex() + (" ..." if len(data) > 30 else "") if data else "<empty>"
        )
    return bad_request(
        f"the object provided is unrecognized (must be of type {kind}): {prefix}{message} ({shown})"
    )


def _unreadable(named: _Named, kind: str, message: str) -> ApiError:
    version = go_quote(named.version.rpartition("/")[2])
    return bad_request(
        f"{named.kind} in version {version} cannot be handled as a {kind}: {message}"
    )


def _registered(named: _Named, kind: str) -> Any:
    found = kind_type(named.version, named.kind)
    if found is None and (named.version, named.kind) in _ELSEWHERE:
        found = kind_type(_home(named.kind), named.kind)
    if found is None:
        message = f"no kind {go_quote(named.kind)} is registered for version {go_quote(named.version)} {_SCHEME}"
        raise _unreadable(named, kind, message)
    return found


def _no_conversion(named: _Named, wanted: _Named) -> str:
    package = wanted.version.rpartition("/")[0].partition(".")[0] or "core"
    version = named.version.rpartition("/")[2]
    return f"converting ({version}.{named.kind}) to ({package}.{wanted.kind}): unknown conversion"


def _home(kind: str) -> str:
    """The apiVersion under which a kind is stored."""
    return BY_KIND[kind].api_version if kind in BY_KIND else home(kind)

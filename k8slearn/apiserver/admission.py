"""Everything between a request's body and the store: decoding, checks against the request, defaults, validation.

Kubernetes: apiserver/pkg/endpoints/handlers/create.go, apimachinery/pkg/runtime/serializer/json/json.go
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from k8slearn.apimachinery.decode import decode, parse_json
from k8slearn.apimachinery.errors import ApiError, bad_request, invalid
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import home, kind_type
from k8slearn.kinds import BY_KIND

_SCHEME = 'in scheme "pkg/api/legacyscheme/scheme.go:30"'
_ELSEWHERE = frozenset({("apps/v1beta2", "DaemonSet"), ("extensions/v1beta1", "DaemonSet"),
                        ("apps/v1beta1", "ControllerRevision"), ("apps/v1beta2", "ControllerRevision")})  # fmt: skip
_SYSTEM_FIELDS = (
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
_OTHER_VERSION = (
    "the API version in the data ({}) does not match the expected API version ({})"
)
_OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


class Admitted(NamedTuple):
    """An object ready to be stored, and what a client should be warned about."""

    object: Object
    warnings: list[str]


class _Named(NamedTuple):
    """apiVersion and kind as the body gives them."""

    version: str
    kind: str


def admit(
    raw: Any, *, kind: str, namespace: str = "", strict: str = "Strict"
) -> Admitted:
    """Take a new object, given as a dict or as JSON text; raises ApiError.

    `kind` and `namespace` are the request's own (a kind without namespaces ignores it), `strict` its fieldValidation.
    """
    found, warnings = read(raw, kind=kind, api_version=_home(kind), strict=strict)
    found = _in_namespace(_unborn(found), namespace if _is_namespaced(kind) else "")
    row = BY_KIND[kind]
    found = row.normalize(row.default(found), None)
    refuse(found, list(row.validate_create(found)))
    return Admitted(found, warnings)


def _unborn(found: Object) -> Object:
    """Without what only the server sets. Kubernetes: apiserver/pkg/registry/rest/create.go BeforeCreate"""
    server = (*_SYSTEM_FIELDS, "uid", "resourceVersion", "selfLink")
    return {
        **found,
        "metadata": {
            key: value for key, value in found["metadata"].items() if key not in server
        },
    }


def admit_create(
    raw: Any, *, kind: str, namespace: str = "", strict: str = "Strict"
) -> Object:
    """As `admit`, without the warnings."""
    return admit(raw, kind=kind, namespace=namespace, strict=strict).object


def admit_change(
    new: Any, old: Object, *, strict: str = "Strict", status: bool = False
) -> Admitted:
    """Take a changed object; `status` where only the status is being written. Raises ApiError."""
    found, warnings = read(
        new, kind=old["kind"], api_version=old["apiVersion"], strict=strict
    )
    found = _named_as(_in_namespace(found, old["metadata"].get("namespace", "")), old)
    row = BY_KIND[old["kind"]]
    found = row.normalize(row.default(_as_updated(found, old)), old)
    validate = row.validate_status if status else row.validate_update
    refuse(found, list(validate(found, old)))
    return Admitted(found, warnings)


def admit_update(
    new: Any, old: Object, *, strict: str = "Strict", status: bool = False
) -> Object:
    """As `admit_change`, without the warnings."""
    return admit_change(new, old, strict=strict, status=status).object


def _named_as(found: Object, old: Object) -> Object:
    name, expected = found["metadata"].get("name", ""), old["metadata"].get("name", "")
    if name and name != expected:
        raise bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({expected})"
        )
    return (
        found
        if name
        else {**found, "metadata": {**found["metadata"], "name": expected}}
    )


def _as_updated(found: Object, old: Object) -> Object:
    """What a client cannot change or may leave out. Kubernetes: apiserver/pkg/registry/rest/update.go BeforeUpdate"""
    metadata, before = found["metadata"], old["metadata"]
    kept = {field: before[field] for field in _SYSTEM_FIELDS if field in before}
    given = {
        field: metadata[field]
        for field in ("uid", "resourceVersion")
        if metadata.get(field)
    }
    version = {
        "uid": before.get("uid", ""),
        "resourceVersion": before.get("resourceVersion", ""),
    }
    own = {
        field: value for field, value in metadata.items() if field not in _SYSTEM_FIELDS
    }
    return {**found, "metadata": own | kept | version | given}


def refuse(obj: Object, causes: list[Any]) -> None:
    """Raise 422 if there are causes."""
    if causes:
        raise invalid(qualified_kind(obj), obj["metadata"].get("name", ""), causes)


def qualified_kind(obj: Object) -> str:
    """ "DaemonSet.apps", or "Pod" where there is no group."""
    group = obj["apiVersion"].rpartition("/")[0]
    return f"{obj['kind']}.{group}" if group else str(obj["kind"])


def _home(kind: str) -> str:
    """The apiVersion under which a kind is stored."""
    return BY_KIND[kind].api_version if kind in BY_KIND else home(kind)


def _is_namespaced(kind: str) -> bool:
    return BY_KIND[kind].namespaced if kind in BY_KIND else True


def read(raw: Any, *, kind: str, api_version: str, strict: str = "Strict") -> Admitted:
    """Decode a body into a kind; nothing is filled in or validated yet."""
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
    return Admitted(found, decoded.strict if strict == "Warn" else [])


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


def _in_namespace(found: Object, namespace: str) -> Object:
    # Kubernetes: apiserver/pkg/registry/rest/meta.go EnsureObjectNamespaceMatchesRequestNamespace
    given = found["metadata"].get("namespace", "")
    if given == namespace:
        return found
    if given and namespace:
        raise bad_request(_OTHER_NAMESPACE)
    metadata = {
        key: value for key, value in found["metadata"].items() if key != "namespace"
    }
    return {
        **found,
        "metadata": metadata | ({"namespace": namespace} if namespace else {}),
    }

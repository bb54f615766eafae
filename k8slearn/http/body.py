"""A request's body: JSON, whatever it came as."""

from __future__ import annotations

import re

from k8slearn.apimachinery.decode import parse_json
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.manifests import load
from k8slearn.apimachinery.objects import Object
from k8slearn.http import protobuf
from k8slearn.http.negotiation import PROTOBUF
from k8slearn.http.types import JSON, Request, dumps

YAML = "application/yaml"
OBJECTS = (JSON, YAML, PROTOBUF)
"""How objects may come. Kubernetes: apimachinery/pkg/runtime/serializer, newSerializersForScheme"""
# JSON may escape one half of a surrogate pair; Go puts U+FFFD in its place, and so it is no character here either.
_ESCAPE = re.compile(
    r"\\[^u]|(?i:\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<half>\\ud[89a-f][0-9a-f]{2}))"
)


def is_protobuf(request: Request) -> bool:
    """Whether the body is one of Kubernetes' protobuf messages."""
    return request.media_type == PROTOBUF and bool(request.body)


def json_of(request: Request) -> bytes:
    """The body in JSON, where it came as protobuf, and in valid UTF-8, as Go's decoder makes it.

    Raises ApiError 400, 415.
    """
    if is_protobuf(request):
        return dumps(protobuf.decode(request.body))
    if request.media_type == YAML:
        return dumps(load(request.body))
    text = request.body.decode("utf-8", "replace")
    return _ESCAPE.sub(_whole, text).encode()


def _whole(match: re.Match[str]) -> str:
    """An escape as it is; one half of a surrogate pair is no character."""
    if match["half"]:
        return "\\ufffd"
    return match[0]


def json_object(body: bytes, what: str) -> Object:
    """A body that must be a JSON object, {} where there is none. Raises ApiError 400."""
    if not body.strip():
        return {}
    try:
        value = parse_json(body)
    except ValueError as error:
        why = f"couldn't get version/kind; json parse error: {error}"
        raise bad_request(why) from None
    if not isinstance(value, dict):
        why = f"the object provided is unrecognized (must be of type {what})"
        raise bad_request(why)
    return value

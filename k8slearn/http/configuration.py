"""The body of a server-side apply: the fields that one manager wants, in JSON or YAML, as they were written."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.decode import parse_json, repetitions
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.server_side_apply import check
from k8slearn.apiserver.typed_values import Slots
from k8slearn.http.request import RequestInfo

MAX_YAML = 64 * 1024
"""Bytes of YAML that are read: its parser is slow, and JSON is what clients send."""
# A tab that stands outside of texts; these are passed over whole.
_TAB = re.compile(rb"""("(?:[^"\\]|\\.)*+"|'[^']*+')|\t""", re.DOTALL)


class Configuration(NamedTuple):
    """What is applied, and what the client is warned of."""

    object: Object
    warnings: list[str]


def apply_configuration(info: RequestInfo, slots: Slots) -> Configuration:
    """A partial object that fits its kind's types. Raises ApiError 400, 500. Kubernetes: patch.go, applyPatcher"""
    value = _parsed(info.body)
    if not isinstance(value, dict | None):
        raise bad_request("error decoding YAML: the body must be an object")
    row = info.served.resource
    wanted = value or {}
    slot = slots(row.api_version, row.kind)
    check(wanted, row.api_version, row.kind, slot)
    validation = info.write_options.field_validation
    warnings = [] if validation == "Ignore" else _repeated(wanted, info.body)
    if warnings and validation == "Strict":
        lines = "\n  ".join(["yaml: unmarshal errors:", *warnings])
        why = f"error converting YAML to JSON: {lines}"
        raise bad_request(f"error strict decoding YAML: {why}")
    return Configuration(row.to_stored(wanted), warnings)


def _repeated(wanted: Object, body: bytes) -> list[str]:
    # To read JSON as YAML is slow, so only where something is repeated.
    if not any(repetitions(wanted)):
        return []
    return manifests.repeated_keys(_without_tabs(body))


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        if len(body) > MAX_YAML:
            raise bad_request("error decoding YAML: too long, send JSON") from None
    return manifests.load(_without_tabs(body))


def _without_tabs(body: bytes) -> bytes:
    """With spaces for tabs where YAML is written as JSON is: Go's parser takes them there, Python's does not."""
    if b"\t" not in body or not body.lstrip().startswith((b"{", b"[")):
        return body
    return _TAB.sub(lambda found: found[1] or b" ", body)

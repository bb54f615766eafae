"""The body of a server-side apply: the fields that one manager wants, in JSON or YAML, as they were written."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.decode import parse_json
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.server_side_apply import check
from k8slearn.http.request import RequestInfo

MAX_YAML = 64 * 1024
"""Bytes of YAML that are read: its parser is slow, and JSON is what clients send."""


def apply_configuration(info: RequestInfo) -> Object:
    """A partial object that fits its kind's types. Raises ApiError 400, 500. Kubernetes: patch.go, applyPatcher"""
    value = _parsed(info.body)
    if not isinstance(value, dict | None):
        raise bad_request("error decoding YAML: the body must be an object")
    row = info.served.resource
    check(value or {}, row.api_version, row.kind)
    return row.to_stored(value or {})


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        if len(body) > MAX_YAML:
            raise bad_request("error decoding YAML: too long, send JSON") from None
    return manifests.load(body)

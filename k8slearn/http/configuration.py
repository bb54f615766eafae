"""The body of a server-side apply: the fields that one manager wants, in JSON or YAML."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery import manifests
from k8slearn.apimachinery.decode import parse_json
from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.decoding import read
from k8slearn.http.request import RequestInfo

MAX_YAML = 64 * 1024
"""Bytes of YAML that are read: its parser is slow, and JSON is what clients send."""


def apply_configuration(info: RequestInfo) -> Object:
    """The body of a server-side apply: a partial object, in JSON or YAML. Raises ApiError 400."""
    body = _parsed(info.body)
    if not isinstance(body, dict):
        raise bad_request("error decoding YAML: the body must be an object")
    row = info.served.resource
    about = {"kind": row.kind, "api_version": row.api_version}
    configuration = read(body, **about, partial=True).object
    metadata = configuration["metadata"]
    # Who owns what is for the server to say. Kubernetes: managedfields, structuredmerge.go Apply
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    address = {"name": info.name, "namespace": info.namespace}
    for field, expected in address.items():
        given = metadata.get(field, expected)
        if given != expected:
            raise bad_request(
                f"the {field} of the object ({given}) does not match the {field} on the URL ({expected})"
            )
    # A body may leave out what the URL says.
    named = {field: value for field, value in address.items() if value}
    configuration = {**configuration, "metadata": {**metadata, **named}}
    return {
        field: configuration[field] for field in configuration if _is_meant(field, info)
    }


def _is_meant(field: str, info: RequestInfo) -> bool:
    """Whether a field counts here: the status only under `status`, and there nothing else."""
    if field in ("apiVersion", "kind", "metadata") or not info.served.resource.status:
        return True
    return (field == "status") is bool(info.subresource)


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        if len(body) > MAX_YAML:
            raise bad_request("error decoding YAML: too long, send JSON") from None
    return manifests.load(body)

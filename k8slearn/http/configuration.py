"""The body of a server-side apply: the fields that one manager wants, in JSON or YAML."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

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
    return (field == "status") is (info.subresource == "status")


class _Loader(yaml.SafeLoader):
    """YAML without references: a small text could stand for a huge object."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references are not taken")
        return super().compose_node(parent, index)


def _number(loader: _Loader, node: yaml.ScalarNode) -> Any:
    # `1:30` is a text, as in YAML 1.2: to base 60 a long one would be a number of astronomic size.
    if ":" in node.value:
        return node.value
    is_whole = node.tag.endswith(":int")
    read = loader.construct_yaml_int if is_whole else loader.construct_yaml_float
    return read(node)


for _tag in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _number)


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        if len(body) > MAX_YAML:
            raise bad_request("error decoding YAML: too long, send JSON") from None
    try:
        return _as_json(yaml.load(body, _Loader))
    except (yaml.YAMLError, ValueError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None


def _as_json(value: Any) -> Any:
    """What YAML says, in JSON; ValueError for what JSON cannot say. Kubernetes: sigs.k8s.io/yaml, YAMLToJSON"""
    if isinstance(value, dict):
        return {_as_key(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, set):
        return dict.fromkeys(map(_as_key, sorted(value, key=str)))
    if isinstance(value, date):
        # To go-yaml a time is a text, unless a Go time is asked for.
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= 2**64:
        raise ValueError("a number is out of range")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _as_key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, str | int | float):
        return str(key)
    raise ValueError(f"unsupported map key of type {type(key).__name__}")

"""Bodies that are no objects of the store: delete options, apply configurations, evictions, bindings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

import yaml

from k8slearn.apimachinery.decode import parse_json
from k8slearn.apimachinery.errors import ApiError, Cause, bad_request, invalid
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.decoding import read
from k8slearn.apiserver.registry import Identity, Registry
from k8slearn.http import protobuf
from k8slearn.http.paths import Target
from k8slearn.http.types import JSON, Request, dumps

_ESCAPE = re.compile(
    r"\\[^u]|(?i:\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|(?P<half>\\ud[89a-f][0-9a-f]{2}))"
)
POLICIES = ("Background", "Foreground", "Orphan")
MAX_YAML = 256 * 1024
"""Bytes of YAML that are read: its parser is slow, and JSON is what clients send."""


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete; `grace` in seconds, None for the object's own."""

    grace: int | None = None
    propagation: str | None = None
    uid: str | None = None
    version: str | None = None
    dry_run: bool = False

    def delete(
        self, registry: Registry, by: Identity, place: tuple[str, str, str]
    ) -> Change:
        """Delete the object of this kind, name and namespace so. Raises ApiError 404, 409."""
        return registry.delete(
            *place,
            by=by,
            grace=self.grace,
            propagation=self.propagation,
            uid=self.uid,
            version=self.version,
        )


def as_json(request: Request) -> Request:
    """The request with its body in JSON, where it came as protobuf, and in valid UTF-8, as Go's decoder makes it.

    Raises ApiError 400, 415.
    """
    if request.media_type == protobuf.MEDIA_TYPE and request.body:
        headers = {**request.headers, "content-type": JSON}
        return replace(
            request, body=dumps(protobuf.decode(request.body)), headers=headers
        )
    text = request.body.decode("utf-8", "replace")
    return replace(request, body=_ESCAPE.sub(_whole, text).encode())


def _whole(match: re.Match[str]) -> str:
    """An escape as it is; one half of a surrogate pair is no character."""
    return "\\ufffd" if match["half"] else match[0]


def json_object(body: bytes, what: str) -> Object:
    """A body that must be a JSON object, {} where there is none. Raises ApiError 400."""
    if not body.strip():
        return {}
    try:
        found = parse_json(body)
    except ValueError as error:
        raise bad_request(
            f"couldn't get version/kind; json parse error: {error}"
        ) from None
    if not isinstance(found, dict):
        raise bad_request(
            f"the object provided is unrecognized (must be of type {what})"
        )
    return found


def delete_options(request: Request) -> DeleteOptions:
    """The options of a DELETE, from its body or else from its query. Raises ApiError 400, 422."""
    body = json_object(request.body, "DeleteOptions")
    return options_of(body if body else _from_query(request), request)


def _from_query(request: Request) -> Object:
    query = request.query
    found: Object = {"gracePeriodSeconds": request.number("gracePeriodSeconds")}
    found["propagationPolicy"] = query.get("propagationPolicy") or None
    if query.get("orphanDependents"):
        found["orphanDependents"] = request.flag("orphanDependents")
    return found


def options_of(body: Object, request: Request) -> DeleteOptions:
    """DeleteOptions from their JSON. Raises ApiError 400, 422."""
    grace, policy, orphan = (
        body.get(f)
        for f in ("gracePeriodSeconds", "propagationPolicy", "orphanDependents")
    )
    if grace is not None and (
        isinstance(grace, bool) or not isinstance(grace, int) or abs(grace) > 10**9
    ):
        raise bad_request("DeleteOptions.gracePeriodSeconds: not an int64")
    if policy is not None and policy not in POLICIES:
        listed = ", ".join(
            f'"{each}"' for each in (*POLICIES[1:2], *POLICIES[:1], POLICIES[2], "nil")
        )
        raise _invalid(
            "propagationPolicy",
            f"Unsupported value: {json.dumps(policy)}: supported values: {listed}",
        )
    if policy is not None and orphan is not None:
        raise _invalid(
            "propagationPolicy",
            "Invalid value: orphanDependents and deletionPropagation cannot be both set",
        )
    if orphan is not None:
        policy = "Orphan" if orphan else "Background"
    given = body.get("preconditions")
    wanted: Object = given if isinstance(given, dict) else {}
    grace = 1 if grace is not None and grace < 0 else grace
    return DeleteOptions(
        grace,
        policy,
        _text(wanted, "uid"),
        _text(wanted, "resourceVersion"),
        _dry(body, request),
    )


def _text(o: Object, field: str) -> str | None:
    value = o.get(field)
    return value if isinstance(value, str) and value else None


def _dry(body: Object, request: Request) -> bool:
    given = body.get("dryRun") or []
    if given not in ([], ["All"]):
        raise _invalid(
            "dryRun", f'Unsupported value: {json.dumps(given)}: supported values: "All"'
        )
    return request.dry_run or bool(given)


def _invalid(field: str, message: str) -> ApiError:
    return invalid(
        "DeleteOptions.meta.k8s.io", "", [Cause(field, "FieldValueInvalid", message)]
    )


def apply_configuration(request: Request, target: Target) -> Object:
    """The body of a server-side apply: a partial object, in JSON or YAML. Raises ApiError 400."""
    wanted = _parsed(request.body)
    if not isinstance(wanted, dict):
        raise bad_request("error decoding YAML: the body must be an object")
    found = read(
        wanted, kind=target.kind, api_version=target.served.resource.api_version
    ).object
    metadata = found["metadata"]
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    for field, expected in (("name", target.name), ("namespace", target.namespace)):
        if metadata.get(field, expected) != expected:
            raise bad_request(
                f"the {field} of the object ({metadata[field]}) does not match the {field} on the URL ({expected})"
            )
    place = {"namespace": target.namespace} if target.namespace else {}
    found = {**found, "metadata": {**metadata, "name": target.name, **place}}
    return {field: value for field, value in found.items() if _is_meant(field, target)}


def _is_meant(field: str, target: Target) -> bool:
    """Whether a field counts here: the status only under `status`, and there nothing else."""
    if field in ("apiVersion", "kind", "metadata"):
        return True
    return (field == "status") is (
        target.subresource == "status"
    ) or not target.served.resource.status


class _Loader(yaml.SafeLoader):
    """YAML without references: a small text could stand for a huge object."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("references are not taken")
        return super().compose_node(parent, index)


def _parsed(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        if len(body) > MAX_YAML:
            raise bad_request("error decoding YAML: too long, send JSON") from None
    try:
        return yaml.load(body, _Loader)
    except (yaml.YAMLError, ValueError) as error:
        raise bad_request(f"error decoding YAML: {error}") from None

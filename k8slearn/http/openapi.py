"""OpenAPI v3 and v2, made from the API's published types: what kubectl explain, apply and edit ask for."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import Any

from k8slearn.apimachinery.errors import no_such_path
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import kind_type
from k8slearn.http.definitions import Definitions
from k8slearn.http.kinds import VERSIONS, Served, of_version
from k8slearn.http.types import JSON, Request, Response, dumps
from k8slearn.kinds.node import VERSION

_INFO = {"title": "Kubernetes", "version": VERSION}
PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_EMPTY = b"\x0a\x032.0"
"""A document of version 2.0 without types. kubectl wants v2 in this form, and only for kinds that v3 does not have."""
_ACTIONS = {
    "get": "get",
    "put": "put",
    "patch": "patch",
    "delete": "delete",
    "post": "post",
}
_WRITE_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation")
_PATCH_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)


def answer(path: str, request: Request) -> Response:
    """/openapi/v2, /openapi/v3 and what lies below. Raises ApiError 404."""
    if path == "/openapi/v2":
        if request.headers.get("accept", "").startswith(PROTOBUF):
            return Response(_EMPTY, media_type=PROTOBUF.replace("@", "."))
        return Response(_version_two())
    if path == "/openapi/v3":
        return Response(_index())
    place = path.removeprefix("/openapi/v3/")
    api_version = (
        place.removeprefix("apis/")
        if place.startswith("apis/")
        else place.removeprefix("api/")
    )
    if api_version not in VERSIONS or place != _place(api_version):
        raise no_such_path()
    return Response(_version_three(api_version))


def _place(api_version: str) -> str:
    return f"apis/{api_version}" if "/" in api_version else f"api/{api_version}"


@cache
def _index() -> bytes:
    paths = {
        _place(version): {"serverRelativeURL": _url(version)} for version in VERSIONS
    }
    return dumps({"paths": paths})


def _url(api_version: str) -> str:
    digest = (
        sha256(f"{VERSION} {api_version} {of_version(api_version)}".encode())
        .hexdigest()
        .upper()
    )
    return f"/openapi/v3/{_place(api_version)}?hash={digest}"


@cache
def _version_three(api_version: str) -> bytes:
    definitions = Definitions("#/components/schemas/", wrapped=True)
    paths = _paths(api_version, definitions)
    document = {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": paths,
        "components": {"schemas": definitions.found},
    }
    return dumps(document)


@cache
def _version_two() -> bytes:
    definitions = Definitions("#/definitions/")
    paths: Object = {}
    for version in VERSIONS:
        paths |= _paths(version, definitions)
    return dumps(
        {
            "swagger": "2.0",
            "info": _INFO,
            "paths": paths,
            "definitions": definitions.found,
        }
    )


def _paths(api_version: str, definitions: Definitions) -> Object:
    paths: Object = {}
    for served in of_version(api_version):
        wanted = kind_type(api_version, served.kind)
        if wanted is None:
            continue
        name = definitions.kind(served.kind, api_version, wanted.struct)
        for path, methods in _routes(served).items():
            paths[path] = {
                method: _operation(method, path, served, definitions, name)
                for method in methods
            }
    return paths


def _routes(served: Served) -> dict[str, tuple[str, ...]]:
    row = served.resource
    base = (
        f"/{_place(row.api_version)}/"
        + ("namespaces/{namespace}/" if row.namespaced else "")
        + row.plural
    )
    writes = served.stored
    routes: dict[str, tuple[str, ...]] = {
        base: ("get", "post", "delete") if writes else ("get",)
    }
    routes[f"{base}/{{name}}"] = (
        ("get", "put", "patch", "delete") if writes else ("get",)
    )
    if row.status:
        routes[f"{base}/{{name}}/status"] = ("get", "put", "patch")
    return routes


def _operation(
    method: str, path: str, served: Served, definitions: Definitions, name: str
) -> Object:
    row = served.resource
    single = path.endswith(("{name}", "/status"))
    action = (
        _ACTIONS[method]
        if single or method == "post"
        else {"get": "list", "delete": "deletecollection"}[method]
    )
    gvk = {"group": row.group, "version": row.version, "kind": row.kind}
    parameters = (
        _WRITE_PARAMETERS
        if method in ("post", "put", "patch")
        else ("dryRun",)
        if method == "delete"
        else ()
    )
    result = definitions.reference(name)
    found: Object = {
        "operationId": f"{action}{''.join(part.title() for part in path.replace('{', '').replace('}', '').split('/'))}",
        "tags": [row.api_version],
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": gvk,
        "parameters": [_parameter(each, definitions.wrapped) for each in parameters],
        "responses": {"200": _result(result, definitions.wrapped)},
    }
    if method in ("post", "put", "patch") and definitions.wrapped:
        types = _PATCH_TYPES if method == "patch" else (JSON,)
        found["requestBody"] = {
            "content": {media: {"schema": result} for media in types}
        }
    elif method == "patch":
        found["consumes"] = list(_PATCH_TYPES)
    return found


def _parameter(name: str, wrapped: bool) -> Object:
    kind: dict[str, Any] = (
        {"schema": {"type": "string"}} if wrapped else {"type": "string"}
    )
    return {"name": name, "in": "query", **kind}


def _result(schema: Object, wrapped: bool) -> Object:
    return {
        "description": "OK",
        **({"content": {JSON: {"schema": schema}}} if wrapped else {"schema": schema}),
    }

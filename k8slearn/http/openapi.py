"""OpenAPI v3 and v2, made from the API's published types: what kubectl explain, apply and edit ask for."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from k8slearn.apimachinery.errors import no_such_path
from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import kind_type
from k8slearn.http.definitions import Definitions
from k8slearn.http.kinds import VERSIONS, Served, of_version
from k8slearn.http.types import JSON, Response, dumps

_INFO = {"title": "Kubernetes", "version": VERSION}
PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_EMPTY = b"\x0a\x032.0"
"""A document of version 2.0 without types. kubectl wants v2 in this form, and only for kinds that v3 does not have."""
_WRITES = ("post", "put", "patch")
_WRITE_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation")
_PATCH_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)


def answer(path: str, accept: str) -> Response:
    """/openapi/v2, /openapi/v3 and what lies below. Raises ApiError 404."""
    if path == "/openapi/v2":
        # kubectl asks for v2 in protobuf alone, everybody else takes JSON.
        if accept.startswith(PROTOBUF):
            return Response(_EMPTY, media_type=PROTOBUF.replace("@", "."))
        return Response(_version_two())
    if path == "/openapi/v3":
        return Response(_index())
    place = path.removeprefix("/openapi/v3/")
    api_version = place.partition("/")[2]
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
    # kubectl keeps a document for as long as its hash stays the same, so the hash is of all that the document is
    # made of: the version's facts and what is on offer. The document itself takes too long to make for an index.
    offered = [(each.kind, each.stored, each.verbs) for each in of_version(api_version)]
    content = f"{VERSION} {api_version} {offered}"
    digest = sha256(content.encode()).hexdigest().upper()
    return f"/openapi/v3/{_place(api_version)}?hash={digest}"


# Both documents are kept as bytes: they are large, and the same for as long as the server runs.


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
    # All groups in one document; v3 has one for each, so that a client loads what it needs.
    definitions = Definitions("#/definitions/")
    paths: Object = {}
    for version in VERSIONS:
        paths |= _paths(version, definitions)
    document = {
        "swagger": "2.0",
        "info": _INFO,
        "paths": paths,
        "definitions": definitions.found,
    }
    return dumps(document)


def _paths(api_version: str, definitions: Definitions) -> Object:
    paths: Object = {}
    for served in of_version(api_version):
        wanted = kind_type(api_version, served.kind)
        if wanted is None:
            continue
        definitions.add(wanted.struct)
        for path, methods in _routes(served).items():
            operations = {}
            for method in methods:
                operations[method] = _operation(
                    method, path, served, definitions, wanted.struct
                )
            paths[path] = operations
    return paths


def _routes(served: Served) -> dict[str, tuple[str, ...]]:
    """The paths of a kind with the HTTP methods that each takes."""
    row = served.resource
    namespace = "namespaces/{namespace}/" if row.namespaced else ""
    many = f"/{_place(row.api_version)}/{namespace}{row.plural}"
    one = f"{many}/{{name}}"
    if not served.stored:
        return {many: ("get",), one: ("get",)}
    routes: dict[str, tuple[str, ...]] = {
        many: ("get", "post", "delete"),
        one: ("get", "put", "patch", "delete"),
    }
    if row.status:
        routes[f"{one}/status"] = ("get", "put", "patch")
    return routes


def _operation(
    method: str, path: str, served: Served, definitions: Definitions, name: str
) -> Object:
    row = served.resource
    action = _action(method, path)
    result = definitions.reference(name)
    words = path.replace("{", "").replace("}", "").split("/")
    found: Object = {
        "operationId": action + "".join(word.title() for word in words),
        "tags": [row.api_version],
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {
            "group": row.group,
            "version": row.version,
            "kind": row.kind,
        },
        "parameters": _parameters(method, definitions.wrapped),
        "responses": {"200": _result(result, definitions.wrapped)},
    }
    if method == "patch" and not definitions.wrapped:
        found["consumes"] = list(_PATCH_TYPES)
    elif method in _WRITES and definitions.wrapped:
        types = _PATCH_TYPES if method == "patch" else (JSON,)
        content = {media: {"schema": result} for media in types}
        found["requestBody"] = {"content": content}
    return found


def _action(method: str, path: str) -> str:
    """What the server calls it: GET of many objects is `list`, DELETE of many `deletecollection`."""
    if path.endswith(("{name}", "/status")):
        return method
    return {"get": "list", "delete": "deletecollection"}.get(method, method)


def _parameters(method: str, wrapped: bool) -> list[Object]:
    # kubectl looks for fieldValidation among them before it sends a manifest to be checked.
    names: tuple[str, ...] = ()
    if method in _WRITES:
        names = _WRITE_PARAMETERS
    elif method == "delete":
        names = ("dryRun",)
    kind: Object = {"type": "string"}
    if wrapped:
        kind = {"schema": kind}
    return [{"name": name, "in": "query", **kind} for name in names]


def _result(schema: Object, wrapped: bool) -> Object:
    if wrapped:
        return {"description": "OK", "content": {JSON: {"schema": schema}}}
    return {"description": "OK", "schema": schema}

"""OpenAPI v3 and v2, made from the API's published types: what kubectl explain, apply and edit ask for."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from k8slearn.apimachinery.custom_types import DOCUMENTS
from k8slearn.apimachinery.errors import no_such_path
from k8slearn.apimachinery.facts import VERSION
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.patch import MEDIA_TYPES
from k8slearn.apimachinery.schema import META, kind_type
from k8slearn.http import parameters
from k8slearn.http.definitions import Definitions
from k8slearn.http.kinds import KEPT, VERSIONS, Offer, Served
from k8slearn.http.types import JSON, Response, dumps
from k8slearn.kinds.custom import CustomKind

_INFO = {"title": "Kubernetes", "version": VERSION}
PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_EMPTY = b"\x0a\x032.0"
"""A document of version 2.0 without types. kubectl wants v2 in this form, and only for kinds that v3 does not have."""
_FORM = 2
"""Raise it when these documents change without a change of the facts: clients cache by the documents' hash."""
_METHODS = {
    "list": "get",
    "get": "get",
    "create": "post",
    "update": "put",
    "patch": "patch",
    "delete": "delete",
    "deletecollection": "delete",
}
"""Kubernetes' verbs and their HTTP methods; a watch is a list that goes on."""
_OF_MANY = ("list", "create", "deletecollection")
_CREATED = {
    "create": ("201", "202"),
    "update": ("201",),
    "patch": ("201",),
    "delete": ("202",),
}
"""Other codes than 200 with which a verb that went well is answered."""
_PATCH_TYPES = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)


def answer(path: str, accept: str, versions: Offer = VERSIONS) -> Response:
    """/openapi/v2, /openapi/v3 and what lies below, where these versions are served. Raises ApiError 404."""
    if path == "/openapi/v2":
        # kubectl asks for v2 in protobuf alone, everybody else takes JSON.
        if accept.startswith(PROTOBUF):
            return Response(_EMPTY, media_type=PROTOBUF.replace("@", "."))
        return Response(_version_two(versions))
    if path == "/openapi/v3":
        return Response(_index(versions))
    place = path.removeprefix("/openapi/v3/")
    api_version = place.partition("/")[2]
    if api_version not in versions or place != _place(api_version):
        raise no_such_path()
    return Response(_version_three(api_version, versions))


def _place(api_version: str) -> str:
    if "/" in api_version:
        return f"apis/{api_version}"
    return f"api/{api_version}"


@lru_cache(maxsize=KEPT)
def _index(versions: Offer) -> bytes:
    paths = {
        _place(version): {"serverRelativeURL": _url(version, versions)}
        for version in versions
    }
    return dumps({"paths": paths})


def _url(api_version: str, versions: Offer) -> str:
    # kubectl keeps a document for as long as its hash stays the same, so the hash is of all that the document is
    # made of: the version's facts and what is on offer. The document itself takes too long to make for an index.
    offered = []
    for each in versions.of_version(api_version):
        name = _type_name(api_version, each)
        offered.append((each.kind, each.stored, each.verbs, name))
    content = f"{_FORM} {VERSION} {api_version} {offered}"
    digest = sha256(content.encode()).hexdigest().upper()
    return f"/openapi/v3/{_place(api_version)}?hash={digest}"


# Both documents are kept as bytes: they are large, and the same for as long as the server runs.


@lru_cache(maxsize=KEPT)
def _version_three(api_version: str, versions: Offer) -> bytes:
    definitions = Definitions("#/components/schemas/", wrapped=True)
    paths = _paths(api_version, definitions, versions)
    document = {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": paths,
        "components": {"schemas": definitions.found},
    }
    return dumps(document)


@lru_cache(maxsize=KEPT)
def _version_two(versions: Offer) -> bytes:
    # All groups in one document; v3 has one for each, so that a client loads what it needs.
    definitions = Definitions("#/definitions/")
    paths: Object = {}
    for version in versions:
        paths |= _paths(version, definitions, versions)
    document = {
        "swagger": "2.0",
        "info": _INFO,
        "paths": paths,
        "definitions": definitions.found,
    }
    return dumps(document)


def _paths(api_version: str, definitions: Definitions, versions: Offer) -> Object:
    paths: Object = {}
    for served in versions.of_version(api_version):
        name = _type_name(api_version, served)
        if not name:
            continue
        for path, verbs in _routes(served).items():
            shared = parameters.of_path(path, wrapped=definitions.wrapped)
            found: Object = {"parameters": shared}
            for verb in verbs:
                operation = _operation(verb, path, served, definitions, name)
                found[_METHODS[verb]] = operation
            paths[path] = found
    return paths


def _type_name(api_version: str, served: Served) -> str:
    """The type of a kind on offer, '' for what has none in Go either."""
    if isinstance(served.resource, CustomKind):
        return served.resource.type_name
    found = kind_type(api_version, served.kind)
    if found is None:
        return ""
    return found.struct


def _routes(served: Served) -> dict[str, tuple[str, ...]]:
    """The paths of a kind with the verbs that each takes."""
    row = served.resource
    everywhere = f"/{_place(row.api_version)}/{row.plural}"
    many = everywhere
    if row.namespaced:
        many = f"/{_place(row.api_version)}/namespaces/{{namespace}}/{row.plural}"
    of_many = tuple(verb for verb in _OF_MANY if verb in served.verbs)
    of_one = []
    for verb in served.verbs:
        if verb in _METHODS and verb not in _OF_MANY:
            of_one.append(verb)
    routes: dict[str, tuple[str, ...]] = {many: of_many}
    if row.namespaced and "list" in served.verbs:
        routes[everywhere] = ("list",)
    if of_one:
        routes[f"{many}/{{name}}"] = tuple(of_one)
    if served.stored and row.status:
        routes[f"{many}/{{name}}/status"] = ("get", "update", "patch")
    return routes


def _operation(
    verb: str, path: str, served: Served, definitions: Definitions, name: str
) -> Object:
    row = served.resource
    wrapped = definitions.wrapped
    words = path.replace("{", "").replace("}", "").split("/")
    method = _METHODS[verb]
    action = verb if verb in ("list", "deletecollection") else method
    answer = _answer(verb, served, name)
    result = _added(answer, definitions)
    found: Object = {
        "operationId": action + "".join(word.title() for word in words),
        "tags": [row.api_version],
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {
            "group": row.group,
            "version": row.version,
            "kind": row.kind,
        },
        "parameters": parameters.of_verb(verb, wrapped=wrapped),
        "responses": _responses(verb, result, wrapped),
    }
    body = _body(verb, name, definitions)
    if verb == "patch" and not wrapped:
        found["consumes"] = list(_patch_types(name))
    elif body and wrapped:
        found["requestBody"] = {"content": body}
    return found


def _added(name: str, definitions: Definitions) -> Object:
    """A reference to a type, which is then among the definitions."""
    definitions.add(name)
    return definitions.reference(name)


def _answer(verb: str, served: Served, name: str) -> str:
    """The type that a verb is answered with."""
    if verb in ("list", "deletecollection"):
        return f"{name}List"
    if verb == "delete" and not served.resource.returned_on_delete:
        return f"{META}Status"
    return name


def _patch_types(name: str) -> tuple[str, ...]:
    """The patches that a type takes: how a strategic one merges lists, only Go's types say."""
    strategic = MEDIA_TYPES["strategic"]
    if name in DOCUMENTS:
        return tuple(media for media in _PATCH_TYPES if media != strategic)
    return _PATCH_TYPES


def _body(verb: str, name: str, definitions: Definitions) -> Object:
    """What a verb takes as a body, by media type; {} where it takes none."""
    schema = _added(name, definitions)
    if verb == "patch":
        return {media: {"schema": schema} for media in _patch_types(name)}
    if verb in ("create", "update"):
        return {JSON: {"schema": schema}}
    if verb in ("delete", "deletecollection"):
        return {JSON: {"schema": _added(f"{META}DeleteOptions", definitions)}}
    return {}


def _responses(verb: str, schema: Object, wrapped: bool) -> Object:
    found = {}
    for code in ("200", *_CREATED.get(verb, ())):
        found[code] = _result(schema, wrapped)
    return found


def _result(schema: Object, wrapped: bool) -> Object:
    if wrapped:
        return {"description": "OK", "content": {JSON: {"schema": schema}}}
    return {"description": "OK", "schema": schema}

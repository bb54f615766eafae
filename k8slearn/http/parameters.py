"""The parameters that the OpenAPI documents declare: what stands in a path and what a query may hold.

Kubernetes: apiserver/pkg/endpoints/installer.go, registerResourceHandlers; each verb's options become parameters
"""

from __future__ import annotations

import re

from k8slearn.apimachinery.objects import Object

_TYPES: dict[str, str] = {
    "pretty": "string",
    "dryRun": "string",
    "fieldManager": "string",
    "fieldValidation": "string",
    "force": "boolean",
    "allowWatchBookmarks": "boolean",
    "continue": "string",
    "fieldSelector": "string",
    "labelSelector": "string",
    "limit": "integer",
    "resourceVersion": "string",
    "resourceVersionMatch": "string",
    "sendInitialEvents": "boolean",
    "timeoutSeconds": "integer",
    "watch": "boolean",
    "gracePeriodSeconds": "integer",
    "orphanDependents": "boolean",
    "propagationPolicy": "string",
}
# kubectl looks for fieldValidation among them before it sends a manifest to be checked.
_WRITE = ("dryRun", "fieldManager", "fieldValidation")
_SELECT = (
    "continue",
    "fieldSelector",
    "labelSelector",
    "limit",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
)
_DELETE = ("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy")
_OF_VERB: dict[str, tuple[str, ...]] = {
    "create": _WRITE,
    "update": _WRITE,
    "patch": (*_WRITE, "force"),
    "list": (*_SELECT, "allowWatchBookmarks", "watch"),
    "delete": _DELETE,
    "deletecollection": (*_SELECT, *_DELETE),
}
_PLACE = re.compile(r"\{(\w+)\}")
_ABOUT = {
    "name": "name of the object",
    "namespace": "object name and auth scope, such as for teams and projects",
}


def of_path(path: str, *, wrapped: bool) -> list[Object]:
    """What all methods of a path share: the names that stand in it, and `pretty`."""
    found = []
    for name in _PLACE.findall(path):
        about = {"in": "path", "required": True, "description": _ABOUT[name]}
        found.append({"name": name, **about, **_typed("string", wrapped)})
    return [*found, _in_query("pretty", wrapped)]


def of_verb(verb: str, *, wrapped: bool) -> list[Object]:
    """What a query may hold for one of Kubernetes' verbs."""
    return [_in_query(name, wrapped) for name in _OF_VERB.get(verb, ())]


def _in_query(name: str, wrapped: bool) -> Object:
    return {"name": name, "in": "query", **_typed(_TYPES[name], wrapped)}


def _typed(kind: str, wrapped: bool) -> Object:
    """The type of a parameter; version 3 has it in a schema of its own."""
    about = {"type": kind, "uniqueItems": True}
    if wrapped:
        return {"schema": about}
    return about

"""get and list: selectors, pages, versions of the past, and the three shapes an object is given out in."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.errors import (
    ApiError,
    Cause,
    bad_request,
    expired,
    invalid,
    not_found,
)
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.controlplane import ControlPlane
from k8slearn.http import endpoints_v1 as endpoints
from k8slearn.http.paths import Target
from k8slearn.http.selecting import key_of, selection
from k8slearn.http.types import Request
from k8slearn.kinds import row_of
from k8slearn.kinds.kind import Kind

TABLE, METADATA, PLAIN = "Table", "PartialObjectMetadata", ""
_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result."
)
_BAD_TOKEN = "continue key is not valid"
_MATCHES = ("Exact", "NotOlderThan")


@dataclass(frozen=True, slots=True)
class Shape:
    """How objects are written: as they are, as a Table with their `embedded` part, or only their metadata."""

    form: str = PLAIN
    embedded: str = "Metadata"


@dataclass(frozen=True, slots=True)
class Page:
    """What a list found: the objects, the revision it is true of, and what is left for the next page."""

    objects: Sequence[Object]
    revision: int
    continue_: str = ""
    remaining: int | None = None

    def metadata(self) -> Object:
        """The ListMeta."""
        found: Object = {"resourceVersion": str(self.revision)}
        if self.continue_:
            found["continue"] = self.continue_
        return found | (
            {"remainingItemCount": self.remaining} if self.remaining else {}
        )


def find(control_plane: ControlPlane, target: Target) -> Object:
    """One object. Raises ApiError 404."""
    if target.kind == "Endpoints":
        return endpoints.find(control_plane.store, target.name, target.namespace)
    if not target.served.stored:
        raise not_found(target.qualified, target.name)
    o = control_plane.registry.require(target.kind, target.name, target.namespace)
    return control_plane.registry.shown(o)


def given_out(control_plane: ControlPlane, o: Object, shape: Shape) -> Object:
    """An object of the store as this shape shows it. Deviation: the metadata in a Table's rows lack managedFields.

    Nobody looks at them there, and a `kubectl get` of all Pods would work out the owners of each.
    """
    if shape.form == TABLE and shape.embedded != "Object":
        return o
    return control_plane.registry.shown(o)


def objects_of(store: Reader, target: Target) -> list[Object]:
    """All objects of a kind in the target's namespace; of a kind that the model lacks there are none."""
    if target.kind == "Endpoints":
        return endpoints.listed(store, target.namespace)
    return (
        store.list(target.kind, target.namespace or None)
        if target.served.stored
        else []
    )


def listed(
    control_plane: ControlPlane, target: Target, request: Request, oldest: int
) -> Page:
    """The page of a list that a request asks for. Raises ApiError 400, 410."""
    select = selection(request, target)
    limit, token = request.number("limit") or 0, request.query.get("continue", "")
    revision, after = (
        _token(token) if token else (_revision(control_plane, request), None)
    )
    if (
        revision is not None
        and revision < oldest
        and (token or request.query.get("resourceVersionMatch") == "Exact")
    ):
        raise expired(
            _TOO_OLD
            if token
            else "The resourceVersion for the provided list is too old."
        )
    current = control_plane.store.revision
    past = revision is not None and revision != current
    store: Reader = (
        control_plane.store.at(revision)
        if past and revision is not None
        else control_plane.store
    )
    found = [
        o
        for o in objects_of(store, target)
        if (after is None or key_of(o) > after) and select(o)
    ]
    shown = revision if revision is not None else current
    if limit <= 0 or len(found) <= limit:
        return Page(found, shown)
    rest = (
        None
        if request.query.get("labelSelector") or request.query.get("fieldSelector")
        else len(found) - limit
    )
    return Page(found[:limit], shown, _continue(shown, found[limit - 1]), rest)


def _revision(control_plane: ControlPlane, request: Request) -> int | None:
    """The past revision that is asked for, None for the present."""
    match, text = (
        request.query.get("resourceVersionMatch", ""),
        request.query.get("resourceVersion", ""),
    )
    if match and match not in _MATCHES:
        raise _forbidden_match(
            f'Unsupported value: "{match}": supported values: "Exact", "NotOlderThan", ""'
        )
    if match and not text:
        raise _forbidden_match(
            "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"
        )
    wanted = revision_number(text)
    if wanted > control_plane.store.revision:
        raise too_large(wanted, control_plane.store.revision)
    exact = match == "Exact" or (not match and request.number("limit") and wanted)
    return wanted if exact else None


def _forbidden_match(message: str) -> ApiError:
    return invalid(
        "ListOptions.meta.k8s.io",
        "",
        [Cause("resourceVersionMatch", "FieldValueForbidden", message)],
    )


def revision_number(text: str) -> int:
    """A resourceVersion as a number, 0 where there is none. Raises ApiError 400."""
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        cause = Cause(
            "resourceVersion",
            "FieldValueInvalid",
            f'Invalid value: "{text}": strconv.ParseUint: invalid syntax',
        )
        raise invalid("", "", [cause])
    return int(text)


def too_large(wanted: int, current: int) -> ApiError:
    """A version that is still to come. Deviation: the real server waits and answers 504; ours is no server error."""
    error = bad_request(f"Too large resource version: {wanted}, current: {current}")
    error.status["details"] = {
        "causes": [
            {
                "reason": "ResourceVersionTooLarge",
                "message": "Too large resource version",
            }
        ]
    }
    return error


def _continue(revision: int, last: Object) -> str:
    token = json.dumps(
        {"v": "meta.k8s.io/v1", "rv": revision, "start": key_of(last)},
        separators=(",", ":"),
    )
    return urlsafe_b64encode(token.encode()).decode().rstrip("=")


def _token(text: str) -> tuple[int, tuple[str, str]]:
    try:
        found: Any = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        namespace, name = found["start"]
        return int(found["rv"]), (str(namespace), str(name))
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        raise bad_request(_BAD_TOKEN) from None


# Shapes ------------------------------------------------------------------------------------------------------------


def shaped(o: Object, shape: Shape, now: float) -> Object:
    """One object as the client wants it."""
    if shape.form == TABLE:
        return table(
            [o],
            row_of(o["apiVersion"], o["kind"]),
            {"resourceVersion": o["metadata"].get("resourceVersion", "")},
            shape,
            now,
        )
    return partial(o) if shape.form == METADATA else o


def shaped_list(page: Page, target: Target, shape: Shape, now: float) -> Object:
    """A list as the client wants it."""
    if shape.form == TABLE:
        return table(page.objects, target.served.resource, page.metadata(), shape, now)
    if shape.form == METADATA:
        items = [partial(o) for o in page.objects]
        return {
            **_typed("PartialObjectMetadataList"),
            "metadata": page.metadata(),
            "items": items,
        }
    version = target.served.resource.api_version
    bare = [
        {
            field: value
            for field, value in o.items()
            if field not in ("apiVersion", "kind")
        }
        for o in page.objects
    ]
    return {
        "kind": f"{target.kind}List",
        "apiVersion": version,
        "metadata": page.metadata(),
        "items": bare,
    }


def _typed(kind: str) -> Object:
    return {"kind": kind, "apiVersion": "meta.k8s.io/v1"}


def partial(o: Object) -> Object:
    """An object of which only the metadata is shown."""
    return {**_typed("PartialObjectMetadata"), "metadata": o["metadata"]}


def table(
    objects: Sequence[Object], row: Kind, metadata: Object, shape: Shape, now: float
) -> Object:
    """Objects as a Table. Kubernetes: meta/v1 Table, pkg/printers/tablegenerator.go"""
    return {
        **_typed("Table"),
        "metadata": metadata,
        "columnDefinitions": [_column(column) for column in row.columns],
        "rows": [
            {"cells": row.cells(o, now), "object": _embedded(o, shape)} for o in objects
        ],
    }


def _column(column: facts.Column) -> Object:
    return {
        "name": column.title,
        "type": column.type,
        "format": column.format,
        "description": "",
        "priority": column.priority,
    }


def _embedded(o: Object, shape: Shape) -> Object | None:
    if shape.embedded == "None":
        return None
    return o if shape.embedded == "Object" else partial(o)

"""The three shapes that objects are given out in: as they are, as a Table, or their metadata alone."""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import Object
from k8slearn.http.negotiation import METADATA, TABLE, AnswerShape
from k8slearn.kinds import row_of
from k8slearn.kinds.kind import Kind


def shaped(o: Object, shape: AnswerShape, now: float) -> Object:
    """One object as the client wants it; `now` is the simulated second that its age is worked out for."""
    if shape.form == TABLE:
        metadata = {"resourceVersion": o["metadata"].get("resourceVersion", "")}
        return table([o], row_of(o["apiVersion"], o["kind"]), metadata, shape, now)
    if shape.form == METADATA:
        return partial(o)
    return o


def list_of(
    items: list[Object], row: Kind, metadata: Object, shape: AnswerShape
) -> Object:
    """Items as a list of their kind, or of metadata."""
    if shape.form == METADATA:
        return _typed("PartialObjectMetadataList", metadata) | {"items": items}
    return plain_list(items, row, metadata)


def bare(o: Object) -> Object:
    """An object as an item of a list, which says of what kind they all are."""
    # A copy of the outer dict: objects of the store are never changed.
    item = dict(o)
    item.pop("apiVersion", None)
    item.pop("kind", None)
    return item


def plain_list(items: list[Object], row: Kind, metadata: Object) -> Object:
    """Items as a list of their kind."""
    return {
        "kind": f"{row.kind}List",
        "apiVersion": row.api_version,
        "metadata": metadata,
        "items": items,
    }


def _typed(kind: str, metadata: Object) -> Object:
    return {"kind": kind, "apiVersion": "meta.k8s.io/v1", "metadata": metadata}


def partial(o: Object) -> Object:
    """An object of which only the metadata is shown."""
    return _typed("PartialObjectMetadata", o["metadata"])


def table(
    objects: Sequence[Object],
    row: Kind,
    metadata: Object,
    shape: AnswerShape,
    now: float,
) -> Object:
    """Objects as a Table. Kubernetes: meta/v1 Table, pkg/printers/tablegenerator.go"""
    rows = []
    for o in objects:
        rows.append({"cells": row.cells(o, now), "object": _embedded(o, shape)})
    return table_of(rows, row, metadata)


def table_of(rows: list[Object], row: Kind, metadata: Object) -> Object:
    """Rows as a Table of a kind."""
    columns = [_column(column) for column in row.columns]
    return _typed("Table", metadata) | {"columnDefinitions": columns, "rows": rows}


def _column(column: facts.Column) -> Object:
    return {
        "name": column.title,
        "type": column.type,
        "format": column.format,
        "description": "",
        "priority": column.priority,
    }


def _embedded(o: Object, shape: AnswerShape) -> Object | None:
    if shape.embedded == "None":
        return None
    if shape.embedded == "Object":
        return o
    return partial(o)

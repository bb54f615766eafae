"""The three shapes that objects are given out in: as they are, as a Table, or their metadata alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from k8slearn.apimachinery import facts
from k8slearn.apimachinery.objects import Object
from k8slearn.http.negotiation import METADATA, TABLE, AnswerShape
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell

_META = "meta.k8s.io/v1"


class Printed(Protocol):
    """What has a table: a kind, or a part of one."""

    @property
    def columns(self) -> tuple[facts.Column, ...]:
        """The columns, the wide ones included."""

    def cells(self, o: Object, now: float) -> list[Cell]:
        """One cell for each of them."""


def shaped(o: Object, row: Printed, shape: AnswerShape, now: float) -> Object:
    """One object as the client wants it; `now` is the simulated second that its age is worked out for."""
    found = o
    if shape.form == TABLE:
        metadata = {"resourceVersion": o["metadata"].get("resourceVersion", "")}
        found = table([o], row, metadata, shape, now)
    elif shape.form == METADATA:
        found = partial(o)
    if shape.version == "v1":
        return found
    return older(found)


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


def older(answer: Object) -> Object:
    """An answer of Tables or metadata in the version before, which has the same fields."""
    found = _of_version(answer)
    if "rows" in found:
        rows = []
        for row in found["rows"]:
            embedded = row["object"]
            rows.append({**row, "object": embedded and _of_version(embedded)})
        found = {**found, "rows": rows}
    return found


def _of_version(o: Object) -> Object:
    if o["apiVersion"] != _META:
        return o
    return {**o, "apiVersion": f"{_META}beta1"}


def _typed(kind: str, metadata: Object) -> Object:
    return {"kind": kind, "apiVersion": _META, "metadata": metadata}


def partial(o: Object) -> Object:
    """An object of which only the metadata is shown."""
    return _typed("PartialObjectMetadata", o["metadata"])


def table(
    objects: Sequence[Object],
    row: Printed,
    metadata: Object,
    shape: AnswerShape,
    now: float,
) -> Object:
    """Objects as a Table. Kubernetes: meta/v1 Table, pkg/printers/tablegenerator.go"""
    rows = []
    for o in objects:
        rows.append({"cells": _cells(o, row, now), "object": _embedded(o, shape)})
    return table_of(rows, row, metadata)


def _cells(o: Object, row: Printed, now: float) -> list[Cell]:
    # A watch's bookmark is an object of the kind of which nothing is said but how far the client has come.
    if o.keys() == {"kind", "apiVersion", "metadata"} and "uid" not in o["metadata"]:
        return ["" for _ in row.columns]
    return row.cells(o, now)


def table_of(rows: list[Object], row: Printed, metadata: Object) -> Object:
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

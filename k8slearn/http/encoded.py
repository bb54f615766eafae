"""The JSON of stored objects, each encoded once: objects are never changed, only replaced.

A `kubectl get` of 500 Pods, or a second watch, asks for the same objects over and over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.http.negotiation import METADATA, TABLE, AnswerShape
from k8slearn.http.shapes import bare, list_of, older, partial, table_of
from k8slearn.http.types import Response, compact
from k8slearn.kinds.kind import Kind

MOST = 8192
"""Objects that are remembered: some versions of all the Pods of the largest cluster that a lesson makes."""

Make = Callable[[Object], Any]


class Remembered:
    """A cache of something worked out from objects; the oldest entries go. Safe for threads."""

    def __init__(self, make: Make) -> None:
        self._make = make
        # By identity, which holds since the object is kept as well.
        self._known: dict[int, tuple[Object, Any]] = {}

    def of(self, o: Object) -> Any:
        """The value for this object."""
        found = self._known.get(id(o))
        if found is not None:
            return found[1]
        made = self._make(o)
        # All at once, so that no thread walks what another one changes.
        if len(self._known) >= MOST:
            self._known = {}
        self._known[id(o)] = (o, made)
        return made


class Encoded:
    """The pieces of answers, and their JSON; `show` adds to an object what is not stored with it."""

    def __init__(self, show: Make) -> None:
        self._show = show
        self._shown = Remembered(show)
        self._partial = Remembered(partial)
        self._items = Remembered(bare)
        self._texts = Remembered(compact)
        self._begin(0)

    def _begin(self, second: int) -> None:
        """Begin a simulated second: within it no age changes."""
        self._second = second
        self._rows: dict[tuple[Kind, str], Remembered] = {}
        self._row_texts = Remembered(self._row_text)

    def shown(self, o: Object) -> Object:
        """An object as clients see it."""
        # What a Lease says depends on when it is looked at.
        found: Object = self._show(o) if o["kind"] == "Lease" else self._shown.of(o)
        return found

    def text(self, o: Object) -> bytes:
        """The JSON of an object that will not be changed."""
        found: bytes = self._texts.of(o)
        return found

    def one(self, o: Object) -> Response:
        """One object as it is."""
        return Response(self.shown(o), write=self._one)

    def page(
        self,
        objects: Sequence[Object],
        row: Kind,
        metadata: Object,
        shape: AnswerShape,
        now: float,
    ) -> Response:
        """A list of stored objects; `metadata` is its ListMeta, `now` the simulated second that ages are true of."""
        if shape.form == TABLE:
            rows = self._table_rows(objects, row, shape, int(now))
            answer = table_of(rows, row, metadata)
            if shape.version != "v1":
                return Response(older(answer))
            return Response(answer, write=self._table)
        form = self._partial if shape.form == METADATA else self._items
        items = [form.of(self.shown(o)) for o in objects]
        answer = list_of(items, row, metadata, shape)
        if shape.version != "v1":
            return Response(older(answer))
        return Response(answer, write=self._list)

    def _table_rows(
        self, objects: Sequence[Object], row: Kind, shape: AnswerShape, second: int
    ) -> list[Object]:
        if second != self._second:
            self._begin(second)

        def make(o: Object) -> Object:
            return {"cells": row.cells(o, second), "object": self._embedded(o, shape)}

        form = (row, shape.embedded)
        known = self._rows.setdefault(form, Remembered(make))
        return [known.of(o) for o in objects]

    def _embedded(self, o: Object, shape: AnswerShape) -> Object | None:
        if shape.embedded == "Object":
            return self.shown(o)
        # Deviation: the metadata lack managedFields, which nobody looks at in a row.
        if shape.embedded == "Metadata":
            partial: Object = self._partial.of(o)
            return partial
        return None

    def _one(self, answer: Object) -> bytes:
        return self.text(answer) + b"\n"

    def _list(self, answer: Object) -> bytes:
        return _joined(answer, "items", self._texts)

    def _table(self, answer: Object) -> bytes:
        return _joined(answer, "rows", self._row_texts)

    def _row_text(self, row: Object) -> bytes:
        # The metadata stay, while the ages in the cells go on.
        embedded = b"null"
        if row["object"]:
            embedded = self.text(row["object"])
        return b'{"cells":%b,"object":%b}' % (compact(row["cells"]), embedded)


def _joined(answer: Object, field: str, texts: Remembered) -> bytes:
    """An answer whose pieces come last, as they do in what a real server writes."""
    head = compact({**answer, field: []})
    pieces = b",".join(map(texts.of, answer[field]))
    return b"%b%b]}\n" % (head.removesuffix(b"]}"), pieces)

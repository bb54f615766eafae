"""Objects that are asked for again and again at one moment."""

from __future__ import annotations

from typing import Protocol

from k8slearn.apimachinery.log import Reader, select
from k8slearn.apimachinery.objects import Object


class Versioned(Reader, Protocol):
    """A reader that tells how far it has come: the store, or a snapshot of it."""

    @property
    def revision(self) -> int:
        """The revision of the latest write that it shows."""


class Remembered:
    """A reader that lists each kind once, as long as nothing is written: a redraw asks for the same many times."""

    def __init__(self, reader: Versioned) -> None:
        self.reader = reader
        self._known: tuple[int, dict[str, list[Object]]] = (-1, {})

    @property
    def revision(self) -> int:
        """The revision of the latest write."""
        return self.reader.revision

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        revision, lists = self._known
        if revision != self.reader.revision:
            self._known = _, lists = self.reader.revision, {}
        found = lists.get(kind)
        if found is None:
            found = lists[kind] = self.reader.list(kind)
        if namespace is not None:
            found = [
                o for o in found if o["metadata"].get("namespace", "") == namespace
            ]
        return select(found, selector)

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.reader.get(kind, name, namespace)

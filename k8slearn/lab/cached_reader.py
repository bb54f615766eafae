"""Objects that are asked for again and again at one moment."""

from __future__ import annotations

from typing import Protocol

from k8slearn.apimachinery.log import Reader, select
from k8slearn.apimachinery.objects import Object


class VersionedReader(Reader, Protocol):
    """A reader that tells how far it has come: the store, or a snapshot of it."""

    @property
    def revision(self) -> int:
        """The revision of the latest write that it shows."""


class CachedReader:
    """A reader that lists each kind once, as long as nothing is written: a redraw asks for the same many times."""

    def __init__(self, reader: VersionedReader) -> None:
        self.reader = reader
        self._cached_at = -1
        self._lists: dict[str, list[Object]] = {}

    @property
    def revision(self) -> int:
        """The revision of the latest write."""
        return self.reader.revision

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        revision = self.reader.revision
        if revision != self._cached_at:
            self._cached_at, self._lists = revision, {}
        objects = self._lists.get(kind)
        if objects is None:
            objects = self._lists[kind] = self.reader.list(kind)
        if namespace is not None:
            objects = [
                o for o in objects if o["metadata"].get("namespace", "") == namespace
            ]
        return select(objects, selector) if selector else objects

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self.reader.get(kind, name, namespace)

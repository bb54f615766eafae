"""A reader that caches the objects of one moment."""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader, select
from k8slearn.apimachinery.objects import Object
from k8slearn.lab.protocols import ObjectHistory


class CachedReader:
    """The objects right after a revision. Each list is cached, since a redraw needs the same ones many times."""

    def __init__(self, store: ObjectHistory, revision: int) -> None:
        self.revision = revision
        self._store = store
        self._lists: dict[str, list[Object]] = {}

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind, ordered by namespace and name."""
        objects = self._lists.get(kind)
        if objects is None:
            objects = self._lists[kind] = self._source().list(kind)
        if namespace is not None:
            objects = [
                o for o in objects if o["metadata"].get("namespace", "") == namespace
            ]
        if selector:
            return select(objects, selector)
        return objects

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object, or None."""
        return self._source().get(kind, name, namespace)

    def _source(self) -> Reader:
        """The store itself while nothing was written since, since its lists are ready; else a snapshot."""
        if self._store.revision == self.revision:
            return self._store
        return self._store.at(self.revision)

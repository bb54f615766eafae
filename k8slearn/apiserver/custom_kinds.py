"""What the CustomResourceDefinitions of a cluster add to its API, read from the store whenever it is asked for."""

from __future__ import annotations

from k8slearn.apimachinery.objects import is_deleting
from k8slearn.apimachinery.schema import DEDUCED, Field
from k8slearn.apiserver.store import Store
from k8slearn.apiserver.typed_values import slot_of, slot_of_type
from k8slearn.kinds.custom import CustomKind, rows_of
from k8slearn.kinds.definition import KIND

Rows = tuple[CustomKind, ...]


class CustomKinds:
    """The rows of all versions that are served, worked out anew when a definition has changed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen = -1
        self._versions: list[str] = []
        self._rows: Rows = ()
        self._by_kind: dict[str, CustomKind] = {}
        self._slots: dict[tuple[str, str], Field] = {}

    @property
    def rows(self) -> Rows:
        """The rows, for each kind that of its storage version first."""
        revision = self.store.revision
        if revision == self._seen:
            return self._rows
        definitions = self.store.list(KIND)
        versions = [each["metadata"]["resourceVersion"] for each in definitions]
        if versions != self._versions:
            found: list[CustomKind] = []
            for each in definitions:
                found += rows_of(each)
            for row in found:
                # What was defined stays known: the log may still tell of objects of it.
                self._slots[row.api_version, row.kind] = slot_of_type(row.type_name)
            self._rows = tuple(found)
            self._by_kind = {row.stored_kind: row for row in reversed(found)}
            self._versions = versions
        # Last: a copy that is taken meanwhile looks again.
        self._seen = revision
        return self._rows

    def stored(self, kind: str) -> CustomKind | None:
        """The row by which objects of a kind, such as `Widget.example.com`, are stored."""
        if self.rows:
            return self._by_kind.get(kind)
        return None

    def slot_of(self, api_version: str, kind: str) -> Field:
        """A whole object of a kind, as this cluster has it."""
        found = slot_of(api_version, kind)
        if found is DEDUCED and self.rows:
            return self._slots.get((api_version, kind), found)
        return found

    def find(self, api_version: str, kind: str) -> CustomKind | None:
        """The row of a kind in one version."""
        for row in self.rows:
            if (row.api_version, row.kind) == (api_version, kind):
                return row
        return None

    def ending(self, kind: str) -> bool:
        """Whether a kind's definition is being deleted: nothing new is made of it."""
        for each in self.store.list(KIND):
            names = each["spec"]["names"]
            if f"{names['kind']}.{each['spec']['group']}" == kind:
                return is_deleting(each)
        return True

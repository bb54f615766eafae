"""How a component holds the API server: it reads what is there and writes in its own name."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.store import Store


class Client:
    """The API server as one component sees it; every write is signed with the component's name."""

    def __init__(self, store: Store, component: str) -> None:
        self.store = store
        self.component = component

    @property
    def now(self) -> float:
        """Simulated seconds, by the API server's clock."""
        return self.store.clock.now

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object as it is now, past every cache; None where there is none."""
        return self.store.get(kind, name, namespace)

    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object as it is now. Raises ApiError NotFound."""
        return self.store.require(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind as they are now, ordered by namespace and name."""
        return self.store.list(kind, namespace, selector)

    def create(self, o: Object) -> Object:
        """Create an object. Raises ApiError."""
        return self.store.create(o, self.component)

    def update(self, o: Object, *, subresource: str = "") -> Object:
        """Replace an object, or a part of it. Raises ApiError NotFound, Conflict."""
        return self.store.update(o, self.component, subresource=subresource)

    def update_status(self, o: Object) -> Object:
        """Replace only the status of an object. Raises ApiError NotFound, Conflict."""
        return self.update(o, subresource="status")

    def delete(
        self, kind: str, name: str, namespace: str = "", **options: Any
    ) -> Object:
        """Delete an object; the options are those of `Store.delete`. Raises ApiError."""
        return self.store.delete(kind, name, namespace, actor=self.component, **options)

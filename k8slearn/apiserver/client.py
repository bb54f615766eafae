"""How a component holds the API server: it reads what is there and writes in its own name."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.registry import Identity, Registry


class Client:
    """The API server as one component sees it; what it writes is signed with the component's name.

    `component` is who acts as log and actions name it, `manager` the name with which the real one signs.
    """

    def __init__(self, registry: Registry, component: str, manager: str) -> None:
        self.registry = registry
        self.identity = Identity(component, manager)

    @property
    def now(self) -> float:
        """Simulated seconds, by the API server's clock."""
        return self.registry.clock.now

    @property
    def revision(self) -> int:
        """The revision of the latest write, whoever made it."""
        return self.registry.store.revision

    def get(self, kind: str, name: str, namespace: str = "") -> Object | None:
        """The object as it is now, past every cache; None where there is none."""
        return self.registry.get(kind, name, namespace)

    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object as it is now. Raises ApiError NotFound."""
        return self.registry.require(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind as they are now, ordered by namespace and name."""
        return self.registry.store.list(kind, namespace, selector)

    def create(self, o: Object) -> Object:
        """Create an object. Raises ApiError."""
        return self.registry.create(o, self.identity)

    def update(self, o: Object, *, subresource: str = "") -> Object:
        """Replace an object, or a part of it. Raises ApiError NotFound, Conflict."""
        return self.registry.update(o, self.identity, subresource=subresource)

    def update_status(self, o: Object) -> Object:
        """Replace only the status of an object. Raises ApiError NotFound, Conflict."""
        return self.update(o, subresource="status")

    def delete(
        self, kind: str, name: str, namespace: str = "", **options: Any
    ) -> Object:
        """Delete an object; the options are those of `Registry.delete`. Raises ApiError."""
        return self.registry.delete(kind, name, namespace, by=self.identity, **options)

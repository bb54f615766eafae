"""How components reach the API server: they read what is there, and write under a name of their own."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.errors import bad_request
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apiserver.admission import in_namespace
from k8slearn.apiserver.custom_kinds import CustomKinds
from k8slearn.apiserver.decoding import read_as
from k8slearn.apiserver.identity import Identity
from k8slearn.apiserver.registry import Registry
from k8slearn.kinds import KINDS, find_row
from k8slearn.kinds.kind import Kind

# What kubectl says of a kind that the server does not have.
NO_MATCH = 'no matches for kind "{}" in version "{}"'


class Client:
    """The API server as one component sees it; what it writes is signed with the component's name.

    `component` is who acts as log and actions name it, `manager` the name with which the real one signs. Objects must
    be well typed, as they are in the components' Go.
    """

    def __init__(
        self,
        registry: Registry,
        component: str,
        manager: str,
        *,
        registers: bool = False,
    ) -> None:
        self.registry = registry
        self.identity = Identity(component, manager, registers)

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
        # Straight from the store, as `list`: components read live for every Pod that they touch.
        return self.registry.store.get(kind, name, namespace)

    def require(self, kind: str, name: str, namespace: str = "") -> Object:
        """The object as it is now. Raises ApiError NotFound."""
        return self.registry.require(kind, name, namespace)

    def list(
        self, kind: str, namespace: str | None = None, selector: str = ""
    ) -> list[Object]:
        """The objects of a kind as they are now, ordered by namespace and name."""
        # Without their managedFields: no component looks at them, and they would be worked out for each object.
        return self.registry.store.list(kind, namespace, selector)

    def create(self, o: Object) -> Object:
        """Create an object. Raises ApiError."""
        return self.registry.create(o, self.identity).object

    def update(self, o: Object, *, subresource: str = "") -> Object:
        """Replace an object, or only its `status`. Raises ApiError NotFound, Conflict, Invalid."""
        return self.registry.update(o, self.identity, subresource=subresource).object

    def update_status(self, o: Object) -> Object:
        """Replace only the status of an object. Raises ApiError NotFound, Conflict, Invalid."""
        return self.update(o, subresource="status")

    def patch(self, old: Object, patch: Any, type: str = "strategic") -> Object:
        """Patch an object; `type` is strategic, merge or json. Raises ApiError."""
        return self.registry.patch(old, patch, type, self.identity)[0].object

    def bind(self, pod: Object, node: str) -> Object:
        """Set the Node of a Pod. Raises ApiError NotFound, Conflict."""
        return self.registry.bind(name(pod), namespace(pod), node, self.identity).object

    def evict(self, pod: str, namespace: str, **options: Any) -> Object:
        """Delete a Pod where its budget allows it; the options are those of `Registry.delete`. Raises ApiError."""
        return self.registry.evict(pod, namespace, self.identity, **options).object

    def finalize(self, namespace: Object) -> Object:
        """Write the finalizers in a Namespace's spec. Raises ApiError NotFound."""
        return self.registry.finalize(namespace, self.identity).object

    def delete(
        self, kind: str, name: str, namespace: str = "", **options: Any
    ) -> Object:
        """Delete an object; the options are those of `Registry.delete`. Raises ApiError."""
        change = self.registry.delete(
            kind, name, namespace, by=self.identity, **options
        )
        return change.object


def row_for(manifest: Object, custom: CustomKinds | None = None) -> Kind:
    """The row of a manifest's kind. Raises ApiError 400 for one that the server does not have."""
    kind = str(manifest.get("kind", ""))
    version = str(manifest.get("apiVersion", ""))
    row = find_row(version, kind)
    if row is None and custom is not None:
        row = custom.find(version, kind)
    if row is None:
        raise bad_request(NO_MATCH.format(kind, version))
    return row


def applied_row(manifest: Object, custom: CustomKinds | None = None) -> Kind:
    """The same for `kubectl apply`, which finds a kind in small letters, too, and the server then refuses it.

    Kubernetes: client-go restmapper/discovery.go, NewDiscoveryRESTMapper
    """
    version = manifest.get("apiVersion")
    for row in KINDS:
        if row.api_version == version and row.kind.lower() == manifest.get("kind"):
            read_as(manifest, row)
    return row_for(manifest, custom)


def typed(manifest: Object, custom: CustomKinds | None = None) -> Object:
    """A manifest that somebody wrote by hand, decoded; what has no namespace goes to `default`. Raises ApiError."""
    row = row_for(manifest, custom)
    o = row.to_stored(read_as(manifest, row).object)
    place = ""
    if row.namespaced:
        # kubectl takes it from the present context; ours is `default`.
        place = namespace(o) or "default"
    return in_namespace(o, place)

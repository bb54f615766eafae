"""One row a kind: its names, its scope, and what the API server does for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object. `status`: has the status subresource; `generation`: counts changes of its spec."""

    kind: str
    api_version: str
    plural: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    status: bool = False
    generation: bool = False
    categories: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The API group, '' for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version without the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def singular(self) -> str:
        """The lower-case kind, as kubectl takes it."""
        return self.kind.lower()

    @property
    def qualified(self) -> str:
        """`daemonsets.apps`, `pods`: the name that error messages use."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


RESOURCES = (
    Resource("Node", "v1", "nodes", ("no",), namespaced=False, status=True),
    Resource("Namespace", "v1", "namespaces", ("ns",), namespaced=False, status=True),
    Resource(
        "Pod", "v1", "pods", ("po",), status=True, generation=True, categories=("all",)
    ),
    Resource("Service", "v1", "services", ("svc",), status=True, categories=("all",)),
    Resource("Event", "v1", "events", ("ev",)),
    Resource("ConfigMap", "v1", "configmaps", ("cm",)),
    Resource("Secret", "v1", "secrets"),
    Resource("ServiceAccount", "v1", "serviceaccounts", ("sa",)),
    Resource(
        "DaemonSet",
        "apps/v1",
        "daemonsets",
        ("ds",),
        status=True,
        generation=True,
        categories=("all",),
    ),
    Resource("ControllerRevision", "apps/v1", "controllerrevisions"),
    Resource("EndpointSlice", "discovery.k8s.io/v1", "endpointslices", generation=True),
    Resource("Lease", "coordination.k8s.io/v1", "leases"),
)
BY_KIND = {resource.kind: resource for resource in RESOURCES}
_BY_NAME = {
    name: resource
    for resource in RESOURCES
    for name in (
        resource.kind,
        resource.singular,
        resource.plural,
        resource.qualified,
        *resource.short_names,
    )
}


def resource(name: str) -> Resource:
    """The row of a kind by any of its names (`DaemonSet`, `daemonsets`, `ds`); raises KeyError for an unknown one."""
    found = _BY_NAME.get(name) or _BY_NAME.get(name.lower())
    if found is None:
        raise KeyError(f'the server doesn\'t have a resource type "{name}"')
    return found

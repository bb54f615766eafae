"""The lists of a Pod's spec that hold its containers.

Kubernetes: pkg/api/v1/pod/util.go VisitContainers, pkg/api/pod/util.go VisitContainersWithPath
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.filling import Filler, each, inside

# Upstream visits init containers first, as they run first.
FROM_MANIFEST = ("initContainers", "containers")
"""The lists that a manifest may fill."""
ALL = (*FROM_MANIFEST, "ephemeralContainers")


def containers_in(spec: Object, lists: tuple[str, ...] = FROM_MANIFEST) -> list[Object]:
    """The containers of a Pod's spec, one list after the other."""
    return [each for field in lists for each in spec.get(field) or ()]


def containers_with_paths(spec: Object, path: str) -> Iterator[tuple[str, Object]]:
    """The containers of all lists with their paths; `path` is that of the spec."""
    for field in ALL:
        yield from indexed(spec.get(field) or (), f"{path}.{field}")


def with_each_container(
    spec: Object, change: Filler, lists: tuple[str, ...] = FROM_MANIFEST
) -> Object:
    """The spec with each of its containers changed."""
    for field in lists:
        spec = inside(spec, field, each(change))
    return spec


def is_sidecar(container: Object) -> bool:
    """Whether an init container stays beside the others. Kubernetes: IsRestartableInitContainer"""
    return container.get("restartPolicy") == "Always"

"""What the server offers: every kind of the version's facts, with its names, verbs and subresources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery import facts
from k8slearn.controlplane import ControlPlane
from k8slearn.http.metrics import ADD_ONS, METRICS
from k8slearn.kinds import row_of
from k8slearn.kinds.custom import CustomKind
from k8slearn.kinds.kind import Kind

# The parts of an object that the server answers for: those of every kind that has them, and those of a Pod. kubectl
# asks for some only to be told that there is no container behind a Pod (attach, exec, port-forward).
_PARTS = ("approval", "scale", "status", "token")
_OWN_PARTS = {
    "Namespace": ("finalize",),
    "Pod": (
        "attach",
        "binding",
        "ephemeralcontainers",
        "eviction",
        "exec",
        "log",
        "portforward",
        "resize",
    ),
}
_PART_VERBS = ("get", "patch", "update")


class Subresource(NamedTuple):
    """A part of an object; `api_version` is '' where the part's kind is of the object's own group and version."""

    name: str
    api_version: str
    kind: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """A kind on offer. Only a `stored` one is kept; others are worked out, or are questions that are answered."""

    resource: Kind
    verbs: tuple[str, ...]
    stored: bool = False
    subresources: tuple[Subresource, ...] = ()

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.resource.kind


def _served(row: Kind) -> Served:
    parts = []
    for name in facts.subresources(row.api_version, row.plural):
        if name in _PARTS or name in _OWN_PARTS.get(row.kind, ()):
            parts.append(_subresource(row, name))
    verbs = facts.resource(row.api_version, row.kind)["verbs"]
    return Served(
        resource=row,
        verbs=tuple(verbs),
        stored="watch" in verbs,
        subresources=tuple(parts),
    )


def _subresource(row: Kind, name: str) -> Subresource:
    entry = facts.subresource(row.api_version, row.plural, name)
    api_version = ""
    if "group" in entry:
        api_version = f"{entry['group']}/{entry['version']}"
    return Subresource(
        name=name,
        api_version=api_version,
        kind=entry["kind"],
        verbs=tuple(entry["verbs"]),
    )


def _all() -> tuple[Served, ...]:
    found = [_served(row_of(*each)) for each in facts.kinds()]
    found += [Served(row, ("get", "list")) for row in ADD_ONS]
    # A server names the kinds of a group by their plurals' order.
    return tuple(sorted(found, key=lambda served: served.resource.plural))


KEPT = 32
"""How many documents about offers are cached; each new definition makes another offer."""


class Offer:
    """What one server has: its kinds, and their groups and versions in the order in which it names them."""

    def __init__(self, served: Iterable[Served], versions: Iterable[str]) -> None:
        self.versions = tuple(versions)
        self.by_plural: dict[tuple[str, str], Served] = {}
        self._by_version: dict[str, list[Served]] = {each: [] for each in self.versions}
        for each in served:
            row = each.resource
            if row.api_version in self._by_version:
                self.by_plural[row.api_version, row.plural] = each
                self._by_version[row.api_version].append(each)

    def __iter__(self) -> Iterator[str]:
        return iter(self.versions)

    def __contains__(self, api_version: str) -> bool:
        return api_version in self._by_version

    def of_version(self, api_version: str) -> list[Served]:
        """The kinds of one group and version, ordered by their plural."""
        return self._by_version[api_version]

    def with_custom(self, rows: Iterable[CustomKind]) -> Offer:
        """The same with the kinds that somebody has defined, behind those of the server's own."""
        found = [_custom(row) for row in rows]
        found.sort(key=lambda served: served.resource.plural)
        # The version in which a kind is stored is the one that its group prefers.
        more = dict.fromkeys(row.api_version for row in rows)
        others = [version for version in more if version not in self]
        others.sort(key=lambda version: version.rpartition("/")[0])
        return Offer((*self.by_plural.values(), *found), (*self.versions, *others))


def _custom(row: CustomKind) -> Served:
    parts = []
    if "status" in row.subresources:
        parts.append(
            Subresource(name="status", api_version="", kind=row.kind, verbs=_PART_VERBS)
        )
    if "scale" in row.subresources:
        parts.append(
            Subresource(
                name="scale",
                api_version="autoscaling/v1",
                kind="Scale",
                verbs=_PART_VERBS,
            )
        )
    return Served(
        resource=row,
        verbs=tuple(row.entry["verbs"]),
        stored=True,
        subresources=tuple(parts),
    )


SERVED = _all()
# What another server adds comes after the API server's own groups.
VERSIONS = Offer(SERVED, (*facts.versions(), METRICS))
"""All that a cluster may have."""
OWN_VERSIONS = Offer(SERVED, facts.versions())
"""The same without what a metrics-server adds."""


def offered(control_plane: ControlPlane) -> Offer:
    """What a cluster has of its own. A metrics-server needs kubelets that measure."""
    if control_plane.kubelet.nodes is None:
        return OWN_VERSIONS
    return VERSIONS

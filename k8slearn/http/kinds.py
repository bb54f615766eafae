"""What the server offers: every kind of the version's facts, with its names, verbs and subresources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery import facts
from k8slearn.kinds import row_of
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.metrics import METRICS, NODE_METRICS, POD_METRICS

# The parts of an object that the server answers for: those of every kind that has them, and those of a Pod. kubectl
# asks for some only to be told that there is no container behind a Pod (attach, exec, port-forward).
_PARTS = ("approval", "scale", "status")
_OWN_PARTS = {
    "Namespace": ("finalize",),
    "Pod": ("attach", "binding", "eviction", "exec", "log", "portforward"),
}


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
    found += [Served(row, ("get", "list")) for row in (NODE_METRICS, POD_METRICS)]
    # A server names the kinds of a group by their plurals' order.
    return tuple(sorted(found, key=lambda served: served.resource.plural))


def _versions() -> tuple[str, ...]:
    # What another server adds comes after the API server's own groups.
    return (*facts.versions(), METRICS)


SERVED = _all()
Versions = tuple[str, ...]
VERSIONS: Versions = _versions()
"""Group and version, in the order in which the real server names its groups."""
OWN_VERSIONS: Versions = tuple(version for version in VERSIONS if version != METRICS)
"""The same without what a metrics-server adds."""
BY_PLURAL = {
    (served.resource.api_version, served.resource.plural): served for served in SERVED
}


def of_version(api_version: str) -> list[Served]:
    """The kinds of one group and version, ordered by their plural."""
    return [each for each in SERVED if each.resource.api_version == api_version]

"""What the server offers: the kinds of the store, and those that a client may ask for and finds none of.

Which they are is said here; their names, verbs and subresources are facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from k8slearn.apimachinery import facts
from k8slearn.kinds import KINDS, row_of
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.metrics import METRICS, NODE_METRICS, POD_METRICS

_READ = ("get", "list", "watch")

# The parts of an object that the server answers for, besides the status of the kinds that have one. kubectl asks for
# some only to be told that there is no container behind a Pod (attach, exec, port-forward).
_PARTS = {"Pod": ("attach", "binding", "eviction", "exec", "log", "portforward")}

# Common kinds without a controller here: `kubectl get` finds none of them instead of an unknown kind.
_ABSENT = {
    "v1": (
        "Endpoints PersistentVolume PersistentVolumeClaim PodTemplate ReplicationController"
    ),
    "apps/v1": "Deployment ReplicaSet StatefulSet",
    "autoscaling/v2": "HorizontalPodAutoscaler",
    "batch/v1": "CronJob Job",
    "networking.k8s.io/v1": "Ingress NetworkPolicy",
    "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "storage.k8s.io/v1": "StorageClass",
}
# Questions about oneself, which are answered and never kept: kubectl auth whoami, can-i.
_REVIEWS = {
    "authentication.k8s.io/v1": "SelfSubjectReview",
    "authorization.k8s.io/v1": "SelfSubjectAccessReview SelfSubjectRulesReview",
}


class Subresource(NamedTuple):
    """A part of an object; `api_version` is '' where the part's kind is of the object's own group and version."""

    name: str
    api_version: str
    kind: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """A kind on offer. Only a `stored` one can be written."""

    resource: Kind
    verbs: tuple[str, ...]
    stored: bool = False
    subresources: tuple[Subresource, ...] = ()

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.resource.kind


def _stored(row: Kind) -> Served:
    names = _PARTS.get(row.kind, ())
    if row.status:
        names = (*names, "status")
    verbs = facts.resource(row.api_version, row.kind)["verbs"]
    parts = tuple(_subresource(row, name) for name in names)
    return Served(row, tuple(verbs), stored=True, subresources=parts)


def _subresource(row: Kind, name: str) -> Subresource:
    entry = facts.subresource(row.api_version, row.plural, name)
    api_version = ""
    if "group" in entry:
        api_version = f"{entry['group']}/{entry['version']}"
    return Subresource(name, api_version, entry["kind"], tuple(entry["verbs"]))


def _not_stored(table: dict[str, str], verbs: tuple[str, ...]) -> list[Served]:
    found = []
    for api_version, kinds in table.items():
        for kind in kinds.split():
            found.append(Served(row_of(api_version, kind), verbs))
    return found


def _all() -> tuple[Served, ...]:
    found = [_stored(row) for row in KINDS]
    found += _not_stored(_ABSENT, _READ)
    found += _not_stored(_REVIEWS, ("create",))
    found += [Served(row, ("get", "list")) for row in (NODE_METRICS, POD_METRICS)]
    # A server names the kinds of a group by their plurals' order.
    return tuple(sorted(found, key=lambda served: served.resource.plural))


def _versions() -> tuple[str, ...]:
    named = {served.resource.api_version for served in SERVED}
    # What another server adds comes after the API server's own groups.
    groups = ["", *facts.groups(), METRICS.partition("/")[0]]
    return tuple(sorted(named, key=lambda v: groups.index(v.rpartition("/")[0])))


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

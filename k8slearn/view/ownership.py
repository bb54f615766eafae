"""Whose a Pod is, and of which version: read from its labels, its owner's and what the API server keeps of the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    TEMPLATE_HASH_LABEL,
    Object,
    annotations_of,
    controller_ref,
    labels,
    name,
    namespace,
)

Numbers = Mapping[tuple[str, str], int]
# On a ReplicaSet's annotations: which template it is of. Kubernetes: pkg/controller/deployment/util
REVISION = "deployment.kubernetes.io/revision"


class ObjectLists(Protocol):
    """Anything objects can be listed from."""

    def list(self, kind: str) -> list[Object]:
        """All objects of a kind."""


def revision_numbers(source: ObjectLists) -> Numbers:
    """(namespace, mark) of every past template to its number; the mark is what a Pod's label says of its template.

    A DaemonSet's Pods carry a hash, a StatefulSet's the revision's name, a Deployment's their ReplicaSet's hash.
    """
    numbers = {}
    for revision in source.list("ControllerRevision"):
        number = int(revision.get("revision", 0))
        place = namespace(revision)
        # By both: the one is what a DaemonSet's Pods carry, the other what a StatefulSet's do.
        for mark in (labels(revision).get(HASH_LABEL), name(revision)):
            if mark:
                numbers[place, mark] = number
    for replica_set in source.list("ReplicaSet"):
        mark = labels(replica_set).get(TEMPLATE_HASH_LABEL)
        if mark:
            number = int(annotations_of(replica_set).get(REVISION, "0"))
            numbers[namespace(replica_set), mark] = number
    return numbers


def revision_mark(pod: Object) -> str:
    """What a Pod's labels say of the template that it was made of."""
    marks = labels(pod)
    return marks.get(HASH_LABEL) or marks.get(TEMPLATE_HASH_LABEL, "")


def owner_name(pod: Object) -> str:
    """Whose a Pod is: of a ReplicaSet's Pod its Deployment, which is the one that people know by name."""
    owner = controller_ref(pod)
    if owner is None:
        return ""
    own = str(owner["name"])
    template_hash = labels(pod).get(TEMPLATE_HASH_LABEL)
    if owner["kind"] == "ReplicaSet" and template_hash:
        return own.removesuffix(f"-{template_hash}")
    return own


def strategy_text(owner: Object) -> str:
    """`RollingUpdate · maxUnavailable 1` and the like, in the API's words."""
    spec = owner["spec"]
    strategy = spec.get("updateStrategy") or spec.get("strategy") or {}
    words = [str(strategy.get("type", "RollingUpdate"))]
    limits = strategy.get("rollingUpdate") or {}
    for field in ("maxUnavailable", "maxSurge", "partition"):
        if limits.get(field) not in (None, 0):
            words.append(f"{field} {limits[field]}")
    return " · ".join(words)

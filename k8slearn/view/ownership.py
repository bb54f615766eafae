"""The owner and the revision of a Pod, from its labels, its owner's, and the stored revisions."""

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
# The annotation of a ReplicaSet with its revision. Kubernetes: pkg/controller/deployment/util
REVISION = "deployment.kubernetes.io/revision"


class ObjectLists(Protocol):
    """Anything objects can be listed from."""

    def list(self, kind: str) -> list[Object]:
        """All objects of a kind."""


def revision_numbers(source: ObjectLists) -> Numbers:
    """(namespace, mark) of every template → its number; the mark is the value of a Pod's label for its template.

    For DaemonSets that is a hash, for StatefulSets the revision's name, for Deployments the ReplicaSet's hash.
    """
    numbers = {}
    for revision in source.list("ControllerRevision"):
        number = int(revision.get("revision", 0))
        place = namespace(revision)
        # The hash is in the labels of a DaemonSet's Pods, the name in those of a StatefulSet's.
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
    """The value of a Pod's label for its template, "" if it has none."""
    marks = labels(pod)
    return marks.get(HASH_LABEL) or marks.get(TEMPLATE_HASH_LABEL, "")


def owner_name(pod: Object) -> str:
    """The name of a Pod's owner; for a ReplicaSet's Pod that of the Deployment."""
    owner = controller_ref(pod)
    if owner is None:
        return ""
    own = str(owner["name"])
    template_hash = labels(pod).get(TEMPLATE_HASH_LABEL)
    if owner["kind"] == "ReplicaSet" and template_hash:
        return own.removesuffix(f"-{template_hash}")
    return own


def strategy_text(owner: Object) -> str:
    """An owner's update strategy in the API's words, such as `RollingUpdate · maxUnavailable 1`."""
    spec = owner["spec"]
    strategy = spec.get("updateStrategy") or spec.get("strategy") or {}
    words = [str(strategy.get("type", "RollingUpdate"))]
    limits = strategy.get("rollingUpdate") or {}
    for field in ("maxUnavailable", "maxSurge", "partition"):
        if limits.get(field) not in (None, 0):
            words.append(f"{field} {limits[field]}")
    return " · ".join(words)

"""The annotations that a Deployment writes on its ReplicaSets: the revision, the replicas it wanted, and its own.

Kubernetes: pkg/controller/deployment/util/deployment_util.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    annotations_of,
    with_metadata,
)
from k8slearn.apimachinery.selectors import INTEGER
from k8slearn.controllers.deployment.limits import max_surge
from k8slearn.kinds.workload import replicas_of

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAXIMUM = "deployment.kubernetes.io/max-replicas"
_ROLLBACK = "deprecated.deployment.rollback.to"
# What is about the Deployment itself, or is written here. Kubernetes: annotationsToSkip
_OWN = (LAST_APPLIED, REVISION, HISTORY, DESIRED, MAXIMUM, _ROLLBACK)
# A history of revisions longer than this is cut from its beginning. Kubernetes: maxRevHistoryLengthInChars
_HISTORY_LENGTH = 2000


def revision_of(o: Readable) -> int:
    """The revision that an object carries, 0 where it carries none. Kubernetes: Revision"""
    return _number(annotations_of(o).get(REVISION)) or 0


def max_revision(replica_sets: Iterable[Object]) -> int:
    """Kubernetes: MaxRevision"""
    return max(map(revision_of, replica_sets), default=0)


def desired_of(replica_set: Object) -> int | None:
    """How many Pods the Deployment wanted when it last wrote this. Kubernetes: GetDesiredReplicasAnnotation"""
    return _number(annotations_of(replica_set).get(DESIRED))


def maximum_of(replica_set: Object) -> int | None:
    """How many Pods, surge included, the Deployment allowed when it last wrote this."""
    return _number(annotations_of(replica_set).get(MAXIMUM))


def _number(text: str | None) -> int | None:
    if text is None or not INTEGER.fullmatch(text):
        return None
    return int(text)


def with_replicas(replica_set: Object, deployment: Object) -> Object:
    """A ReplicaSet that knows how many Pods its Deployment wants. Kubernetes: SetReplicasAnnotations"""
    most = replicas_of(deployment) + max_surge(deployment)
    told = {DESIRED: str(replicas_of(deployment)), MAXIMUM: str(most)}
    annotations = {**annotations_of(replica_set), **told}
    if annotations == annotations_of(replica_set):
        return replica_set
    return with_metadata(replica_set, annotations=annotations)


def with_revision(replica_set: Object, deployment: Object, revision: int) -> Object:
    """A ReplicaSet of this revision with the Deployment's annotations. Kubernetes: SetNewReplicaSetAnnotations"""
    given = {
        key: value
        for key, value in annotations_of(deployment).items()
        if key not in _OWN
    }
    present = annotations_of(replica_set)
    annotations = {**present, **given}
    before = present.get(REVISION)
    # A template that comes back gets a new number; where it stood before is kept beside it.
    if (_number(before) or 0) < revision:
        annotations[REVISION] = str(revision)
        if before is not None:
            annotations[HISTORY] = _longer(present.get(HISTORY, ""), before)
    if annotations == present:
        return replica_set
    return with_metadata(replica_set, annotations=annotations)


def _longer(history: str, before: str) -> str:
    entries = [*filter(None, history.split(",")), before]
    while len(",".join(entries)) > _HISTORY_LENGTH:
        entries.pop(0)
    return ",".join(entries)

"""PersistentVolumeClaim: what a Pod asks for as storage.

Kubernetes: pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/v1/defaults.go; of its class
pkg/apis/core/v1/helper and pkg/volume/util/storageclass.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, annotations_of, name
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.claim_rules import changed_claim, claim
from k8slearn.kinds.kind import Kind

_VERSION = "v1"
_KIND = "PersistentVolumeClaim"
# How a claim named its class before it had a field for it.
BETA_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT_MARKS = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


def default(claim: Object) -> Object:
    """Kubernetes: SetDefaults_PersistentVolumeClaim"""
    status = {"phase": "Pending", **claim.get("status", {})}
    spec = {"volumeMode": "Filesystem", **claim.get("spec", {})}
    return {**claim, "spec": spec, "status": status}


def prepare_for_create(claim: Object, reader: object) -> Object:
    """Kubernetes: persistentvolumeclaimStrategy.PrepareForCreate"""
    return {**claim, "status": {"phase": "Pending"}}


def class_of(claim: Object) -> str:
    """The name of a claim's class, '' for none. Kubernetes: GetPersistentVolumeClaimClass"""
    before = annotations_of(claim).get(BETA_CLASS)
    if before is not None:
        return before
    return str(claim["spec"].get("storageClassName") or "")


def has_class(claim: Object) -> bool:
    """Whether a claim says of which class it is, be it of none. Kubernetes: PersistentVolumeClaimHasClass"""
    if BETA_CLASS in annotations_of(claim):
        return True
    return claim["spec"].get("storageClassName") is not None


def default_class(classes: Iterable[Object]) -> str:
    """The class of a claim that names none, '' where there is none: of several the newest, then the first by name.

    Kubernetes: GetDefaultClass
    """
    found = [each for each in classes if _is_default(each)]
    latest = max(map(_born, found), default="")
    return min((name(each) for each in found if _born(each) == latest), default="")


def _is_default(storage_class: Object) -> bool:
    marks = annotations_of(storage_class)
    return any(marks.get(mark) == "true" for mark in _DEFAULT_MARKS)


def _born(storage_class: Object) -> str:
    return str(storage_class["metadata"].get("creationTimestamp") or "")


PERSISTENT_VOLUME_CLAIM = Kind(
    _VERSION,
    _KIND,
    default=default,
    create_rules=claim,
    update_rules=changed_claim,
    prepare_for_create=prepare_for_create,
    returned_on_delete=True,
    cells=cells_by_title(_VERSION, _KIND),
)

"""A bound claim may ask for more only where its class lets volumes grow.

Kubernetes: plugin/pkg/admission/storage/persistentvolume/resize
"""

from __future__ import annotations

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.plugins.refusal import refuse
from k8slearn.kinds.claim_rules import asked_for
from k8slearn.kinds.persistentvolumeclaim import class_of

_FIXED = (
    "only dynamically provisioned pvc can be resized and "
    "the storageclass that provisions the pvc must support resize"
)


def validate(claim: Object, old: Object, reader: Reader) -> None:
    """Raises ApiError 403 for more than there is, where there cannot be more."""
    if asked_for(claim) <= asked_for(old):
        return
    name = class_of(claim)
    found = reader.get("StorageClass", name) if name else None
    if found is None or not found.get("allowVolumeExpansion"):
        raise refuse(claim, _FIXED)

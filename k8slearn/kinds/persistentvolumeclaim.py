"""PersistentVolumeClaim: what a Pod asks for as storage.

Kubernetes: pkg/registry/core/persistentvolumeclaim/strategy.go, pkg/apis/core/v1/defaults.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.kind import Kind

_VERSION = "v1"
_KIND = "PersistentVolumeClaim"


def default(claim: Object) -> Object:
    """Kubernetes: SetDefaults_PersistentVolumeClaim"""
    status = {"phase": "Pending", **claim.get("status", {})}
    spec = {"volumeMode": "Filesystem", **claim.get("spec", {})}
    return {**claim, "spec": spec, "status": status}


def prepare_for_create(claim: Object, reader: object) -> Object:
    """Kubernetes: persistentvolumeclaimStrategy.PrepareForCreate"""
    return {**claim, "status": {"phase": "Pending"}}


PERSISTENT_VOLUME_CLAIM = Kind(
    _VERSION,
    _KIND,
    owner_graph=True,
    default=default,
    prepare_for_create=prepare_for_create,
    cells=cells_by_title(_VERSION, _KIND),
)

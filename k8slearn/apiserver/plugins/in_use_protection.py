"""Claims and volumes are born with the finalizer that keeps them as long as somebody uses them.

Kubernetes: plugin/pkg/admission/storage/storageobjectinuseprotection
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, with_metadata

FINALIZERS = {
    "PersistentVolumeClaim": "kubernetes.io/pvc-protection",
    "PersistentVolume": "kubernetes.io/pv-protection",
}


def mutate(o: Object) -> Object:
    """The new claim or volume with its finalizer."""
    finalizer = FINALIZERS[o["kind"]]
    present = o["metadata"].get("finalizers") or []
    if finalizer in present:
        return o
    return with_metadata(o, finalizers=[*present, finalizer])

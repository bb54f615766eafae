"""What is said of volumes, claims and their classes.

Kubernetes: pkg/api/persistentvolume, persistentvolumeclaim, storage
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.field import indexed
from k8slearn.apimachinery.objects import Object, annotations_of
from k8slearn.kinds.warnings.parts import (
    DEPRECATED_LABELS,
    class_annotation,
    node_selector_term,
)
from k8slearn.kinds.warnings.volumes import claim_amounts

_RECYCLE = (
    "The Recycle reclaim policy is deprecated. Instead, the recommended approach is "
    "to use dynamic provisioning."
)


def volume(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: GetWarningsForPersistentVolume"""
    spec = o["spec"]
    yield from class_annotation(annotations_of(o))
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield f"spec.persistentVolumeReclaimPolicy: {_RECYCLE}"
    required = (spec.get("nodeAffinity") or {}).get("required") or {}
    path = "spec.nodeAffinity.required.nodeSelectorTerms"
    for at, term in indexed(required.get("nodeSelectorTerms") or [], path):
        yield from node_selector_term(term, at)


def claim(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: GetWarningsForPersistentVolumeClaim"""
    yield from class_annotation(annotations_of(o))
    yield from claim_amounts(o["spec"], "spec")


def storage_class(o: Object, old: Object | None) -> Iterator[str]:
    """Kubernetes: GetWarningsForStorageClass"""
    for at, term in indexed(o.get("allowedTopologies") or [], "allowedTopologies"):
        wanted = term.get("matchLabelExpressions") or []
        for place, each in indexed(wanted, f"{at}.matchLabelExpressions"):
            key = each.get("key", "")
            if key in DEPRECATED_LABELS:
                yield f"{place}.key: {key} is {DEPRECATED_LABELS[key]}"

"""From client-side to server-side apply: the annotation in which `kubectl apply` keeps what it applied last.

Only for the manager "kubectl"; whoever signs with another name wants none of this.
Kubernetes: apimachinery pkg/util/managedfields/internal, lastappliedmanager.go and lastappliedupdater.go
"""

from __future__ import annotations

import json

from k8slearn.apimachinery.client_side_apply import LAST_APPLIED, as_applied
from k8slearn.apimachinery.objects import Object, annotations_of, with_metadata
from k8slearn.apimachinery.schema import Field
from k8slearn.apiserver.field_sets import Fields
from k8slearn.apiserver.structured_merge import difference
from k8slearn.apiserver.typed_values import complaints, field_set
from k8slearn.kinds.metadata import MAX_ANNOTATIONS_SIZE

UPGRADED = "kubectl"
"""The manager of `kubectl apply --server-side`. Kubernetes: LastAppliedManager"""


def allowed_conflicts(live: Object, slot: Field) -> Fields:
    """What client-side apply has set and what still is as it set it: that may be taken over without force."""
    text = annotations_of(live).get(LAST_APPLIED)
    if not text:
        return frozenset()
    try:
        last = json.loads(text)
    except ValueError:
        return frozenset()
    if not isinstance(last, dict) or last.get("apiVersion") != live["apiVersion"]:
        return frozenset()
    if list(complaints(last, slot)):
        return frozenset()
    changes = difference(last, live, slot)
    return frozenset(field_set(last, slot) - changes.written - changes.removed)


def kept_up(o: Object, wanted: Object, manager: str) -> Object:
    """The object with the annotation, where it has one, telling what is applied now."""
    notes = annotations_of(o)
    if manager != UPGRADED or not notes.get(LAST_APPLIED):
        return o
    told = {**notes, LAST_APPLIED: as_applied(wanted)}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in told.items())
    if size > MAX_ANNOTATIONS_SIZE:
        # What does not fit is not told at all.
        del told[LAST_APPLIED]
    return with_metadata(o, annotations=told)

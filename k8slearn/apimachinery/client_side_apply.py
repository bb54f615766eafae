"""What `kubectl apply` sends: a patch made from the manifest applied last and the one applied now."""

from __future__ import annotations

import json
from typing import Any

from k8slearn.apimachinery.gotext import go_json
from k8slearn.apimachinery.objects import Object, annotations_of, with_metadata
from k8slearn.apimachinery.schema import Type, kind_type
from k8slearn.apimachinery.strategic_merge import (
    DELETE,
    PATCH,
    element_type,
    field_type,
    merge_key,
)

# Kubernetes: api/core/v1 LastAppliedConfigAnnotation
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def with_last_applied(manifest: Object) -> Object:
    """The manifest with itself, as JSON text, in the annotation that the next apply reads."""
    notes = dict(annotations_of(manifest))
    # The annotation is not part of what it tells, or it would grow with each apply.
    notes.pop(LAST_APPLIED, None)
    bare = with_metadata(manifest, annotations=notes)
    return with_metadata(
        manifest, annotations={**notes, LAST_APPLIED: as_applied(bare)}
    )


def as_applied(manifest: Object) -> str:
    """The text that tells what is applied."""
    metadata = dict(manifest.get("metadata") or {})
    if LAST_APPLIED in (metadata.get("annotations") or ()):
        notes = dict(metadata["annotations"])
        del notes[LAST_APPLIED]
        metadata["annotations"] = notes
    # With the line's end that Go's encoder writes.
    return go_json({**manifest, "metadata": metadata}, in_order=False) + "\n"


def without_nulls(value: Any) -> Any:
    """What is created: fields that say null are left out, as an update by the same manifest would leave them.

    Kubernetes: kubectl/pkg/cmd/apply/apply.go, pruneNullsFromMap
    """
    if isinstance(value, dict):
        return {
            key: without_nulls(item) for key, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def apply_to(live: Object, manifest: Object) -> Object:
    """The strategic merge patch that `kubectl apply` of this manifest sends for a live object.

    What the last manifest had and this one lacks is taken out; what neither mentions is left alone.
    Kubernetes: apimachinery pkg/util/strategicpatch, CreateThreeWayMergePatch.
    """
    text = annotations_of(live).get(LAST_APPLIED)
    last = json.loads(text) if text else {}
    new = with_last_applied(manifest)
    wanted = kind_type(live["apiVersion"], live["kind"])
    return difference(last, new, wanted)


def difference(last: Object, new: Object, wanted: Type | None) -> Object:
    """`new` as a patch: with null for each field, and a deletion for each list element, that only `last` has."""
    patch: Object = {}
    for field in last:
        if field not in new:
            patch[field] = None
    for field, value in new.items():
        before = last.get(field)
        if isinstance(value, dict):
            base = before if isinstance(before, dict) else {}
            inner = field_type(wanted, field)
            patch[field] = difference(base, value, inner)
        elif isinstance(value, list) and isinstance(before, list):
            patch |= _list_difference(field, before, value, wanted)
        else:
            patch[field] = value
    return patch


def _list_difference(
    field: str, last: list[Any], new: list[Any], wanted: Type | None
) -> Object:
    key = merge_key(wanted, field)
    # An element without its key is for the server to refuse.
    keyed = all(isinstance(item, dict) and key in item for item in [*last, *new])
    if key is None or (key and not keyed):
        return {field: new}
    if key == "":
        patch: Object = {field: new}
        gone = [item for item in last if item not in new]
        if gone:
            patch[DELETE + field] = gone
        return patch
    rest = {item[key]: item for item in last}
    element = element_type(wanted, field)
    changes: list[Object] = []
    for item in new:
        identity = item[key]
        before = rest.pop(identity, {})
        change = difference(before, item, element)
        # The key goes along even where nothing else of the element is told.
        changes.append({**change, key: identity})
    for identity in rest:
        changes.append({PATCH: "delete", key: identity})
    return {field: changes}

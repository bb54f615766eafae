"""What `kubectl apply` sends: a patch made from the manifest applied last and the one applied now."""

from __future__ import annotations

import json
from typing import Any

from k8slearn.apimachinery.objects import Object, annotations_of, with_metadata
from k8slearn.apimachinery.schema import Type, kind_type
from k8slearn.apimachinery.strategic_merge import DELETE, PATCH, field_type, merge_key

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def with_last_applied(manifest: Object) -> Object:
    """The manifest with itself, as JSON text, in the annotation that the next apply reads."""
    notes = {
        key: value
        for key, value in annotations_of(manifest).items()
        if key != LAST_APPLIED
    }
    bare = with_metadata(manifest, annotations=notes)
    text = (
        json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        + "\n"
    )
    return with_metadata(manifest, annotations={**notes, LAST_APPLIED: text})


def apply_to(live: Object, manifest: Object) -> Object:
    """The strategic merge patch that `kubectl apply` of this manifest sends for a live object.

    What the last manifest had and this one lacks is taken out; what neither mentions is left alone.
    Kubernetes: apimachinery pkg/util/strategicpatch, CreateThreeWayMergePatch.
    """
    text = annotations_of(live).get(LAST_APPLIED)
    last = json.loads(text) if text else {}
    return difference(
        last, with_last_applied(manifest), kind_type(live["apiVersion"], live["kind"])
    )


def difference(last: Object, new: Object, wanted: Type | None) -> Object:
    """`new` as a patch: with null for each field, and a deletion for each list element, that only `last` has."""
    patch: Object = {field: None for field in last if field not in new}
    for field, value in new.items():
        before = last.get(field)
        if isinstance(value, dict):
            patch[field] = difference(
                before if isinstance(before, dict) else {},
                value,
                field_type(wanted, field),
            )
        elif isinstance(value, list) and isinstance(before, list):
            patch |= _list_difference(field, before, value, wanted)
        else:
            patch[field] = value
    return patch


def _list_difference(
    field: str, last: list[Any], new: list[Any], wanted: Type | None
) -> Object:
    key = merge_key(wanted, field)
    if key is None:
        return {field: new}
    if key == "":
        gone = [item for item in last if item not in new]
        return {field: new, DELETE + field: gone} if gone else {field: new}
    before = {item[key]: item for item in last}
    element = field_type(wanted, field)
    element = element.element if element is not None else None
    kept = [
        {**difference(before.get(item[key], {}), item, element), key: item[key]}
        for item in new
    ]
    deleted = [
        {PATCH: "delete", key: value}
        for value in before
        if value not in {item[key] for item in new}
    ]
    return {field: kept + deleted}

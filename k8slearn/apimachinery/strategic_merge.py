"""Strategic merge patches: lists whose elements have a key are merged element by element.

Kubernetes: apimachinery/pkg/util/strategicpatch/patch.go; the keys stand in the types' patchMergeKey tags,
which the schema has from OpenAPI.
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.errors import ApiError, bad_request, internal_error
from k8slearn.apimachinery.gotext import go_json, go_plain
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Field, Type, struct

PATCH = "$patch"
RETAIN = "$retainKeys"
ORDER = "$setElementOrder/"
DELETE = "$deleteFromPrimitiveList/"


def merge(original: Object, patch: Object, wanted: Type | None) -> Object:
    """The original with the patch merged into it; `wanted` is the type of both, None where it is unknown."""
    if PATCH in patch:
        return _directed(patch)
    _check_retained(patch)
    retained = patch.get(RETAIN, original)
    merged = {key: value for key, value in original.items() if key in retained}
    done = {RETAIN}
    for key in patch:
        if key.startswith(ORDER):
            field = key.removeprefix(ORDER)
            done |= {key, field}
            _put_ordered(merged, field, patch, wanted)
    for key, value in patch.items():
        if key not in done:
            _merge_field(merged, key, value, wanted)
    return merged


def _directed(patch: Object) -> Object:
    if patch[PATCH] == "replace":
        return {key: value for key, value in patch.items() if key != PATCH}
    if patch[PATCH] == "delete":
        return {}
    raise internal_error(f"unknown patch type: {patch[PATCH]}")


def _check_retained(patch: Object) -> None:
    kept = patch.get(RETAIN)
    if kept is None:
        return
    if not isinstance(kept, list) or any(
        key not in kept for key in patch if not key.startswith("$")
    ):
        raise bad_request("invalid patch format of retainKeys")


def _merge_field(merged: Object, key: str, value: Any, wanted: Type | None) -> None:
    if key.startswith(DELETE):
        field = key.removeprefix(DELETE)
        if field in merged:
            merged[field] = [item for item in merged[field] if item not in value]
    elif value is None:
        merged.pop(key, None)
    elif isinstance(merged.get(key), dict) and isinstance(value, dict):
        merged[key] = merge(merged[key], value, field_type(wanted, key))
    elif isinstance(merged.get(key), list) and isinstance(value, list):
        merged[key] = _merge_list(merged[key], value, key, wanted)
    else:
        merged[key] = _without_directives(value)


def field_type(wanted: Type | None, key: str) -> Type | None:
    """The type of a field, None where it is unknown."""
    field = _field(wanted, key)
    return field.type if field else None


def _field(wanted: Type | None, name: str) -> Field | None:
    if wanted is None or wanted.kind != "struct":
        return None
    return struct(wanted.struct).fields.get(name)


def merge_key(wanted: Type | None, field: str) -> str | None:
    """The key by which a list is merged, '' for one of primitives, None for a list that is replaced."""
    found = _field(wanted, field)
    return found.merge_key if found else None


def _merge_list(
    original: list[Any], patch: list[Any], field: str, wanted: Type | None
) -> list[Any]:
    key = merge_key(wanted, field)
    if key is None:
        return [_without_directives(item) for item in patch]
    if key == "":
        return _in_order(_unique([*original, *patch]), patch, original, key)
    original, changes = _special_elements(original, patch, key)
    element = field_type(wanted, field)
    merged = list(original)
    for change in changes:
        _merge_element(merged, change, key, element.element if element else None)
    return _in_order(merged, changes, original, key)


def _special_elements(
    original: list[Any], patch: list[Any], key: str
) -> tuple[list[Any], list[Any]]:
    """Carry out `$patch: delete` and `$patch: replace`; what is left of the original and of the patch."""
    for item in (*original, *patch):
        if not isinstance(item, dict):
            raise _no_merge_key(item, key)
    ordinary = [item for item in patch if PATCH not in item]
    if any(item.get(PATCH) == "replace" for item in patch):
        return ordinary, []
    gone = [_key_of(item, key) for item in patch if item.get(PATCH) == "delete"]
    return [item for item in original if item.get(key) not in gone], ordinary


def _merge_element(
    merged: list[Any], change: Object, key: str, element: Type | None
) -> None:
    value = _key_of(change, key)
    for i, item in enumerate(merged):
        if item.get(key) == value:
            merged[i] = merge(item, change, element)
            return
    merged.append(_without_directives(change))


def _key_of(item: Any, key: str) -> Any:
    if not isinstance(item, dict) or key not in item:
        raise _no_merge_key(item, key)
    return item[key]


def _no_merge_key(item: Any, key: str) -> ApiError:
    return internal_error(
        f"map: {go_plain(item)} does not contain declared merge key: {key}"
    )


def _put_ordered(
    merged: Object, field: str, patch: Object, wanted: Type | None
) -> None:
    """Merge a list and bring it into the order that the patch asks for. Kubernetes: mergePatchIntoOriginal"""
    original, changes = merged.get(field), patch.get(field)
    if original is None and changes is None:
        return
    if changes is None:
        found = original
    elif original is None:
        found = [_without_directives(item) for item in changes]
    else:
        found = _merge_list(original, changes, field, wanted)
    key = merge_key(wanted, field) or ""
    merged[field] = _in_order(found or [], patch[ORDER + field], original or [], key)


def _in_order(
    found: list[Any], wanted: list[Any], before: list[Any], key: str
) -> list[Any]:
    """The patch's elements in its own order, the server's others put in between. Kubernetes: normalizeElementOrder"""
    places = {_identity(item, key): i for i, item in reversed(list(enumerate(wanted)))}
    live = {_identity(item, key): i for i, item in reversed(list(enumerate(before)))}
    asked = sorted(
        (i for i in found if _identity(i, key) in places),
        key=lambda item: places[_identity(item, key)],
    )
    others = [item for item in found if _identity(item, key) not in places]
    others.sort(key=lambda item: live.get(_identity(item, key), len(live)))
    return _interleaved(others, asked, live, key)


def _interleaved(
    left: list[Any], right: list[Any], live: dict[Any, int], key: str
) -> list[Any]:
    # Kubernetes: mergeSortedSlice
    merged: list[Any] = []
    i = 0
    for item in right:
        place = live.get(_identity(item, key), -1)
        while i < len(left) and -1 < live.get(_identity(left[i], key), -1) < place:
            merged.append(left[i])
            i += 1
        merged.append(item)
    return merged + left[i:]


def _identity(item: Any, key: str) -> Any:
    value = item.get(key) if key and isinstance(item, dict) else item
    return go_json(value) if isinstance(value, dict | list) else value


def _unique(items: list[Any]) -> list[Any]:
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(_identity(item, ""), item)
    return list(found.values())


def _without_directives(value: Any) -> Any:
    """What is left of a patch where there is nothing to merge it with: no nulls, no directives."""
    if isinstance(value, dict):
        kept = {
            key: item
            for key, item in value.items()
            if item is not None and not key.startswith("$")
        }
        return {key: _without_directives(item) for key, item in kept.items()}
    if isinstance(value, list):
        ordinary = (
            item for item in value if not (isinstance(item, dict) and PATCH in item)
        )
        return [_without_directives(item) for item in ordinary]
    return value


def merged_away(patch: Any) -> Any:
    """What Kubernetes still shows of a patch after merging it: ordered lists and directives have been used up."""
    if not isinstance(patch, dict):
        return patch
    used = {key.removeprefix(ORDER) for key in patch if key.startswith(ORDER)} | {
        RETAIN
    }
    kept = (key for key in patch if key not in used and not key.startswith(ORDER))
    return {key: merged_away(patch[key]) for key in kept}

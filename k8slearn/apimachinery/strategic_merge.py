"""Strategic merge patches: lists whose elements have a key are merged element by element.

Kubernetes: apimachinery/pkg/util/strategicpatch/patch.go; the keys stand in the types' patchMergeKey tags,
which the schema has from OpenAPI.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Any

from k8slearn.apimachinery.errors import ApiError, bad_request, unexplained
from k8slearn.apimachinery.gotext import go_json, go_plain
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import Field, Type, struct

# The directives that a patch may hold beside fields.
PATCH = "$patch"
RETAIN = "$retainKeys"
ORDER = "$setElementOrder/"
DELETE = "$deleteFromPrimitiveList/"

# Not every name with a dollar is one: a schema's is `$ref`.
_DIRECTIVES = (PATCH, RETAIN, ORDER, DELETE)

Items = list[Any]


def merge(original: Object, patch: Object, wanted: Type | None) -> Object:
    """The original with the patch merged into it; `wanted` is the type of both, None where it is unknown."""
    if PATCH in patch:
        return _directed(patch)
    retained = _retained(patch, original)
    merged = {}
    for key, value in original.items():
        if key in retained:
            merged[key] = value
    done = {RETAIN}
    # Lists with an order first: the order and the list itself are one change.
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
    directive = patch[PATCH]
    if directive == "replace":
        replacement = dict(patch)
        del replacement[PATCH]
        return replacement
    if directive == "delete":
        return {}
    raise _bad_directive(patch)


def _bad_directive(patch: Object) -> ApiError:
    # A 500, as upstream has it: mergeMap's errors are no api errors.
    directive, shown = patch[PATCH], go_plain(patch)
    return unexplained(f"unknown patch type: {directive} in map: {shown}")


def _retained(patch: Object, original: Object) -> Collection[str]:
    """The fields that may stay. Kubernetes: handleDirectiveInMergeMap"""
    if RETAIN not in patch:
        return original.keys()
    kept = patch[RETAIN]
    fields = {key for key in patch if not key.startswith("$")}
    if not isinstance(kept, list) or not all(isinstance(key, str) for key in kept):
        raise bad_request("invalid patch format of retainKeys")
    names = frozenset(kept)
    if not fields <= names:
        raise bad_request("invalid patch format of retainKeys")
    return names


def _merge_field(merged: Object, key: str, value: Any, wanted: Type | None) -> None:
    if key.startswith(DELETE):
        field = key.removeprefix(DELETE)
        if not isinstance(value, list):
            raise bad_request("invalid patch format of primitive list")
        before = merged.get(field)
        if isinstance(before, list):
            gone = _places(value, "")
            kept = [item for item in before if _identity(item, "") not in gone]
            merged[field] = kept
        return
    if value is None:
        merged.pop(key, None)
        return
    before = merged.get(key)
    if isinstance(before, dict) and isinstance(value, dict):
        inner = field_type(wanted, key)
        merged[key] = merge(before, value, inner)
    elif isinstance(before, list) and isinstance(value, list):
        merged[key] = _merge_list(before, value, key, wanted)
    else:
        merged[key] = _without_directives(value)


def _field(wanted: Type | None, name: str) -> Field | None:
    if wanted is None or wanted.kind != "struct":
        return None
    return struct(wanted.struct).fields.get(name)


def field_type(wanted: Type | None, key: str) -> Type | None:
    """The type of a field, None where it is unknown."""
    field = _field(wanted, key)
    if field is None:
        return None
    return field.type


def element_type(wanted: Type | None, field: str) -> Type | None:
    """The type of a list's elements, None where it is unknown."""
    found = field_type(wanted, field)
    if found is None:
        return None
    return found.element


def merge_key(wanted: Type | None, field: str) -> str | None:
    """The key by which a list is merged, '' for one of primitives, None for a list that is replaced."""
    found = _field(wanted, field)
    if found is None:
        return None
    return found.merge_key


# Lists --------------------------------------------------------------------------------------------------------------


def _merge_list(
    original: Items,
    patch: Items,
    field: str,
    wanted: Type | None,
) -> Items:
    key = merge_key(wanted, field)
    if key is None:
        return [_without_directives(item) for item in patch]
    if key == "":
        together = _unique([*original, *patch])
        return _in_order(together, patch, original, key)
    original, changes = _special_elements(original, patch, key)
    element = element_type(wanted, field)
    merged = list(original)
    places = _places(merged, key)
    for change in changes:
        place = places.setdefault(_identity_of(change, key), len(merged))
        if place < len(merged):
            merged[place] = merge(merged[place], change, element)
        else:
            merged.append(_without_directives(change))
    return _in_order(merged, changes, original, key)


def _special_elements(original: Items, patch: Items, key: str) -> tuple[Items, Items]:
    """Carry out `$patch: delete` and `$patch: replace`; what is left of the original and of the patch."""
    for item in (*original, *patch):
        if not isinstance(item, dict):
            raise _no_merge_key(item, key)
    ordinary: Items = []
    gone: set[Any] = set()
    replaced = False
    for item in patch:
        directive = item.get(PATCH)
        if PATCH not in item:
            ordinary.append(item)
        elif directive == "replace":
            replaced = True
        elif directive == "delete":
            gone.add(_identity_of(item, key))
        elif directive == "merge":
            told = "merging lists cannot yet be specified in the patch"
            raise unexplained(told)
        else:
            raise _bad_directive(item)
    if replaced:
        # What the patch brings takes the place of the whole list.
        return ordinary, []
    return [item for item in original if _identity(item, key) not in gone], ordinary


def _identity_of(item: Object, key: str) -> Any:
    if key not in item:
        raise _no_merge_key(item, key)
    return _identity(item, key)


def _no_merge_key(item: Any, key: str) -> ApiError:
    shown = go_plain(item)
    return unexplained(f"map: {shown} does not contain declared merge key: {key}")


# The order of lists -------------------------------------------------------------------------------------------------


def _put_ordered(
    merged: Object, field: str, patch: Object, wanted: Type | None
) -> None:
    """Merge a list and bring it into the order that the patch asks for. Kubernetes: mergePatchIntoOriginal"""
    original = merged.get(field)
    changes = patch.get(field)
    order = patch[ORDER + field]
    for each in (order, changes or [], original or []):
        if not isinstance(each, list):
            raise bad_request(f"invalid patch format of {ORDER}{field}")
    if original is None and changes is None:
        return
    if changes is None:
        found = original
    elif original is None:
        found = [_without_directives(item) for item in changes]
    else:
        found = _merge_list(original, changes, field, wanted)
    key = merge_key(wanted, field) or ""
    merged[field] = _in_order(found or [], order, original or [], key)


def _in_order(found: Items, wanted: Items, before: Items, key: str) -> Items:
    """The patch's elements in its own order, the server's others put in between. Kubernetes: normalizeElementOrder"""
    places = _places(wanted, key)
    live = _places(before, key)
    asked = []
    others = []
    for item in found:
        if _identity(item, key) in places:
            asked.append(item)
        else:
            others.append(item)
    asked.sort(key=lambda item: places[_identity(item, key)])
    # What the server had not either comes last.
    last = len(live)
    others.sort(key=lambda item: live.get(_identity(item, key), last))
    return _interleaved(others, asked, live, key)


def _places(items: Items, key: str) -> dict[Any, int]:
    """Where each element stands; of two alike the first counts."""
    places: dict[Any, int] = {}
    for i, item in enumerate(items):
        places.setdefault(_identity(item, key), i)
    return places


def _interleaved(left: Items, right: Items, live: dict[Any, int], key: str) -> Items:
    # Kubernetes: mergeSortedSlice; one that was not live has no place, and nothing goes before or after it.
    merged: Items = []
    waiting = deque(left)

    def place(item: Any) -> int:
        return live.get(_identity(item, key), -1)

    for item in right:
        while waiting and -1 < place(waiting[0]) < place(item):
            merged.append(waiting.popleft())
        merged.append(item)
    return [*merged, *waiting]


def _identity(item: Any, key: str) -> Any:
    value = item
    if key and isinstance(item, dict):
        value = item.get(key)
    # Only what is hashable can be looked up; a patch may hold anything where a key should be.
    if isinstance(value, dict | list):
        return go_json(value)
    return value


def _unique(items: Items) -> Items:
    found: dict[Any, Any] = {}
    for item in items:
        found.setdefault(_identity(item, ""), item)
    return list(found.values())


# What is left of a patch --------------------------------------------------------------------------------------------


def _without_directives(value: Any) -> Any:
    """What is left of a patch where there is nothing to merge it with: no nulls, no directives."""
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            if item is not None and not key.startswith(_DIRECTIVES):
                kept[key] = _without_directives(item)
        return kept
    if isinstance(value, list):
        return [_without_directives(item) for item in value if not _is_directive(item)]
    return value


def _is_directive(item: Any) -> bool:
    return isinstance(item, dict) and PATCH in item


def merged_away(patch: Any) -> Any:
    """What Kubernetes still shows of a patch after merging it: ordered lists and directives have been used up."""
    if not isinstance(patch, dict):
        return patch
    used = {RETAIN}
    for key in patch:
        if key.startswith(ORDER):
            used |= {key, key.removeprefix(ORDER)}
    kept = [key for key in patch if key not in used]
    return {key: merged_away(patch[key]) for key in kept}

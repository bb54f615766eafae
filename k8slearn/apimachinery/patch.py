"""The three kinds of patches a client may send: strategic merge, JSON merge and JSON patch.

Kubernetes: apiserver/pkg/endpoints/handlers/patch.go
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import strategic_merge as strategic
from k8slearn.apimachinery.decode import Decoded, decode, parse_json
from k8slearn.apimachinery.errors import (
    bad_request,
    invalid,
    unprocessable,
    unsupported_media_type,
)
from k8slearn.apimachinery.field import invalid as invalid_field
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import kind_type

MEDIA_TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_NOT_A_PATCH = "json: cannot unmarshal {} into Go value of type {}"


def apply_patch(
    old: Object, patch: Any, type: str = "strategic", *, strict: str = "Strict"
) -> Object:
    """The object that a patch makes of another one; neither is changed. Arguments as for `patched`. Raises ApiError."""
    found: Object = patched(old, patch, type, strict=strict).value
    return found


def patched(
    old: Object, patch: Any, type: str = "strategic", *, strict: str = "Strict"
) -> Decoded:
    """The object that a patch makes of another one, decoded; neither is changed.

    `patch` is JSON text or its value, `type` one of strategic, merge, json. Raises ApiError.
    """
    if type not in _PATCHES:
        raise unsupported_media_type(MEDIA_TYPES.values())
    value = _value(patch, type)
    decoded = _decoded(_PATCHES[type](old, value), old, value, type, strict)
    # A patch cannot make another kind of an object.
    kept = {"apiVersion": old["apiVersion"], "kind": old["kind"]}
    return decoded._replace(value={"metadata": {}, **decoded.value, **kept})


def _value(patch: Any, type: str) -> Any:
    wanted = list if type == "json" else dict
    value = _parsed(patch) if isinstance(patch, str | bytes) else patch
    if not isinstance(value, wanted):
        target = "[]interface {}" if type == "json" else "map[string]interface {}"
        word = {dict: "object", list: "array", str: "string", bool: "bool"}.get(
            value.__class__, "number"
        )
        raise bad_request(f"error decoding patch: {_NOT_A_PATCH.format(word, target)}")
    return value


def _parsed(text: str | bytes) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        rest = str(text)[getattr(error, "pos", 0) :].strip()
        trouble = (
            f"invalid character {rest[0]!r} looking for beginning of value"
            if rest
            else ""
        )
        raise bad_request(
            f"error decoding patch: {trouble or 'unexpected end of JSON input'}"
        ) from None


def _decoded(found: Any, old: Object, patch: Any, type: str, strict: str) -> Decoded:
    """The result as this kind's types have it; what is no object of the kind is refused, worded as for patches."""
    wanted = kind_type(old["apiVersion"], old["kind"])
    decoded = decode(found, wanted) if wanted else Decoded(found, "", [])
    trouble = decoded.error
    if type == "strategic" and trouble:
        trouble = decoded.converted or trouble
    if not trouble and decoded.strict and strict == "Strict":
        trouble = f"strict decoding error: {', '.join(decoded.strict)}"
    if trouble:
        shown = (
            go_plain(strategic.merged_away(patch))
            if type == "strategic"
            else _compact(found)
        )
        raise invalid("", "", [invalid_field("patch", shown, trouble)])
    return decoded


def _compact(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _strategic(old: Object, patch: Any) -> Any:
    return strategic.merge(old, patch, kind_type(old["apiVersion"], old["kind"]))


def merge_patch(old: Any, patch: Any) -> Any:
    """RFC 7386: objects are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    base = old if isinstance(old, dict) else {}
    kept = {key: value for key, value in base.items() if key not in patch}
    given = {key: value for key, value in patch.items() if value is not None}
    order = [
        *(key for key in base if key in kept or key in given),
        *(key for key in given if key not in base),
    ]
    return {
        key: kept[key] if key in kept else merge_patch(base.get(key), given[key])
        for key in order
    }


def json_patch(old: Any, operations: list[Any]) -> Any:
    """RFC 6902; an operation that does not fit raises ApiError 422, as Kubernetes does."""
    for operation in operations:
        try:
            old = _OPERATIONS[operation["op"]](old, operation)
        except (KeyError, IndexError, TypeError, ValueError):
            raise unprocessable() from None
    return old


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise ValueError(pointer)
    return [
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    ]


def _found(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value[_index(value, step)]
    return value


def _index(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return step
    if not isinstance(value, list) or not step.removeprefix("-").isdigit():
        raise ValueError(step)
    place = int(step)
    if not -len(value) <= place < len(value):
        raise IndexError(step)
    return place


def _at(value: Any, steps: list[str], change: Callable[[Any, str], Any]) -> Any:
    """A copy of the value in which the container of the last step is changed."""
    if len(steps) == 1:
        return change(value, steps[0])
    place = _index(value, steps[0])
    inner = _at(value[place], steps[1:], change)
    if isinstance(value, dict):
        return {**value, place: inner}
    return [inner if i == place % len(value) else item for i, item in enumerate(value)]


def _add(old: Any, operation: Object) -> Any:
    new = operation["value"]

    def change(holder: Any, step: str) -> Any:
        if isinstance(holder, dict):
            return {**holder, step: new}
        place = len(holder) if step == "-" else _insertion(holder, step)
        return [*holder[:place], new, *holder[place:]]

    steps = _steps(operation["path"])
    return _at(old, steps, change) if steps else new


def _insertion(holder: Any, step: str) -> int:
    return (
        len(holder)
        if step == str(len(holder))
        else int(_index(holder, step)) % len(holder)
    )


def _remove(old: Any, operation: Object) -> Any:
    def change(holder: Any, step: str) -> Any:
        place = _index(holder, step)
        if isinstance(holder, dict):
            holder[place]
            return {key: value for key, value in holder.items() if key != place}
        return [item for i, item in enumerate(holder) if i != place % len(holder)]

    return _at(old, _steps(operation["path"]), change)


def _replace(old: Any, operation: Object) -> Any:
    steps = _steps(operation["path"])
    _found(old, steps)

    def change(holder: Any, step: str) -> Any:
        place = _index(holder, step)
        if isinstance(holder, dict):
            return {**holder, place: operation["value"]}
        return [
            operation["value"] if i == place % len(holder) else item
            for i, item in enumerate(holder)
        ]

    return _at(old, steps, change) if steps else operation["value"]


def _move(old: Any, operation: Object) -> Any:
    value = _found(old, _steps(operation["from"]))
    return _add(
        _remove(old, {"path": operation["from"]}),
        {"path": operation["path"], "value": value},
    )


def _copy(old: Any, operation: Object) -> Any:
    value = _found(old, _steps(operation["from"]))
    return _add(old, {"path": operation["path"], "value": value})


def _test(old: Any, operation: Object) -> Any:
    if _found(old, _steps(operation["path"])) != operation.get("value"):
        raise ValueError(operation["path"])
    return old


_OPERATIONS: dict[str, Callable[[Any, Object], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
_PATCHES: dict[str, Callable[[Object, Any], Any]] = {
    "strategic": _strategic,
    "merge": merge_patch,
    "json": json_patch,
}

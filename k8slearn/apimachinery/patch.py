"""The three kinds of patches a client may send: strategic merge, JSON merge and JSON patch.

Kubernetes: apiserver/pkg/endpoints/handlers/patch.go
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from k8slearn.apimachinery import strategic_merge as strategic
from k8slearn.apimachinery.decode import Decoded, decode, parse_json, repetitions
from k8slearn.apimachinery.errors import (
    ApiError,
    bad_request,
    invalid,
    unsupported_media_type,
)
from k8slearn.apimachinery.field import invalid as invalid_field
from k8slearn.apimachinery.gotext import go_plain
from k8slearn.apimachinery.json_errors import json_trouble
from k8slearn.apimachinery.json_patch import json_patch, strict_complaints
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.schema import kind_type

MEDIA_TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
}
_JSON_NAMES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "bool",
}


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
    wanted = kind_type(old["apiVersion"], old["kind"])
    if type == "strategic" and wanted is None:
        # Only Go's types say how lists are merged.
        others = [media for kind, media in MEDIA_TYPES.items() if kind != type]
        raise unsupported_media_type(others)
    value = _value(patch, type)
    complaints = [] if strict == "Ignore" else _complaints(value, type)
    if complaints:
        # What is repeated has been told, and the last one counts.
        value = _once(value)
    found = _PATCHES[type](old, value)
    decoded = _decoded(found, old, value, type, strict, complaints)
    # A patch cannot make another kind of an object, whatever it says.
    new = {
        "metadata": {},
        **decoded.value,
        "apiVersion": old["apiVersion"],
        "kind": old["kind"],
    }
    return decoded._replace(value=new)


def _value(patch: Any, type: str) -> Any:
    value = patch
    if isinstance(patch, str | bytes):
        value = _parsed(patch, type)
    # A JSON patch is a list of operations, the others are objects.
    if isinstance(value, list if type == "json" else dict):
        return value
    target = "[]handlers.jsonPatchOp" if type == "json" else "map[string]interface {}"
    found = _json_name(value)
    message = f"json: cannot unmarshal {found} into Go value of type {target}"
    raise bad_request(f"error decoding patch: {message}")


def _complaints(patch: Any, type: str) -> list[str]:
    """What strict decoding refuses of the patch itself."""
    if type == "json":
        return strict_complaints(patch)
    told = dict.fromkeys(f'duplicate field "{path}"' for path in repetitions(patch))
    return list(told)


def _once(value: Any) -> Any:
    """A value without the memory of what was repeated in it."""
    if isinstance(value, list):
        return [_once(item) for item in value]
    if isinstance(value, dict):
        return {key: _once(item) for key, item in value.items()}
    return value


def _json_name(value: Any) -> str:
    for known, told in _JSON_NAMES.items():
        if isinstance(value, known):
            return told
    return "number"


def _parsed(text: str | bytes, type: str) -> Any:
    try:
        return parse_json(text)
    except ValueError as error:
        trouble = json_trouble(str(text), error)
    # Of a strategic patch the reader's words are all that is said. Kubernetes: strategicPatchObject
    prefix = "" if type == "strategic" else "error decoding patch: "
    raise bad_request(f"{prefix}{trouble}") from None


def _decoded(
    found: Any, old: Object, patch: Any, type: str, strict: str, complaints: list[str]
) -> Decoded:
    """The result as this kind's types have it; what is no object of the kind is refused, worded as for patches."""
    wanted = kind_type(old["apiVersion"], old["kind"])
    if wanted is None:
        return Decoded(value=found, error="", strict=[])
    decoded = decode(found, wanted)
    # Those of the patch come first.
    decoded = decoded._replace(strict=[*complaints, *decoded.strict])
    trouble = decoded.error
    if type == "strategic" and trouble:
        # Upstream merges maps and converts the result: another reader, with other words.
        trouble = decoded.converted or trouble
    if not trouble and decoded.strict and strict == "Strict":
        trouble = f"strict decoding error: {', '.join(decoded.strict)}"
    if not trouble:
        return decoded
    # A strategic patch is shown as what is left of it, the others as what they made of the object.
    shown = _compact(found)
    if type == "strategic":
        shown = go_plain(strategic.merged_away(patch))
    raise _refused(shown, trouble)


def refused_patch(found: Object, notes: Sequence[str]) -> ApiError:
    """422 for a patch whose result has what its kind does not know."""
    return _refused(_compact(found), f"strict decoding error: {', '.join(notes)}")


def _refused(shown: Any, trouble: str) -> ApiError:
    return invalid("", "", [invalid_field("patch", shown, trouble)])


def _compact(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _strategic(old: Object, patch: Any) -> Any:
    return strategic.merge(old, patch, kind_type(old["apiVersion"], old["kind"]))


def merge_patch(old: Any, patch: Any) -> Any:
    """RFC 7386: objects are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = {}
    if isinstance(old, dict):
        merged = dict(old)
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            # A field that was there keeps its place, a new one comes last.
            merged[key] = merge_patch(merged.get(key), value)
    return merged


_PATCHES: dict[str, Callable[[Object, Any], Any]] = {
    "strategic": _strategic,
    "merge": merge_patch,
    "json": json_patch,
}

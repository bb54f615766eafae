"""JSON patch, RFC 6902, with the liberties of the library that Kubernetes uses: negative indexes count from the end.

Kubernetes: gopkg.in/evanphx/json-patch.v4, with the limits that apiserver/pkg/endpoints/handlers/patch.go and
pkg/server/config.go set for it
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.decode import as_written, repetitions
from k8slearn.apimachinery.errors import too_large, unprocessable
from k8slearn.apimachinery.objects import Object, copied

MAX_OPERATIONS = 10_000
"""Kubernetes: maxJSONPatchOperations"""
MAX_COPIED = 3 * 1024 * 1024
"""Bytes that the operations `copy` of one patch may add up to. Kubernetes: JSONPatchMaxCopyBytes"""
_TOO_MANY = "The allowed maximum operations in a JSON patch is {}, got {}"

_FIELDS = ("op", "from", "path", "value")

_Steps = list[str]


def json_patch(old: Any, operations: list[Any]) -> Any:
    """The value that the operations make; an operation that does not fit raises ApiError 422, as Kubernetes does."""
    if len(operations) > MAX_OPERATIONS:
        raise too_large(_TOO_MANY.format(MAX_OPERATIONS, len(operations)))
    # One copy for all operations: with one each, ten thousand of them would copy a long list ten thousand times.
    patching = _Patching(copied(old))
    for operation in operations:
        try:
            _OPERATIONS[operation["op"]](patching, operation)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            # Whatever is wrong with it, the server says the same.
            raise unprocessable() from None
    return patching.root


def strict_complaints(operations: list[Any]) -> list[str]:
    """What is repeated or unknown in a JSON patch itself. Kubernetes: patch.go, jsonPatcher.applyJSPatch"""
    found: dict[str, None] = {}
    for index, operation in enumerate(operations):
        if not isinstance(operation, dict):
            continue
        seen = set()
        for key, value in as_written(operation):
            place = f"[{index}].{key}"
            if key not in _FIELDS:
                found[f'json patch unknown field "{place}"'] = None
                continue
            if key in seen:
                found[f'json patch duplicate field "{place}"'] = None
            seen.add(key)
            for path in repetitions(value, place):
                found[f'json patch duplicate field "{path}"'] = None
    return list(found)


def _steps(pointer: str) -> _Steps:
    """The steps of a pointer such as /spec/containers/0 (RFC 6901), none for the whole document."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(pointer)
    steps = pointer.split("/")[1:]
    # ~1 before ~0: "~01" stands for "~1".
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _index(value: Any, step: str) -> Any:
    """A step as what Python takes: a key of an object, an index of a list that is not negative."""
    if isinstance(value, dict):
        return step
    if not isinstance(value, list) or not step.removeprefix("-").isdigit():
        raise ValueError(step)
    index = int(step)
    if not -len(value) <= index < len(value):
        raise IndexError(step)
    return index % len(value)


def _insertion(holder: Any, step: str) -> int:
    # "-" is the place behind the last element, and so is its number.
    if isinstance(holder, list) and step in ("-", str(len(holder))):
        return len(holder)
    return int(_index(holder, step))


class _Patching:
    """A document that is being changed: nobody else has it, so it is changed in place."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.copied = 0

    def find(self, steps: _Steps) -> Any:
        value = self.root
        for step in steps:
            value = value[_index(value, step)]
        return value

    def put(self, pointer: str, new: Any) -> None:
        """Put a value where it will be the only one, a list's others moving on."""
        steps = _steps(pointer)
        if not steps:
            self.root = new
            return
        holder = self.find(steps[:-1])
        if isinstance(holder, dict):
            holder[steps[-1]] = new
        else:
            holder.insert(_insertion(holder, steps[-1]), new)

    def take(self, pointer: str) -> Any:
        """Take a value out."""
        steps = _steps(pointer)
        holder = self.find(steps[:-1])
        return holder.pop(_index(holder, steps[-1]))

    def add(self, operation: Object) -> None:
        self.put(operation["path"], copied(operation["value"]))

    def remove(self, operation: Object) -> None:
        self.take(operation["path"])

    def replace(self, operation: Object) -> None:
        new = copied(operation["value"])
        steps = _steps(operation["path"])
        if not steps:
            self.root = new
            return
        # A field that is not there is set all the same: the library asks only whether the object is there.
        holder = self.find(steps[:-1])
        holder[_index(holder, steps[-1])] = new

    def move(self, operation: Object) -> None:
        value = self.take(operation["from"])
        self.put(operation["path"], value)

    def copy(self, operation: Object) -> None:
        value = self.find(_steps(operation["from"]))
        # As text and back: its length is what the limit is about, and the copy is the patch's own.
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        self.copied += len(text.encode("utf-8", "surrogatepass"))
        if self.copied > MAX_COPIED:
            raise ValueError(self.copied)
        self.put(operation["path"], json.loads(text))

    def test(self, operation: Object) -> None:
        path = operation["path"]
        if self.find(_steps(path)) != operation.get("value"):
            raise ValueError(path)


_OPERATIONS: dict[str, Callable[[_Patching, Object], None]] = {
    "add": _Patching.add,
    "remove": _Patching.remove,
    "replace": _Patching.replace,
    "move": _Patching.move,
    "copy": _Patching.copy,
    "test": _Patching.test,
}

"""JSON patch, RFC 6902, with the liberties of the library that Kubernetes uses: negative indexes count from the end.

Kubernetes: gopkg.in/evanphx/json-patch.v4
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery.errors import unprocessable
from k8slearn.apimachinery.objects import Object

_Steps = list[str]


def json_patch(old: Any, operations: list[Any]) -> Any:
    """The value that the operations make; an operation that does not fit raises ApiError 422, as Kubernetes does."""
    for operation in operations:
        try:
            old = _OPERATIONS[operation["op"]](old, operation)
        except (KeyError, IndexError, TypeError, ValueError):
            # Whatever is wrong with it, the server says the same.
            raise unprocessable() from None
    return old


def _steps(pointer: str) -> _Steps:
    """The steps of a pointer such as /spec/containers/0 (RFC 6901), none for the whole document."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(pointer)
    steps = pointer.split("/")[1:]
    # ~1 before ~0: "~01" stands for "~1".
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _found(value: Any, steps: _Steps) -> Any:
    for step in steps:
        value = value[_index(value, step)]
    return value


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


def _at(value: Any, steps: _Steps, change: Callable[[Any, str], Any]) -> Any:
    """A copy of the value in which the container of the last step is changed."""
    step, *rest = steps
    if not rest:
        return change(value, step)
    place = _index(value, step)
    inner = _at(value[place], rest, change)
    return _with(value, place, inner)


def _with(holder: Any, place: Any, new: Any) -> Any:
    """A copy of an object or a list with something else at a place."""
    copy = _copied(holder)
    copy[place] = new
    return copy


def _copied(holder: Any) -> Any:
    return dict(holder) if isinstance(holder, dict) else list(holder)


def _add(old: Any, operation: Object) -> Any:
    new = operation["value"]
    steps = _steps(operation["path"])
    if not steps:
        return new

    def insert(holder: Any, step: str) -> Any:
        if isinstance(holder, dict):
            return _with(holder, step, new)
        place = _insertion(holder, step)
        return [*holder[:place], new, *holder[place:]]

    return _at(old, steps, insert)


def _insertion(holder: Any, step: str) -> int:
    # "-" is the place behind the last element, and so is its number.
    if isinstance(holder, list) and step in ("-", str(len(holder))):
        return len(holder)
    return int(_index(holder, step))


def _remove(old: Any, operation: Object) -> Any:
    def drop(holder: Any, step: str) -> Any:
        place = _index(holder, step)
        copy = _copied(holder)
        del copy[place]
        return copy

    return _at(old, _steps(operation["path"]), drop)


def _replace(old: Any, operation: Object) -> Any:
    new = operation["value"]
    steps = _steps(operation["path"])
    # What is not there cannot be replaced.
    _found(old, steps)
    if not steps:
        return new

    def put(holder: Any, step: str) -> Any:
        return _with(holder, _index(holder, step), new)

    return _at(old, steps, put)


def _move(old: Any, operation: Object) -> Any:
    source = operation["from"]
    value = _found(old, _steps(source))
    rest = _remove(old, {"path": source})
    target = operation["path"]
    return _add(rest, {"path": target, "value": value})


def _copy(old: Any, operation: Object) -> Any:
    value = _found(old, _steps(operation["from"]))
    target = operation["path"]
    return _add(old, {"path": target, "value": value})


def _test(old: Any, operation: Object) -> Any:
    path = operation["path"]
    if _found(old, _steps(path)) != operation.get("value"):
        raise ValueError(path)
    return old


_OPERATIONS: dict[str, Callable[[Any, Object], Any]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}

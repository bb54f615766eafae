"""The values that a template asks an object for. Kubernetes: client-go util/jsonpath/jsonpath.go"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from k8slearn.apimachinery.gotext import go_plain
from k8slearn.page.kubectl.jsonpath.parsing import (
    FieldStep,
    FilterStep,
    PathNode,
    RangeNode,
    RecursiveStep,
    SliceStep,
    Step,
    Template,
    TemplateError,
    TextStep,
    UnionStep,
    WordStep,
)

Values = list[Any]
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def found(template: Template, value: Any) -> Iterator[Values]:
    """Of each node what it stands for. Raises TemplateError."""
    for node in template:
        if isinstance(node, TextStep):
            yield [node.value]
        elif isinstance(node, RangeNode):
            for each in at(node.over, [value]):
                yield from found(node.inside, each)
        else:
            yield at(node, [value])


def at(path: PathNode, values: Values) -> Values:
    """What stands at the end of a path. Raises TemplateError."""
    for step in path.steps:
        values = [each for value in values for each in _next(step, value)]
    return values


def _next(step: Step, value: Any) -> Sequence[Any]:
    if isinstance(step, TextStep):
        return [step.value]
    if isinstance(step, FieldStep):
        return _field(step.name, value)
    if isinstance(step, SliceStep):
        return _slice(step, value)
    if isinstance(step, RecursiveStep):
        return list(_below(value))
    if isinstance(step, UnionStep):
        return [each for path in step.paths for each in at(path, [value])]
    if isinstance(step, FilterStep):
        return _filtered(step, value)
    raise TemplateError(_unknown(step))


def _unknown(word: WordStep) -> str:
    if word.name == "end":
        return "not in range, nothing to end"
    return f"unrecognized identifier {word.name}"


def _field(name: str, value: Any) -> Sequence[Any]:
    """What is not there is left out, as kubectl has it (AllowMissingKeys)."""
    if name == "*":
        return _inside(value)
    if isinstance(value, dict) and name in value:
        return [value[name]]
    return []


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _below(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        yield value
    for each in _inside(value):
        yield from _below(each)


def _slice(step: SliceStep, value: Any) -> Sequence[Any]:
    """Kubernetes: evalArray"""
    if value is None:
        return []
    if not isinstance(value, list):
        raise TemplateError(f"{_type(value)} is not array or slice")
    length = len(value)
    start = 0 if step.start is None else step.start
    end = length if step.end is None else step.end
    if start < 0:
        start += length
    if end < 0 or (end == 0 and step.single):
        end += length
    if start == end:
        return []
    for place in (start, end - 1):
        if not 0 <= place < length:
            raise TemplateError(
                f"array index out of bounds: index {place}, length {length}"
            )
    if start > end:
        raise TemplateError(
            f"starting index {start} is greater than ending index {end}"
        )
    if step.step is not None and step.step <= 0:
        raise TemplateError("step must be > 0")
    return value[start : end : step.step or 1]


def _type(value: Any) -> str:
    """Go's name of what JSON has."""
    for kind, title in (
        (dict, "map[string]interface {}"),
        (bool, "bool"),
        (int, "int64"),
        (float, "float64"),
    ):
        if isinstance(value, kind):
            return title
    return "string"


def _filtered(step: FilterStep, value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        said = f"{go_plain(value)} is not array or slice and cannot be filtered"
        raise TemplateError(said)
    return [each for each in value if _holds(step, each)]


def _holds(step: FilterStep, value: Any) -> bool:
    """Kubernetes: evalFilter"""
    left = at(step.left, [value])
    if not step.sign:
        return bool(left)
    right = at(step.right, [value]) if left else []
    if not right:
        return False
    if len(left) > 1 or len(right) > 1:
        raise TemplateError("can only compare one element at a time")
    if _kind(left[0]) != _kind(right[0]):
        raise TemplateError("incompatible types for comparison")
    if step.sign not in _SIGNS:
        raise TemplateError(f"unrecognized filter operator {step.sign}")
    return _SIGNS[step.sign](left[0], right[0])


def _kind(value: Any) -> str:
    return "number" if _type(value) in ("int64", "float64") else _type(value)

"""What a refusal shows of a map or list that was sent empty: `{}` or `[]`, where one that is not there is `null`.

Objects are stored without what is empty, so only the body can tell the two apart.
Kubernetes: apimachinery/pkg/util/validation/field/errors.go, Error.ErrorBody prints the value as JSON, and Go's JSON
tells a nil map from an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from k8slearn.apimachinery.errors import ApiError, Cause, invalid
from k8slearn.apimachinery.manifests import load

_NULL = "Invalid value: null"
# Of an Ingress without rules the spec is named, and the rules are shown.
_SHOWN_AT = {"spec": "spec.rules"}
_STEP = re.compile(r"[^.\[\]]+")


@contextmanager
def told_as_sent(body: Any) -> Iterator[None]:
    """While a body (JSON, YAML or its value) is written: a refusal shows what was sent empty as it was sent."""
    try:
        yield
    except ApiError as error:
        if _NULL not in error.message:
            raise
        raise _as_sent(error, _value(body)) from None


def _as_sent(error: ApiError, sent: Any) -> ApiError:
    causes = [_shown(cause, sent) for cause in error.causes]
    if causes == error.causes:
        return error
    details = error.status["details"]
    kind = details["kind"]
    if details.get("group"):
        kind = f"{kind}.{details['group']}"
    return invalid(kind, details.get("name", ""), causes)


def _shown(cause: Cause, sent: Any) -> Cause:
    if not cause.message.startswith(_NULL):
        return cause
    value = _at(sent, _SHOWN_AT.get(cause.field, cause.field))
    # A patch that takes away all that was there leaves a map behind, too, and says so with what it has of it.
    if isinstance(value, dict):
        empty = "{}"
    elif isinstance(value, list):
        empty = "[]"
    else:
        return cause
    rest = cause.message.removeprefix(_NULL)
    message = f"Invalid value: {empty}{rest}"
    return Cause(cause.field, cause.reason, message)


def _at(value: Any, path: str) -> Any:
    """What stands at a path such as spec.rules[0].labels; None where nothing does."""
    for step in _STEP.findall(path):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step)
        else:
            return None
    return value


def _value(body: Any) -> Any:
    if not isinstance(body, str | bytes):
        return body
    # It has been read before, and all JSON is YAML.
    return load(body)

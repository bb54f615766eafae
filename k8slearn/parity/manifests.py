"""Replay manifests that a real API server was sent, and compare its verdicts with the model's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.admission import admit_create

Difference = tuple[str, Any, Any]
KIND = "DaemonSet"
NAMESPACE = "default"
# The order in which the manifests were written. It matters: the API server names unknown fields in the order of a body.
_FIRST = (
    "apiVersion", "kind", "metadata", "spec", "name", "namespace", "image", "env", "labels", "selector", "template",
    "containers",
)  # fmt: skip


def as_sent(value: Any) -> Any:
    """The manifest in its writer's order: the recording sorted the keys, and messages follow the order of a body."""
    if isinstance(value, list):
        return [as_sent(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = [key for key in _FIRST if key in value]
    keys += [key for key in value if key not in _FIRST]
    return {key: as_sent(value[key]) for key in keys}


def verdict(manifest: Any) -> Object:
    """What the model's API server answers to a POST with fieldValidation=Strict."""
    try:
        admit_create(as_sent(manifest), kind=KIND, namespace=NAMESPACE)
    except ApiError as error:
        causes = [cause.as_dict() for cause in error.causes]
        return {
            "code": error.code,
            "reason": error.reason,
            "message": error.message,
            "causes": causes,
        }
    return {"code": 201}


def _fields(answer: Object) -> list[tuple[str, str]]:
    return [
        (cause.get("field", ""), cause.get("reason", ""))
        for cause in answer.get("causes") or []
    ]


def replay(rows: Iterable[Object]) -> list[Object]:
    """One entry a row: whether code, causes (field and reason, in order) and message agree, and both verdicts."""
    compared = []
    for row in rows:
        got = verdict(row["manifest"])
        compared.append(_compare(row["case"], row["verdict"], got))
    return compared


def _compare(
    case: str,
    expected: Object,
    got: Object,
) -> Object:
    code = expected["code"], expected.get("reason")
    return {
        "case": case,
        "code_ok": code == (got["code"], got.get("reason")),
        "causes_ok": _fields(expected) == _fields(got),
        "message_ok": expected.get("message") == got.get("message"),
        "expected": expected,
        "got": got,
    }


def verdict_differences(row: Object) -> list[Difference]:
    """(what, expected, got) where code or causes differ; the wording is not counted."""
    found = _compare(row["case"], row["verdict"], verdict(row["manifest"]))
    return [
        (what, found["expected"], found["got"])
        for what in ("code_ok", "causes_ok")
        if not found[what]
    ]

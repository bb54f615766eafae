"""Replays manifests that were sent to a real API server, and compares its verdicts with the model's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object
from k8slearn.apiserver.admission import admit_create

Difference = tuple[str, Any, Any]
KIND = "DaemonSet"
NAMESPACE = "default"
# The order of fields in the manifests, which matters: the API server lists unknown fields in the order of the body.
_FIRST = (
    "apiVersion", "kind", "metadata", "spec", "name", "namespace", "image", "env", "labels", "selector", "template",
    "containers",
)  # fmt: skip


def as_sent(value: Any) -> Any:
    """The manifest with its fields in the original order: the recording sorted them, but messages follow the body."""
    if isinstance(value, list):
        return [as_sent(item) for item in value]
    if not isinstance(value, dict):
        return value
    keys = [key for key in _FIRST if key in value]
    keys += [key for key in value if key not in _FIRST]
    return {key: as_sent(value[key]) for key in keys}


def verdict(manifest: Any) -> Object:
    """The answer of the model's API server to a POST with fieldValidation=Strict."""
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
    """For each row, whether code, causes (field and reason, in order) and message agree, and both verdicts."""
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
    """(what, expected, got) where code or causes differ; messages are not compared."""
    found = _compare(row["case"], row["verdict"], verdict(row["manifest"]))
    return [
        (what, found["expected"], found["got"])
        for what in ("code_ok", "causes_ok")
        if not found[what]
    ]

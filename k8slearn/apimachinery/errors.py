"""What the API server says when it refuses: a Kubernetes `Status` carried by a Python exception."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.gotext import go_quote

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"

_HEADLINE = "API server 拒绝了这个请求（{code} {reason}）："
_CAUSES_TITLE = "出错的字段："


@dataclass(frozen=True, slots=True)
class Cause:
    """One refused field; `reason` is a CauseType such as "FieldValueInvalid", `message` lacks the field's name."""

    field: str
    reason: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"

    def as_dict(self) -> dict[str, str]:
        """The cause as it stands in a Status; an empty field is left out."""
        found = {"reason": self.reason, "message": self.message, "field": self.field}
        return {key: value for key, value in found.items() if value}


class ApiError(Exception):
    """A refusal by the API server; `status` is the Status object that a client would receive."""

    def __init__(self, status: dict[str, Any]) -> None:
        super().__init__(status.get("message", ""))
        self.status = status

    @property
    def code(self) -> int:
        """The HTTP status code."""
        return int(self.status["code"])

    @property
    def reason(self) -> str:
        """The machine-readable reason, such as "NotFound"."""
        return str(self.status.get("reason", ""))

    @property
    def message(self) -> str:
        """Kubernetes' own sentence."""
        return str(self.status.get("message", ""))

    @property
    def causes(self) -> list[Cause]:
        """The refused fields, in the server's order."""
        found = self.status.get("details", {}).get("causes", [])
        return [
            Cause(c.get("field", ""), c.get("reason", ""), c.get("message", ""))
            for c in found
        ]

    def _render_traceback_(self) -> list[str]:
        """What IPython prints instead of a Python traceback."""
        lines = [_HEADLINE.format(code=self.code, reason=self.reason), self.message]
        causes = self.causes
        if len(causes) > 1:
            lines += [_CAUSES_TITLE, *(f"  - {cause}" for cause in causes)]
        return lines


def failure(
    code: int, reason: str, message: str, details: dict[str, Any] | None = None
) -> ApiError:
    """Any other refusal, worded by the caller."""
    status: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
    }
    status |= {"message": message, "reason": reason}
    if details is not None:
        status["details"] = details
    return ApiError(status | {"code": code})


def _split(qualified: str) -> tuple[str, str]:
    """("daemonsets", "apps") from "daemonsets.apps"."""
    first, _, group = qualified.partition(".")
    return first, group


def _details(qualified: str, name: str = "", **more: Any) -> dict[str, Any]:
    kind, group = _split(qualified)
    found = {"name": name, "group": group, "kind": kind} | more
    return {key: value for key, value in found.items() if value}


def aggregate(messages: Iterable[str]) -> str:
    """Several messages as one, repeated ones once. Kubernetes: apimachinery/pkg/util/errors, aggregate.Error."""
    unique = list(dict.fromkeys(messages))
    return unique[0] if len(unique) == 1 else "[" + ", ".join(unique) + "]"


def not_found(resource: str, name: str) -> ApiError:
    """404 for one object; `resource` is qualified by its group, as in "daemonsets.apps"."""
    return failure(
        404,
        "NotFound",
        f"{resource} {go_quote(name)} not found",
        _details(resource, name),
    )


def no_such_path() -> ApiError:
    """404 for a path or an API that the server does not have."""
    return failure(
        404, "NotFound", "the server could not find the requested resource", {}
    )


def already_exists(resource: str, name: str, *, deleting: bool = False) -> ApiError:
    """409: an object of this name is already there; `deleting` when it is on its way out."""
    message = f"{'object is being deleted: ' if deleting else ''}{resource} {go_quote(name)} already exists"
    return failure(409, "AlreadyExists", message, _details(resource, name))


def conflict(resource: str, name: str, message: str = MODIFIED) -> ApiError:
    """409: the write rests on an older version of the object, or a precondition does not hold."""
    text = f"Operation cannot be fulfilled on {resource} {go_quote(name)}: {message}"
    return failure(409, "Conflict", text, _details(resource, name))


def invalid(kind: str, name: str, causes: Iterable[Cause]) -> ApiError:
    """422: the object breaks rules; `kind` is qualified by its group, as in "DaemonSet.apps"."""
    found = list(causes)
    tail = f": {aggregate(str(cause) for cause in found)}" if found else ""
    details = _details(kind, name, causes=[cause.as_dict() for cause in found])
    return failure(422, "Invalid", f"{kind} {go_quote(name)} is invalid{tail}", details)


def bad_request(message: str) -> ApiError:
    """400: what was sent cannot be understood."""
    return failure(400, "BadRequest", message)


def forbidden(resource: str, name: str, message: str) -> ApiError:
    """403: understood, and not allowed."""
    whom = (
        f"{resource} {go_quote(name)} is forbidden"
        if name
        else f"{resource} is forbidden"
    )
    text = f"{whom}: {message}" if resource else f"forbidden: {message}"
    return failure(403, "Forbidden", text, _details(resource, name))


def gone(message: str) -> ApiError:
    """410: what was asked for is no longer kept."""
    return failure(410, "Gone", message)


def expired(
    message: str = "The resourceVersion for the provided watch is too old.",
) -> ApiError:
    """410: a watch or list continues from a version that is no longer kept."""
    return failure(410, "Expired", message)


def method_not_allowed(resource: str, verb: str) -> ApiError:
    """405: this resource has no such verb."""
    text = f"{verb} is not supported on resources of kind {go_quote(resource)}"
    return failure(405, "MethodNotAllowed", text, _details(resource))


def unsupported_media_type(accepted: Iterable[str]) -> ApiError:
    """415: the body is in a format that this request does not take."""
    text = (
        "the body of the request was in an unknown format - accepted media types include: "
        + ", ".join(accepted)
    )
    return failure(415, "UnsupportedMediaType", text)


def not_acceptable(accepted: Iterable[str]) -> ApiError:
    """406: the client accepts no format that the server writes."""
    text = "only the following media types are accepted: " + ", ".join(accepted)
    return failure(406, "NotAcceptable", text)


def too_many_requests(message: str, retry_after: int = 0) -> ApiError:
    """429: come back after `retry_after` seconds."""
    details = {"retryAfterSeconds": retry_after} if retry_after else {}
    return failure(429, "TooManyRequests", message, details)


def unprocessable() -> ApiError:
    """422 without a cause: a JSON patch that does not fit the object."""
    return failure(
        422,
        "Invalid",
        "the server rejected our request due to an error in our request",
        {},
    )


def internal_error(message: str) -> ApiError:
    """500: the server itself failed."""
    details = {"causes": [{"message": message}]}
    return failure(500, "InternalError", f"Internal error occurred: {message}", details)

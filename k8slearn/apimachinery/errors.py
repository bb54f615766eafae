"""What the API server says when it refuses: a Kubernetes `Status` carried by a Python exception.

Kubernetes: apimachinery/pkg/api/errors/errors.go; one function here answers to one New… there. Where a `resource` is
asked for, it is qualified by its group, as in "daemonsets.apps"; so is a `kind`, as in "DaemonSet.apps".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.objects import Object
from k8slearn.locale import apimachinery as words

# Kubernetes: apiserver/pkg/registry/generic/registry/store.go OptimisticLockErrorMsg
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"

MAX_TOLD = 256 * 1024
"""Characters of causes. Deviation: the real server lists all, and the message of 100,000 labels has 62 MB."""
_MORE = " (and more that are not listed)"


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if value}


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
        found = {
            "reason": self.reason,
            "message": self.message,
            "field": self.field,
        }
        return _without_empty(found)


class ApiError(Exception):
    """A refusal by the API server; `status` is the Status object that a client would receive."""

    def __init__(self, status: Object) -> None:
        super().__init__(status.get("message", ""))
        self.status = status
        self.warnings: list[str] = []

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
        details = self.status.get("details", {})
        found = []
        for entry in details.get("causes", []):
            cause = Cause(
                field=entry.get("field", ""),
                reason=entry.get("reason", ""),
                message=entry.get("message", ""),
            )
            found.append(cause)
        return found

    def _render_traceback_(self) -> list[str]:
        """What IPython prints instead of a Python traceback, which would only show where the model refused."""
        headline = words.REFUSED.format(code=self.code, reason=self.reason)
        lines = [headline, self.message]
        causes = self.causes
        # The message of a single cause is the cause; several stand in one long line there.
        if len(causes) > 1:
            lines.append(words.CAUSES)
            lines += [f"  - {cause}" for cause in causes]
        return lines


def together(refused: Sequence[ApiError]) -> ApiError:
    """The refusals of several objects as one: that of the first, with the sentences of all."""
    if len(refused) == 1:
        return refused[0]
    message = "\n".join(error.message for error in refused)
    return ApiError({**refused[0].status, "message": message})


@contextmanager
def warned(warnings: list[str]) -> Iterator[None]:
    """Whatever is refused within, the client is told of these, too."""
    try:
        yield
    except ApiError as error:
        error.warnings = [*warnings, *error.warnings]
        raise


def failure(
    code: int, reason: str, message: str, details: Object | None = None
) -> ApiError:
    """Any other refusal, worded by the caller."""
    # In the order of Go's metav1.Status, which is the order of the JSON that a client gets.
    status: Object = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
    }
    if reason:
        status["reason"] = reason
    if details is not None:
        status["details"] = details
    status["code"] = code
    return ApiError(status)


def unexplained(message: str) -> ApiError:
    """What Go code says of an error that is none of the API's: a 500 without a reason. Kubernetes: ErrorToAPIStatus"""
    return failure(500, "", message)


def _details(qualified: str, name: str = "", **more: Any) -> Object:
    kind, _, group = qualified.partition(".")
    return _without_empty({"name": name, "group": group, "kind": kind, **more})


def aggregate(messages: Iterable[str]) -> str:
    """Several messages as one, repeated ones once. Kubernetes: apimachinery/pkg/util/errors, aggregate.Error."""
    unique = list(dict.fromkeys(messages))
    if len(unique) == 1:
        return unique[0]
    listed = ", ".join(unique)
    return f"[{listed}]"


def not_found(resource: str, name: str) -> ApiError:
    """404 for one object."""
    message = f"{resource} {go_quote(name)} not found"
    return failure(404, "NotFound", message, _details(resource, name))


def no_such_path() -> ApiError:
    """404 for a path or an API that the server does not have."""
    message = "the server could not find the requested resource"
    return failure(404, "NotFound", message, {})


def already_exists(resource: str, name: str, *, deleting: bool = False) -> ApiError:
    """409: an object of this name is already there; `deleting` when it is on its way out."""
    message = f"{resource} {go_quote(name)} already exists"
    if deleting:
        message = f"object is being deleted: {message}"
    return failure(409, "AlreadyExists", message, _details(resource, name))


def conflict(resource: str, name: str, message: str = MODIFIED) -> ApiError:
    """409: the write rests on an older version of the object, or a precondition does not hold."""
    quoted = go_quote(name)
    text = f"Operation cannot be fulfilled on {resource} {quoted}: {message}"
    return failure(409, "Conflict", text, _details(resource, name))


def invalid(kind: str, name: str, causes: Iterable[Cause]) -> ApiError:
    """422: the object breaks rules."""
    found, more = _listed(causes)
    quoted = go_quote(name)
    message = f"{kind} {quoted} is invalid"
    if found:
        complaints = aggregate(map(str, found))
        message = f"{message}: {complaints}"
    if more:
        message += _MORE
    told = [cause.as_dict() for cause in found]
    details = _details(kind, name, causes=told)
    return failure(422, "Invalid", message, details)


def _listed(causes: Iterable[Cause]) -> tuple[list[Cause], bool]:
    """The causes that fit into the message, and whether there are more; the rest is not worked out."""
    found: list[Cause] = []
    size = 0
    for cause in causes:
        if size > MAX_TOLD:
            return found, True
        found.append(cause)
        size += len(cause.field) + len(cause.message)
    return found, False


def bad_request(message: str) -> ApiError:
    """400: what was sent cannot be understood."""
    return failure(400, "BadRequest", message)


def forbidden(resource: str, name: str, message: str) -> ApiError:
    """403: understood, and not allowed; `resource` and `name` are '' where it is not about one kind or object."""
    whom = "forbidden"
    if resource:
        whom = f"{resource} is forbidden"
    if resource and name:
        quoted = go_quote(name)
        whom = f"{resource} {quoted} is forbidden"
    text = f"{whom}: {message}"
    return failure(403, "Forbidden", text, _details(resource, name))


def expired(
    message: str = "The resourceVersion for the provided watch is too old.",
) -> ApiError:
    """410: a watch or list continues from a version that is no longer kept."""
    return failure(410, "Expired", message)


def unsupported_media_type(accepted: Iterable[str]) -> ApiError:
    """415: the body is in a format that this request does not take."""
    message = "the body of the request was in an unknown format - accepted media types include: "
    return failure(415, "UnsupportedMediaType", message + ", ".join(accepted))


def not_acceptable(accepted: Iterable[str]) -> ApiError:
    """406: the client accepts no format that the server writes."""
    message = "only the following media types are accepted: " + ", ".join(accepted)
    return failure(406, "NotAcceptable", message)


def too_large(message: str) -> ApiError:
    """413: more than the server takes. Kubernetes: NewRequestEntityTooLargeError"""
    return failure(413, "RequestEntityTooLarge", f"Request entity too large: {message}")


def unprocessable() -> ApiError:
    """422 without a cause: a JSON patch that does not fit the object."""
    message = "the server rejected our request due to an error in our request"
    return failure(422, "Invalid", message, {})


def too_many_requests(message: str, cause: Object, wait: int = 0) -> ApiError:
    """429: not now; `wait` is in how many seconds to ask again, 0 where nobody knows."""
    details = _without_empty({"causes": [cause], "retryAfterSeconds": wait})
    return failure(429, "TooManyRequests", message, details)


def internal_error(message: str) -> ApiError:
    """500: the server itself failed."""
    details = {"causes": [{"message": message}]}
    return failure(500, "InternalError", f"Internal error occurred: {message}", details)

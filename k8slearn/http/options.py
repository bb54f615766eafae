"""What a request asks for besides its object: one value for each group of verbs.

Kubernetes: apimachinery pkg/apis/meta/v1/types.go; the checks: pkg/apis/meta/v1/validation,
pkg/apis/meta/internalversion/validation
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from k8slearn.apimachinery import field as field_errors
from k8slearn.apimachinery.errors import ApiError, Cause, bad_request, invalid
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.gotime import complaint
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, seconds_of
from k8slearn.apiserver.identity import Identity
from k8slearn.apiserver.registry import Registry
from k8slearn.containers.log import LogOptions
from k8slearn.http.query import Query
from k8slearn.http.write_options import is_dry_run, refused
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.selecting import FieldTerm, label_selector, parse_fields

DEFAULT_WATCH_SECONDS = 1800
"""Real seconds that a watch lasts whose client does not say: as a real server's --min-request-timeout."""
POLICIES = ("Background", "Foreground", "Orphan")
_VERSION_AND_TOKEN = "specifying resource version is not allowed when using continue"
_MAX_GRACE = 10**9
_NO_TIME = "must be greater than 0"
_ONE_SINCE = "at most one of `sinceTime` or `sinceSeconds` may be specified"


@dataclass(frozen=True, slots=True)
class ListOptions:
    """Which objects, and of when: for list, watch and deletecollection.

    `version` is the resourceVersion, 0 where none is given. `streams_list`: a watch begins with the list as it is.
    """

    labels: Object | None = None
    fields: tuple[FieldTerm, ...] = ()
    limit: int = 0
    continue_: str = ""
    version: int = 0
    match: str = ""
    streams_list: bool = False
    bookmarks: bool = False
    seconds: int = DEFAULT_WATCH_SECONDS

    @property
    def selective(self) -> bool:
        """Whether it has a selector."""
        return self.labels is not None or bool(self.fields)

    @property
    def exact(self) -> bool:
        """Whether the objects are wanted as they were at `version`, not as they are at that version or later."""
        if self.match:
            return self.match == "Exact"
        return bool(self.limit and self.version)


def list_options(query: Query, row: Kind) -> ListOptions:
    """The options of a list. Raises ApiError 400, 422."""
    labels = label_selector(query.text("labelSelector"))
    fields = parse_fields(query.text("fieldSelector"), row)
    limit = query.number("limit") or 0
    token = query.text("continue")
    match = query.text("resourceVersionMatch")
    text = query.text("resourceVersion")
    if "sendInitialEvents" in query:
        why = "Forbidden: sendInitialEvents is forbidden for list"
        raise _forbidden("sendInitialEvents", why)
    if token:
        if match:
            why = (
                "Forbidden: resourceVersionMatch is forbidden when continue is provided"
            )
            raise _forbidden("resourceVersionMatch", why)
        # The version that counts is the one in the token.
        if text not in ("", "0"):
            raise bad_request(_VERSION_AND_TOKEN)
        return ListOptions(labels=labels, fields=fields, limit=limit, continue_=token)
    if match not in ("", "Exact", "NotOlderThan"):
        supported = '"Exact", "NotOlderThan", ""'
        why = f'Unsupported value: "{match}": supported values: {supported}'
        raise _forbidden("resourceVersionMatch", why)
    if match and not text:
        why = "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"
        raise _forbidden("resourceVersionMatch", why)
    if match == "Exact" and text == "0":
        why = 'Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        raise _forbidden("resourceVersionMatch", why)
    return ListOptions(
        labels=labels,
        fields=fields,
        limit=limit,
        continue_="",
        version=_list_version(text),
        match=match,
    )


def watch_options(query: Query, row: Kind) -> ListOptions:
    """The options of a watch. Raises ApiError 400, 422."""
    return ListOptions(
        labels=label_selector(query.text("labelSelector")),
        fields=parse_fields(query.text("fieldSelector"), row),
        streams_list=_streams_list(query),
        bookmarks=query.flag("allowWatchBookmarks"),
        seconds=query.number("timeoutSeconds") or DEFAULT_WATCH_SECONDS,
        version=_watch_version(query.text("resourceVersion"), row),
    )


def _streams_list(query: Query) -> bool:
    """Whether the watch begins with the list. Kubernetes: metainternalversion/validation, validateWatchOptions"""
    match = query.text("resourceVersionMatch")
    asked = "sendInitialEvents" in query
    if asked and match != "NotOlderThan":
        field = "resourceVersionMatch" if match else "sendInitialEvents"
        why = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise _forbidden(field, why)
    if match and not asked:
        why = "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        raise _forbidden("resourceVersionMatch", why)
    return query.flag("sendInitialEvents")


def _forbidden(field: str, message: str) -> ApiError:
    cause = Cause(field, "FieldValueForbidden", message)
    return refused("ListOptions", cause)


def _list_version(text: str) -> int:
    """Kubernetes: apiserver/pkg/storage/interfaces.go, ValidateListOptions"""
    try:
        return _version(text)
    except ValueError as error:
        told = f'resourceVersion: Invalid value: "{text}": {error}'
        raise bad_request(f"invalid resource version: {told}") from None


def _watch_version(text: str, row: Kind) -> int:
    """Kubernetes: apiserver/pkg/storage/errors, InterpretWatchError"""
    try:
        return _version(text)
    except ValueError as error:
        why = f'Invalid value: "{text}": {error}'
        cause = Cause("resourceVersion", "FieldValueInvalid", why)
        raise invalid(row.qualified, "", [cause]) from None


def _version(text: str) -> int:
    """A version that a client names. Raises ValueError, in Go's words. Kubernetes: ParseResourceVersion"""
    if not text:
        return 0
    told = f'strconv.ParseUint: parsing "{text}": '
    if not text.isascii() or not text.isdigit():
        raise ValueError(f"{told}invalid syntax")
    # 20 digits are the most that an unsigned number of 64 bits has.
    if len(text.lstrip("0")) > 20 or int(text) >= 2**64:
        raise ValueError(f"{told}value out of range")
    return int(text)


# Deleting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """How to delete; `grace` in seconds, None for the object's own. `uid` and `version` are preconditions."""

    grace: int | None = None
    propagation: str | None = None
    uid: str | None = None
    version: str | None = None
    dry_run: bool = False

    def delete(
        self, registry: Registry, by: Identity, address: tuple[str, str, str]
    ) -> Change:
        """Delete the object of this kind, name and namespace so. Raises ApiError 404, 409."""
        return registry.delete(*address, by=by, **self.as_given)

    @property
    def as_given(self) -> dict[str, Any]:
        """The options as the registry takes them."""
        return {
            "grace": self.grace,
            "propagation": self.propagation,
            "uid": self.uid,
            "version": self.version,
        }


def delete_options(query: Query, body: Object) -> DeleteOptions:
    """The options of a DELETE, from its body or else from its query. Raises ApiError 400, 422."""
    dry_run = is_dry_run(query, "DeleteOptions")
    return delete_options_of(body or _from_query(query), dry_run=dry_run)


def _from_query(query: Query) -> Object:
    options: Object = {
        "gracePeriodSeconds": query.number("gracePeriodSeconds"),
        "propagationPolicy": query.text("propagationPolicy") or None,
    }
    if query.text("orphanDependents"):
        options["orphanDependents"] = query.flag("orphanDependents")
    return options


def delete_options_of(body: Object, *, dry_run: bool) -> DeleteOptions:
    """DeleteOptions from their JSON; `dry_run` is what the query says of it. Raises ApiError 400, 422."""
    given = body.get("preconditions")
    preconditions: Object = given if isinstance(given, dict) else {}
    return DeleteOptions(
        grace=_grace(body.get("gracePeriodSeconds")),
        propagation=_propagation(body),
        uid=_text(preconditions, "uid"),
        version=_text(preconditions, "resourceVersion"),
        dry_run=_is_dry(body) or dry_run,
    )


def _grace(given: object) -> int | None:
    if given is None:
        return None
    # In Python a bool is an int, in JSON it is none.
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > _MAX_GRACE:
        raise bad_request("DeleteOptions.gracePeriodSeconds: not an int64")
    # Negative values mean one second. Kubernetes: apiserver/pkg/registry/rest/delete.go, BeforeDelete
    if given < 0:
        return 1
    return given


def _propagation(body: Object) -> str | None:
    policy = body.get("propagationPolicy")
    orphan = body.get("orphanDependents")
    if policy is not None and policy not in POLICIES:
        supported = '"Foreground", "Background", "Orphan", "nil"'
        why = f"Unsupported value: {json.dumps(policy)}: supported values: {supported}"
        raise _wrong("propagationPolicy", why)
    if orphan is None:
        return policy
    if policy is not None:
        why = (
            "Invalid value: orphanDependents and deletionPropagation cannot be both set"
        )
        raise _wrong("propagationPolicy", why)
    if orphan:
        return "Orphan"
    return "Background"


def _text(o: Object, field: str) -> str | None:
    value = o.get(field)
    if isinstance(value, str) and value:
        return value
    return None


def _is_dry(body: Object) -> bool:
    given = body.get("dryRun") or []
    if given not in ([], ["All"]):
        why = f'Unsupported value: {json.dumps(given)}: supported values: "All"'
        raise _wrong("dryRun", why)
    return bool(given)


def _wrong(field: str, message: str) -> ApiError:
    cause = Cause(field, "FieldValueInvalid", message)
    return refused("DeleteOptions", cause)


# Logs --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExecOptions:
    """Which command is to run in which container ('' for the first), and what the client sends along."""

    container: str = ""
    command: tuple[str, ...] = ()
    stdin: bool = False
    tty: bool = False


def exec_options(query: Query) -> ExecOptions:
    """The options of a command in a container. Raises ApiError 400. Kubernetes: pkg/apis/core PodExecOptions"""
    command = query.texts("command")
    if not command:
        raise bad_request("you must specify at least 1 command")
    return replace(attach_options(query), command=command)


def attach_options(query: Query) -> ExecOptions:
    """The options of a connection to what runs already. Kubernetes: pkg/apis/core PodAttachOptions"""
    stdin = query.flag("stdin")
    tty = query.flag("tty")
    return ExecOptions(
        container=query.text("container"), command=(), stdin=stdin, tty=tty
    )


def log_options(query: Query, pod: str) -> LogOptions:
    """The options of a Pod's log. Raises ApiError 400, 422. Kubernetes: pkg/apis/core PodLogOptions"""
    tail = query.number("tailLines")
    limit = query.number("limitBytes")
    seconds = query.number("sinceSeconds")
    moment = query.text("sinceTime")
    since = _moment(moment) if moment else None
    wrong = list(_wrong_log(tail, limit, seconds, since))
    if wrong:
        raise invalid("PodLogOptions", pod, wrong)
    return LogOptions(
        container=query.text("container"),
        follow=query.flag("follow"),
        since_seconds=seconds,
        tail=tail,
        limit=limit,
        timestamps=query.flag("timestamps"),
        previous=query.flag("previous"),
        since=since,
    )


def _wrong_log(
    tail: int | None, limit: int | None, seconds: int | None, since: float | None
) -> Causes:
    # Kubernetes: ValidatePodLogOptions
    yield from field_errors.not_negative("tailLines", tail)
    if limit is not None and limit < 1:
        yield field_errors.invalid("limitBytes", limit, _NO_TIME)
    if seconds is None:
        return
    if since is not None:
        yield field_errors.forbidden(field_errors.WHOLE, _ONE_SINCE)
    elif seconds < 1:
        yield field_errors.invalid("sinceSeconds", seconds, _NO_TIME)


def _moment(text: str) -> float:
    """The simulated second of an RFC 3339 timestamp. Raises ApiError 400."""
    trouble = complaint(text)
    if trouble:
        raise bad_request(trouble)
    return seconds_of(text)

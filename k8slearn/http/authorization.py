"""Who asks, and whether they may: the admin may do everything, and speak for others, to whom RBAC applies.

Kubernetes: apiserver/pkg/endpoints/filters/impersonation.go and authorization.go, request/requestinfo.go
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import unquote

from k8slearn.apimachinery.errors import forbidden, internal_error
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Reader
from k8slearn.apiserver.authorizer import require, verdict, with_reason
from k8slearn.http.request import STREAMS, RequestInfo
from k8slearn.http.types import SEPARATOR, Request
from k8slearn.kinds.rbac import Access, User, account_of, impersonated

_USER = "impersonate-user"
_GROUP = "impersonate-group"
_UID = "impersonate-uid"
_EXTRA = "impersonate-extra-"
_OTHERS = (_GROUP, _UID)
_AUTHENTICATION = "authentication.k8s.io"


def user_of(store: Reader, signed_in: User, headers: Mapping[str, str]) -> User:
    """Who asks by a request's headers: who has signed in, or whom they impersonate.

    Raises ApiError 403 where they may not, 500 where it is said of nobody what they are.
    """
    name = headers.get(_USER, "")
    # Nearly every request speaks for nobody else.
    if not name:
        _require_none(headers)
        return signed_in
    user = _impersonated(name, headers)
    if not signed_in.is_master:
        for asked in _parts_of(user, headers):
            group = f".{asked.group}" if asked.group else ""
            require(store, signed_in, asked, f"{asked.resource}{group}")
    return user


def _impersonated(name: str, headers: Mapping[str, str]) -> User:
    given = headers.get(_GROUP, "")
    groups = given.split(SEPARATOR) if given else []
    extra = {}
    for header, value in headers.items():
        if header.startswith(_EXTRA):
            extra[unquote(header.removeprefix(_EXTRA))] = value.split(SEPARATOR)
    return impersonated(name, groups, headers.get(_UID, ""), extra)


def _parts_of(user: User, headers: Mapping[str, str]) -> Iterator[Access]:
    """What may be impersonated, each by itself. Kubernetes: buildImpersonationRequests"""
    may = partial(Access, "impersonate")
    account = account_of(user.name)
    if account is None:
        yield may(resource="users", name=user.name)
    else:
        yield may(resource="serviceaccounts", namespace=account[0], name=account[1])
    if headers.get(_GROUP):
        for group in headers[_GROUP].split(SEPARATOR):
            yield may(resource="groups", name=group)
    for key, values in user.extra.items():
        for value in values:
            yield may(_AUTHENTICATION, "userextras", key, value)
    if user.uid:
        yield may(_AUTHENTICATION, "uids", name=user.uid)


def _require_none(headers: Mapping[str, str]) -> None:
    """Raises ApiError 500 for groups, a uid or extra values without a user."""
    given = [header for header in _OTHERS if headers.get(header)]
    if not given and not any(header.startswith(_EXTRA) for header in headers):
        return
    shown = " ".join(f"{header}:{headers[header]}" for header in given)
    raise internal_error(f"requested [{shown}] without impersonating a user")


def authorize(store: Reader, user: User, info: RequestInfo) -> None:
    """Raises ApiError 403 where a user may not do what a request asks for."""
    if user.is_master:
        return
    row = info.served.resource
    asked = Access(
        verb=_verb_of(info),
        group=row.group,
        resource=row.plural,
        subresource=info.subresource,
        name=info.name or _named(info),
        # A Namespace is in itself. Kubernetes: NewRequestInfo
        namespace=info.name if info.stored_kind == "Namespace" else info.namespace,
    )
    require(store, user, asked, row.qualified)


def authorize_path(store: Reader, user: User, request: Request) -> None:
    """As `authorize`, of what is no object, such as /version. Raises ApiError 403."""
    if user.is_master:
        return
    asked = Access(verb=request.method.lower(), path=request.path)
    found = verdict(store, user, asked)
    if not found.allowed:
        why = f"User {go_quote(user.name)} cannot {asked.verb} path {go_quote(asked.path)}"
        raise forbidden("", "", with_reason(why, found.reason))


def _verb_of(info: RequestInfo) -> str:
    # To look into a container is to make something, whatever method begins the stream.
    if info.subresource in STREAMS:
        return "create"
    return info.verb


def _named(info: RequestInfo) -> str:
    """A list of the one object of a name is about that object."""
    for term in info.list_options.fields:
        if term.field == "metadata.name" and term.equal:
            return term.value
    return ""

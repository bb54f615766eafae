"""Questions about users: who am I, may I, may they. They are answered and never stored.

Kubernetes: pkg/registry/authorization, pkg/registry/authentication, pkg/apis/authorization/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from k8slearn.apimachinery.errors import Cause, bad_request, invalid
from k8slearn.apimachinery.field import NIL
from k8slearn.apimachinery.field import invalid as invalid_field
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, namespace, timestamp
from k8slearn.apiserver.authorizer import grants_of, verdict
from k8slearn.http.body import json_object
from k8slearn.http.request import RequestInfo
from k8slearn.http.types import Response
from k8slearn.kinds.rbac import Access, User, rules_of

_EITHER = "cannot be specified in combination with resourceAttributes"
_ONE = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
_NOBODY = "at least one of user or group must be specified"
_ELSEWHERE = "must match metadata.namespace"
_NOT_HERE = "disallowed on this kind of request"
_RESOURCE = "resourceAttributes"
_PATH = "nonResourceAttributes"


def review(store: Reader, user: User, info: RequestInfo, now: float) -> Response:
    """Answer a review that a user asks for. Raises ApiError 400, 422."""
    body = json_object(info.body, info.kind)
    # It is about a namespace, and that is the one of its path.
    if info.namespace:
        metadata = {**(body.get("metadata") or {}), "namespace": info.namespace}
        body = {**body, "metadata": metadata}
    spec = body.get("spec")
    asked = spec if isinstance(spec, dict) else {}
    status = REVIEWS[info.kind](store, user, info, {**body, "spec": asked})
    if info.kind == "SelfSubjectReview":
        # Nothing is made, but this one says when it was answered.
        body = {**body, "metadata": {"creationTimestamp": timestamp(now)}}
    answer = {
        "metadata": {},
        **body,
        "apiVersion": info.api_version,
        "kind": info.kind,
        "status": status,
    }
    return Response(answer, 201)


def _who(store: Reader, user: User, info: RequestInfo, body: Object) -> Object:
    return {"userInfo": user.as_info()}


def _self(store: Reader, user: User, info: RequestInfo, body: Object) -> Object:
    _refuse(info, _attributes(body["spec"]))
    return _access(store, user, body["spec"])


def _other(store: Reader, user: User, info: RequestInfo, body: Object) -> Object:
    spec = body["spec"]
    _refuse(info, _about_somebody(info, body))
    about = User(
        spec.get("user") or "",
        tuple(spec.get("groups") or ()),
        spec.get("uid") or "",
    )
    return _access(store, about, spec)


def _access(store: Reader, user: User, spec: Object) -> Object:
    found = verdict(store, user, asked_of(spec))
    status: Object = {"allowed": found.allowed}
    if found.reason:
        status["reason"] = found.reason
    return status


def asked_of(spec: Object) -> Access:
    """What a review asks about."""
    path = spec.get(_PATH)
    if path is not None:
        return Access(verb=path.get("verb", ""), path=path.get("path", ""))
    given = spec[_RESOURCE]
    fields = ("verb", "group", "resource", "subresource", "name", "namespace")
    return Access(**{field: given.get(field, "") for field in fields})


def _rules(store: Reader, user: User, info: RequestInfo, body: Object) -> Object:
    place = body["spec"].get("namespace")
    if not place:
        raise bad_request("no namespace on request")
    grants = grants_of(store, user, place)
    resources: list[Object] = []
    paths: list[Object] = []
    for rule in rules_of(grants.found):
        group = paths if rule.get("nonResourceURLs") else resources
        group.append(rule)
    status: Object = {
        "resourceRules": resources,
        "nonResourceRules": paths,
        "incomplete": bool(grants.errors),
    }
    if grants.errors:
        status["evaluationError"] = "[" + ", ".join(grants.errors) + "]"
    return status


def _token(store: Reader, user: User, info: RequestInfo, body: Object) -> Object:
    """Whose a token is. Deviation: only the one is known with which whoever asks has signed in."""
    token = body["spec"].get("token", "")
    if not token or token != info.token:
        return {"user": {}, "error": "[invalid bearer token]"}
    return {"authenticated": True, "user": user.as_info()}


_Answer = Callable[[Reader, User, RequestInfo, Object], Object]
REVIEWS: dict[str, _Answer] = {
    "LocalSubjectAccessReview": _other,
    "SelfSubjectAccessReview": _self,
    "SelfSubjectReview": _who,
    "SelfSubjectRulesReview": _rules,
    "SubjectAccessReview": _other,
    "TokenReview": _token,
}


# Whether it is a question at all -------------------------------------------------------------------------------


def _refuse(info: RequestInfo, causes: Iterator[Cause]) -> None:
    found = list(causes)
    if found:
        group = info.api_version.partition("/")[0]
        raise invalid(f"{info.kind}.{group}", "", found)


def _attributes(spec: Object) -> Iterator[Cause]:
    """Kubernetes: ValidateSelfSubjectAccessReviewSpec"""
    resource = spec.get(_RESOURCE)
    path = spec.get(_PATH)
    if resource is not None and path is not None:
        yield invalid_field(f"spec.{_PATH}", path, _EITHER)
    if resource is None and path is None:
        yield invalid_field(f"spec.{_RESOURCE}", NIL, _ONE)


def _about_somebody(info: RequestInfo, body: Object) -> Iterator[Cause]:
    """Kubernetes: ValidateSubjectAccessReviewSpec, ValidateLocalSubjectAccessReview"""
    spec = body["spec"]
    yield from _attributes(spec)
    if not spec.get("user") and not spec.get("groups"):
        yield invalid_field("spec.user", "", _NOBODY)
    if not info.served.resource.namespaced:
        return
    resource: Any = spec.get(_RESOURCE)
    if resource is not None and resource.get("namespace", "") != namespace(body):
        there = resource.get("namespace", "")
        yield invalid_field(f"spec.{_RESOURCE}.namespace", there, _ELSEWHERE)
    if spec.get(_PATH) is not None:
        yield invalid_field(f"spec.{_PATH}", spec[_PATH], _NOT_HERE)

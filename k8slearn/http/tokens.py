"""Tokens of ServiceAccounts: `kubectl create token` asks for them, and `kubectl --token` signs in with them.

Kubernetes: pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go
"""

from __future__ import annotations

from secrets import token_bytes
from uuid import uuid4

from k8slearn.apimachinery.errors import bad_request, conflict, failure, invalid
from k8slearn.apimachinery.field import invalid as invalid_field
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    START,
    Object,
    name,
    namespace,
    timestamp,
    uid,
)
from k8slearn.apiserver.service_account_token import claims_of, token
from k8slearn.controlplane import ControlPlane
from k8slearn.http.body import json_object
from k8slearn.http.request import RequestInfo
from k8slearn.http.types import Response
from k8slearn.kinds.rbac import AUTHENTICATED, User, groups_of_account

ISSUER = "https://kubernetes.default.svc.cluster.local"
HOUR = 3600
LEAST = 600
LEEWAY = 60
"""Seconds: clocks may differ. Kubernetes: go-jose's jwt.DefaultLeeway, with which its validator looks"""
_PRIVATE = "kubernetes.io"
_EXTRA = "authentication.kubernetes.io/"
_TOO_SHORT = "may not specify a duration less than 10 minutes"
_BOUND_KINDS = ("Node", "Pod", "Secret")
_OTHER_ACCOUNT = "cannot bind token for serviceaccount {} to pod running with different serviceaccount name."
_OTHER_UID = (
    "the UID in the bound object reference ({}) does not match the UID in record. "
    "The object might have been deleted and then recreated"
)


class Tokens:
    """The tokens of one server: another one does not know them."""

    def __init__(self, plane: ControlPlane) -> None:
        self._plane = plane
        self._key = token_bytes(32)

    def create(self, info: RequestInfo) -> Response:
        """POST serviceaccounts/X/token. Raises ApiError 400, 404, 409, 422."""
        plane = self._plane
        request = json_object(info.body, "TokenRequest")
        asked = request.get("spec") or {}
        seconds = asked.get("expirationSeconds") or HOUR
        if seconds < LEAST:
            cause = invalid_field("spec.expirationSeconds", seconds, _TOO_SHORT)
            raise invalid("TokenRequest.authentication.k8s.io", info.name, [cause])
        with plane.lock:
            account = plane.registry.require(
                "ServiceAccount", info.name, info.namespace
            )
            bound = _bound(plane, info, asked.get("boundObjectRef"))
            now = int(plane.now)
        audiences = asked.get("audiences") or [ISSUER]
        claims = _claims(account, audiences, bound, now, seconds)
        answer = {
            "kind": "TokenRequest",
            "apiVersion": "authentication.k8s.io/v1",
            "metadata": {
                "name": info.name,
                "namespace": info.namespace,
                "creationTimestamp": timestamp(now),
            },
            "spec": {**asked, "audiences": audiences, "expirationSeconds": seconds},
            "status": {
                "token": token(claims, self._key),
                "expirationTimestamp": timestamp(now + seconds),
            },
        }
        return Response(answer, 201)

    def is_own(self, text: str) -> bool:
        """Whether this server has signed a token."""
        return claims_of(text, self._key) is not None

    def user_of(self, text: str) -> User | None:
        """The ServiceAccount that signs in with a token; None for a token that is not of this server's.

        Raises ApiError 401 where the token is out of date, for somebody else, or what it was bound to is gone.
        """
        claims = claims_of(text, self._key)
        if claims is None:
            return None
        now = _instant(int(self._plane.now))
        in_time = claims["nbf"] - LEEWAY <= now <= claims["exp"] + LEEWAY
        if in_time and ISSUER in claims["aud"] and self._stands(claims[_PRIVATE]):
            return _user(claims)
        raise failure(401, "Unauthorized", "Unauthorized")

    def _stands(self, about: Object) -> bool:
        """Whether the account and what else a token is bound to are still there. Kubernetes: validator.Validate"""
        place = about["namespace"]
        wanted = [("ServiceAccount", place, about["serviceaccount"])]
        if "pod" in about:
            wanted.append(("Pod", place, about["pod"]))
        elif "secret" in about:
            wanted.append(("Secret", place, about["secret"]))
        elif "node" in about:
            wanted.append(("Node", "", about["node"]))
        for kind, where, each in wanted:
            found = self._plane.store.get(kind, each["name"], where)
            if found is None or uid(found) != each["uid"]:
                return False
        return True


def _claims(
    account: Object, audiences: list[str], bound: Object, now: int, seconds: int
) -> Object:
    """What a token says. Kubernetes: Claims"""
    place = namespace(account)
    began = _instant(now)
    return {
        "aud": audiences,
        "exp": began + seconds,
        "iat": began,
        "iss": ISSUER,
        "jti": str(uuid4()),
        _PRIVATE: {
            "namespace": place,
            **bound,
            "serviceaccount": {"name": name(account), "uid": uid(account)},
        },
        "nbf": began,
        "sub": f"system:serviceaccount:{place}:{name(account)}",
    }


def _instant(now: int) -> int:
    """A second of simulated time, as tokens count it."""
    return int(START.timestamp()) + now


def _user(claims: Object) -> User:
    """Kubernetes: pkg/serviceaccount/util.go, ServiceAccountInfo.UserInfo"""
    about = claims[_PRIVATE]
    extra = {f"{_EXTRA}credential-id": [f"JTI={claims['jti']}"]}
    for kind in ("pod", "node"):
        if kind in about:
            extra[f"{_EXTRA}{kind}-name"] = [about[kind]["name"]]
        if uid_of_it := about.get(kind, {}).get("uid"):
            extra[f"{_EXTRA}{kind}-uid"] = [uid_of_it]
    groups = (*groups_of_account(about["namespace"]), AUTHENTICATED)
    return User(claims["sub"], groups, about["serviceaccount"]["uid"], extra)


def _bound(plane: ControlPlane, info: RequestInfo, given: Object | None) -> Object:
    """The claims of the object with whose end a token ends. Kubernetes: TokenREST.Create, Claims"""
    if not given:
        return {}
    kind = given.get("kind", "")
    if given.get("apiVersion") != "v1" or kind not in _BOUND_KINDS:
        version = given.get("apiVersion", "")
        # The core group has no name. Go: GroupVersionKind.String
        group = version if "/" in version else f"/{version}"
        told = f"{group}, Kind={kind}"
        raise bad_request(f"cannot bind token to object of type {told}")
    place = "" if kind == "Node" else info.namespace
    o = plane.registry.require(kind, given.get("name", ""), place)
    if kind == "Pod" and o["spec"].get("serviceAccountName") != info.name:
        raise bad_request(_OTHER_ACCOUNT.format(go_quote(info.name)))
    wanted = given.get("uid")
    if wanted and wanted != uid(o):
        raise conflict(kind, name(o), _OTHER_UID.format(wanted))
    claims = {kind.lower(): {"name": name(o), "uid": uid(o)}}
    if kind == "Pod":
        claims |= _node_of(plane.store, o)
    return claims


def _node_of(store: Reader, pod: Object) -> Object:
    """The Node that a Pod is on; of one that is gone its name alone is left."""
    title = pod["spec"].get("nodeName")
    if not title:
        return {}
    node = store.get("Node", title)
    about = {"name": title}
    if node is not None:
        about["uid"] = uid(node)
    return {"node": about}

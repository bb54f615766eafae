"""Tokens of ServiceAccounts, as `kubectl create token` asks for them.

Kubernetes: pkg/registry/core/serviceaccount/storage/token.go, pkg/serviceaccount/claims.go
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import bad_request, conflict, invalid
from k8slearn.apimachinery.field import invalid as invalid_field
from k8slearn.apimachinery.gotext import go_quote
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import START, Object, name, timestamp, uid
from k8slearn.apiserver.service_account_token import token
from k8slearn.controlplane import ControlPlane
from k8slearn.http.body import json_object
from k8slearn.http.request import RequestInfo
from k8slearn.http.types import Response

ISSUER = "https://kubernetes.default.svc.cluster.local"
HOUR = 3600
LEAST = 600
_TOO_SHORT = "may not specify a duration less than 10 minutes"
_BOUND_KINDS = ("Node", "Pod", "Secret")
_OTHER_ACCOUNT = "cannot bind token for serviceaccount {} to pod running with different serviceaccount name."
_OTHER_UID = (
    "the UID in the bound object reference ({}) does not match the UID in record. "
    "The object might have been deleted and then recreated"
)


def create(plane: ControlPlane, info: RequestInfo) -> Response:
    """POST serviceaccounts/X/token. Raises ApiError 400, 404, 409, 422."""
    request = json_object(info.body, "TokenRequest")
    asked = request.get("spec") or {}
    seconds = asked.get("expirationSeconds") or HOUR
    if seconds < LEAST:
        cause = invalid_field("spec.expirationSeconds", seconds, _TOO_SHORT)
        raise invalid("TokenRequest.authentication.k8s.io", info.name, [cause])
    with plane.lock:
        account = plane.registry.require("ServiceAccount", info.name, info.namespace)
        bound = _bound(plane, info, asked.get("boundObjectRef"))
        now = int(plane.now)
    began = int(START.timestamp()) + now
    audiences = asked.get("audiences") or [ISSUER]
    spec = {**asked, "audiences": audiences, "expirationSeconds": seconds}
    claims = {
        "aud": audiences,
        "exp": began + seconds,
        "iat": began,
        "iss": ISSUER,
        "kubernetes.io": {
            "namespace": info.namespace,
            **bound,
            "serviceaccount": {"name": info.name, "uid": uid(account)},
        },
        "nbf": began,
        "sub": f"system:serviceaccount:{info.namespace}:{info.name}",
    }
    status = {"token": token(claims), "expirationTimestamp": timestamp(now + seconds)}
    meta = {"name": info.name, "namespace": info.namespace}
    meta["creationTimestamp"] = timestamp(now)
    answer = {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": meta,
        "spec": spec,
        "status": status,
    }
    return Response(answer, 201)


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

"""What the server says about itself, whatever is in the cluster: health, version, discovery, OpenAPI."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, failure, no_such_path
from k8slearn.apimachinery.objects import Object
from k8slearn.http import discovery, openapi
from k8slearn.http.health import HEALTH, health
from k8slearn.http.kinds import Offer
from k8slearn.http.negotiation import wants_aggregated
from k8slearn.http.query import Query
from k8slearn.http.request import method_not_allowed
from k8slearn.http.types import Request, Response
from k8slearn.locale import http as words

OPEN = (*HEALTH, "/version")
"""What is told to who has no token. Kubernetes: the ClusterRole system:public-info-viewer"""
_PATHS = ("/api", "/apis", *HEALTH, "/openapi/v2", "/openapi/v3", "/version")
# What a real one has beside these: figures, logs, flags, profiles, and the keys that its tokens are signed with.
_NOT_TOLD = (
    *("metrics", "logs", "configz", "flagz", "statusz"),
    *("debug", "openid", ".well-known"),
)


def about_server(request: Request, versions: Offer) -> Response | None:
    """The document at a path; None where the path is one of the kinds'. Raises ApiError 404, 405.

    `versions` are the groups and versions that are served.
    """
    path = request.path.rstrip("/") or "/"
    # Probes come with any method and with the names of single checks, such as /livez/ping.
    answer = health(path, Query(request.query_text))
    if answer is not None:
        return answer
    document = _document(path, request, versions)
    if document is not None and not request.reads:
        raise method_not_allowed()
    return document


def _document(path: str, request: Request, versions: Offer) -> Response | None:
    if path.startswith("/openapi/"):
        return openapi.answer(path, request.accept, versions)
    if path in ("/api", "/apis") and wants_aggregated(request.accept):
        groups = discovery.aggregated(path == "/api", versions)
        return Response(groups, media_type=discovery.AGGREGATED)
    parts = path.strip("/").split("/")
    if _is_below_kinds(parts):
        return None
    document = _at(path, parts, versions)
    if document is None:
        raise _left_out(path, parts[0])
    return Response(document)


def _left_out(path: str, first: str) -> ApiError:
    """404; of what a real server tells about itself it says that it is the model that does not."""
    if first not in _NOT_TOLD:
        return no_such_path()
    return failure(404, "NotFound", words.NO_PAGE.format(path=path), {})


def _is_below_kinds(parts: list[str]) -> bool:
    """Whether a path goes on below a group's version: /api/v1/…, /apis/apps/v1/…"""
    depth = {"api": 2, "apis": 3}
    return len(parts) > depth.get(parts[0], len(parts))


def _at(path: str, parts: list[str], versions: Offer) -> Object | None:
    match parts:
        case [""]:
            return {"paths": [*_PATHS]}
        case ["version"]:
            return discovery.version()
        case ["api"]:
            return discovery.legacy_versions()
        case ["apis"]:
            return discovery.groups(versions)
        case ["api", version]:
            return discovery.resources(version, versions)
        case ["apis", group]:
            return discovery.group(group, versions)
        case ["apis", group, version]:
            return discovery.resources(f"{group}/{version}", versions)
    return None

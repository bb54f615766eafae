"""The Kubernetes API over a cluster, as a function from request to answer; who speaks HTTP is not its concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from k8slearn.apimachinery.errors import (
    ApiError,
    bad_request,
    failure,
    internal_error,
    no_such_path,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.controlplane import ControlPlane
from k8slearn.http import (
    discovery,
    openapi,
    subresources,
)
from k8slearn.http import (
    endpoints_v1 as endpoints,
)
from k8slearn.http.logs import PodLog
from k8slearn.http.negotiation import Shape, shape_of, wants_aggregated
from k8slearn.http.options import as_json
from k8slearn.http.paths import Target, parse
from k8slearn.http.reading import find, given_out, listed, shaped, shaped_list
from k8slearn.http.types import JSON, Request, Response
from k8slearn.http.watching import Watch
from k8slearn.http.writing import Writer, require_writable
from k8slearn.locale import http as words

HEALTH = ("/healthz", "/livez", "/readyz")
OPEN = (*HEALTH, "/version")
WINDOW = 20_000
"""So many revisions back a watch or a list may begin."""

Answer = Response | Watch | PodLog


class Api:
    """Answers requests; `before` is called ahead of each about objects, `after` when something may have been stored."""

    def __init__(
        self,
        control_plane: ControlPlane,
        *,
        before: Callable[[], None] = lambda: None,
        after: Callable[[], None] = lambda: None,
    ) -> None:
        self.control_plane = control_plane
        self.before = before
        self.writer = Writer(control_plane, after)
        self.start = control_plane.store.revision

    @property
    def oldest(self) -> int:
        """The oldest revision that is still to be had: none from before the start, as with a real watch cache."""
        return max(self.start, self.control_plane.store.revision - WINDOW)

    def handle(self, request: Request) -> Answer:
        """Answer one request; whatever goes wrong is a Status object."""
        try:
            return self._route(request)
        except ApiError as error:
            return refusal(error if error.code < 500 else _of_the_client(error))
        except RecursionError:
            return refusal(bad_request(words.NOT_ALL_AT_ONCE))
        except Exception as error:
            return refusal(internal_error(f"{type(error).__name__}: {error}"))

    def _route(self, request: Request) -> Answer:
        path = request.path.rstrip("/") or "/"
        if path in HEALTH or path.startswith(tuple(f"{each}/" for each in HEALTH)):
            return Response("ok", media_type="text/plain; charset=utf-8")
        if path.startswith("/openapi/"):
            return _read_only(request, openapi.answer(path, request))
        static = _static(path, request)
        if static is not None:
            return _read_only(request, static)
        target = parse(path)
        self.before()
        return self._resource(target, request)

    def _resource(self, target: Target, request: Request) -> Answer:
        if request.method not in ("GET", "HEAD"):
            require_writable(target)
            request = as_json(request)
        warnings = [endpoints.DEPRECATED] if target.kind == "Endpoints" else []
        verb = _verb(request, target)
        if verb in ("get", "list", "watch"):
            answer = self._read(verb, target, request)
        elif target.served.verbs == ("create",):
            answer = (
                subresources.review(target, request)
                if verb == "create"
                else _method_not_allowed()
            )
        else:
            answer = self._write(verb, target, request)
        if isinstance(answer, Response):
            answer.warnings += warnings
        return answer

    def _read(self, verb: str, target: Target, request: Request) -> Answer:
        if target.subresource in _POD_STREAMS:
            return subresources.refuse_stream(self.writer, target, request)
        if verb not in target.served.verbs:
            return _method_not_allowed()
        if target.subresource == "log":
            return self._log(target, request)
        if target.subresource not in ("", "status"):
            return _method_not_allowed()
        shape = shape_of(request)
        if verb == "watch":
            return Watch(self.control_plane, target, request, shape, self.oldest)
        with self.control_plane.lock:
            if verb == "get":
                return _written(
                    shaped(
                        find(self.control_plane, target), shape, self.control_plane.now
                    ),
                    shape,
                )
            page = listed(self.control_plane, target, request, self.oldest)
            found = [given_out(self.control_plane, o, shape) for o in page.objects]
            page = replace(page, objects=found)
            return _written(
                shaped_list(page, target, shape, self.control_plane.now), shape
            )

    def _log(self, target: Target, request: Request) -> Answer:
        log = PodLog(self.control_plane, target, request)
        return log if log.follow else Response(log.first(), media_type="text/plain")

    def _write(self, verb: str, target: Target, request: Request) -> Answer:
        if target.subresource in _POD_STREAMS:
            return subresources.refuse_stream(self.writer, target, request)
        special = {
            "binding": subresources.binding,
            "eviction": subresources.eviction,
        }.get(target.subresource)
        if special is not None:
            return (
                special(self.writer, target, request)
                if verb == "create"
                else _method_not_allowed()
            )
        write = _WRITES.get(verb)
        if write is None or (
            target.subresource
            and (target.subresource != "status" or verb not in ("update", "patch"))
        ):
            return _method_not_allowed()
        if target.served.stored and verb not in target.served.verbs:
            return _method_not_allowed()
        answer = write(self.writer, target, request)
        shape = shape_of(request)
        if isinstance(answer.body, dict) and answer.body.get("kind") == target.kind:
            answer.body = shaped(answer.body, shape, self.control_plane.now)
        return answer


_POD_STREAMS = ("exec", "attach", "portforward")
_WRITES: dict[str, Callable[[Writer, Target, Request], Response]] = {
    "create": Writer.create,
    "update": Writer.update,
    "patch": Writer.patch,
    "delete": Writer.delete,
    "deletecollection": Writer.delete_collection,
}


def _of_the_client(error: ApiError) -> ApiError:
    """A patch that cannot be merged. Deviation: the real server calls it an internal error (500)."""
    return bad_request(error.message.removeprefix("Internal error occurred: "))


def refusal(error: ApiError) -> Response:
    """An error as an answer."""
    wait = error.status.get("details", {}).get("retryAfterSeconds")
    return Response(
        error.status, error.code, headers={"Retry-After": str(wait)} if wait else {}
    )


def _verb(request: Request, target: Target) -> str:
    """What the method means here. Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go"""
    method, single = request.method, bool(target.name)
    if method in ("GET", "HEAD"):
        return (
            "watch"
            if request.flag("watch") and not target.subresource
            else "get"
            if single
            else "list"
        )
    verbs = {"PUT": "update", "PATCH": "patch", "DELETE": "delete"}
    if method == "POST":
        return "create" if not single or target.subresource else ""
    if not single:
        return "deletecollection" if method == "DELETE" else ""
    return verbs.get(method, "")


def _method_not_allowed() -> Response:
    return refusal(
        failure(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            {},
        )
    )


def _read_only(request: Request, answer: Response) -> Response:
    return answer if request.method in ("GET", "HEAD") else _method_not_allowed()


def _written(o: Object, shape: Shape) -> Response:
    return Response(o, media_type=shape.media_type)


def _static(path: str, request: Request) -> Response | None:
    """Answers that do not depend on the cluster; None where the path is one of the kinds'."""
    if path == "/version":
        return Response(discovery.version())
    if path in ("/api", "/apis"):
        if wants_aggregated(request):
            return Response(
                discovery.aggregated(path == "/api"), media_type=discovery.AGGREGATED
            )
        return Response(
            discovery.legacy_versions() if path == "/api" else discovery.groups()
        )
    parts = path.strip("/").split("/")
    found: Object | None = None
    if parts[0] == "api" and len(parts) == 2:
        found = discovery.resources(parts[1])
    elif parts[0] == "apis" and len(parts) in (2, 3):
        found = (
            discovery.group(parts[1])
            if len(parts) == 2
            else discovery.resources("/".join(parts[1:]))
        )
    elif path == "/":
        found = {
            "paths": [
                "/api",
                "/apis",
                *HEALTH,
                "/openapi/v2",
                "/openapi/v3",
                "/version",
            ]
        }
    elif parts[0] in ("api", "apis"):
        return None
    if found is None:
        raise no_such_path()
    return Response(found, media_type=JSON)

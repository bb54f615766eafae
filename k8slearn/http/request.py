"""A request for objects, parsed once into one value: nobody after this reads a path, a query or a header.

Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go, and the first half of each of endpoints/handlers
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from k8slearn.apimachinery import facts, gotime
from k8slearn.apimachinery.errors import (
    ApiError,
    bad_request,
    failure,
    no_such_path,
    unsupported_media_type,
)
from k8slearn.apimachinery.objects import BUILT_IN
from k8slearn.apimachinery.patch import MEDIA_TYPES
from k8slearn.apiserver.identity import Identity
from k8slearn.containers.log import LogOptions
from k8slearn.controlplane import USER
from k8slearn.http.body import OBJECTS, json_object, json_of
from k8slearn.http.kinds import VERSIONS, Offer, Served
from k8slearn.http.negotiation import AnswerShape, shape_of
from k8slearn.http.options import (
    DeleteOptions,
    ExecOptions,
    ListOptions,
    attach_options,
    delete_options,
    exec_options,
    list_options,
    log_options,
    watch_options,
)
from k8slearn.http.query import Query
from k8slearn.http.types import Request
from k8slearn.http.write_options import (
    WriteOptions,
    manager_of,
    refuse_force,
    require_manager,
    write_options,
)
from k8slearn.kinds.kind import Kind
from k8slearn.locale import http as words

STREAMS = ("exec", "attach", "portforward")
_WATCH_PATH = re.compile(r"(/api/[^/]+|/apis/[^/]+/[^/]+)/watch(/.+)")
# Go's package of a group's types, where it is not the group's first word.
_PACKAGES = {"events.k8s.io": "core"}
READS = ("get", "list", "watch")
APPLY = "apply"
_PATCH_TYPES = {media: kind for kind, media in MEDIA_TYPES.items()} | {
    "application/apply-patch+yaml": APPLY,
}
# JSON is YAML, too. Deviation: the real server knows only the name above, so this one is not announced.
_APPLY_JSON = "application/apply-patch+json"


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """One request for objects of a kind, for one object of it, or for a part (`subresource`) of one object.

    `verb` is get, list, watch, create, update, patch, delete or deletecollection; `namespace` is '' for all of them.
    `token` is the one that a writing client has shown; `body` is JSON (YAML in an apply); `patch_type` is json, merge,
    strategic or apply, '' for other verbs. Only the options that the verb has are parsed, the others are as if nothing
    were given. `agent` is what the client of a watch calls itself.
    """

    verb: str
    served: Served
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    body: bytes = b""
    token: str = ""
    patch_type: str = ""
    shape: AnswerShape = field(default_factory=AnswerShape)
    list_options: ListOptions = field(default_factory=ListOptions)
    write_options: WriteOptions = field(default_factory=WriteOptions)
    delete_options: DeleteOptions = field(default_factory=DeleteOptions)
    log_options: LogOptions = field(default_factory=LogOptions)
    exec_options: ExecOptions = field(default_factory=ExecOptions)
    agent: str = ""

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.served.kind

    @property
    def stored_kind(self) -> str:
        """Under which name the store keeps the kind's objects."""
        return self.served.resource.stored_kind

    @property
    def api_version(self) -> str:
        """The kind's group and version, as objects carry it."""
        return self.served.resource.api_version

    @property
    def qualified(self) -> str:
        """The plural with its group, as error messages use it."""
        return self.served.resource.qualified

    @property
    def by(self) -> Identity:
        """Who writes: a user, whatever client it comes from; the client's name signs."""
        return Identity(USER, self.write_options.manager)

    @property
    def subject(self) -> str:
        """What the list of actions says that a write was about, such as `default/web`."""
        return subject_of(self.namespace, self.name)


def subject_of(namespace: str, name: str) -> str:
    """An object as the list of actions names it."""
    if namespace:
        return f"{namespace}/{name}"
    return name


def check_timeout(request: Request) -> None:
    """A client may say how long it will wait, and it has to say it in Go's way. Raises ApiError 400.

    Kubernetes: apiserver/pkg/endpoints/filters/request_deadline.go
    """
    query = Query(request.query_text)
    # What runs long has no deadline.
    if request.reads and query.flag("watch"):
        return
    wrong = gotime.duration_complaint(query.text("timeout"))
    if wrong:
        raise bad_request(f"invalid timeout specified in the request URL - {wrong}")


def parse(request: Request, versions: Offer = VERSIONS) -> RequestInfo:
    """What a request means, where these versions are served. Raises ApiError 400, 404, 405, 406, 415, 422.

    The order is the real server's: first whether there is such a thing and such a verb, then how to answer, then the
    options, and the body last.
    """
    request = _asked_by_query(request)
    served, namespace, name, subresource = _address(request.path, versions)
    query = Query(request.query_text)
    verb = _verb(request, query, name, subresource)
    _require_served(verb, served, subresource)
    if not namespace:
        _require_no_namespace(verb, served.resource)
    info = RequestInfo(verb, served, namespace, name, subresource)
    if subresource == "exec":
        return replace(info, exec_options=exec_options(query))
    if subresource == "attach":
        return replace(info, exec_options=attach_options(query))
    if subresource in STREAMS:
        return info
    if subresource == "log":
        return replace(info, log_options=log_options(query, name))
    embedded = query.text("includeObject")
    # A review is answered and never listed, so it has no Table.
    tables = "get" in served.verbs or "list" in served.verbs
    shape = shape_of(request.accept, embedded, tables=tables)
    info = replace(info, shape=shape)
    _require_shape(info)
    if verb in READS:
        return _with_reading(info, query, request.agent)
    if verb in ("delete", "deletecollection"):
        return _with_deletion(info, query, request)
    return _with_body(info, query, request)


def _asked_by_query(request: Request) -> Request:
    """A watch as it is asked for today, also where the path asks for it, as clients of old do.

    Kubernetes: apiserver/pkg/endpoints/request/requestinfo.go, specialVerbs
    """
    found = _WATCH_PATH.fullmatch(request.path)
    if found is None or request.method != "GET":
        return request
    text = "&".join(filter(None, ("watch=true", request.query_text)))
    return replace(request, path=found[1] + found[2], query_text=text)


def _require_shape(info: RequestInfo) -> None:
    """Raise ApiError 406 where one object's metadata are asked for and there is a list, or the other way round.

    Kubernetes: endpoints/handlers/response.go, asPartialObjectMetadata, asPartialObjectMetadataList
    """
    wanted = info.shape.kind
    if info.verb not in ("get", "list") or not wanted.startswith("Partial"):
        return
    is_list = info.verb == "list"
    if is_list != wanted.endswith("List"):
        group = info.api_version.rpartition("/")[0]
        package = _PACKAGES.get(group, group.partition(".")[0]) or "core"
        shown = f"*{package}.{info.kind}{'List' if is_list else ''}"
        neither = "a list" if is_list else "not a list"
        why = f"you requested {wanted}, but the requested object is {neither} ({shown})"
        raise failure(406, "NotAcceptable", why)


def _with_reading(info: RequestInfo, query: Query, agent: str) -> RequestInfo:
    row = info.served.resource
    if info.verb == "list":
        return replace(info, list_options=list_options(query, row))
    if info.verb == "watch":
        return replace(info, list_options=watch_options(query, row), agent=agent)
    return info


def _with_deletion(info: RequestInfo, query: Query, request: Request) -> RequestInfo:
    if info.verb == "deletecollection":
        listing = list_options(query, info.served.resource)
        info = replace(info, list_options=listing)
    # The client's name signs a deletion, too: an object that its finalizers keep is changed by it.
    manager = manager_of(query, request.agent, "DeleteOptions")
    body = json_object(json_of(request), "DeleteOptions")
    return replace(
        info,
        write_options=WriteOptions(manager=manager),
        delete_options=delete_options(query, body),
    )


def _with_body(info: RequestInfo, query: Query, request: Request) -> RequestInfo:
    patch_type = ""
    options = f"{info.verb.capitalize()}Options"
    if info.verb == "patch":
        patch_type = _patch_type(request, query)
    else:
        _require_json(request)
    return replace(
        info,
        patch_type=patch_type,
        write_options=write_options(query, request.agent, options),
        body=json_of(request),
        token=request.headers.get("authorization", "").removeprefix("Bearer "),
    )


def _address(path: str, versions: Offer) -> tuple[Served, str, str, str]:
    """Kind, namespace, name and subresource of a path such as /apis/apps/v1/namespaces/default/daemonsets/x/status.

    Raises ApiError 404.
    """
    parts = [unquote(part) for part in path.strip("/").split("/")]
    # /api/v1/… is the core group, which is older than groups are.
    if parts[0] == "api" and len(parts) > 2:
        return _resource(parts[1], parts[2:], versions)
    if parts[0] == "apis" and len(parts) > 3:
        return _resource("/".join(parts[1:3]), parts[3:], versions)
    raise no_such_path()


def _resource(
    api_version: str, parts: list[str], versions: Offer
) -> tuple[Served, str, str, str]:
    by_plural = versions.by_plural
    namespace = ""
    # /namespaces/x is a Namespace itself, /namespaces/x/status a part of it, /namespaces/x/pods is what it holds.
    holds = len(parts) > 2 and (api_version, parts[2]) in by_plural
    if parts[0] == "namespaces" and holds:
        namespace = parts[1]
        parts = parts[2:]
    served = by_plural.get((api_version, parts[0]))
    if served is None or not all(parts):
        raise no_such_path()
    if len(parts) > 2 and _verbs_of(served, parts[2]) is None:
        raise _left_out(served.resource, parts[2])
    if len(parts) > 3:
        raise no_such_path()
    namespaced = served.resource.namespaced
    if namespace and not namespaced:
        raise no_such_path()
    if namespaced and not namespace and len(parts) > 1:
        raise no_such_path()
    _, name, subresource = (*parts, "", "")[:3]
    return served, namespace, name, subresource


def _left_out(row: Kind, part: str) -> ApiError:
    """404 for a part of an object that the model does not have; of one that the real server has it says so."""
    if not facts.has_subresource(row.api_version, row.plural, part):
        return no_such_path()
    told = words.NO_PROXY if part == "proxy" else words.NO_PART
    message = told.format(resource=row.plural, part=part)
    return failure(404, "NotFound", message, {})


def _verbs_of(served: Served, subresource: str) -> tuple[str, ...] | None:
    for part in served.subresources:
        if part.name == subresource:
            return part.verbs
    return None


def _verb(request: Request, query: Query, name: str, subresource: str) -> str:
    """What the method means here, '' where it means nothing."""
    if request.reads:
        if query.flag("watch") and not subresource:
            return "watch"
        if name:
            return "get"
        return "list"
    if request.method == "POST":
        # An object's name comes with it; only its parts are created below its own path.
        if subresource or not name:
            return "create"
        return ""
    if not name:
        if request.method == "DELETE":
            return "deletecollection"
        return ""
    verbs = {"PUT": "update", "PATCH": "patch", "DELETE": "delete"}
    return verbs.get(request.method, "")


def _require_served(verb: str, served: Served, subresource: str) -> None:
    """Raise ApiError 405 for a verb that this resource lacks."""
    verbs = served.verbs
    if subresource:
        verbs = _verbs_of(served, subresource) or ()
    if verb not in verbs:
        raise method_not_allowed()


def _require_no_namespace(verb: str, row: Kind) -> None:
    """Raise ApiError 405 for a write to the objects of all namespaces; of a custom kind there is no such path.

    Kubernetes: endpoints/installer.go, registerResourceHandlers; customresource_handler.go, ServeHTTP
    """
    if row.namespaced and verb in ("create", "deletecollection"):
        raise method_not_allowed() if row.api_version in BUILT_IN else no_such_path()


def method_not_allowed() -> ApiError:
    """405: what is there does not have such a verb."""
    why = "the server does not allow this method on the requested resource"
    return failure(405, "MethodNotAllowed", why, {})


def _patch_type(request: Request, query: Query) -> str:
    if request.media_type == _APPLY_JSON:
        patch_type = APPLY
    elif request.media_type in _PATCH_TYPES:
        patch_type = _PATCH_TYPES[request.media_type]
    else:
        raise unsupported_media_type(_PATCH_TYPES)
    if patch_type == APPLY:
        require_manager(query)
    else:
        refuse_force(query)
    return patch_type


def _require_json(request: Request) -> None:
    """A client that sends what is no object in any form is told so. Raises ApiError 415."""
    if request.body and request.media_type not in ("", *OBJECTS):
        raise unsupported_media_type(OBJECTS)

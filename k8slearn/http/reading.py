"""get and list: selectors, pages, and versions of the past."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from k8slearn.apimachinery.errors import ApiError, bad_request, expired, not_found
from k8slearn.apimachinery.json_errors import json_trouble
from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.controlplane import ControlPlane
from k8slearn.http import api_services, component_statuses, endpoints_v1
from k8slearn.http.metrics import AddOn
from k8slearn.http.request import RequestInfo
from k8slearn.kinds.rbac_defaults import DEFAULTS, with_defaults
from k8slearn.kinds.selecting import FieldTerm, selects

# Kinds of which there are objects that nobody has stored.
_MADE_UP = ("Endpoints", api_services.KIND, *DEFAULTS)
_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result."
)
_TOO_OLD_VERSION = "The resourceVersion for the provided list is too old."


@dataclass(frozen=True, slots=True)
class ListPage:
    """What a list found: the objects, the revision it is true of, and what is left for the next page."""

    objects: Sequence[Object]
    revision: int
    continue_: str = ""
    remaining: int | None = None

    @property
    def metadata(self) -> Object:
        """The ListMeta."""
        meta: Object = {"resourceVersion": str(self.revision)}
        if self.continue_:
            meta["continue"] = self.continue_
        if self.remaining:
            meta["remainingItemCount"] = self.remaining
        return meta


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page of a list begins: at which revision, after which (namespace, name)."""

    revision: int
    after: tuple[str, str]


def find(control_plane: ControlPlane, info: RequestInfo) -> Object:
    """One object, in the request's version, as it is stored. Raises ApiError 404."""
    if info.served.stored and info.stored_kind not in _MADE_UP:
        address = (info.stored_kind, info.name, info.namespace)
        found = control_plane.registry.require(*address)
        return info.served.resource.from_stored(found)
    for o in _every(control_plane, control_plane.store, info):
        if name(o) == info.name:
            return o
    raise not_found(info.qualified, info.name)


def _every(
    control_plane: ControlPlane, store: Reader, info: RequestInfo
) -> list[Object]:
    """All objects that a request may be about. What is measured is measured now: it has no past."""
    row = info.served.resource
    if isinstance(row, AddOn):
        return list(row.measure(control_plane, info.namespace))
    found = objects_of(store, info)
    if info.stored_kind == api_services.KIND:
        return api_services.listed(control_plane, found, _began(store))
    return found


def shown(control_plane: ControlPlane, o: Object) -> Object:
    """An object as clients see it; what was measured just now is not stored and stays as it is."""
    if "resourceVersion" not in o["metadata"]:
        return o
    return control_plane.registry.shown(o)


def objects_of(store: Reader, info: RequestInfo) -> list[Object]:
    """All objects of a kind in the request's namespace."""
    if info.stored_kind == "Endpoints":
        return endpoints_v1.listed(store, info.namespace)
    if not info.served.stored:
        return component_statuses.listed()
    stored = store.list(info.stored_kind, info.namespace or None)
    if info.stored_kind not in DEFAULTS:
        return stored
    return with_defaults(info.kind, stored, _began(store))


def _began(store: Reader) -> str:
    """When the cluster began, '' where nobody knows."""
    oldest = store.get("Namespace", "kube-system")
    return "" if oldest is None else str(oldest["metadata"]["creationTimestamp"])


def selection(info: RequestInfo) -> Callable[[Object], bool]:
    """Whether an object is meant by the request's path and selectors."""
    row = info.served.resource
    options = info.list_options
    by_label = options.labels
    terms = list(options.fields)
    if info.name:
        # A watch of one object, as `kubectl get pod x -w` begins it.
        terms.append(FieldTerm(field="metadata.name", equal=True, value=info.name))

    def select(o: Object) -> bool:
        if info.namespace and namespace(o) != info.namespace:
            return False
        return selects(row, o, by_label, terms)

    return select


def listed(control_plane: ControlPlane, info: RequestInfo, oldest: int) -> ListPage:
    """The page that a request asks for; `oldest` is the first revision that is to be had. Raises ApiError 400, 410."""
    options = info.list_options
    current = control_plane.store.revision
    cursor = _cursor(options.continue_)
    if cursor is not None:
        revision = cursor.revision
    elif options.version > current:
        raise too_large(options.version, current)
    elif options.exact:
        revision = options.version
    else:
        revision = current
    if revision < oldest:
        # Only who says so is refused: a limit beside a version is the first page of a client that knows no
        # resourceVersionMatch, and it gets what there is.
        if cursor is not None:
            raise expired(_TOO_OLD)
        if options.match == "Exact":
            raise expired(_TOO_OLD_VERSION)
    if revision < control_plane.store.log.oldest:
        # Nobody has it any more, as after a compaction of etcd.
        raise expired(_TOO_OLD_VERSION)
    store: Reader = control_plane.store
    if revision != current:
        store = control_plane.store.at(revision)
    select = selection(info)
    objects = [o for o in _every(control_plane, store, info) if select(o)]
    if cursor is not None:
        objects = [o for o in objects if key_of(o) > cursor.after]
    page = _page(objects, revision, info)
    convert = info.served.resource.from_stored
    return replace(page, objects=[convert(o) for o in page.objects])


def _page(objects: Sequence[Object], revision: int, info: RequestInfo) -> ListPage:
    limit = info.list_options.limit
    if limit <= 0 or len(objects) <= limit:
        return ListPage(objects, revision)
    page = objects[:limit]
    token = _token(Cursor(revision, key_of(page[-1])))
    if info.list_options.selective:
        # A real server would have to read all of them to know. Kubernetes: ListMeta.remainingItemCount
        return ListPage(objects=page, revision=revision, continue_=token)
    return ListPage(
        objects=page, revision=revision, continue_=token, remaining=len(objects) - limit
    )


def key_of(o: Object) -> tuple[str, str]:
    """Where an object stands in a list: by namespace and name."""
    return namespace(o), name(o)


def too_large(version: int, current: int) -> ApiError:
    """A version that is still to come. Deviation: the real server waits and answers 504; ours is no server error."""
    error = bad_request(f"Too large resource version: {version}, current: {current}")
    cause = {
        "reason": "ResourceVersionTooLarge",
        "message": "Too large resource version",
    }
    error.status["details"] = {"causes": [cause]}
    return error


def _token(cursor: Cursor) -> str:
    """A cursor as text. Kubernetes: apiserver/pkg/storage/continue.go, EncodeContinue"""
    fields = {"v": "meta.k8s.io/v1", "rv": cursor.revision, "start": cursor.after}
    text = json.dumps(fields, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _cursor(token: str) -> Cursor | None:
    """A cursor from its text, None where there is none. Raises ApiError 400. Kubernetes: DecodeContinue"""
    if not token:
        return None
    try:
        fields: Any = json.loads(_decoded(token))
        namespace, name = fields["start"]
        return Cursor(int(fields["rv"]), (str(namespace), str(name)))
    except json.JSONDecodeError as error:
        raise _no_token(f": {json_trouble(error.doc, error)}") from None
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        raise _no_token() from None


def _decoded(token: str) -> str:
    """The JSON in a token: each byte a letter, for it need not be UTF-8. Go: base64.RawURLEncoding"""
    odd = re.search(r"[^A-Za-z0-9_-]", token)
    at = odd.start() if odd else len(token) - 1
    if odd or len(token) % 4 == 1:
        raise _no_token(f": illegal base64 data at input byte {at}")
    padding = "=" * (-len(token) % 4)
    return urlsafe_b64decode(token + padding).decode("latin-1")


def _no_token(why: str = "") -> ApiError:
    return bad_request(f"invalid continue token: continue key is not valid{why}")

"""create, update, patch and delete, parsed, sent through the registry, answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from k8slearn.apimachinery.errors import (
    Cause,
    forbidden,
    invalid,
    unsupported_media_type,
)
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apimachinery.patch import MEDIA_TYPES
from k8slearn.apiserver.admission import in_namespace
from k8slearn.apiserver.decoding import read
from k8slearn.apiserver.registry import Identity, Registry
from k8slearn.controlplane import USER, ControlPlane
from k8slearn.http.options import apply_configuration, delete_options
from k8slearn.http.paths import Target
from k8slearn.http.reading import objects_of
from k8slearn.http.selecting import selection
from k8slearn.http.types import JSON, Request, Response
from k8slearn.locale import http as words

APPLY_PATCH = ("application/apply-patch+yaml", "application/apply-patch+json")
_PATCH_TYPES = {media: kind for kind, media in MEDIA_TYPES.items()}


class Writer:
    """Carries out what clients write; `after` is called when something may have been stored."""

    def __init__(
        self, control_plane: ControlPlane, after: Callable[[], None] = lambda: None
    ) -> None:
        self.control_plane = control_plane
        self.after = after

    @contextmanager
    def registry(self, subject: str, dry_run: bool) -> Iterator[Registry]:
        """The way in, held for one write by a user; for a dry run one behind which nothing is stored."""
        with self.control_plane.lock:
            registry = self.control_plane.registry
            if dry_run:
                yield registry.rehearsal()
                return
            with self.control_plane.acting(USER, subject):
                yield registry
        self.after()

    def create(self, target: Target, request: Request) -> Response:
        """POST to a collection."""
        require_json(request)
        typed, warnings = read(
            request.body, kind=target.kind, strict=request.strictness
        )
        o = in_namespace(typed, target.namespace)
        with self.registry(
            subject_of(target.namespace, name(o)), request.dry_run
        ) as registry:
            change = registry.create(o, identity_of(request))
            return Response(registry.shown_after(change), 201, warnings)

    def update(self, target: Target, request: Request) -> Response:
        """PUT of an object or of its status."""
        require_json(request)
        with self._target(target, request) as (registry, old):
            if old is None and target.served.resource.created_by_put:
                return self.create(target, request)
            old = registry.require(target.kind, target.name, target.namespace)
            typed, warnings = read(
                request.body, kind=target.kind, strict=request.strictness
            )
            change = registry.update(
                registry.addressed(typed, old),
                identity_of(request),
                subresource=target.subresource,
            )
            return Response(registry.shown_after(change), 200, warnings)

    @contextmanager
    def _target(
        self, target: Target, request: Request
    ) -> Iterator[tuple[Registry, Object | None]]:
        """The way in and the object that a request is about, if there is one."""
        subject = subject_of(target.namespace, target.name)
        with self.registry(subject, request.dry_run) as registry:
            yield registry, registry.get(target.kind, target.name, target.namespace)

    def patch(self, target: Target, request: Request) -> Response:
        """PATCH of an object or of its status, in any of the four kinds."""
        if request.media_type in APPLY_PATCH:
            return self._apply(target, request)
        kind = _PATCH_TYPES.get(request.media_type)
        if kind is None:
            raise unsupported_media_type((*_PATCH_TYPES, *APPLY_PATCH[:1]))
        with self._target(target, request) as (registry, _):
            old = registry.require(target.kind, target.name, target.namespace)
            change, warnings = registry.patch(
                old,
                request.body.decode("utf-8", "replace"),
                kind,
                identity_of(request),
                subresource=target.subresource,
                strict=request.strictness,
            )
            return Response(registry.shown_after(change), 200, warnings)

    def _apply(self, target: Target, request: Request) -> Response:
        """Server-side apply: create the object, or merge into it what this manager wants."""
        if not request.query.get("fieldManager"):
            message = "Required value: is required for apply patch"
            cause = Cause("fieldManager", "FieldValueRequired", message)
            raise invalid("PatchOptions.meta.k8s.io", "", [cause])
        wanted = apply_configuration(request, target)
        with self._target(target, request) as (registry, live):
            change = registry.apply(
                wanted,
                identity_of(request),
                subresource=target.subresource,
                force=request.flag("force"),
            )
            return Response(registry.shown_after(change), 200 if live else 201)

    def delete(self, target: Target, request: Request) -> Response:
        """DELETE of one object."""
        _require_mortal(target)
        options = delete_options(request)
        with self.registry(
            subject_of(target.namespace, target.name), options.dry_run
        ) as registry:
            change = options.delete(
                registry,
                identity_of(request),
                (target.kind, target.name, target.namespace),
            )
            last = registry.shown_after(change)
        returns_object = target.served.resource.returned_on_delete
        if change.type == "DELETED" and not returns_object:
            return Response(success(target, last))
        return Response(last)

    def delete_collection(self, target: Target, request: Request) -> Response:
        """DELETE of all objects that the selectors mean."""
        options, select = delete_options(request), selection(request, target)
        plural = target.served.resource.plural
        deleted = []
        with self.registry(
            subject_of(target.namespace, plural), options.dry_run
        ) as registry:
            for o in objects_of(registry.store, target):
                if select(o):
                    place = (target.kind, name(o), namespace(o))
                    change = options.delete(registry, identity_of(request), place)
                    deleted.append(registry.shown_after(change))
            revision = registry.store.revision
        return Response(
            {
                "kind": f"{target.kind}List",
                "apiVersion": target.served.resource.api_version,
                "metadata": {"resourceVersion": str(revision)},
                "items": deleted,
            }
        )


def identity_of(request: Request) -> Identity:
    """Who writes: whatever client sends it, a user; the client's name signs. Raises ApiError 422."""
    return Identity(USER, request.manager)


def success(target: Target, o: Object) -> Object:
    """The Status of a deletion that is done."""
    row = target.served.resource
    details = {
        "name": name(o),
        "group": row.group,
        "kind": row.plural,
        "uid": o["metadata"].get("uid", ""),
    }
    bare = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return bare | {
        "details": {field: value for field, value in details.items() if value}
    }


def subject_of(namespace: str, name: str) -> str:
    """What an action is about, as the list of actions names it."""
    return f"{namespace}/{name}" if namespace else name


def require_writable(target: Target) -> None:
    """A kind that the model lacks can be asked for, not written. Raises ApiError 403."""
    if not target.served.stored and "list" in target.served.verbs:
        raise forbidden(
            target.qualified, target.name, words.ABSENT.format(kind=target.kind)
        )


def require_json(request: Request) -> None:
    """Bodies are JSON; a client that sends something else is told so. Raises ApiError 415."""
    if request.body and request.media_type not in ("", JSON):
        raise unsupported_media_type((JSON,))


def _require_mortal(target: Target) -> None:
    if target.name in target.served.resource.protected_names:
        kind = target.kind.lower()
        raise forbidden(
            target.qualified, target.name, f"this {kind} may not be deleted"
        )

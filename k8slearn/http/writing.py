"""create, update, patch and delete, carried out on the store or, for a dry run, on a copy of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from k8slearn.apimachinery.errors import (
    Cause,
    forbidden,
    invalid,
    unsupported_media_type,
)
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apimachinery.patch import MEDIA_TYPES, apply_patch
from k8slearn.apiserver import admission
from k8slearn.apiserver.managed_fields import APPLY, UPDATE, Owner, tracked
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.server_side_apply import apply
from k8slearn.controlplane import USER, USER_IDENTITY, ControlPlane
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
        """The store, held for one write by a user; for a dry run a copy that is thrown away."""
        with self.control_plane.lock:
            if dry_run:
                copy = self.control_plane.store.copy_for(self.control_plane.clock)
                yield Registry(copy, deepcopy(self.control_plane.registry.rng))
                return
            with self.control_plane.acting(USER, subject):
                yield self.control_plane.registry
        self.after()

    def create(self, target: Target, request: Request) -> Response:
        """POST to a collection."""
        require_json(request)
        admitted = admission.admit(
            request.body,
            kind=target.kind,
            namespace=target.namespace,
            strict=request.strictness,
        )
        now, owner = self.control_plane.now, Owner(request.manager, UPDATE)
        new = tracked(
            target.served.resource.with_null_times(admitted.object), None, owner, now
        )
        with self.registry(
            subject_of(target.namespace, name(new)), request.dry_run
        ) as registry:
            stored = registry.create(new, USER_IDENTITY)
        return Response(
            _as_tried(stored, "") if request.dry_run else stored, 201, admitted.warnings
        )

    def update(self, target: Target, request: Request) -> Response:
        """PUT of an object or of its status."""
        require_json(request)
        with self.registry(
            subject_of(target.namespace, target.name), request.dry_run
        ) as registry:
            old = registry.get(target.kind, target.name, target.namespace)
            if old is None and target.served.resource.created_by_put:
                return self.create(target, request)
            old = registry.require(target.kind, target.name, target.namespace)
            return self._replace(registry, request.body, old, target, request)

    def _replace(
        self,
        registry: Registry,
        new: Any,
        old: Object,
        target: Target,
        request: Request,
    ) -> Response:
        status = target.subresource == "status"
        admitted = admission.admit_change(
            new, old, strict=request.strictness, status=status
        )
        owner = Owner(request.manager, UPDATE, target.subresource)
        new = tracked(
            target.served.resource.with_null_times(admitted.object),
            old,
            owner,
            registry.clock.now,
        )
        return self._put(registry, new, old, target, request, admitted.warnings)

    def _put(
        self,
        registry: Registry,
        new: Object,
        old: Object,
        target: Target,
        request: Request,
        warnings: list[str],
    ) -> Response:
        stored = registry.update(new, USER_IDENTITY, subresource=target.subresource)
        if request.dry_run:
            stored = _as_tried(stored, old["metadata"]["resourceVersion"])
        return Response(stored, 200, warnings)

    def patch(self, target: Target, request: Request) -> Response:
        """PATCH of an object or of its status, in any of the four kinds."""
        if request.media_type in APPLY_PATCH:
            return self._apply(target, request)
        kind = _PATCH_TYPES.get(request.media_type)
        if kind is None:
            raise unsupported_media_type((*_PATCH_TYPES, *APPLY_PATCH[:1]))
        with self.registry(
            subject_of(target.namespace, target.name), request.dry_run
        ) as registry:
            old = registry.require(target.kind, target.name, target.namespace)
            new = apply_patch(
                old,
                request.body.decode("utf-8", "replace"),
                kind,
                strict=request.strictness,
            )
            return self._replace(registry, new, old, target, request)

    def _apply(self, target: Target, request: Request) -> Response:
        """Server-side apply: create the object, or merge into it what this manager wants."""
        if not request.query.get("fieldManager"):
            cause = Cause(
                "fieldManager",
                "FieldValueRequired",
                "Required value: is required for apply patch",
            )
            raise invalid("PatchOptions.meta.k8s.io", "", [cause])
        wanted = apply_configuration(request, target)
        owner = Owner(request.manager, APPLY, target.subresource)
        with self.registry(
            subject_of(target.namespace, target.name), request.dry_run
        ) as registry:
            live = registry.get(target.kind, target.name, target.namespace)
            if live is None and not target.subresource:
                return self._apply_new(registry, wanted, owner, target, request)
            live = registry.require(target.kind, target.name, target.namespace)
            merged = apply(
                live, wanted, owner, registry.clock.now, force=request.flag("force")
            )
            status = target.subresource == "status"
            new = admission.admit_update(
                merged, live, strict=request.strictness, status=status
            )
            return self._put(registry, new, live, target, request, [])

    def _apply_new(
        self,
        registry: Registry,
        wanted: Object,
        owner: Owner,
        target: Target,
        request: Request,
    ) -> Response:
        bare: Object = {field: wanted[field] for field in ("apiVersion", "kind")} | {
            "metadata": {}
        }
        new = apply(bare, wanted, owner, registry.clock.now)
        admitted = admission.admit_create(
            new, kind=target.kind, namespace=target.namespace, strict=request.strictness
        )
        stored = registry.create(admitted, USER_IDENTITY)
        return Response(_as_tried(stored, "") if request.dry_run else stored, 201)

    def delete(self, target: Target, request: Request) -> Response:
        """DELETE of one object."""
        _require_mortal(target)
        options = delete_options(request)
        with self.registry(
            subject_of(target.namespace, target.name), options.dry_run
        ) as registry:
            old = options.delete(registry, target.kind, target.name, target.namespace)
            left = registry.get(target.kind, target.name, target.namespace)
        if left is not None or target.served.resource.returned_on_delete:
            return Response(old)
        return Response(success(target, old))

    def delete_collection(self, target: Target, request: Request) -> Response:
        """DELETE of all objects that the selectors mean."""
        options, select = delete_options(request), selection(request, target)
        with self.registry(
            subject_of(target.namespace, target.served.resource.plural), options.dry_run
        ) as registry:
            found = [o for o in objects_of(registry.store, target) if select(o)]
            deleted = [
                options.delete(registry, target.kind, name(o), namespace(o))
                for o in found
            ]
            revision = registry.store.revision
        version = target.served.resource.api_version
        metadata = {"resourceVersion": str(revision)}
        return Response(
            {
                "kind": f"{target.kind}List",
                "apiVersion": version,
                "metadata": metadata,
                "items": deleted,
            }
        )


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


def _as_tried(stored: Object, version: str) -> Object:
    """What a dry run answers: the version has not changed."""
    metadata = {
        field: value
        for field, value in stored["metadata"].items()
        if field != "resourceVersion"
    }
    return {
        **stored,
        "metadata": metadata | ({"resourceVersion": version} if version else {}),
    }

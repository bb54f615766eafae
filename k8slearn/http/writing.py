"""create, update, patch and delete: sent through the registry, and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from k8slearn.apimachinery.errors import forbidden
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apiserver.admission import in_namespace
from k8slearn.apiserver.decoding import read
from k8slearn.apiserver.registry import Registry
from k8slearn.controlplane import USER, ControlPlane
from k8slearn.http.configuration import apply_configuration
from k8slearn.http.reading import objects_of, selection
from k8slearn.http.request import APPLY, RequestInfo, subject_of
from k8slearn.http.shapes import plain_list
from k8slearn.http.types import Response


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
        # Without the lock: what follows from a write may take its time, and others may read meanwhile.
        self.after()

    @contextmanager
    def _target(self, info: RequestInfo) -> Iterator[tuple[Registry, Object | None]]:
        """The way in and the object that a request is about, if there is one."""
        with self.registry(info.subject, info.write_options.dry_run) as registry:
            yield registry, registry.get(info.kind, info.name, info.namespace)

    def create(self, info: RequestInfo) -> Response:
        """POST to a collection."""
        options = info.write_options
        typed, warnings = read(
            info.body, kind=info.kind, strict=options.field_validation
        )
        o = in_namespace(typed, info.namespace)
        subject = subject_of(info.namespace, name(o))
        with self.registry(subject, options.dry_run) as registry:
            change = registry.create(o, info.by)
            return Response(registry.shown_after(change), 201, warnings)

    def update(self, info: RequestInfo) -> Response:
        """PUT of an object or of its status."""
        with self._target(info) as (registry, old):
            # Events and Leases: their clients know the name and do not care who was first.
            if old is None and info.served.resource.created_by_put:
                return self.create(info)
            old = registry.require(info.kind, info.name, info.namespace)
            validation = info.write_options.field_validation
            typed, warnings = read(info.body, kind=info.kind, strict=validation)
            new = registry.addressed(typed, old)
            change = registry.update(new, info.by, subresource=info.subresource)
            return Response(registry.shown_after(change), 200, warnings)

    def patch(self, info: RequestInfo) -> Response:
        """PATCH of an object or of its status, in any of the four kinds."""
        if info.patch_type == APPLY:
            return self._apply(info)
        with self._target(info) as (registry, _):
            old = registry.require(info.kind, info.name, info.namespace)
            change, warnings = registry.patch(
                old,
                info.body.decode(),
                info.patch_type,
                info.by,
                subresource=info.subresource,
                strict=info.write_options.field_validation,
            )
            return Response(registry.shown_after(change), 200, warnings)

    def _apply(self, info: RequestInfo) -> Response:
        """Server-side apply: create the object, or merge into it what this manager wants."""
        configuration = apply_configuration(info)
        with self._target(info) as (registry, live):
            change = registry.apply(
                configuration,
                info.by,
                subresource=info.subresource,
                force=info.write_options.force,
            )
            code = 201 if live is None else 200
            return Response(registry.shown_after(change), code)

    def delete(self, info: RequestInfo) -> Response:
        """DELETE of one object."""
        _require_mortal(info)
        options = info.delete_options
        address = (info.kind, info.name, info.namespace)
        with self.registry(info.subject, options.dry_run) as registry:
            change = options.delete(registry, info.by, address)
            last = registry.shown_after(change)
        # Most kinds answer a finished deletion with a Status. Kubernetes: registry/generic/registry/store.go
        returns_object = info.served.resource.returned_on_delete
        if change.type == "DELETED" and not returns_object:
            return Response(success(info, last))
        return Response(last)

    def delete_collection(self, info: RequestInfo) -> Response:
        """DELETE of all objects that the selectors mean."""
        row, options = info.served.resource, info.delete_options
        select = selection(info)
        subject = subject_of(info.namespace, row.plural)
        deleted = []
        with self.registry(subject, options.dry_run) as registry:
            for o in objects_of(registry.store, info):
                if select(o):
                    address = (info.kind, name(o), namespace(o))
                    change = options.delete(registry, info.by, address)
                    deleted.append(registry.shown_after(change))
            revision = registry.store.revision
        # Deviation: each item says of what kind it is.
        answer = plain_list([], row, {"resourceVersion": str(revision)})
        return Response({**answer, "items": deleted})


def success(info: RequestInfo, o: Object) -> Object:
    """The Status of a deletion that is done."""
    row = info.served.resource
    details = {
        "name": name(o),
        "group": row.group,
        "kind": row.plural,
        "uid": o["metadata"].get("uid", ""),
    }
    given = {field: value for field, value in details.items() if value}
    bare = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}
    return {**bare, "details": given}


def _require_mortal(info: RequestInfo) -> None:
    if info.name in info.served.resource.protected_names:
        why = f"this {info.kind.lower()} may not be deleted"
        raise forbidden(info.qualified, info.name, why)

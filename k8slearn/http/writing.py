"""create, update, patch and delete: sent through the registry, and answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from k8slearn.apimachinery.errors import warned
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, name, namespace
from k8slearn.apiserver.admission import in_namespace, unborn
from k8slearn.apiserver.applying import apply, first_applied
from k8slearn.apiserver.decoding import Typed, read_as
from k8slearn.apiserver.registry import Registry
from k8slearn.controlplane import USER, ControlPlane
from k8slearn.http.configuration import apply_configuration
from k8slearn.http.reading import objects_of, selection
from k8slearn.http.request import APPLY, RequestInfo, subject_of
from k8slearn.http.shapes import plain_list
from k8slearn.http.types import Response
from k8slearn.kinds.rbac import User

LARGE = 64 * 1024
"""Bytes of a body from which on a write is worked out without the cluster's lock: others go on meanwhile."""
ATTEMPTS = 5
"""How often a write is worked out anew when another one was faster. Kubernetes: patch.go, MaxRetryWhenPatchConflicts"""

Write = Callable[[Registry], tuple[Change, list[str]]]


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
            yield registry, registry.get(info.stored_kind, info.name, info.namespace)

    def create(self, info: RequestInfo, user: User) -> Response:
        """POST to a collection."""
        typed = self._read(info)
        o = info.served.resource.asked_by(typed.object, user.as_info())
        return self._create(info, typed._replace(object=o))

    def _read(self, info: RequestInfo) -> Typed:
        row = info.served.resource
        validation = info.write_options.field_validation
        typed = read_as(info.body, row, strict=validation)
        return typed._replace(object=row.to_stored(typed.object))

    def _create(self, info: RequestInfo, typed: Typed) -> Response:
        o = in_namespace(typed.object, info.namespace)
        subject = subject_of(info.namespace, name(o))
        admitted = None
        if len(info.body) >= LARGE:
            admitted = self.control_plane.registry.admitted(o)
        way = self.registry(subject, info.write_options.dry_run)
        with warned(typed.warnings), way as registry:
            change = registry.create(o, info.by, admitted=admitted)
            warnings = typed.warnings + registry.warnings(change)
        # Without the lock: whose the fields of a large object are takes longer than to store it.
        return Response(body=registry.shown_after(change), code=201, warnings=warnings)

    def change(self, info: RequestInfo, write: Write) -> Response:
        """Change the object that a request is about; a large change is worked out while others go on.

        Kubernetes: apiserver/pkg/storage/etcd3/store.go, GuaranteedUpdate
        """
        if len(info.body) >= LARGE:
            for _ in range(ATTEMPTS):
                answer = self._tried(info, write)
                if answer is not None:
                    return answer
        with self._target(info) as (registry, live):
            change, warnings = write(registry)
            warnings = warnings + _warnings(registry, change, info, live)
        code = 201 if live is None else 200
        return Response(body=registry.shown_after(change), code=code, warnings=warnings)

    def _tried(self, info: RequestInfo, write: Write) -> Response | None:
        """The answer to a change worked out without the lock, None where it is of no use."""
        trial = self.control_plane.registry.rehearsal()
        trial.recorder = []
        live = trial.get(info.stored_kind, info.name, info.namespace)
        # A new object gets a name and a uid, which are drawn under the lock.
        if live is None:
            return None
        tried, warnings = write(trial)
        if info.write_options.dry_run:
            warnings = warnings + _warnings(trial, tried, info, live)
            return Response(body=trial.shown_after(tried), code=200, warnings=warnings)
        with self._target(info) as (registry, present):
            # Somebody else was faster: what was worked out rests on an object of the past.
            if present is not live:
                return None
            change = registry.carry_out(tried, trial, info.by)
            warnings = warnings + _warnings(registry, change, info, present)
        return Response(body=registry.shown_after(change), code=200, warnings=warnings)

    def update(self, info: RequestInfo) -> Response:
        """PUT of an object or of its status."""
        typed = self._read(info)
        # Their clients know the name, and do not care who was first.
        if info.served.resource.created_by_put:
            address = (info.stored_kind, info.name, info.namespace)
            if self.control_plane.registry.get(*address) is None:
                return self._create(info, typed._replace(object=unborn(typed.object)))

        def write(registry: Registry) -> tuple[Change, list[str]]:
            old = registry.require(info.stored_kind, info.name, info.namespace)
            new = registry.addressed(typed.object, old)
            if info.subresource == "finalize":
                return registry.finalize(new, info.by), typed.warnings
            with warned(typed.warnings):
                change = registry.update(new, info.by, subresource=info.subresource)
            return change, typed.warnings

        return self.change(info, write)

    def patch(self, info: RequestInfo) -> Response:
        """PATCH of an object or of its status, in any of the four kinds."""
        if info.patch_type == APPLY:
            return self._apply(info)

        def write(registry: Registry) -> tuple[Change, list[str]]:
            old = registry.require(info.stored_kind, info.name, info.namespace)
            return registry.patch(
                old,
                info.body.decode(),
                info.patch_type,
                info.by,
                subresource=info.subresource,
                strict=info.write_options.field_validation,
                version=info.served.resource,
            )

        return self.change(info, write)

    def _apply(self, info: RequestInfo) -> Response:
        """Server-side apply: create the object, or merge into it what this manager wants."""
        slots = self.control_plane.registry.custom.slot_of
        configuration, warnings = apply_configuration(info, slots)
        by = info.by
        about = info.subresource
        place = (info.stored_kind, info.name, info.namespace)
        admitted = self._first_applied(info, configuration)

        def write(registry: Registry) -> tuple[Change, list[str]]:
            change = apply(
                registry,
                place,
                configuration,
                by,
                subresource=about,
                force=info.write_options.force,
                admitted=admitted,
            )
            return change, warnings

        return self.change(info, write)

    def _first_applied(self, info: RequestInfo, wanted: Object) -> Object | None:
        """What a large apply will create, worked out without the lock."""
        if len(info.body) < LARGE or info.subresource:
            return None
        registry = self.control_plane.registry
        place = (info.stored_kind, info.name, info.namespace)
        if registry.get(*place) is not None:
            return None
        return registry.admitted(first_applied(registry, place, wanted, info.by))

    def delete(self, info: RequestInfo) -> Response:
        """DELETE of one object."""
        options = info.delete_options
        address = (info.stored_kind, info.name, info.namespace)
        with self.registry(info.subject, options.dry_run) as registry:
            change = options.delete(registry, info.by, address)
            last = registry.shown_after(change)
        # Most kinds answer a finished deletion with a Status. Kubernetes: registry/generic/registry/store.go
        row = info.served.resource
        warnings = []
        if row.kept_warning and options.propagation is None:
            warnings.append(row.kept_warning)
        if change.type == "DELETED" and not row.returned_on_delete:
            return Response(success(info, last), warnings=warnings)
        return Response(last, warnings=warnings)

    def delete_collection(self, info: RequestInfo) -> Response:
        """DELETE of all objects that the selectors mean."""
        row = info.served.resource
        options = info.delete_options
        select = selection(info)
        subject = subject_of(info.namespace, row.plural)
        deleted = []
        with self.registry(subject, options.dry_run) as registry:
            for o in objects_of(registry.store, info):
                if select(o):
                    address = (info.stored_kind, name(o), namespace(o))
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


def _warnings(
    registry: Registry, change: Change, info: RequestInfo, live: Object | None
) -> list[str]:
    """What a change is warned of; a status alone has hardly anything to be warned of."""
    if info.subresource:
        return []
    return registry.warnings(change, live)

"""What an object must pass before it is stored: checks against the request, defaults, validation.

Pure functions of objects: the registry composes them for every write, and `admit_create` and `admit_update` show what
they say of a body when there is no cluster. Kubernetes: apiserver/pkg/registry/rest, BeforeCreate and BeforeUpdate
"""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

from k8slearn.apimachinery.errors import bad_request, failure, invalid
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.objects import Object
from k8slearn.apimachinery.objects import namespace as namespace_of
from k8slearn.apiserver.decoding import read
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.kind import Kind

MAX_SIZE = 3 * 512 * 1024
"""Bytes of an object: 1.5 MiB of JSON, where etcd counts protobuf. Kubernetes: etcd's --max-request-bytes"""
TOO_LARGE = "etcdserver: request is too large"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

SYSTEM_FIELDS = (
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
)
"""Metadata that no client can write: an update keeps what was there."""
UNBORN = frozenset((*SYSTEM_FIELDS, "uid", "resourceVersion", "selfLink"))
"""Metadata that a new object cannot bring along."""
_VERSION = "resourceVersion should not be set on objects to be created"
_OTHER_NAME = "the name of the object ({}) does not match the name on the URL ({})"
_NAMELESS = (
    "the name of the object ({} based on URL) was undeterminable: "
    "Internal error occurred: name must be provided"
)
_OTHER_NAMESPACE = "the namespace of the provided object does not match the namespace sent on the request"


def new_object(o: Object, row: Kind | None = None) -> Object:
    """A typed new object, ready to be given a uid and stored; `row` for a custom kind. Raises ApiError 422."""
    return validated(completed(o, row), row)


def completed(o: Object, row: Kind | None = None) -> Object:
    """A typed new object with what it says by leaving it out."""
    row = row or BY_KIND[o["kind"]]
    return row.normalize(row.default(o), None)


def validated(o: Object, row: Kind | None = None) -> Object:
    """The new object, which meets its kind's rules. Raises ApiError 422."""
    row = row or BY_KIND[o["kind"]]
    refuse(o, row.validate_create(o))
    return o


def changed_object(o: Object, old: Object, *, status: bool = False) -> Object:
    """A typed change of an object, ready to be stored; `status` where only that is written. Raises ApiError 422."""
    row = BY_KIND[o["kind"]]
    changed = completed_change(o, old, row, status=status)
    validated_change(changed, old, row, status=status)
    return changed


def completed_change(o: Object, old: Object, row: Kind, *, status: bool) -> Object:
    """A typed change of an object with what it says by leaving it out."""
    if status:
        # All else is as it is stored and has its defaults; as the same objects it costs later steps one look.
        return {**o, "status": row.default_status(o["status"])}
    return row.normalize(row.default(o), old)


def validated_change(changed: Object, old: Object, row: Kind, *, status: bool) -> None:
    """Raises ApiError 422 where a change does not meet its kind's rules."""
    validate = row.validate_status if status else row.validate_update
    refuse(changed, validate(changed, old))


def refuse_version(o: Object) -> None:
    """Raises ApiError 500 for a new object that says which version it is; 0 and what is no number say nothing."""
    text = o["metadata"].get("resourceVersion")
    if text and text.isascii() and text.isdigit() and int(text[:20]):
        raise failure(500, "", _VERSION)


def unborn(o: Object) -> Object:
    """Without what only the server sets. Kubernetes: apiserver/pkg/registry/rest/create.go BeforeCreate"""
    metadata = o["metadata"]
    if UNBORN.isdisjoint(metadata):
        return o
    own = {field: value for field, value in metadata.items() if field not in UNBORN}
    return {**o, "metadata": own}


def as_updated(o: Object, old: Object) -> Object:
    """With what a client cannot change or may leave out.

    Kubernetes: apiserver/pkg/registry/rest/update.go BeforeUpdate
    """
    metadata = o["metadata"]
    before = old["metadata"]
    if metadata is before:
        # Who writes a status alone hands back the metadata as they were.
        return o
    found = {**metadata}
    for field in SYSTEM_FIELDS:
        found.pop(field, None)
        if field in before:
            found[field] = before[field]
    for field in ("uid", "resourceVersion"):
        found[field] = metadata.get(field) or before.get(field, "")
    return {**o, "metadata": found}


def written_part(o: Object, old: Object, row: Kind, *, status: bool) -> Object:
    """Of an update the part that counts: only the status, or all but the status where that has a subresource."""
    if status:
        metadata = _with_status(o["metadata"], old["metadata"], row.left_by_status)
        return {**old, "metadata": metadata, "status": o.get("status", {})}
    if not row.status:
        return o
    if "status" in old:
        return {**o, "status": old["status"]}
    return {field: value for field, value in o.items() if field != "status"}


def _with_status(metadata: Object, before: Object, left: frozenset[str]) -> Object:
    """The metadata that come with a status; some kinds leave those alone."""
    if metadata is before or not left:
        return metadata
    found = {field: value for field, value in metadata.items() if field not in left}
    return found | {field: before[field] for field in left & before.keys()}


def as_stored(o: Object, old: Object) -> Object:
    """An update without what is not stored: empty metadata are none, and who owns what stands in the log."""
    if o["metadata"] is old["metadata"]:
        return o
    metadata = {}
    for field, value in o["metadata"].items():
        if value not in ({}, []) and field != "managedFields":
            metadata[field] = value
    metadata["resourceVersion"] = old["metadata"]["resourceVersion"]
    return {**o, "metadata": metadata}


def in_namespace(o: Object, wanted: str) -> Object:
    """The object in the request's namespace ("" for a kind without). Raises ApiError 400 where it names another one."""
    # Kubernetes: apiserver/pkg/registry/rest/meta.go EnsureObjectNamespaceMatchesRequestNamespace
    given = namespace_of(o)
    if given == wanted:
        return o
    if given and wanted:
        raise bad_request(_OTHER_NAMESPACE)
    metadata = {**o["metadata"], "namespace": wanted}
    if not wanted:
        del metadata["namespace"]
    return {**o, "metadata": metadata}


def size_of(o: Object) -> int:
    """Bytes of an object. Raises ApiError 413 where etcd would not take it; deviation: really 500."""
    size = len(_encode(o).encode("utf-8", "surrogatepass"))
    if size > MAX_SIZE:
        raise failure(413, "RequestEntityTooLarge", TOO_LARGE)
    return size


def named(o: Object, expected: str) -> Object:
    """The object, which has the name of the URL. Raises ApiError 400 where it has none or another one."""
    # Kubernetes: apiserver/pkg/endpoints/handlers/rest.go checkName
    given = o["metadata"].get("name", "")
    if not given:
        raise bad_request(_NAMELESS.format(expected))
    if given != expected:
        raise bad_request(_OTHER_NAME.format(given, expected))
    return o


def refuse(o: Object, causes: Causes) -> None:
    """Raises ApiError 422 where there is a cause to."""
    for first in causes:
        # The others are looked for only as far as they are told.
        found = chain((first,), causes)
        raise invalid(qualified_kind(o), o["metadata"].get("name", ""), found)


def qualified_kind(o: Object) -> str:
    """ "DaemonSet.apps", or "Pod" where there is no group."""
    group = o["apiVersion"].rpartition("/")[0]
    if group:
        return f"{o['kind']}.{group}"
    return str(o["kind"])


# Without a cluster -------------------------------------------------------------------------------------------------


def admit_create(
    raw: Any, *, kind: str, namespace: str = "", strict: str = "Strict"
) -> Object:
    """What becomes of the body of a POST, given as a dict or as JSON text. Raises ApiError 400, 422.

    `kind` and `namespace` are the request's own (a kind without namespaces ignores it), `strict` its fieldValidation.
    """
    o = read(raw, kind=kind, strict=strict).object
    place = namespace if BY_KIND[kind].namespaced else ""
    return new_object(in_namespace(unborn(o), place))


def admit_update(
    raw: Any, old: Object, *, strict: str = "Strict", status: bool = False
) -> Object:
    """What becomes of the body of a PUT; `status` where only the status is written. Raises ApiError 400, 422."""
    o = read(raw, kind=old["kind"], strict=strict).object
    o = in_namespace(o, namespace_of(old))
    o = named(o, old["metadata"].get("name", ""))
    return changed_object(as_updated(o, old), old, status=status)

"""What a client says of the object that it writes or deletes: which one it is, and which version of it.

Kubernetes: apiserver/pkg/storage/etcd3/store.go, GuaranteedUpdate; apiserver/pkg/registry/rest/delete.go, BeforeDelete
"""

from __future__ import annotations

from k8slearn.apimachinery import errors
from k8slearn.apimachinery.objects import Object, name, namespace, uid
from k8slearn.kinds.kind import Kind

# What etcd calls some kinds: names that are older than the API. Kubernetes: default_storage_factory_builder.go
_OLD_NAMES = {
    "nodes": "minions",
    "replicationcontrollers": "controllers",
    "services": "services/specs",
    "ingresses": "ingress",
}
_OTHER_OBJECT = (
    "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, "
    "AdditionalErrorMsg: Precondition failed: UID in precondition: {}, UID in object meta: {}"
)
_RECREATED = (
    "the UID in the precondition ({}) does not match the UID in record ({}). "
    "The object might have been deleted and then recreated"
)
_MODIFIED = (
    "the ResourceVersion in the precondition ({}) does not match the ResourceVersion in record ({}). "
    "The object might have been modified"
)
# A version of 0 says nothing. Kubernetes: ObjectResourceVersion
_UNSAID = (None, "", "0")
# Kubernetes: apiserver/pkg/registry/generic/registry/store.go, Update. It is Go's number that is shown.
_NO_VERSION = errors.Cause(
    "metadata.resourceVersion",
    "FieldValueInvalid",
    "Invalid value: 0x0: must be specified for an update",
)


def check_update(row: Kind, old: Object, version: str | None, wanted: str) -> None:
    """Raises ApiError 409 where an update is of another object or of an older version, 422 where its version lacks."""
    if wanted and wanted != uid(old):
        why = _OTHER_OBJECT.format(_storage_key(row, old), wanted, uid(old))
        raise errors.conflict(row.qualified, name(old), why)
    if row.needs_version and version in _UNSAID:
        raise errors.invalid(row.qualified, name(old), (_NO_VERSION,))
    if not _is_version(old, version):
        raise errors.conflict(row.qualified, name(old))


def check_deletion(
    row: Kind, old: Object, version: str | None, wanted: str | None
) -> None:
    """Raises ApiError 409 where a deletion was meant for another object, or another version of it."""
    if wanted and wanted != uid(old):
        why = _RECREATED.format(wanted, uid(old))
    elif not _is_version(old, version):
        why = _MODIFIED.format(version, old["metadata"]["resourceVersion"])
    else:
        return
    # It names the kind, not the resource, as no other conflict does.
    kind = row.kind if not row.group else f"{row.kind}.{row.group}"
    raise errors.conflict(kind, name(old), why)


def _is_version(old: Object, version: str | None) -> bool:
    return version in _UNSAID or version == old["metadata"]["resourceVersion"]


def _storage_key(row: Kind, o: Object) -> str:
    parts = ["registry", _OLD_NAMES.get(row.plural, row.plural), namespace(o), name(o)]
    return "/" + "/".join(part for part in parts if part)

"""The history of a template: one ControllerRevision a version, of a DaemonSet or a StatefulSet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    Readable,
    annotations_of,
    labels,
    name,
    namespace,
    owner_reference,
)
from k8slearn.controllers.templates import template_hash
from k8slearn.kinds.types import AnyControllerRevision


@dataclass(frozen=True, slots=True)
class History:
    """`current` is the revision of the present template (None: not yet stored), `duplicates` others like it.

    `number` is the number that the current one should have.
    """

    current: Object | None
    duplicates: tuple[Object, ...]
    old: tuple[Object, ...]
    number: int


def template_patch(owner: Readable) -> Object:
    """The data of a ControllerRevision: a patch that brings this template back. Kubernetes: getPatch."""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def match(owner: Readable, revision: AnyControllerRevision) -> bool:
    """Whether the revision holds the owner's present template. Kubernetes: update.go, Match."""
    return bool(revision.get("data") == template_patch(owner))


def construct_history(owner: Object, revisions: Iterable[Object]) -> History:
    """Sort the owner's revisions into the current one and old ones.

    Kubernetes: pkg/controller/daemon/update.go, constructHistory and dedupCurHistories.
    """
    present: list[Object] = []
    old: list[Object] = []
    for revision in sorted(revisions, key=_by_number):
        (present if match(owner, revision) else old).append(revision)
    # A template that comes back gets a new number: the numbers say in which order templates were wanted.
    number = max((revision["revision"] for revision in old), default=0) + 1
    current = present[-1] if present else None
    return History(
        current=current, duplicates=tuple(present[:-1]), old=tuple(old), number=number
    )


def cleanup_history(
    old: Sequence[Object], limit: int, live_hashes: Collection[str]
) -> list[Object]:
    """The old revisions to delete: the oldest beyond `limit`, but none that a Pod still carries.

    Kubernetes: pkg/controller/daemon/update.go, cleanupHistory.
    """
    excess = max(len(old) - limit, 0)
    # A Pod's hash is all that says which template it was made of, also long after.
    unused = [
        revision
        for revision in sorted(old, key=_by_number)
        if labels(revision).get(HASH_LABEL) not in live_hashes
    ]
    return unused[:excess]


def new_revision(owner: Readable, number: int, mark: str = HASH_LABEL) -> Object:
    """The ControllerRevision of the present template; `mark` is the label that carries its hash.

    Kubernetes: pkg/controller/daemon/update.go, snapshot; pkg/controller/history, NewControllerRevision
    """
    revision_hash = compute_hash(owner)
    template = owner["spec"]["template"]
    meta = {
        "name": f"{name(owner)}-{revision_hash}",
        "namespace": namespace(owner),
        "labels": {**labels(template), mark: revision_hash},
        "annotations": dict(annotations_of(owner)),
        "ownerReferences": [owner_reference(owner)],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": meta,
        "data": _sorted(template_patch(owner)),
        "revision": number,
    }


def _sorted(value: Any) -> Any:
    """The value with its keys in the order in which Go writes them: kubectl compares a revision letter by letter."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value


def compute_hash(owner: Readable) -> str:
    """A short name for the owner's template that no other of its revisions has."""
    collisions = (owner.get("status") or {}).get("collisionCount") or 0
    return template_hash(owner["spec"]["template"], collisions)


def _by_number(revision: AnyControllerRevision) -> tuple[int, str]:
    return revision["revision"], name(revision)

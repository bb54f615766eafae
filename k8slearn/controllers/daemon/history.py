"""The history of a DaemonSet's template: one ControllerRevision a version."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.names import SAFE_CHARACTERS
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    annotations_of,
    labels,
    name,
    namespace,
    owner_reference,
)
from k8slearn.kinds.types import AnyControllerRevision, AnyDaemonSet


@dataclass(frozen=True, slots=True)
class History:
    """`current` is the revision of the present template (None: not yet stored), `duplicates` others like it.

    `number` is the number that the current one should have.
    """

    current: Object | None
    duplicates: tuple[Object, ...]
    old: tuple[Object, ...]
    number: int


def template_patch(daemon_set: AnyDaemonSet) -> Object:
    """The data of a ControllerRevision: a patch that brings this template back. Kubernetes: getPatch."""
    return {
        "spec": {"template": {**daemon_set["spec"]["template"], "$patch": "replace"}}
    }


def match(daemon_set: AnyDaemonSet, revision: AnyControllerRevision) -> bool:
    """Whether the revision holds the DaemonSet's present template. Kubernetes: update.go, Match."""
    return bool(revision.get("data") == template_patch(daemon_set))


def construct_history(daemon_set: Object, revisions: Iterable[Object]) -> History:
    """Sort the DaemonSet's revisions into the current one and old ones.

    Kubernetes: pkg/controller/daemon/update.go, constructHistory and dedupCurHistories.
    """
    present: list[Object] = []
    old: list[Object] = []
    for revision in sorted(revisions, key=_by_number):
        (present if match(daemon_set, revision) else old).append(revision)
    # A template that comes back gets a new number: the numbers say in which order templates were wanted.
    number = max((revision["revision"] for revision in old), default=0) + 1
    current = present[-1] if present else None
    return History(current, tuple(present[:-1]), tuple(old), number)


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


def new_revision(daemon_set: AnyDaemonSet, number: int) -> Object:
    """The ControllerRevision of the present template. Kubernetes: pkg/controller/daemon/update.go, snapshot."""
    revision_hash = compute_hash(daemon_set)
    template = daemon_set["spec"]["template"]
    meta = {
        "name": f"{name(daemon_set)}-{revision_hash}",
        "namespace": namespace(daemon_set),
        "labels": {**labels(template), HASH_LABEL: revision_hash},
        "annotations": dict(annotations_of(daemon_set)),
        "ownerReferences": [owner_reference(daemon_set)],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": meta,
        "data": _sorted(template_patch(daemon_set)),
        "revision": number,
    }


def _sorted(value: Any) -> Any:
    """The value with its keys in the order in which Go writes them: kubectl compares a revision letter by letter."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(each) for each in value]
    return value


def compute_hash(daemon_set: AnyDaemonSet) -> str:
    """A short name for the template: FNV-1a over its JSON, in letters that form no words.

    The real hash runs over Go's internal form of the template, so the letters differ from a real cluster's.
    Kubernetes: pkg/controller/controller_utils.go, ComputeHash.
    """
    collisions = (daemon_set.get("status") or {}).get("collisionCount") or 0
    text = json.dumps([daemon_set["spec"]["template"], collisions], sort_keys=True)
    value = 0x811C9DC5
    # The offset and the prime of FNV-1a in 32 bits, as hash/fnv has them.
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    # Kubernetes: apimachinery pkg/util/rand, SafeEncodeString.
    count = len(SAFE_CHARACTERS)
    return "".join(SAFE_CHARACTERS[ord(digit) % count] for digit in str(value))


def _by_number(revision: AnyControllerRevision) -> tuple[int, str]:
    return revision["revision"], name(revision)

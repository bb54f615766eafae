"""What is left in a namespace that is going, as its conditions tell it. Pure functions.

Kubernetes: pkg/controller/namespace/deletion/status_condition_utils.go
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, condition, timestamp
from k8slearn.kinds import BY_KIND

# In this order they are written; each with what is said where there is nothing to tell.
_WELL = {
    "NamespaceDeletionDiscoveryFailure": (
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ),
    "NamespaceDeletionGroupVersionParsingFailure": (
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": (
        "ContentRemoved",
        "All content successfully removed",
    ),
    "NamespaceFinalizersRemaining": (
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ),
}


def conditions(place: Object, left: Iterable[Object], now: float) -> list[Object]:
    """The Namespace's conditions while these objects are left in it."""
    told = _told(left)
    found = []
    for kind, (reason, message) in _WELL.items():
        fresh = {"type": kind, "status": "False", "reason": reason, "message": message}
        if kind in told:
            reason, message = told[kind]
            fresh |= {"status": "True", "reason": reason, "message": message}
        old = condition(place, kind) or {}
        same = old.get("status") == fresh["status"]
        since = old["lastTransitionTime"] if same else timestamp(now)
        found.append({**fresh, "lastTransitionTime": since})
    return found


def _told(left: Iterable[Object]) -> dict[str, tuple[str, str]]:
    kinds: Counter[str] = Counter()
    finalizers: Counter[str] = Counter()
    for o in left:
        row = BY_KIND[o["kind"]]
        kinds[f"{row.plural}.{row.group}"] += 1
        finalizers.update(o["metadata"].get("finalizers", ()))
    found = {}
    if kinds:
        listed = ", ".join(f"{k} has {n} resource instances" for k, n in sorted(kinds.items()))  # fmt: skip
        what = f"Some resources are remaining: {listed}"
        found["NamespaceContentRemaining"] = ("SomeResourcesRemain", what)
    if finalizers:
        listed = ", ".join(f"{f} in {n} resource instances" for f, n in sorted(finalizers.items()))  # fmt: skip
        what = f"Some content in the namespace has finalizers remaining: {listed}"
        found["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", what)
    return found

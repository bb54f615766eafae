"""What a request to delete does to an object that stays for now.

Kubernetes: apiserver pkg/registry/rest/delete.go BeforeDelete, pkg/registry/generic/registry/store.go
deletionFinalizersForGarbageCollection
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_deleting, seconds_of, timestamp
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.metadata import FOREGROUND, ORPHAN

_FINALIZERS = {"Foreground": FOREGROUND, "Orphan": ORPHAN}


def mark_deleted(
    row: Kind, o: Object, grace: int | None, propagation: str | None, now: float
) -> Object:
    """The object as a delete request leaves it: with its propagation's finalizers and a grace period (seconds)."""
    meta = {**o["metadata"]}
    if _is_pending(meta, grace):
        return o
    if not row.owner_graph:
        propagation = None
    elif propagation is None and row.keeps_dependents:
        propagation = "Orphan"
    finalizers = _finalizers(meta.get("finalizers", []), propagation)
    if finalizers:
        meta["finalizers"] = finalizers
    else:
        meta.pop("finalizers", None)
    again = is_deleting(o)
    seconds = row.grace_period(o, grace, again=again)
    stays = bool(finalizers or seconds)
    if not again:
        meta["deletionTimestamp"] = timestamp(now + seconds)
        meta["deletionGracePeriodSeconds"] = seconds
    # A second request may hasten the end, never put it off.
    elif seconds < meta.get("deletionGracePeriodSeconds", 0):
        meta |= _sooner(meta, seconds, now)
    # The first request counts as a change of what is wanted, if anybody is left to see it.
    if not again and "generation" in meta and stays:
        meta["generation"] += 1
    return row.mark_terminating({**o, "metadata": meta})


def _is_pending(metadata: Object, grace: int | None) -> bool:
    """Whether it ends gracefully, and no sooner for a request: then nothing else of it counts."""
    left = metadata.get("deletionGracePeriodSeconds", 0)
    return bool(left) and (grace is None or grace >= left)


def _sooner(meta: Object, seconds: int, now: float) -> Object:
    """The end that a shorter grace period leads to, counted from the first request; it never lies in the past."""
    requested = seconds_of(meta["deletionTimestamp"])
    due = requested - meta["deletionGracePeriodSeconds"] + seconds
    # Somebody else still has to end it, so some time is left, be it the least there is.
    if due < now and seconds:
        seconds = 1
    return {
        "deletionTimestamp": timestamp(max(due, now)),
        "deletionGracePeriodSeconds": seconds,
    }


def _finalizers(present: list[str], propagation: str | None) -> list[str]:
    """The finalizers with the one that the propagation means; None changes nothing, Background takes both off."""
    if propagation is None:
        return list(present)
    left = [f for f in present if f not in _FINALIZERS.values()]
    wanted = _FINALIZERS.get(propagation)
    if wanted:
        return [*left, wanted]
    return left


def may_vanish(o: Object) -> bool:
    """Whether an object that is being deleted can go: no finalizer and no grace period is left."""
    metadata = o["metadata"]
    kept = metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds")
    return not kept and not o.get("spec", {}).get("finalizers")

"""The status of a DaemonSet, counted from its Nodes."""

from __future__ import annotations

from collections.abc import Mapping, Set

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.daemon.placement import Placement
from k8slearn.kinds.types import AnyDaemonSet

CURRENT = "currentNumberScheduled"
MISSCHEDULED = "numberMisscheduled"
DESIRED = "desiredNumberScheduled"
READY = "numberReady"
UPDATED = "updatedNumberScheduled"
AVAILABLE = "numberAvailable"

ALWAYS_WRITTEN = (CURRENT, MISSCHEDULED, DESIRED, READY)
"""Fields without `omitempty` in Go: they stand there even when they are 0."""
WRITTEN = (*ALWAYS_WRITTEN, "observedGeneration", UPDATED, AVAILABLE, "numberUnavailable")  # fmt: skip


def counted(
    placement: Placement | None,
    pod: Object | None,
    ready: Set[int],
    available: Set[int],
    *,
    updated: bool,
) -> tuple[str, ...]:
    """The status fields in which a Node counts (one that is gone: in none) for which this Pod speaks, if there is one.

    `ready` and `available` are the ids of the Pods that are so. Kubernetes: pkg/controller/daemon/daemon_controller.go,
    the loop of updateDaemonSetStatus.
    """
    if placement is None:
        return ()
    if not placement.should_run:
        return (MISSCHEDULED,) if pod is not None else ()
    if pod is None:
        return (DESIRED,)
    found = [DESIRED, CURRENT]
    if id(pod) in ready:
        found.append(READY)
    if id(pod) in available:
        found.append(AVAILABLE)
    if updated:
        found.append(UPDATED)
    return tuple(found)


def daemon_set_status(
    daemon_set: AnyDaemonSet,
    counts: Mapping[str, int],
    *,
    observe_generation: bool = True,
) -> Object:
    """The status that the controller writes for these counts of its Nodes. What others wrote stays.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, updateDaemonSetStatus and storeDaemonSetStatus.
    """
    before = daemon_set.get("status") or {}
    observed = before.get("observedGeneration")
    if observe_generation:
        observed = daemon_set["metadata"].get("generation")
    optional = {
        "observedGeneration": observed,
        UPDATED: counts[UPDATED],
        AVAILABLE: counts[AVAILABLE],
        "numberUnavailable": counts[DESIRED] - counts[AVAILABLE],
    }
    return {
        **{field: counts[field] for field in ALWAYS_WRITTEN},
        **{field: value for field, value in optional.items() if value},
        **{field: value for field, value in before.items() if field not in WRITTEN},
    }

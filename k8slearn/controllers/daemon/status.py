"""The status of a DaemonSet, counted from its Nodes."""

from __future__ import annotations

from collections.abc import Mapping

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.daemon.pods import NodePods
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


def counted(node: NodePods) -> tuple[str, ...]:
    """The status fields in which a Node counts (one that is gone: in none); of several Pods on it the oldest speaks.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, the loop of updateDaemonSetStatus.
    """
    if node.placement is None:
        return ()
    if not node.placement.should_run:
        return (MISSCHEDULED,) if node.scheduled else ()
    found = [DESIRED]
    if node.scheduled:
        found.append(CURRENT)
    if node.ready:
        found.append(READY)
    if node.available:
        found.append(AVAILABLE)
    if node.updated:
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

"""The status of a DaemonSet, counted from its Nodes."""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.daemon.pods import NodePods

COUNTED = (
    "observedGeneration",
    "currentNumberScheduled",
    "numberMisscheduled",
    "desiredNumberScheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
    "numberUnavailable",
)


def daemon_set_status(
    daemon_set: Object, nodes: Iterable[NodePods], *, observe_generation: bool = True
) -> Object:
    """The status that the controller writes; of several Pods on a Node the oldest counts. What others wrote stays.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, updateDaemonSetStatus.
    """
    desired = current = misscheduled = ready = available = updated = 0
    for node in nodes:
        if node.placement is None:
            continue
        if not node.placement.should_run:
            misscheduled += node.scheduled
            continue
        desired += 1
        current += node.scheduled
        ready += node.ready
        available += node.available
        updated += node.updated
    before = daemon_set.get("status") or {}
    observed = (
        daemon_set["metadata"].get("generation")
        if observe_generation
        else before.get("observedGeneration")
    )
    status = {
        "currentNumberScheduled": current,
        "numberMisscheduled": misscheduled,
        "desiredNumberScheduled": desired,
        "numberReady": ready,
    }
    optional = {
        "observedGeneration": observed,
        "updatedNumberScheduled": updated,
        "numberAvailable": available,
        "numberUnavailable": desired - available,
    }
    others = {field: value for field, value in before.items() if field not in COUNTED}
    return {
        **status,
        **{field: value for field, value in optional.items() if value},
        **others,
    }

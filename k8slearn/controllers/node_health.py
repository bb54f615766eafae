"""What becomes of a Node that is silent, and of its Pods. Pure functions of objects and times.

Kubernetes: pkg/controller/nodelifecycle/node_lifecycle_controller.go, tryUpdateNodeHealth
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    seconds_of,
    timestamp,
    with_status,
)

LEASES = "kube-node-lease"
"""The namespace of the Leases that kubelets renew, each under the name of its Node."""
# kube-controller-manager's --node-monitor-period, --node-monitor-grace-period and --node-startup-grace-period.
MONITOR_PERIOD = 5.0
GRACE_PERIOD = 50.0
STARTUP_GRACE_PERIOD = 60.0
# Kubernetes: nodeConditionTypes; in this order those that are missing are added.
KINDS = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
STOPPED = ("NodeStatusUnknown", "Kubelet stopped posting node status.")
NEVER = ("NodeStatusNeverUpdated", "Kubelet never posted node status.")


def next_look(at: float) -> float:
    """When the monitor looks next, at or after a simulated second: its ticker runs since the start."""
    return -(-at // MONITOR_PERIOD) * MONITOR_PERIOD


def heartbeat(node: Object) -> str | None:
    """When its condition Ready says that it was last posted, None where there is none: it never was."""
    ready = condition(node, "Ready")
    if ready is None:
        return None
    return ready.get("lastHeartbeatTime") or ""


def heard_at(node: Object) -> float:
    """The simulated second of the last heartbeat; without one it counts as heard of when it was made."""
    return seconds_of(heartbeat(node) or node["metadata"]["creationTimestamp"])


def silent_from(node: Object, heard: float) -> float:
    """The monitor's look (a simulated second) at which a Node counts as silent that was last heard of at `heard`.

    The monitor knows of a heartbeat only from the look after it, and counts from there by its own clock. One that never
    posted a status has the time that a machine takes to start.
    """
    grace = STARTUP_GRACE_PERIOD if heartbeat(node) is None else GRACE_PERIOD
    return next_look(heard) + grace


def silent(node: Object, now: float) -> Object:
    """The Node with all that its kubelet would report unknown; what others report of it stays."""
    entries: list[Object] = []
    for entry in node["status"].get("conditions") or ():
        known = entry["type"] in KINDS and entry["status"] != "Unknown"
        entries.append(entry | _unknown(STOPPED, now) if known else entry)
    for kind in KINDS:
        if condition(node, kind) is None:
            since = node["metadata"]["creationTimestamp"]
            entries.append(
                {"type": kind, "lastHeartbeatTime": since, **_unknown(NEVER, now)}
            )
    return with_status(node, conditions=entries)


def _unknown(why: tuple[str, str], now: float) -> Object:
    return {
        "status": "Unknown",
        "reason": why[0],
        "message": why[1],
        "lastTransitionTime": timestamp(now),
    }


def not_ready(pod: Object, now: float) -> Object:
    """The Pod of a silent Node: not ready, whatever it was last; the very object if it was not.

    Kubernetes: pkg/controller/util/node, MarkPodsNotReady
    """
    ready = condition(pod, "Ready")
    if ready is None or ready["status"] == "False":
        return pod
    changed = ready | {"status": "False", "lastTransitionTime": timestamp(now)}
    entries = pod["status"]["conditions"]
    return with_status(
        pod,
        conditions=[
            changed if entry["type"] == "Ready" else entry for entry in entries
        ],
    )

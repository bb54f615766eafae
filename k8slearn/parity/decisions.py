"""Replays node_decisions and sync_decisions: the controller's decisions from one frozen state."""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import HASH_LABEL, Object, timestamp
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.controllers.daemon.pods import NodePods, assess_node
from k8slearn.controllers.daemon.status import daemon_set_status
from k8slearn.controllers.daemon.update import rolling_update
from k8slearn.kinds.pod.state import get_target_node_name

Difference = tuple[str, Any, Any]
NOW = 7200.0
CURRENT = "current"


def node_decision(row: Object) -> list[Difference]:
    """(what, expected, got) where shouldRun or shouldContinueRunning differ."""
    placement = node_should_run_daemon_pod(row["daemonSet"], row["node"])
    got = {
        "shouldRun": placement.should_run,
        "shouldContinueRunning": placement.should_continue_running,
    }
    return [
        (field, row[field], value)
        for field, value in got.items()
        if row[field] != value
    ]


def aged_pod(pod: Object, place: int, count: int) -> Object:
    """The Pod with its `rev` label as the hash, its age by its place, and Ready an hour ago."""
    meta = pod["metadata"]
    found = {**meta["labels"], HASH_LABEL: meta["labels"]["rev"]}
    created = timestamp(NOW - 3600 - count + place)
    status = pod.get("status") or {}
    conditions = [
        {"lastTransitionTime": timestamp(NOW - 3600), **c}
        for c in status.get("conditions") or ()
    ]
    return {
        **pod,
        "metadata": {
            **meta,
            "labels": found,
            "creationTimestamp": meta.get("creationTimestamp", created),
        },
        "status": {**status, "conditions": conditions},
    }


def assessed(row: Object) -> list[NodePods]:
    """Every Node of the row, those that are gone included, as the controller sees it."""
    pods = [
        aged_pod(pod, place, len(row["pods"])) for place, pod in enumerate(row["pods"])
    ]
    nodes: dict[str, Object | None] = {
        node["metadata"]["name"]: node for node in row["nodes"]
    }
    for pod in pods:
        nodes.setdefault(get_target_node_name(pod), None)
    return [
        assess_node(
            row["daemonSet"],
            node,
            name,
            [p for p in pods if get_target_node_name(p) == name],
            CURRENT,
            NOW,
        )
        for name, node in nodes.items()
        if name
    ]


def sync_decision(row: Object) -> list[Difference]:
    """(what, expected, got) where manage, rollingUpdate or status differ."""
    nodes = assessed(row)
    manage = {
        "create": sorted(n.node for n in nodes if n.create),
        "delete": sorted(r.pod["metadata"]["name"] for n in nodes for r in n.delete),
    }
    differences: list[Difference] = []
    if manage != {side: sorted(names) for side, names in row["manage"].items()}:
        differences.append(("manage", row["manage"], manage))
    if row["rollingUpdate"] is not None:
        rollout = rolling_update(row["daemonSet"], nodes)
        got = {
            "create": list(rollout.create),
            "delete": [r.pod["metadata"]["name"] for r in rollout.delete],
        }
        if not all(allowed(row["rollingUpdate"][side], got[side]) for side in got):
            differences.append(("rollingUpdate", row["rollingUpdate"], got))
    status = daemon_set_status(row["daemonSet"], nodes)
    if without_zeros(status) != without_zeros(row["status"]):
        differences.append(("status", row["status"], status))
    return differences


def allowed(expected: Object, got: list[str]) -> bool:
    """Whether a choice among candidates is one that the real controller could have made."""
    return len(got) == len(set(got)) == expected["count"] and set(
        expected["always"]
    ) <= set(got) <= set(expected["sometimes"]) | set(expected["always"])


def without_zeros(status: Object) -> Object:
    """The status without fields that are 0: the API leaves some of them out."""
    return {field: value for field, value in status.items() if value}

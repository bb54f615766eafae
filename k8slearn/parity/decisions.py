"""Replays node_decisions and sync_decisions: the DaemonSet controller's decisions, each from a frozen state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from k8slearn.apimachinery.objects import HASH_LABEL, Object, name, timestamp
from k8slearn.controllers.daemon.decide import Sync, decide
from k8slearn.controllers.daemon.placement import node_should_run_daemon_pod
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.controllers.daemon.tally import assess_nodes
from k8slearn.kinds.pod.state import get_target_node_name

Difference = tuple[str, Any, Any]
# The frozen states have no times. Ready Pods are taken to be ready for an hour, longer than any minReadySeconds in
# them; two hours leave room for the Pods' ages before that.
NOW = 7200.0
READY_SINCE = NOW - 3600
# In the records the label `rev` of Pods has this value in place of the present template's hash.
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
    """The Pod with its label `rev` as its hash, created by its position in the record, and Ready for an hour."""
    meta = pod["metadata"]
    status = pod.get("status") or {}
    conditions = []
    for entry in status.get("conditions") or ():
        since = entry.get("lastTransitionTime", timestamp(READY_SINCE))
        conditions.append({**entry, "lastTransitionTime": since})
    # They were created one after another, so the oldest comes first.
    created = timestamp(READY_SINCE - count + place)
    aged = {
        **meta,
        "labels": {**meta["labels"], HASH_LABEL: meta["labels"]["rev"]},
        "creationTimestamp": meta.get("creationTimestamp", created),
    }
    return {
        **pod,
        "metadata": aged,
        "status": {**status, "conditions": conditions},
    }


def decided(row: Object) -> Sync:
    """The decision of the model's controller for a row's state, including Nodes that are gone."""
    pods: dict[str, list[Object]] = defaultdict(list)
    for place, pod in enumerate(row["pods"]):
        aged = aged_pod(pod, place, len(row["pods"]))
        pods[get_target_node_name(aged)].append(aged)
    nodes: dict[str, Object | None] = dict.fromkeys(pods)
    nodes |= {name(node): node for node in row["nodes"]}
    # Pods without a Node do not count.
    nodes.pop("", None)
    tally = assess_nodes(row["daemonSet"], nodes, pods, CURRENT, NOW)
    return decide(row["daemonSet"], tally)


def sync_decision(row: Object) -> list[Difference]:
    """(what, expected, got) where manage, rollingUpdate or status differ."""
    got = decided(row)
    differences: list[Difference] = []
    manage = {"create": sorted(got.create), "delete": sorted(pod_names(got.delete))}
    if manage != {side: sorted(names) for side, names in row["manage"].items()}:
        differences.append(("manage", row["manage"], manage))
    expected = row["rollingUpdate"]
    if expected is not None:
        assert got.rollout is not None, "recorded under RollingUpdate alone"
        rollout = {
            "create": list(got.rollout.create),
            "delete": pod_names(got.rollout.delete),
        }
        if not all(allowed(expected[side], rollout[side]) for side in rollout):
            differences.append(("rollingUpdate", expected, rollout))
    if without_zeros(got.status) != without_zeros(row["status"]):
        differences.append(("status", row["status"], got.status))
    return differences


def pod_names(removals: Iterable[Removal]) -> list[str]:
    """The names of the removed Pods."""
    return [name(removal.pod) for removal in removals]


def allowed(expected: Object, got: list[str]) -> bool:
    """Whether the real controller might have made this choice among candidates.

    It iterates over a Go map, so the record lists what it always chose and what it sometimes chose.
    """
    always = set(expected["always"])
    sometimes = set(expected["sometimes"])
    if len(got) != expected["count"] or len(set(got)) != len(got):
        return False
    return always <= set(got) <= always | sometimes


def without_zeros(status: Object) -> Object:
    """The status without fields that are 0: the API leaves some of them out."""
    return {field: value for field, value in status.items() if value}

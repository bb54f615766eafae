"""Replays node_decisions and sync_decisions: the controller's decisions from one frozen state."""

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
# The frozen states were recorded without times: every Pod that is ready has been so for an hour, which is more than any
# minReadySeconds in them, and two hours leave room for the Pods' ages before that.
NOW = 7200.0
READY_SINCE = NOW - 3600
# The label `rev` that the recording gave to Pods of the present template stands for the hash.
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
    status = pod.get("status") or {}
    conditions = []
    for entry in status.get("conditions") or ():
        since = entry.get("lastTransitionTime", timestamp(READY_SINCE))
        conditions.append({**entry, "lastTransitionTime": since})
    # The recording made them one after another, so that the oldest of several stands first.
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
    """What the model's controller decides from the row's state, Nodes that are gone included."""
    pods: dict[str, list[Object]] = defaultdict(list)
    for place, pod in enumerate(row["pods"]):
        aged = aged_pod(pod, place, len(row["pods"]))
        pods[get_target_node_name(aged)].append(aged)
    nodes: dict[str, Object | None] = dict.fromkeys(pods)
    nodes |= {name(node): node for node in row["nodes"]}
    # A Pod that names no Node is nowhere.
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
    """The Pods that go, by name."""
    return [name(removal.pod) for removal in removals]


def allowed(expected: Object, got: list[str]) -> bool:
    """Whether a choice among candidates is one that the real controller could have made.

    It walks a Go map, so the record has what it chose each time and what it chose at times.
    """
    always = set(expected["always"])
    sometimes = set(expected["sometimes"])
    if len(got) != expected["count"] or len(set(got)) != len(got):
        return False
    return always <= set(got) <= always | sometimes


def without_zeros(status: Object) -> Object:
    """The status without fields that are 0: the API leaves some of them out."""
    return {field: value for field, value in status.items() if value}

"""The conditions of a Pod that are the kubelet's. Pure functions.

Kubernetes: pkg/kubelet/status/generate.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_condition_true
from k8slearn.kinds.pod_template.container_lists import is_sidecar

READY_TO_START = "PodReadyToStartContainers"
# Of a Pod that was resized: it waits for room, or is being given what it asks for.
RESIZE_WAITS = "PodResizePending"
RESIZING = "PodResizeInProgress"
# Of a Pod with a rule by which all of its containers start anew.
RESTARTING = "AllContainersRestarting"
OWN = (
    RESIZE_WAITS,
    RESIZING,
    READY_TO_START,
    "Initialized",
    "Ready",
    "ContainersReady",
    "PodScheduled",
    RESTARTING,
)
ENDED = {"Failed": "PodFailed", "Succeeded": "PodCompleted"}


def kubelet_conditions(
    pod: Object,
    status: Object,
    old: Object,
    resize: Object | None,
    *,
    sandbox_ready: bool,
) -> list[Object]:
    """All that are the kubelet's, without times; `resize` is that of a resize under way."""
    containers = containers_ready(pod, status)
    return [
        *([resize] if resize is not None else ()),
        _entry(READY_TO_START, sandbox_ready),
        initialized(pod, status, old),
        ready(pod, status, containers),
        containers,
        _entry("PodScheduled", True),
    ]


def _entry(kind: str, holds: bool, reason: str = "", message: str = "") -> Object:
    entry: Object = {"type": kind, "status": str(holds)}
    if reason:
        entry["reason"] = reason
    if message:
        entry["message"] = message
    return entry


def _listed(names: list[str]) -> str:
    return f"[{' '.join(names)}]"


def _message(unknown: list[str], lacking: list[str], word: str) -> str:
    found = []
    if unknown:
        found.append(f"containers with unknown status: {_listed(unknown)}")
    if lacking:
        found.append(f"containers with {word} status: {_listed(lacking)}")
    return ", ".join(found)


def initialized(pod: Object, status: Object, old: Object) -> Object:
    """Kubernetes: GeneratePodInitializedCondition"""
    entries = {e["name"]: e for e in status.get("initContainerStatuses", ())}
    unknown: list[str] = []
    lacking: list[str] = []
    for container in pod["spec"].get("initContainers", ()):
        name = container["name"]
        entry = entries.get(name)
        if entry is None:
            unknown.append(name)
        elif not entry["started" if is_sidecar(container) else "ready"]:
            lacking.append(name)
    if status["phase"] == "Succeeded" and not unknown:
        return _entry("Initialized", True, "PodCompleted")
    # Whoever started a main container was initialized once, whatever the sidecars do now.
    if any(_was_started(entry) for entry in status.get("containerStatuses", ())):
        return _entry("Initialized", True)
    message = _message(unknown, lacking, "incomplete")
    # Who was initialized once stays so, though its init containers may run again.
    if message and not is_condition_true({"status": old}, "Initialized"):
        return _entry("Initialized", False, "ContainersNotInitialized", message)
    return _entry("Initialized", True)


def _was_started(entry: Object) -> bool:
    state = entry.get("state", {})
    return bool("running" in state or "terminated" in state or entry.get("lastState"))


def containers_ready(pod: Object, status: Object) -> Object:
    """Kubernetes: GenerateContainersReadyCondition"""
    spec = pod["spec"]
    counted = [each for each in spec.get("initContainers", ()) if is_sidecar(each)]
    counted += spec["containers"]
    entries = {}
    for field in ("initContainerStatuses", "containerStatuses"):
        for entry in status.get(field, ()):
            entries[entry["name"]] = entry
    unknown = []
    lacking = []
    for container in counted:
        name = container["name"]
        if name not in entries:
            unknown.append(name)
        elif not entries[name]["ready"]:
            lacking.append(name)
    ended = ENDED.get(status["phase"])
    # Of a Pod that has failed it does not matter whether all are known.
    if ended and (status["phase"] == "Failed" or not unknown):
        return _entry("ContainersReady", False, ended)
    message = _message(unknown, lacking, "unready")
    if message:
        return _entry("ContainersReady", False, "ContainersNotReady", message)
    return _entry("ContainersReady", True)


def ready(pod: Object, status: Object, containers: Object) -> Object:
    """Kubernetes: GeneratePodReadyCondition, with the gates of the spec"""
    if containers["status"] != "True":
        return {**containers, "type": "Ready"}
    values = {}
    for entry in pod.get("status", {}).get("conditions", ()):
        values[entry["type"]] = entry["status"]
    lacking = []
    for gate in pod["spec"].get("readinessGates", ()):
        kind = gate["conditionType"]
        value = values.get(kind)
        if value is None:
            lacking.append(
                f'corresponding condition of pod readiness gate "{kind}" does not exist.'
            )
        elif value != "True":
            lacking.append(
                f'the status of pod readiness gate "{kind}" is not "True", but {value}'
            )
    if not lacking:
        return _entry("Ready", True)
    message = ", ".join(lacking)
    return _entry("Ready", False, "ReadinessGatesNotReady", message)

"""The line of `kubectl get pods`: above all, what its STATUS column says.

Kubernetes: pkg/printers/internalversion/printers.go, printPod
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.pods import is_pod_terminal, phase
from k8slearn.kinds.printing import NONE, Cell, age, since


def _ended(reason: str, state: Object) -> str:
    if state.get("reason"):
        return str(state["reason"])
    return (
        f"Signal:{state['signal']}"
        if state.get("signal")
        else f"{reason}ExitCode:{state.get('exitCode', 0)}"
    )


def _init_reason(pod: Object) -> str:
    """What an unfinished init container makes of the STATUS column, '' when all have finished."""
    statuses = pod.get("status", {}).get("initContainerStatuses") or ()
    for i, container in enumerate(statuses):
        state = container.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting") or {}
        if ended is not None and not ended.get("exitCode"):
            continue
        if ended is not None:
            return "Init:" + _ended("", ended)
        if waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{i}/{len(pod['spec'].get('initContainers') or ())}"
    return ""


def _containers_reason(pod: Object, reason: str) -> str:
    """The STATUS column as the containers make it; the first container has the last word."""
    running = False
    for container in reversed(pod.get("status", {}).get("containerStatuses") or ()):
        state = container.get("state") or {}
        if (state.get("waiting") or {}).get("reason"):
            reason = state["waiting"]["reason"]
        elif state.get("terminated") is not None:
            reason = _ended("", state["terminated"])
        elif container.get("ready") and state.get("running") is not None:
            running = True
    if reason == "Completed" and running:
        return "Running" if _is_true(pod, "Ready") else "NotReady"
    return reason


def _is_true(o: Object, kind: str) -> bool:
    conditions = o.get("status", {}).get("conditions") or ()
    return any(c.get("type") == kind and c.get("status") == "True" for c in conditions)


def pod_status(pod: Object) -> str:
    """The STATUS column of a Pod. Kubernetes: printPod"""
    status = pod.get("status") or {}
    reason = str(status.get("reason") or phase(pod))
    if any(
        c.get("reason") == "SchedulingGated"
        for c in status.get("conditions") or ()
        if c["type"] == "PodScheduled"
    ):
        reason = "SchedulingGated"
    initializing = _init_reason(pod)
    reason = initializing or reason
    if not initializing or _is_true(pod, "Initialized"):
        reason = _containers_reason(pod, reason)
    if "deletionTimestamp" in pod["metadata"]:
        if status.get("reason") == "NodeLost":
            return "Unknown"
        return reason if is_pod_terminal(pod) else "Terminating"
    return reason


def _restarts(pod: Object, now: float) -> str:
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    count = sum(int(status.get("restartCount") or 0) for status in statuses)
    ended = [
        ((status.get("lastState") or {}).get("terminated") or {}).get("finishedAt")
        for status in statuses
    ]
    last = max((moment for moment in ended if moment), default=None)
    return f"{count} ({since(last, now)} ago)" if count and last else str(count)


def _gates(pod: Object) -> str:
    gates = [gate["conditionType"] for gate in pod["spec"].get("readinessGates") or ()]
    return (
        f"{sum(_is_true(pod, gate) for gate in gates)}/{len(gates)}" if gates else NONE
    )


def pod(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printPod"""
    status = o.get("status") or {}
    statuses = status.get("containerStatuses") or ()
    ready = sum(
        1
        for c in statuses
        if c.get("ready") and (c.get("state") or {}).get("running") is not None
    )
    addresses = status.get("podIPs") or [{"ip": status.get("podIP")}]
    return [
        name(o),
        f"{ready}/{len(o['spec'].get('containers') or ())}",
        pod_status(o),
        _restarts(o, now),
        age(o, now),
        addresses[0].get("ip") or NONE,
        o["spec"].get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(o),
    ]

"""The line of `kubectl get pods`: above all, what its STATUS column says.

Kubernetes: pkg/printers/internalversion/printers.go, printPod
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, condition, is_deleting, name
from k8slearn.kinds.pod.state import is_pod_terminal, phase
from k8slearn.kinds.printing import NONE, Cell, age, since
from k8slearn.kinds.types import AnyPod, PodStatus, Terminated


def cells(o: AnyPod, now: float) -> list[Cell]:
    """Kubernetes: printPod"""
    spec = o["spec"]
    status = o.get("status", {})
    # status.podIP is older than podIPs and set together with it.
    addresses = status.get("podIPs") or [{"ip": status.get("podIP")}]
    ready = _ready_containers(status)
    return [
        name(o),
        f"{ready}/{len(spec['containers'])}",
        pod_status(o),
        _restarts(status, now),
        age(o, now),
        addresses[0].get("ip") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(o),
    ]


def _ready_containers(status: PodStatus | Object) -> int:
    count = 0
    for container in status.get("containerStatuses", ()):
        running = container.get("state", {}).get("running")
        if container.get("ready") and running is not None:
            count += 1
    return count


def _is_true(o: AnyPod, kind: str) -> bool:
    found = condition(o, kind)
    return found is not None and found.get("status") == "True"


def pod_status(pod: AnyPod) -> str:
    """The STATUS column of a Pod. Kubernetes: printPod"""
    status = pod.get("status", {})
    reason = str(status.get("reason") or phase(pod))
    scheduled = condition(pod, "PodScheduled") or {}
    if scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    initializing = _init_reason(pod)
    reason = initializing or reason
    # Init containers that run again after a restart of the Pod do not hide its containers.
    if not initializing or _is_true(pod, "Initialized"):
        reason = _containers_reason(pod, reason)
    if not is_deleting(pod):
        return reason
    # The Node is gone: nobody can tell how far the Pod has come.
    if status.get("reason") == "NodeLost":
        return "Unknown"
    return reason if is_pod_terminal(pod) else "Terminating"


def _init_reason(pod: AnyPod) -> str:
    """What an unfinished init container makes of the STATUS column, '' when all have finished."""
    statuses = pod.get("status", {}).get("initContainerStatuses", ())
    for i, container in enumerate(statuses):
        state = container.get("state", {})
        ended = state.get("terminated")
        waiting = state.get("waiting", {})
        if ended is not None:
            if not ended.get("exitCode"):
                continue
            return f"Init:{_ended(ended)}"
        reason = waiting.get("reason")
        if reason and reason != "PodInitializing":
            return f"Init:{reason}"
        # Init containers run one after the other: as many as stand before it are done.
        total = len(pod["spec"].get("initContainers", ()))
        return f"Init:{i}/{total}"
    return ""


def _ended(terminated: Terminated | Object) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _containers_reason(pod: AnyPod, reason: str) -> str:
    """The STATUS column as the containers make it; the first container has the last word."""
    is_running = False
    statuses = pod.get("status", {}).get("containerStatuses", ())
    for container in reversed(statuses):
        state = container.get("state", {})
        waiting = state.get("waiting", {}).get("reason")
        if waiting:
            reason = waiting
        elif state.get("terminated") is not None:
            reason = _ended(state["terminated"])
        elif container.get("ready") and state.get("running") is not None:
            is_running = True
    # One container is through, another still runs: the Pod is not completed.
    if reason == "Completed" and is_running:
        return "Running" if _is_true(pod, "Ready") else "NotReady"
    return reason


def _restarts(status: PodStatus | Object, now: float) -> str:
    count = 0
    last = ""
    for container in status.get("containerStatuses", ()):
        count += int(container.get("restartCount") or 0)
        before = container.get("lastState", {}).get("terminated", {})
        # Timestamps of one form: the later one is also the greater text.
        last = max(last, before.get("finishedAt", ""))
    if not count or not last:
        return str(count)
    return f"{count} ({since(last, now)} ago)"


def _gates(pod: AnyPod) -> str:
    gates = pod["spec"].get("readinessGates", ())
    if not gates:
        return NONE
    passed = 0
    for gate in gates:
        passed += _is_true(pod, gate["conditionType"])
    return f"{passed}/{len(gates)}"

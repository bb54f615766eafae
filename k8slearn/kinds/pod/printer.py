"""The line of `kubectl get pods`: above all, what its STATUS column says.

Kubernetes: pkg/printers/internalversion/printers.go, printPod
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_condition_true,
    is_deleting,
    name,
)
from k8slearn.kinds.pod.state import is_pod_terminal, phase, sidecars
from k8slearn.kinds.printing import NONE, Cell, age, since
from k8slearn.kinds.types import AnyPod, ContainerStatus, Terminated

Status = ContainerStatus | Object


@dataclass(slots=True)
class PodSummary:
    """What a Pod's containers come to: why it is as it is, how many are ready, how often and when restarted last."""

    reason: str
    ready: int = 0
    restarts: int = 0
    last: str = ""


def cells(o: AnyPod, now: float) -> list[Cell]:
    """Kubernetes: printPod"""
    spec = o["spec"]
    status = o.get("status", {})
    # status.podIP is older than podIPs and set together with it.
    addresses = status.get("podIPs") or [{"ip": status.get("podIP")}]
    summary = summarize(o)
    total = len(spec["containers"]) + len(sidecars(o))
    return [
        name(o),
        f"{summary.ready}/{total}",
        _with_deletion(o, summary.reason),
        _restarts(summary, now),
        age(o, now),
        addresses[0].get("ip") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _gates(o),
    ]


def pod_status(pod: AnyPod) -> str:
    """The STATUS column of a Pod. Kubernetes: printPod"""
    return _with_deletion(pod, summarize(pod).reason)


def _with_deletion(pod: AnyPod, reason: str) -> str:
    if not is_deleting(pod):
        return reason
    # The Node is gone: nobody can tell how far the Pod has come.
    if pod.get("status", {}).get("reason") == "NodeLost":
        return "Unknown"
    if is_pod_terminal(pod):
        return reason
    return "Terminating"


def summarize(pod: AnyPod) -> PodSummary:
    """What the line says of the Pod's containers. Kubernetes: printPod"""
    status = pod.get("status", {})
    reason = str(status.get("reason") or phase(pod))
    scheduled = condition(pod, "PodScheduled") or {}
    if scheduled.get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    beside = sidecars(pod)
    summary = PodSummary(reason)
    statuses = status.get("initContainerStatuses", ())
    through = _initialize(summary, pod, statuses, beside)
    # Init containers that run again after a restart of the Pod do not hide its containers.
    if through == len(statuses) or is_condition_true(pod, "Initialized"):
        summary.restarts = 0
        summary.last = ""
        # Nobody looks behind the one that is not through.
        looked_at = statuses[: through + 1]
        _count(summary, [each for each in looked_at if each["name"] in beside])
        _containers(summary, pod, status.get("containerStatuses", ()))
    return summary


def _count(summary: PodSummary, statuses: Iterable[Status]) -> None:
    """Add the restarts of containers."""
    for container in statuses:
        summary.restarts += int(container.get("restartCount") or 0)
        before = container.get("lastState", {}).get("terminated", {})
        # Timestamps of one form: the later one is also the greater text.
        summary.last = max(summary.last, before.get("finishedAt") or "")


def _initialize(
    summary: PodSummary,
    pod: AnyPod,
    statuses: Sequence[Status],
    beside: Collection[str],
) -> int:
    """What the init containers make of the line; how many of them are through."""
    for i, container in enumerate(statuses):
        _count(summary, [container])
        state = container.get("state", {})
        ended = state.get("terminated")
        if ended is not None and not ended.get("exitCode"):
            continue
        if container["name"] in beside and container.get("started"):
            summary.ready += bool(container.get("ready"))
            continue
        waiting = state.get("waiting", {}).get("reason")
        if ended is not None:
            summary.reason = f"Init:{_ended(ended)}"
        elif waiting and waiting != "PodInitializing":
            summary.reason = f"Init:{waiting}"
        else:
            # Init containers run one after the other: as many as stand before it are done.
            total = len(pod["spec"].get("initContainers", ()))
            summary.reason = f"Init:{i}/{total}"
        return i
    return len(statuses)


def _ended(terminated: Terminated | Object) -> str:
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _containers(summary: PodSummary, pod: AnyPod, statuses: Collection[Status]) -> None:
    """What the containers make of the line; the first one has the last word."""
    is_running = False
    _count(summary, statuses)
    for container in reversed([*statuses]):
        state = container.get("state", {})
        waiting = state.get("waiting", {}).get("reason")
        if waiting:
            summary.reason = waiting
        elif state.get("terminated") is not None:
            summary.reason = _ended(state["terminated"])
        elif container.get("ready") and state.get("running") is not None:
            is_running = True
            summary.ready += 1
    # One container is through, another still runs: the Pod is not completed.
    if summary.reason == "Completed" and is_running:
        summary.reason = "Running" if is_condition_true(pod, "Ready") else "NotReady"


def _restarts(summary: PodSummary, now: float) -> str:
    if not summary.restarts or not summary.last:
        return str(summary.restarts)
    return f"{summary.restarts} ({since(summary.last, now)} ago)"


def _gates(pod: AnyPod) -> str:
    gates = pod["spec"].get("readinessGates", ())
    if not gates:
        return NONE
    passed = 0
    for gate in gates:
        passed += is_condition_true(pod, gate["conditionType"])
    return f"{passed}/{len(gates)}"

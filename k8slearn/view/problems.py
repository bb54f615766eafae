"""The problem of a Pod, by its status, in Kubernetes' words."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object

# Waiting reasons of the kubelet that need action; the others (ContainerCreating,
# PodInitializing) pass by themselves.
_PROBLEMS = (
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CrashLoopBackOff",
    "CreateContainerError",
    "CreateContainerConfigError",
    "ErrImageNeverPull",
    "RunContainerError",
    "PostStartHookError",
)
# Reasons of ended containers that will be restarted.
_EXITS = ("Error", "OOMKilled", "Completed")
EVICTED = "Evicted"


# Both are called for every Pod at every redraw, so they avoid calls.


def pod_problem(pod: Object) -> str:
    """The problem of a Pod, as a reason in its status; "" if there is none."""
    status = pod.get("status", {})
    for entry in status.get("conditions") or ():
        # status.reason is missing if the containers exited with 0.
        by_kubelet = entry.get("reason") == "TerminationByKubelet"
        if by_kubelet and entry["type"] == "DisruptionTarget":
            return EVICTED
        if entry["type"] == "PodScheduled" and entry.get("reason") == "Unschedulable":
            return "Unschedulable"
    phase = status.get("phase")
    if phase == "Failed":
        return str(status.get("reason", ""))
    for part in ("initContainerStatuses", "containerStatuses"):
        for container in status.get(part) or ():
            # A completed init container is no problem.
            if part == "initContainerStatuses" and container.get("ready"):
                continue
            state = container.get("state") or {}
            reason = str((state.get("waiting") or {}).get("reason", ""))
            if reason in _PROBLEMS:
                return reason
            ended = str((state.get("terminated") or {}).get("reason", ""))
            if phase == "Running" and ended in _EXITS:
                return ended
    return ""


def restarts(pod: Object) -> int:
    """The restarts of the Pod's containers, as `kubectl get pods` counts them."""
    count = 0
    for container in pod.get("status", {}).get("containerStatuses") or ():
        count += int(container.get("restartCount") or 0)
    return count

"""What is wrong with a Pod, as its status says it in Kubernetes' words."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object

# Waiting reasons of the kubelet that a learner has to do something about; the others
# (ContainerCreating, PodInitializing) pass by themselves.
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
# How a container can end that is to be started again: between two starts that is what its status says.
_EXITS = ("Error", "OOMKilled", "Completed")
EVICTED = "Evicted"


# Both are asked of every Pod at every redraw, so they call nothing.


def pod_problem(pod: Object) -> str:
    """Why a Pod does not get on, as a reason of its status; "" if nothing is wrong with it."""
    status = pod.get("status", {})
    for entry in status.get("conditions") or ():
        # The kubelet's own word for it is lost where the containers ended well.
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
            # An init container that has done its work is no problem any more.
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
    """How often the Pod's containers were started again, as `kubectl get pods` counts them."""
    count = 0
    for container in pod.get("status", {}).get("containerStatuses") or ():
        count += int(container.get("restartCount") or 0)
    return count

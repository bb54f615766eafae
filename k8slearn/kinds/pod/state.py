"""What the state of one Pod means: ready, available, finished, and the Node it belongs to.

Kubernetes: pkg/api/v1/pod/util.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import seconds_of
from k8slearn.kinds.types import AnyPod


def phase(pod: AnyPod) -> str:
    """status.phase; a Pod without one is Pending."""
    return str(pod.get("status", {}).get("phase") or "Pending")


def is_pod_terminal(pod: AnyPod) -> bool:
    """Whether the Pod has finished for good (Failed or Succeeded)."""
    return phase(pod) in ("Failed", "Succeeded")


def is_pod_ready(pod: AnyPod) -> bool:
    """Whether the condition Ready is True."""
    for condition in pod.get("status", {}).get("conditions", ()):
        if condition.get("type") == "Ready":
            return bool(condition.get("status") == "True")
    return False


def available_at(pod: AnyPod, min_ready_seconds: int) -> float | None:
    """The simulated second at which a ready Pod counts as available; None while it is not ready.

    Kubernetes: pkg/api/v1/pod, IsPodAvailable.
    """
    for condition in pod.get("status", {}).get("conditions", ()):
        if condition.get("type") != "Ready" or condition.get("status") != "True":
            continue
        # Ready is enough then, even where nobody wrote down since when.
        if not min_ready_seconds:
            return float("-inf")
        since = condition.get("lastTransitionTime")
        return seconds_of(since) + min_ready_seconds if since else None
    return None


def is_pod_available(pod: AnyPod, min_ready_seconds: int, now: float) -> bool:
    """Whether the Pod has been ready for `min_ready_seconds` at `now` (simulated seconds)."""
    due = available_at(pod, min_ready_seconds)
    return due is not None and due <= now


def get_target_node_name(pod: AnyPod) -> str:
    """The Node the Pod is bound to or, before that, the one its affinity names; '' when there is neither.

    Kubernetes: pkg/controller/daemon/util, GetTargetNodeName.
    """
    spec = pod["spec"]
    bound = spec.get("nodeName")
    if bound:
        return str(bound)
    affinity = spec.get("affinity", {}).get("nodeAffinity", {})
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution", {})
    for term in required.get("nodeSelectorTerms", ()):
        for field in term.get("matchFields", ()):
            if field.get("key") != "metadata.name" or field.get("operator") != "In":
                continue
            # Several names would leave the choice to the scheduler: that is no target.
            if len(field["values"]) == 1:
                return str(field["values"][0])
    return ""


def host_ports(pod: AnyPod) -> set[tuple[str, str, int]]:
    """(address, protocol, port) of every hostPort the Pod asks for."""
    found: set[tuple[str, str, int]] = set()
    for container in pod["spec"].get("containers", ()):
        for port in container.get("ports", ()):
            if port.get("hostPort"):
                # Without an address the port is taken on all of the Node's.
                address = port.get("hostIP") or "0.0.0.0"
                protocol = port.get("protocol") or "TCP"
                found.add((address, protocol, port["hostPort"]))
    return found

"""What the state of one Pod means: ready, available, finished, and the Node it belongs to."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, seconds_of


def phase(pod: Object) -> str:
    """status.phase; a Pod without one is Pending."""
    return str(pod.get("status", {}).get("phase") or "Pending")


def is_pod_terminal(pod: Object) -> bool:
    """Whether the Pod has finished for good (Failed or Succeeded)."""
    return phase(pod) in ("Failed", "Succeeded")


def is_pod_ready(pod: Object) -> bool:
    """Whether the condition Ready is True."""
    for entry in pod.get("status", {}).get("conditions") or ():
        if entry.get("type") == "Ready":
            return bool(entry.get("status") == "True")
    return False


def available_at(pod: Object, min_ready_seconds: int) -> float | None:
    """The simulated second at which a ready Pod counts as available; None while it is not ready.

    Kubernetes: pkg/api/v1/pod, IsPodAvailable.
    """
    for entry in pod.get("status", {}).get("conditions") or ():
        if entry.get("type") == "Ready" and entry.get("status") == "True":
            if not min_ready_seconds:
                return float("-inf")
            since = entry.get("lastTransitionTime")
            return seconds_of(since) + min_ready_seconds if since else None
    return None


def is_pod_available(pod: Object, min_ready_seconds: int, now: float) -> bool:
    """Whether the Pod has been ready for `min_ready_seconds` at `now` (simulated seconds)."""
    due = available_at(pod, min_ready_seconds)
    return due is not None and due <= now


def get_target_node_name(pod: Object) -> str:
    """The Node the Pod is bound to or, before that, the one its affinity names; '' when there is neither.

    Kubernetes: pkg/controller/daemon/util, GetTargetNodeName.
    """
    bound = pod["spec"].get("nodeName")
    if bound:
        return str(bound)
    required = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    terms = (required.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get(
        "nodeSelectorTerms"
    ) or ()
    for term in terms:
        for field in term.get("matchFields") or ():
            if (
                field.get("key") == "metadata.name"
                and field.get("operator") == "In"
                and len(field["values"]) == 1
            ):
                return str(field["values"][0])
    return ""


def host_ports(pod: Object) -> set[tuple[str, str, int]]:
    """(address, protocol, port) of every hostPort the Pod asks for."""
    return {
        (
            port.get("hostIP") or "0.0.0.0",
            port.get("protocol") or "TCP",
            port["hostPort"],
        )
        for container in pod["spec"].get("containers") or ()
        for port in container.get("ports") or ()
        if port.get("hostPort")
    }

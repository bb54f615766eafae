"""What the state of one Pod means: ready, available, finished, and the Node it belongs to.

Kubernetes: pkg/api/v1/pod/util.go
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from k8slearn.apimachinery.objects import Object, seconds_of
from k8slearn.apimachinery.selectors import REQUIRED
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kinds.types import AnyPod, Condition

Port = tuple[str, str, int]
"""(address, protocol, port)"""


def phase(pod: AnyPod) -> str:
    """status.phase; a Pod without one is Pending."""
    status = pod.get("status")
    if not status:
        return "Pending"
    return str(status.get("phase") or "Pending")


def is_pod_terminal(pod: AnyPod) -> bool:
    """Whether the Pod has finished for good (Failed or Succeeded)."""
    return phase(pod) in ("Failed", "Succeeded")


def is_pod_ready(pod: AnyPod) -> bool:
    """Whether the condition Ready is True."""
    ready = _ready(pod)
    return ready is not None and ready["status"] == "True"


def _ready(pod: AnyPod) -> Condition | Object | None:
    # Not by `condition`, which copies: every Pod is asked at every sync.
    for found in pod.get("status", {}).get("conditions", ()):
        if found["type"] == "Ready":
            return found
    return None


def available_at(pod: AnyPod, min_ready_seconds: int) -> float | None:
    """The simulated second at which a ready Pod counts as available; None while it is not ready.

    Kubernetes: pkg/api/v1/pod, IsPodAvailable.
    """
    ready = _ready(pod)
    if ready is None or ready["status"] != "True":
        return None
    # Ready is enough then, even where nobody wrote down since when.
    if not min_ready_seconds:
        return float("-inf")
    since = ready.get("lastTransitionTime")
    if not since:
        return None
    return seconds_of(since) + min_ready_seconds


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
    affinity = spec.get("affinity", {}).get("nodeAffinity")
    if not affinity:
        return ""
    required = affinity.get(REQUIRED, {})
    for term in required.get("nodeSelectorTerms", ()):
        for field in term.get("matchFields", ()):
            if field["key"] != "metadata.name" or field["operator"] != "In":
                continue
            # Several names would leave the choice to the scheduler: that is no target.
            if len(field["values"]) == 1:
                return str(field["values"][0])
    return ""


@lru_cache(maxsize=8192)
def affinity_for(node_name: str) -> Object:
    """The required node affinity by which a Pod names its Node: the very same for all Pods of one.

    Kubernetes: ReplaceDaemonSetPodNodeNameNodeAffinity
    """
    field = {"key": "metadata.name", "operator": "In", "values": [node_name]}
    terms = [{"matchFields": [field]}]
    return {REQUIRED: {"nodeSelectorTerms": terms}}


def sidecars(pod: AnyPod) -> set[str]:
    """The names of the init containers that go on beside the others."""
    return {container["name"] for container in _sidecars(pod)}


def staying_containers(pod: AnyPod) -> list[Object]:
    """Those that run as long as the Pod does: its containers and its sidecars."""
    return [*(pod["spec"].get("containers") or ()), *_sidecars(pod)]


def _sidecars(pod: AnyPod) -> list[Object]:
    containers: Any = pod["spec"].get("initContainers") or ()
    return [each for each in containers if is_sidecar(each)]


def host_ports(pod: AnyPod) -> set[Port]:
    """Every hostPort the Pod asks for. Kubernetes: pkg/scheduler/util, GetHostPorts"""
    found: set[Port] = set()
    for container in staying_containers(pod):
        for port in container.get("ports", ()):
            if port.get("hostPort"):
                # Without an address the port is taken on all of the Node's.
                address = port.get("hostIP") or "0.0.0.0"
                protocol = port.get("protocol") or "TCP"
                found.add((address, protocol, port["hostPort"]))
    return found


def ports_clash(wanted: set[Port], taken: set[Port]) -> bool:
    """Whether two sets of ports have one in common; 0.0.0.0 is every address."""
    return any(_port_clashes(one, other) for one in wanted for other in taken)


def _port_clashes(one: Port, other: Port) -> bool:
    if one[1:] != other[1:]:
        return False
    return one[0] == other[0] or "0.0.0.0" in (one[0], other[0])

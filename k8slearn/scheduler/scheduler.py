"""The scheduler as a component: it binds each Pod to the Node that was decided for it."""

from __future__ import annotations

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import record_once
from k8slearn.controllers.runtime import Cache, Controller
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.scheduler.decide import (
    CORDONED,
    NO_NODE_LABELS,
    NO_PORTS,
    NO_TOLERATION,
    Scheduling,
    schedule,
)

NAME = "scheduler"
SOURCE = "default-scheduler"
NEW_NODE, LABELS, TAINTS, ALLOCATABLE, PODS = (
    "new Node",
    "labels",
    "taints",
    "allocatable",
    "Pods",
)
HELP = {
    NO_NODE_LABELS: {LABELS},
    NO_TOLERATION: {TAINTS},
    CORDONED: {TAINTS},
    NO_PORTS: {PODS},
}


class Scheduler(Controller):
    """Binds unbound Pods; those that fit nowhere are tried again when a Node or a Pod changes."""

    manager = "kube-scheduler"

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(NAME, priority, registry, clock, ("Pod", "Node"))
        self.nodes: Cache[str, Object] = Cache()
        self.running: Cache[str, Cache[object, Object]] = Cache()
        self.unschedulable: dict[str, frozenset[str]] = {}
        self.informer.on("Pod", self.on_pod)
        self.informer.on("Node", self.on_node)

    def on_pod(self, change: Change) -> None:
        """Keep the Pods by Node; try an unbound Pod, and all that wait when a Pod has left a Node."""
        pod, place = change.object, (namespace(change.object), name(change.object))
        node = pod["spec"].get("nodeName")
        if node:
            self._keep(
                node, place, pod, gone=change.type == "DELETED" or is_pod_terminal(pod)
            )
        elif not is_deleting(pod) and (
            change.type == "ADDED" or _is_gated(change.previous)
        ):
            self.enqueue(full_name(pod))
        if change.type == "DELETED":
            self.unschedulable.pop(full_name(pod), None)

    def _keep(self, node: str, place: object, pod: Object, *, gone: bool) -> None:
        if not gone:
            self.running.setdefault(node, Cache())[place] = pod
        elif self.running.get(node, Cache()).pop(place, None) is not None:
            self._retry({PODS})

    def on_node(self, change: Change) -> None:
        """A Node that came or changed may suit what waits."""
        if change.type == "DELETED":
            self.nodes.pop(name(change.object), None)
        else:
            self.nodes[name(change.object)] = change.object
            self._retry(_what_changed(change.previous, change.object))

    def _retry(self, changed: set[str]) -> None:
        """Try again what was refused for something that has changed now (the real one's queueing hints)."""
        for key, could_help in self.unschedulable.items():
            if could_help & changed:
                self.enqueue(key)

    def sync(self, key: str) -> Scheduling | None:
        """Try to bind one Pod."""
        place, _, pod_name = key.partition("/")
        pod = self.client.get("Pod", pod_name, place)
        if (
            pod is None
            or pod["spec"].get("nodeName")
            or is_deleting(pod)
            or _is_gated(pod)
            or not _is_mine(pod)
        ):
            self.unschedulable.pop(key, None)
            return None
        result = schedule(pod, self.nodes, self.running)
        if result.node:
            self.unschedulable.pop(key, None)
            self._bind(pod, result.node)
        else:
            self.unschedulable[key] = _what_could_help(result)
            self._refuse(pod, result.message)
        return result

    def _bind(self, pod: Object, node: str) -> None:
        self.client.bind(pod, node)
        message = f"Successfully assigned {full_name(pod)} to {node}"
        self._tell(pod, "Normal", "Scheduled", message, "Binding")

    def _refuse(self, pod: Object, message: str) -> None:
        found = condition(pod, "PodScheduled")
        if found is not None and found.get("message") == message:
            return
        refused: Object = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
        }
        refused |= {
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now),
        }
        self.client.update_status(with_status(pod, conditions=[refused]))
        self._tell(pod, "Warning", "FailedScheduling", message, "Scheduling")

    def _tell(
        self, pod: Object, kind: str, reason: str, message: str, action: str
    ) -> None:
        more = {
            "action": action,
            "reportingComponent": SOURCE,
            "reportingInstance": f"{SOURCE}-k8slearn",
        }
        record_once(self.client, pod, kind, reason, message, **more)


def _what_could_help(result: Scheduling) -> frozenset[str]:
    """Changes that could make a refused Pod fit; a new Node always could."""
    reasons = [reason for verdict in result.verdicts for reason in verdict.reasons]
    return frozenset(
        {NEW_NODE}.union(*(HELP.get(reason, {PODS, ALLOCATABLE}) for reason in reasons))
    )


def _what_changed(before: Object | None, node: Object) -> set[str]:
    if before is None:
        return {NEW_NODE}
    old, new = _aspects(before), _aspects(node)
    return {what for what in new if old[what] != new[what]}


def _aspects(node: Object) -> dict[str, object]:
    spec, allocatable = node.get("spec", {}), node.get("status", {}).get("allocatable")
    closed = (spec.get("taints") or [], bool(spec.get("unschedulable")))
    return {LABELS: labels(node), TAINTS: closed, ALLOCATABLE: allocatable}


def _is_gated(pod: Object | None) -> bool:
    """Whether somebody holds the Pod back with a scheduling gate."""
    return bool(pod and pod["spec"].get("schedulingGates"))


def _is_mine(pod: Object) -> bool:
    """Whether the Pod asks for the default scheduler."""
    return bool(pod["spec"].get("schedulerName", SOURCE) == SOURCE)

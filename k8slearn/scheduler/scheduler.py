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

# What may change in a cluster, as far as a Pod that was refused can hope for something from it.
# Kubernetes: pkg/scheduler/framework, ActionType, and the EventsToRegister of each plugin.
NEW_NODE = "new Node"
LABELS = "labels"
TAINTS = "taints"
ALLOCATABLE = "allocatable"
PODS = "Pods"
HELP = {
    NO_NODE_LABELS: {LABELS},
    NO_TOLERATION: {TAINTS},
    CORDONED: {TAINTS},
    NO_PORTS: {PODS},
}
"""Which change can undo which refusal; whatever is not here wants resources, which Pods free and Nodes have."""


class Scheduler(Controller):
    """Binds unbound Pods; those that fit nowhere are tried again when a Node or a Pod changes."""

    manager = "kube-scheduler"
    name = NAME
    kinds = ("Pod", "Node")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.nodes: Cache[str, Object] = Cache()
        self.running: Cache[str, Cache[object, Object]] = Cache()
        self.unschedulable: dict[str, frozenset[str]] = {}
        self.informer.on("Pod", self.on_pod)
        self.informer.on("Node", self.on_node)

    def on_pod(self, change: Change) -> None:
        """Keep the Pods by Node; try an unbound Pod, and all that wait when a Pod has left a Node."""
        pod = change.object
        node = pod["spec"].get("nodeName")
        if node:
            self._keep(node, change)
        elif _enters_the_queue(change):
            self.enqueue(full_name(pod))
        if change.type == "DELETED":
            self.unschedulable.pop(full_name(pod), None)

    def _keep(self, node: str, change: Change) -> None:
        pods = self.running.get(node)
        if pods is None:
            pods = self.running[node] = Cache()
        if change.type != "DELETED" and not is_pod_terminal(change.object):
            pods[change.key] = change.object
        elif pods.pop(change.key, None) is not None:
            self._retry({PODS})

    def on_node(self, change: Change) -> None:
        """A Node that came or changed may suit what waits."""
        if change.type == "DELETED":
            self.nodes.pop(name(change.object), None)
        else:
            self.nodes[name(change.object)] = change.object
            # Comparing two versions is only worth it when somebody waits; heartbeats come all the time.
            if self.unschedulable:
                self._retry(_what_changed(change.previous, change.object))

    def _retry(self, changed: set[str]) -> None:
        """Try again what was refused for something that has changed now (the real one's queueing hints)."""
        for key, could_help in self.unschedulable.items():
            if could_help & changed:
                self.enqueue(key)

    def sync(self, key: str) -> Scheduling | None:
        """Try to bind one Pod. Kubernetes: pkg/scheduler/schedule_one.go, ScheduleOne."""
        place, _, pod_name = key.partition("/")
        # Read live: what was bound or deleted since it was queued must not be bound (again).
        pod = self.client.get("Pod", pod_name, place)
        if pod is None or not _is_waiting(pod):
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
        # Told once: the real one's Event would be folded into the same, and its condition would not change.
        known = condition(pod, "PodScheduled")
        if known is not None and known.get("message") == message:
            return
        refused: Object = {
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": message,
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now),
        }
        self.client.update_status(with_status(pod, conditions=[refused]))
        self._tell(
            pod,
            "Warning",
            "FailedScheduling",
            message,
            "Scheduling",
        )

    def _tell(
        self,
        pod: Object,
        kind: str,
        reason: str,
        message: str,
        action: str,
    ) -> None:
        more = {
            "action": action,
            "reportingComponent": SOURCE,
            "reportingInstance": f"{SOURCE}-k8slearn",
        }
        record_once(self.client, pod, kind, reason, message, **more)


def _what_could_help(result: Scheduling) -> frozenset[str]:
    """Changes that could make a refused Pod fit; a new Node always could."""
    found = {NEW_NODE}
    for fit in result.fits:
        for reason in fit.reasons:
            found |= HELP.get(reason, {PODS, ALLOCATABLE})
    return frozenset(found)


def _what_changed(before: Object | None, node: Object) -> set[str]:
    if before is None:
        return {NEW_NODE}
    old, new = _aspects(before), _aspects(node)
    return {what for what in new if old[what] != new[what]}


def _aspects(node: Object) -> dict[str, object]:
    spec = node.get("spec", {})
    # Cordoning counts as a taint: the real scheduler watches NodeTaint for both.
    closed = (spec.get("taints") or [], bool(spec.get("unschedulable")))
    allocatable = node.get("status", {}).get("allocatable")
    return {LABELS: labels(node), TAINTS: closed, ALLOCATABLE: allocatable}


def _enters_the_queue(change: Change) -> bool:
    """Whether an unbound Pod is to be tried: when it was created, or when its last gate was taken away."""
    if is_deleting(change.object):
        return False
    return change.type == "ADDED" or _is_gated(change.previous)


def _is_waiting(pod: Object) -> bool:
    """Whether it is for the default scheduler to bind this Pod now."""
    if pod["spec"].get("nodeName") or is_deleting(pod) or _is_gated(pod):
        return False
    return bool(pod["spec"].get("schedulerName", SOURCE) == SOURCE)


def _is_gated(pod: Object | None) -> bool:
    """Whether somebody holds the Pod back with a scheduling gate."""
    return bool(pod and pod["spec"].get("schedulingGates"))

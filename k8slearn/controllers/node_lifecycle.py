"""The Node lifecycle controller: turns what a Node reports into taints."""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.api.log import Change
from k8slearn.api.objects import Object, condition, name, timestamp
from k8slearn.api.store import Store
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller, Informer

ACTOR = "node-lifecycle"
MONITOR_PERIOD = 5.0
NOT_READY = "node.kubernetes.io/not-ready"
UNREACHABLE = "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
PRESSURE = {
    "MemoryPressure": "node.kubernetes.io/memory-pressure",
    "DiskPressure": "node.kubernetes.io/disk-pressure",
    "PIDPressure": "node.kubernetes.io/pid-pressure",
    "NetworkUnavailable": "node.kubernetes.io/network-unavailable",
}
MANAGED = {NOT_READY, UNREACHABLE, UNSCHEDULABLE, *PRESSURE.values()}


@dataclass(frozen=True, slots=True)
class Taints:
    """The taints a Node should have for what it reports, as (key, effect)."""

    wanted: frozenset[tuple[str, str]]


def taints_for(node: Object, effect: str) -> set[tuple[str, str]]:
    """The taints of one effect that a Node's conditions ask for.

    Kubernetes: pkg/controller/nodelifecycle, doNoScheduleTaintingPass and monitorNodeHealth.
    """
    ready = condition(node, "Ready")
    status = ready["status"] if ready else "Unknown"
    found = set()
    if status == "False":
        found.add((NOT_READY, effect))
    elif status != "True":
        found.add((UNREACHABLE, effect))
    if effect == "NoSchedule":
        for kind, taint in PRESSURE.items():
            pressure = condition(node, kind)
            if pressure is not None and pressure["status"] == "True":
                found.add((taint, effect))
        if node.get("spec", {}).get("unschedulable"):
            found.add((UNSCHEDULABLE, effect))
    return found


def with_taints(node: Object, effect: str, now: str) -> Object:
    """The Node with exactly the taints of this effect that its conditions ask for; other taints stay."""
    wanted = taints_for(node, effect)
    present = node.get("spec", {}).get("taints") or []
    kept = [t for t in present if t["key"] not in MANAGED or t["effect"] != effect or (t["key"], effect) in wanted]
    have = {(t["key"], t["effect"]) for t in kept}
    added = [{"key": key, "effect": effect, "timeAdded": now} for key, _ in sorted(wanted - have)]
    if not added and len(kept) == len(present):
        return node
    spec = {field: value for field, value in node.get("spec", {}).items() if field != "taints"}
    taints = kept + added
    return {**node, "spec": {**spec, "taints": taints} if taints else spec}


class NodeLifecycle(Controller):
    """NoSchedule taints follow a Node at once; NoExecute taints come with the monitor, every 5 seconds."""

    def __init__(self, store: Store, clock: Clock, priority: int) -> None:
        super().__init__(ACTOR, priority, store, clock, Informer(store, clock, ACTOR, ("Node",)))
        self.recorder = Recorder(store, "node-controller", ACTOR)
        self.known: set[str] = set()
        self.watching = False
        self.informer.on("Node", self.on_node)

    def on_node(self, change: Change) -> None:
        """Look at a Node that came or changed; tell of one that came or left."""
        node = change.object
        if change.type == "ADDED" or change.type == "DELETED" or with_taints(node, "NoSchedule", "") is not node:
            self.enqueue(name(node))
        if change.type != "DELETED" and with_taints(node, "NoExecute", "") is not node:
            self._expect_monitor()

    def sync(self, key: str) -> Taints | None:
        """Bring one Node's NoSchedule taints up to date."""
        node = self.store.get("Node", key)
        if node is None:
            self._tell_left(key)
            return None
        if key not in self.known:
            self.known.add(key)
            self.recorder.record(
                node, "Normal", "RegisteredNode", f"Node {key} event: Registered Node {key} in Controller"
            )
        self._taint(node, "NoSchedule")
        return Taints(frozenset(taints_for(node, "NoSchedule")))

    def _tell_left(self, key: str) -> None:
        if key in self.known:
            self.known.discard(key)
            gone: Object = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": key, "uid": key}}
            self.recorder.record(
                gone, "Normal", "RemovingNode", f"Node {key} event: Removing Node {key} from Controller"
            )

    def _taint(self, node: Object, effect: str) -> None:
        self.store.update(with_taints(node, effect, timestamp(self.clock.now)), ACTOR)

    def _expect_monitor(self) -> None:
        if not self.watching:
            self.watching = True
            at = (self.clock.now // MONITOR_PERIOD + 1) * MONITOR_PERIOD
            self.clock.schedule(at, self.priority, self.name, "monitor", self._monitor)

    def _monitor(self) -> Taints:
        self.watching = False
        found: set[tuple[str, str]] = set()
        for node in self.store.list("Node"):
            found |= taints_for(node, "NoExecute")
            self._taint(node, "NoExecute")
        return Taints(frozenset(found))

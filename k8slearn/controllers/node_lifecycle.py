"""The Node lifecycle controller: turns what a Node reports into taints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, condition, labels, name, timestamp
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller

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
ZONE_LABELS = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")
EVICTION_PAUSE = 10.0
LARGE_ZONE_PAUSE = 100.0
LARGE_ZONE = 50
UNHEALTHY_SHARE = 0.55
FAILING = (NOT_READY, UNREACHABLE)
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
    managed = FAILING if effect == "NoExecute" else MANAGED
    kept = [
        t
        for t in present
        if t["key"] not in managed
        or t["effect"] != effect
        or (t["key"], effect) in wanted
    ]
    have = {(t["key"], t["effect"]) for t in kept}
    added = [
        {"key": key, "effect": effect, "timeAdded": now}
        for key, _ in sorted(wanted - have)
    ]
    if not added and len(kept) == len(present):
        return node
    spec = {
        field: value
        for field, value in node.get("spec", {}).items()
        if field != "taints"
    }
    taints = kept + added
    return {**node, "spec": {**spec, "taints": taints} if taints else spec}


def has_failing_taint(node: Object) -> bool:
    """Whether the Node has a NoExecute taint for not being ready or reachable."""
    taints = node.get("spec", {}).get("taints") or ()
    return any(t["effect"] == "NoExecute" and t["key"] in FAILING for t in taints)


def without_taints(node: Object) -> Object:
    """The Node without NoExecute taints for not being ready or reachable."""
    if not has_failing_taint(node):
        return node
    spec = {field: value for field, value in node["spec"].items() if field != "taints"}
    kept = [
        t
        for t in node["spec"]["taints"]
        if t["effect"] != "NoExecute" or t["key"] not in FAILING
    ]
    return {**node, "spec": {**spec, "taints": kept} if kept else spec}


def is_failing(node: Object) -> bool:
    """Whether the Node does not report Ready."""
    ready = condition(node, "Ready")
    return ready is None or ready["status"] != "True"


def zone_of(node: Object) -> tuple[str, ...]:
    """Region and zone of a Node, from its labels."""
    return tuple(labels(node).get(label, "") for label in ZONE_LABELS)


def pause_between_evictions(zone: Sequence[Object]) -> float | None:
    """Seconds from one Node of a zone that gets its NoExecute taint to the next; None when too many fail for any.

    Kubernetes: pkg/controller/nodelifecycle, ComputeZoneState and ReducedQPSFunc.
    """
    failing = sum(1 for node in zone if is_failing(node))
    if 2 < failing < len(zone) and failing / len(zone) >= UNHEALTHY_SHARE:
        return LARGE_ZONE_PAUSE if len(zone) > LARGE_ZONE else None
    return EVICTION_PAUSE


class NodeLifecycle(Controller):
    """NoSchedule taints follow a Node at once; NoExecute taints come with the monitor, every 5 seconds.

    Of several failing Nodes of a zone one gets its NoExecute taint every 10 seconds; when all Nodes fail, none has one:
    then it is more likely the control plane that is cut off.
    """

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(ACTOR, priority, registry, clock, ("Node",))
        self.recorder = Recorder(self.client, "node-controller")
        self.known: set[str] = set()
        self.failing: set[str] = set()
        self.next_eviction: dict[tuple[str, ...], float] = {}
        self.watching = False
        self.looked = -1.0
        self.informer.on("Node", self.on_node)

    def on_node(self, change: Change) -> None:
        """Look at a Node that came or changed; the monitor tells of one that came or left."""
        node = change.object
        if change.type != "DELETED" and with_taints(node, "NoSchedule", "") is not node:
            self.enqueue(name(node))
        before = self.failing
        self.failing = before - {name(node)}
        if change.type != "DELETED" and is_failing(node):
            self.failing.add(name(node))
        if (
            before
            or self.failing
            or has_failing_taint(node)
            or change.type != "MODIFIED"
        ):
            self._expect_monitor()

    def sync(self, key: str) -> Taints | None:
        """Bring one Node's NoSchedule taints up to date."""
        node = self.client.get("Node", key)
        if node is None:
            return None
        self._taint(node, "NoSchedule")
        return Taints(frozenset(taints_for(node, "NoSchedule")))

    def _tell(self, nodes: Sequence[Object]) -> None:
        """Tell of the Nodes that came or left since the last look. Kubernetes: monitorNodeHealth, classifyNodes."""
        present = {name(node): node for node in nodes}
        for key in [key for key in present if key not in self.known]:
            self._record(
                present[key],
                "RegisteredNode",
                f"Node {key} event: Registered Node {key} in Controller",
            )
        for key in sorted(self.known - present.keys()):
            gone: Object = {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": key, "uid": key},
            }
            self._record(
                gone,
                "RemovingNode",
                f"Node {key} event: Removing Node {key} from Controller",
            )
        self.known = set(present)

    def _record(self, node: Object, reason: str, message: str) -> None:
        self.recorder.record(node, "Normal", reason, message)

    def _taint(self, node: Object, effect: str) -> None:
        self.client.update(with_taints(node, effect, timestamp(self.clock.now)))

    def _expect_monitor(self) -> None:
        if not self.watching:
            self.watching = True
            at = -(-self.clock.now // MONITOR_PERIOD) * MONITOR_PERIOD
            at += MONITOR_PERIOD if at <= self.looked else 0.0
            self.clock.schedule(at, self.priority, self.name, "monitor", self._monitor)

    def _monitor(self) -> Taints:
        """Kubernetes: pkg/controller/nodelifecycle, monitorNodeHealth, handleDisruption, doNoExecuteTaintingPass."""
        self.watching, self.looked = False, self.clock.now
        nodes = self.client.list("Node")
        self._tell(nodes)
        if nodes and all(is_failing(node) for node in nodes):
            for node in nodes:
                self.client.update(without_taints(node))
            return Taints(frozenset())
        zones: dict[tuple[str, ...], list[Object]] = {}
        for node in nodes:
            zones.setdefault(zone_of(node), []).append(node)
        for zone in zones.values():
            self._monitor_zone(zone)
        return Taints(
            frozenset(
                taint for node in nodes for taint in taints_for(node, "NoExecute")
            )
        )

    def _monitor_zone(self, zone: Sequence[Object]) -> None:
        pause, place = pause_between_evictions(zone), zone_of(zone[0])
        for node in zone:
            if not is_failing(node) or has_failing_taint(node):
                self._taint(node, "NoExecute")
            elif (
                pause is not None
                and self.next_eviction.get(place, 0.0) <= self.clock.now
            ):
                self._taint(node, "NoExecute")
                self.next_eviction[place] = self.clock.now + pause
            elif pause is not None:
                self._expect_monitor()

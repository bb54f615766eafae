"""The Node lifecycle controller: turns what a Node reports, or that it reports nothing, into taints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_condition_true,
    labels,
    name,
    namespace,
    timestamp,
    uid,
    with_metadata,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock, Timer
from k8slearn.controllers.node_health import (
    LEASES,
    MONITOR_PERIOD,
    heard_at,
    heartbeat,
    next_look,
    not_ready,
    silent,
    silent_from,
)
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.node import REGION, ZONE, is_cordoned
from k8slearn.kinds.taint import (
    DISK_PRESSURE,
    MEMORY_PRESSURE,
    NETWORK_UNAVAILABLE,
    NOT_READY,
    PID_PRESSURE,
    UNREACHABLE,
    UNSCHEDULABLE,
)
from k8slearn.kinds.types import AnyNode

ACTOR = "node-lifecycle"
PRESSURE = {
    "MemoryPressure": MEMORY_PRESSURE,
    "DiskPressure": DISK_PRESSURE,
    "PIDPressure": PID_PRESSURE,
    "NetworkUnavailable": NETWORK_UNAVAILABLE,
}
ZONE_LABELS = (REGION, ZONE)
# One Node in 10 seconds is --node-eviction-rate 0.1, one in 100 is --secondary-node-eviction-rate 0.01: when 55% of a
# zone fail (--unhealthy-zone-threshold) it is rather the network than the Nodes, so a large zone goes slowly and a
# small one (--large-cluster-size-threshold) not at all.
EVICTION_PAUSE = 10.0
LARGE_ZONE_PAUSE = 100.0
LARGE_ZONE = 50
UNHEALTHY_SHARE = 0.55
NOT_COUNTED = "node.kubernetes.io/exclude-disruption"
"""A Node with this label is left out when the state of its zone is worked out."""
PAIRED_LABELS = ("kubernetes.io/os", "kubernetes.io/arch")
"""Labels that also exist in an older form, with `beta.` before the name."""
FAILING = (NOT_READY, UNREACHABLE)
MANAGED = {NOT_READY, UNREACHABLE, UNSCHEDULABLE, *PRESSURE.values()}


@dataclass(frozen=True, slots=True)
class Taints:
    """The taints a Node should have for what it reports, as (key, effect)."""

    wanted: frozenset[tuple[str, str]]


def taints_for(node: AnyNode, effect: str) -> set[tuple[str, str]]:
    """The taints of one effect that a Node's conditions ask for.

    Kubernetes: pkg/controller/nodelifecycle, doNoScheduleTaintingPass and monitorNodeHealth.
    """
    ready = condition(node, "Ready")
    found = set()
    # One that never reported asks for none: the API server's not-ready (plugin/pkg/admission/nodetaint) goes at once.
    if ready is not None and ready["status"] == "False":
        found.add((NOT_READY, effect))
    elif ready is not None and ready["status"] != "True":
        found.add((UNREACHABLE, effect))
    # Pressure and cordoning keep new Pods away; they drive nobody out.
    if effect != "NoSchedule":
        return found
    for kind, taint in PRESSURE.items():
        if is_condition_true(node, kind):
            found.add((taint, effect))
    if is_cordoned(node):
        found.add((UNSCHEDULABLE, effect))
    return found


def with_taints(node: Object, effect: str, now: str) -> Object:
    """The Node with exactly the taints of this effect that its conditions ask for; other taints stay."""
    wanted = taints_for(node, effect)
    present = node.get("spec", {}).get("taints") or []
    managed = FAILING if effect == "NoExecute" else MANAGED
    kept: list[Object] = []
    for taint in present:
        ours = taint["effect"] == effect and taint["key"] in managed
        # One that is there already keeps its timeAdded, from which tolerationSeconds are counted.
        if not ours or (taint["key"], effect) in wanted:
            kept.append(taint)
    have = {(taint["key"], taint["effect"]) for taint in kept}
    added: list[Object] = []
    for taint_key, _ in sorted(wanted - have):
        added.append({"key": taint_key, "effect": effect, "timeAdded": now})
    if not added and len(kept) == len(present):
        return node
    return _with_spec_taints(node, kept + added)


def _with_spec_taints(node: AnyNode, taints: list[Object]) -> Object:
    """The Node with these taints; without any the field is absent, as Go writes it."""
    spec = {**node.get("spec", {}), "taints": taints}
    if not taints:
        del spec["taints"]
    return {**node, "spec": spec}


def with_paired_labels(node: Object) -> Object:
    """The Node with the old labels that go with new ones. Kubernetes: reconcileNodeLabels"""
    found = labels(node)
    pairs = {f"beta.{key}": found[key] for key in PAIRED_LABELS if key in found}
    if pairs.items() <= found.items():
        return node
    return with_metadata(node, labels={**found, **pairs})


def has_failing_taint(node: Object) -> bool:
    """Whether the Node has a NoExecute taint for not being ready or reachable."""
    taints = node.get("spec", {}).get("taints") or ()
    return any(_is_failing_taint(taint) for taint in taints)


def _is_failing_taint(taint: Object) -> bool:
    return taint["effect"] == "NoExecute" and taint["key"] in FAILING


def without_taints(node: Object) -> Object:
    """The Node without NoExecute taints for not being ready or reachable."""
    if not has_failing_taint(node):
        return node
    kept = [taint for taint in node["spec"]["taints"] if not _is_failing_taint(taint)]
    return _with_spec_taints(node, kept)


def is_failing(node: Object) -> bool:
    """Whether the Node does not report Ready."""
    return not is_condition_true(node, "Ready")


def zone_of(node: Object) -> tuple[str, ...]:
    """Region and zone of a Node, from its labels."""
    return tuple(labels(node).get(label, "") for label in ZONE_LABELS)


def counted(nodes: Iterable[Object]) -> list[Object]:
    """Those that count for the state of their zone. Kubernetes: isNodeExcludedFromDisruptionChecks"""
    return [node for node in nodes if NOT_COUNTED not in labels(node)]


def pause_between_evictions(nodes: Iterable[Object]) -> float | None:
    """Seconds from one Node of a zone that gets its NoExecute taint to the next; None when too many fail for any.

    Kubernetes: pkg/controller/nodelifecycle, ComputeZoneState and ReducedQPSFunc.
    """
    zone = counted(nodes)
    failing = sum(is_failing(node) for node in zone)
    # Two Nodes say nothing about a zone; and a zone that fails as a whole is emptied at the full rate, for there is
    # another one that works (where there is none, the monitor has taken all taints off already).
    if failing <= 2 or failing == len(zone):
        return EVICTION_PAUSE
    if failing / len(zone) < UNHEALTHY_SHARE:
        return EVICTION_PAUSE
    if len(zone) > LARGE_ZONE:
        return LARGE_ZONE_PAUSE
    return None


class NodeLifecycle(Controller):
    """NoSchedule taints follow a Node at once; NoExecute taints come with the monitor, every 5 seconds.

    Of several failing Nodes of a zone one gets its NoExecute taint every 10 seconds; when all Nodes fail, none has one:
    then it is more likely the control plane that is cut off. A Node of which nothing is heard, by a Lease or a status,
    is Unknown after 50 seconds, and its Pods are not ready; one that never posted a status has 60.
    """

    name = ACTOR
    kinds = ("Node", "Lease")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, "node-controller")
        self.known: dict[str, str] = {}
        """The uids of the Nodes that it has told of, by their names."""
        self.failing: set[str] = set()
        self.posted: dict[str, float] = {}
        """When the status of a Node was last posted."""
        self.due: dict[str, Timer] = {}
        """The looks at Nodes whose time runs: no others can have become silent."""
        self.next_eviction: dict[tuple[str, ...], float] = {}
        self.watching = False
        self.looked = -1.0
        self.informer.on("Node", self.on_node)
        self.informer.on("Lease", self.on_lease)

    def resume(self) -> None:
        """It has told of these Nodes already, and heard of them."""
        for node in self.client.list("Node"):
            self.known[name(node)] = uid(node)
            self.posted[name(node)] = heard_at(node)

    def on_node(self, change: Change) -> None:
        """Look at a Node that came or changed; the monitor tells of one that came or left."""
        node = change.object
        self._note_heartbeat(change)
        some_failed = bool(self.failing)
        self.failing.discard(name(node))
        if change.type != "DELETED":
            is_right = with_taints(node, "NoSchedule", "") is node
            if not is_right or with_paired_labels(node) is not node:
                self.enqueue(name(node))
            if is_failing(node):
                self.failing.add(name(node))
        # The real monitor looks every 5 seconds in any case; here only when it could find something, so that a quiet
        # cluster is quiet.
        came_or_left = change.type != "MODIFIED"
        if some_failed or self.failing or came_or_left or has_failing_taint(node):
            self._expect_monitor()

    def on_lease(self, change: Change) -> None:
        """A Node whose kubelet has stopped is looked at when its time is up."""
        lease = change.object
        node = self.informer.get("Node", name(lease))
        if node is not None and namespace(lease) == LEASES:
            self._expect_silence(node)

    def _note_heartbeat(self, change: Change) -> None:
        """Kubernetes: tryUpdateNodeHealth, which goes by the heartbeat of the condition Ready."""
        node = change.object
        title = name(node)
        if change.type == "DELETED":
            self.posted.pop(title, None)
        elif change.previous is None:
            # A status that it was made with is one that was posted.
            first = heard_at(node) if heartbeat(node) is None else self.clock.now
            self.posted.setdefault(title, first)
        elif heartbeat(node) != heartbeat(change.previous):
            self.posted[title] = self.clock.now
        else:
            return
        self._expect_silence(node)

    def _expect_silence(self, node: Object) -> None:
        """Look at a Node when its time is up, unless something is heard of it before."""
        waiting = self.due.pop(name(node), None)
        if waiting is not None:
            waiting.cancelled = True
        due = self._silent_from(node)
        if due is not None:
            self.due[name(node)] = self._schedule(due, name(node), self._look)

    def _silent_from(self, node: Object) -> float | None:
        """The look at which a Node counts as silent; None while its Lease is renewed, and once it is Unknown."""
        heard = self.posted.get(name(node))
        ready = condition(node, "Ready")
        if heard is None or (ready is not None and ready["status"] == "Unknown"):
            return None
        renewals = self.client.registry.renewals
        if renewals.running(("Lease", LEASES, name(node))):
            return None
        lease = self.informer.get("Lease", name(node), LEASES)
        renewed = None
        if lease is not None:
            renewed = renewals.latest(lease, self.clock.now)
        return silent_from(node, max(heard, renewed or heard))

    def _look(self, _node: str) -> None:
        self._expect_monitor()

    def sync(self, key: str) -> Taints | None:
        """Bring one Node's NoSchedule taints, and its old labels, up to date."""
        node = self.client.get("Node", key)
        if node is None:
            return None
        node = self.client.update(with_paired_labels(node))
        self._taint(node, "NoSchedule")
        return Taints(frozenset(taints_for(node, "NoSchedule")))

    def _tell(self, nodes: Sequence[Object]) -> None:
        """Tell of the Nodes that came or left since the last look. Kubernetes: monitorNodeHealth, classifyNodes."""
        present = {name(node): node for node in nodes}
        for known, node in present.items():
            if known not in self.known:
                what = f"Registered Node {known} in Controller"
                self._record(node, "RegisteredNode", f"Node {known} event: {what}")
        for lost in sorted(self.known.keys() - present.keys()):
            # The Node is gone; what is known of it is enough for a reference.
            metadata = {"name": lost, "uid": self.known[lost]}
            gone: Object = {"apiVersion": "v1", "kind": "Node", "metadata": metadata}
            what = f"Removing Node {lost} from Controller"
            self._record(gone, "RemovingNode", f"Node {lost} event: {what}")
        self.known = {known: uid(node) for known, node in present.items()}

    def _record(self, node: Object, reason: str, message: str) -> None:
        self.recorder.record(node, "Normal", reason, message)

    def _taint(self, node: Object, effect: str) -> None:
        self.client.update(with_taints(node, effect, timestamp(self.clock.now)))

    def _expect_monitor(self) -> None:
        if not self.watching:
            self.watching = True
            # The next full period, for the real one's ticker runs since the start; not the one it has just looked at.
            at = next_look(self.clock.now)
            if at <= self.looked:
                at += MONITOR_PERIOD
            self._schedule(at, "monitor", self._monitor)

    def _monitor(self, _key: str) -> Taints:
        """Kubernetes: pkg/controller/nodelifecycle, monitorNodeHealth, handleDisruption, doNoExecuteTaintingPass."""
        self.watching = False
        self.looked = self.clock.now
        # Read live: between two looks the taints that this controller wrote itself may not have reached its cache.
        self._tell(self.client.list("Node"))
        self._mark_silent()
        nodes = self.client.list("Node")
        # All at once are not all broken: upstream calls it fullDisruption, and stops evicting.
        known = counted(nodes)
        if known and all(is_failing(node) for node in known):
            for node in nodes:
                self.client.update(without_taints(node))
            return Taints(frozenset())
        zones: dict[tuple[str, ...], list[Object]] = {}
        wanted: set[tuple[str, str]] = set()
        for node in nodes:
            zones.setdefault(zone_of(node), []).append(node)
            wanted |= taints_for(node, "NoExecute")
        for zone in zones.values():
            self._monitor_zone(zone)
        return Taints(frozenset(wanted))

    def _mark_silent(self) -> None:
        """Nodes of which nothing was heard for too long. Kubernetes: tryUpdateNodeHealth, MarkPodsNotReady"""
        for title in sorted(self.due):
            node = self.client.get("Node", title)
            due = self._silent_from(node) if node else None
            if node and due is not None and due <= self.clock.now:
                self._mark(node)

    def _mark(self, node: Object) -> None:
        marked = self.client.update_status(silent(node, self.clock.now))
        # Before it is emptied: that comes a tenth of a second later upstream.
        self._taint(marked, "NoSchedule")
        # Of one that was not ready nobody is told, and its Pods stay as its kubelet left them.
        if is_condition_true(node, "Ready"):
            what = f"Node {name(node)} status is now: NodeNotReady"
            self._record(node, "NodeNotReady", what)
            self._mark_pods(name(node))

    def _mark_pods(self, node: str) -> None:
        for pod in self.client.list("Pod"):
            if pod["spec"].get("nodeName") != node:
                continue
            marked = not_ready(pod, self.clock.now)
            if marked is not pod:
                self.client.update_status(marked)
                why = ("Warning", "NodeNotReady", "Node is not ready")
                self.recorder.record(pod, *why)

    def _monitor_zone(self, zone: Sequence[Object]) -> None:
        pause = pause_between_evictions(zone)
        place = zone_of(zone[0])
        for node in zone:
            # One that works again loses its taint at once, and one that has it may change from not-ready to
            # unreachable: neither costs a token of the zone's rate.
            if not is_failing(node) or has_failing_taint(node):
                self._taint(node, "NoExecute")
                continue
            if pause is None:
                continue
            if self.next_eviction.get(place, 0.0) > self.clock.now:
                self._expect_monitor()
                continue
            self._taint(node, "NoExecute")
            self.next_eviction[place] = self.clock.now + pause

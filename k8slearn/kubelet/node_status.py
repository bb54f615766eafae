"""A kubelet's Node: its conditions, and the Lease that says that the kubelet is alive.

Kubernetes: pkg/kubelet/kubelet_node_status.go, nodestatus/setters.go; component-helpers/apimachinery/lease
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, micro_timestamp
from k8slearn.clock import Timer
from k8slearn.controllers.node_health import LEASES
from k8slearn.kinds.node import is_cordoned, new_node
from k8slearn.kinds.pod_template.resources import is_extended
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.leases import PERIOD, new_lease
from k8slearn.kubelet.tasks import Ticker

# runtime_state.go: a runtime that was not seen for so long is told apart as being down.
RUNTIME_PATIENCE = 30.0
MICROSECOND = 1e-6
"""The resolution of a Lease's times, in seconds."""
NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
NO_RUNTIME = "container runtime not ready: RuntimeReady=false reason:RuntimeDown message:the runtime is down"
_PRESSURE = {
    "MemoryPressure": (
        ("KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
        ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        ("NodeHasInsufficientMemory", "NodeHasSufficientMemory"),
    ),
    "DiskPressure": (
        ("KubeletHasDiskPressure", "kubelet has disk pressure"),
        ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        ("NodeHasDiskPressure", "NodeHasNoDiskPressure"),
    ),
    "PIDPressure": (
        ("KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
        ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ("NodeHasInsufficientPID", "NodeHasSufficientPID"),
    ),
}


class NodeStatusReporter:
    """What a kubelet tells of its Node. A status is written when something in it has changed."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        now = kubelet.timers.now
        self.ticker = Ticker(now + kubelet.rng.uniform(0.0, PERIOD), PERIOD)
        self.lease_ticker = Ticker(now, PERIOD)
        self.timer: Timer | None = None
        self.told: dict[str, str] = {}
        self.is_closed = False
        self.advertised: Object = {}

    def begin(self) -> None:
        """The kubelet has started: the Node is registered if it is not there, and told as it is."""
        if self.kubelet.node_object() is None:
            node = new_node(self.kubelet.node, self.kubelet.timers.now, ready=False)
            self.kubelet.register(node)
        else:
            self.kubelet.tell_node("Normal", "Starting", "Starting kubelet.")
        self._write()
        self.renew_lease()

    def changed(self) -> None:
        """Something in the Node's status may have changed: it is written at the next tick."""
        if self.timer is None:
            due = self.ticker.after(self.kubelet.timers.now)
            self.timer = self.kubelet.timers.at(due, "node status", self._tick)

    def _tick(self) -> None:
        self.timer = None
        self._write()
        if self.kubelet.runtime_down_since is not None:
            self.changed()

    def _write(self) -> None:
        """Kubernetes: tryUpdateNodeStatus"""
        node = self.kubelet.node_object()
        if node is None:
            return
        self._tell_if_closed(node)
        found = node.get("status", {}).get("conditions", ())
        old = {condition["type"]: condition for condition in found}
        fresh = {entry["type"]: entry for entry in self._conditions()}
        for_pods = self._allocatable(node["status"])
        same = all(_same(old.get(kind), entry) for kind, entry in fresh.items())
        if same and for_pods == node["status"].get("allocatable", {}):
            return
        now = self.kubelet.stamp(self.kubelet.timers.now)
        for kind, entry in fresh.items():
            before = old.get(kind, {})
            changed = before.get("status") != entry["status"]
            entry["lastHeartbeatTime"] = now
            entry["lastTransitionTime"] = (
                now if changed else before["lastTransitionTime"]
            )
            if changed:
                self._tell(kind, entry)
        others = [c for kind, c in old.items() if kind not in fresh]
        status = {
            **node["status"],
            "allocatable": for_pods,
            "conditions": [*others, *fresh.values()],
        }
        try:
            self.kubelet.client.update_status({**node, "status": status})
        except ApiError:
            self.changed()

    def _tell_if_closed(self, node: Object) -> None:
        """Kubernetes: recordNodeSchedulableEvent"""
        is_closed = is_cordoned(node)
        if is_closed == self.is_closed:
            return
        self.is_closed = is_closed
        reason = "NodeNotSchedulable" if is_closed else "NodeSchedulable"
        text = f"Node {self.kubelet.node} status is now: {reason}"
        self.kubelet.tell_node("Normal", reason, text)

    def _allocatable(self, status: Object) -> Object:
        """What there is for Pods: of what others have advertised on the Node all of it. Kubernetes: MachineInfo"""
        before = self.advertised
        capacity = status.get("capacity", {})
        self.advertised = {
            kind: capacity[kind] for kind in capacity if is_extended(kind)
        }
        found = {}
        for kind, amount in status.get("allocatable", {}).items():
            if kind in capacity or not is_extended(kind):
                found[kind] = amount
        for kind, amount in self.advertised.items():
            # What a device plugin holds back of its devices stays held back.
            if kind not in found or amount != before.get(kind, amount):
                found[kind] = amount
        return found

    def _tell(self, kind: str, entry: Object) -> None:
        if kind == "Ready":
            reason = "NodeReady" if entry["status"] == "True" else "NodeNotReady"
        else:
            reason = _PRESSURE[kind][2][entry["status"] == "False"]
        # What it has said before it says only when it is otherwise again.
        known = self.told.get(kind)
        self.told[kind] = reason
        first = known is None and kind == "Ready" and entry["status"] == "True"
        if first and not self.kubelet.was_away:
            return
        text = f"Node {self.kubelet.node} status is now: {reason}"
        self.kubelet.tell_node("Normal", reason, text)

    def _conditions(self) -> list[Object]:
        pressures = self.kubelet.eviction.pressures
        found: list[Object] = []
        for kind, (bad, good, _) in _PRESSURE.items():
            reason, message = bad if kind in pressures else good
            status = str(kind in pressures)
            found.append(
                {"type": kind, "status": status, "reason": reason, "message": message}
            )
        problems = self.problems()
        ready: Object = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
        ready["message"] = "kubelet is posting ready status"
        if problems:
            listed = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
            ready |= {"status": "False", "reason": "KubeletNotReady", "message": listed}
        return [*found, ready]

    def problems(self) -> list[str]:
        """Why the Node is not ready. Kubernetes: runtimeState.runtimeErrors, networkErrors"""
        since = self.kubelet.runtime_down_since
        found = []
        if since is not None:
            if self.kubelet.timers.now - since >= RUNTIME_PATIENCE:
                found.append("container runtime is down")
            found.append(NO_RUNTIME)
        if self.kubelet.network_is_down:
            found.append(NO_NETWORK)
        return found

    # The Lease -------------------------------------------------------------------------------------------------

    def renew_lease(self, moment: float | None = None) -> None:
        """Write the Lease as renewed at a moment: now, or when it was last, by who is about to stop."""
        client = self.kubelet.client
        node = self.kubelet.node_object()
        if node is None or client.get("Namespace", LEASES) is None:
            return
        when = self.kubelet.timers.now if moment is None else moment
        renewed = micro_timestamp(when + self.kubelet.skew)
        known = client.get("Lease", self.kubelet.node, LEASES)
        if known is not None and known["spec"].get("renewTime") == renewed:
            # Never renewed since: a write that changes nothing is none, and nobody would hear that it was the last.
            renewed = micro_timestamp(when + self.kubelet.skew + MICROSECOND)
        try:
            if known is None:
                client.create(new_lease(node, renewed))
            else:
                spec = {**known["spec"], "renewTime": renewed}
                client.update({**known, "spec": spec})
        except ApiError:
            return

    def last_renewal(self) -> float:
        """When the Lease was last renewed."""
        ticker = self.lease_ticker
        now = self.kubelet.timers.now
        return max(ticker.after(now) - ticker.period, ticker.start)


def _same(old: Object | None, entry: Object) -> bool:
    if old is None:
        return False
    return all(
        old.get(field) == entry[field] for field in ("status", "reason", "message")
    )

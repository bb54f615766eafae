"""The taint eviction controller: removes Pods from Nodes whose NoExecute taints they do not tolerate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    name,
    namespace,
)
from k8slearn.apimachinery.selectors import tolerates
from k8slearn.apiserver.eviction import with_disruption
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock, Timer
from k8slearn.controllers.informer import Cache
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller

ACTOR = "taint-eviction"
SOURCE = "taint-eviction-controller"
ARRIVAL = 0.02
"""Seconds until a Pod is looked at that was made for a Node with taints."""
WHY = ("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")


@dataclass(frozen=True, slots=True)
class PlannedEviction:
    """A Pod that must leave its Node, `after` so many simulated seconds."""

    pod: str
    after: float


def stay_seconds(
    taints: Iterable[Object], tolerations: Sequence[Object]
) -> float | None:
    """How long a Pod may stay under NoExecute taints: None for ever, 0 when one of them is not tolerated.

    Kubernetes: pkg/controller/tainteviction, processPodOnNode and getMinTolerationTime.
    """
    taints = [taint for taint in taints if taint.get("effect") == "NoExecute"]
    used: list[Object] = []
    for taint in taints:
        meeting = [each for each in tolerations if tolerates(each, taint)]
        # One taint that nothing tolerates is enough.
        if not meeting:
            return 0.0
        used += meeting
    # Of several limits the shortest counts; a toleration without one stays for ever, and so does not shorten.
    limits = [
        max(float(each["tolerationSeconds"]), 0.0)
        for each in used
        if each.get("tolerationSeconds") is not None
    ]
    return min(limits, default=None)


class TaintEviction(Controller):
    """Watches Nodes and Pods; keys are Pods (`namespace/name`)."""

    name = ACTOR
    kinds = ("Pod", "Node")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, SOURCE)
        self.tainted: Cache[str, list[Object]] = Cache()
        self.on_nodes: Cache[str, Cache[str, None]] = Cache()
        self.planned: dict[str, Timer] = {}
        self.informer.on("Node", self.on_node)
        self.informer.on("Pod", self.on_pod)

    def on_node(self, change: Change) -> None:
        """Look at all Pods of a Node whose NoExecute taints changed; what was planned outlives a Node that leaves."""
        node = change.object
        if change.type == "DELETED":
            self.tainted.pop(name(node), None)
            return
        present = node.get("spec", {}).get("taints") or ()
        taints = [taint for taint in present if taint["effect"] == "NoExecute"]
        # A heartbeat, or a taint of another effect: nobody has to go for that.
        if taints == self.tainted.get(name(node), []):
            return
        self.tainted[name(node)] = taints
        for pod in self.on_nodes.get(name(node), ()):
            self.enqueue(pod)

    def on_pod(self, change: Change) -> None:
        """Look at a Pod that came to a Node or changed its tolerations there."""
        pod = change.object
        before = change.previous
        node = pod["spec"].get("nodeName")
        if not node:
            return
        # What was not written is the very same object: neither Node nor tolerations can have changed.
        is_same = before is not None and before["spec"] is pod["spec"]
        if is_same and change.type == "MODIFIED":
            return
        if change.type == "DELETED":
            self.on_nodes.get(node, Cache()).pop(full_name(pod), None)
            self._call_off(full_name(pod), pod)
            return
        self.on_nodes.setdefault(node, Cache())[full_name(pod)] = None
        if not self.tainted.get(node):
            return
        spec = pod["spec"]
        former = before["spec"] if before is not None else {}
        moved = former.get("nodeName") != node
        if before is None:
            # Its owner named the Node: it makes the next one at once, and time has to go on all the same.
            self.enqueue_after(full_name(pod), ARRIVAL)
        elif moved or former.get("tolerations") != spec.get("tolerations"):
            self.enqueue(full_name(pod))

    def sync(self, key: str) -> PlannedEviction | None:
        """Evict one Pod, plan it for later, or call a planned eviction off.

        A planned eviction is never put off. Kubernetes: pkg/controller/tainteviction, processPodOnNode.
        """
        place, _, pod_name = key.partition("/")
        pod = self.informer.get("Pod", pod_name, place)
        if pod is None:
            return None
        taints = self.tainted.get(pod["spec"].get("nodeName", ""), [])
        seconds = stay_seconds(taints, pod["spec"].get("tolerations") or ())
        if not seconds:
            self._call_off(key, pod)
        if seconds is None:
            return None
        if seconds == 0:
            self._evict(key)
        elif key not in self.planned:
            # A second taint that comes meanwhile does not start the time anew.
            self.planned[key] = self._plan(key, seconds)
        return PlannedEviction(key, seconds)

    def _plan(self, key: str, seconds: float) -> Timer:
        return self._schedule(self.clock.now + seconds, key, self._evict)

    def _call_off(self, key: str, pod: Object) -> None:
        planned = self.planned.pop(key, None)
        if planned is None:
            return
        planned.cancelled = True
        self.recorder.record(
            pod,
            "Normal",
            "TaintManagerEviction",
            f"Cancelling deletion of Pod {key}",
        )

    def _evict(self, key: str) -> PlannedEviction | None:
        place, _, pod_name = key.partition("/")
        self.planned.pop(key, None)
        pod = self.client.get("Pod", pod_name, place)
        if pod is None:
            return None
        self.recorder.record(
            pod,
            "Normal",
            "TaintManagerEviction",
            f"Marking for deletion Pod {key}",
        )
        # Also one that somebody else deleted a moment ago, such as the DaemonSet's controller.
        # Kubernetes: taint_eviction.go, addConditionAndDeletePod
        self.client.update_status(with_disruption(pod, *WHY, self.clock.now))
        if not is_deleting(pod):
            self.client.delete("Pod", name(pod), namespace(pod))
        return PlannedEviction(key, 0.0)

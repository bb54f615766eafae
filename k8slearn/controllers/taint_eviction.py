"""The taint eviction controller: removes Pods from Nodes whose NoExecute taints they do not tolerate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.apimachinery.selectors import tolerates
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock, Timer
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Cache, Controller

ACTOR = "taint-eviction"
SOURCE = "taint-eviction-controller"


@dataclass(frozen=True, slots=True)
class Eviction:
    """A Pod that must leave its Node, `after` so many simulated seconds."""

    pod: str
    after: float


def stay_seconds(
    taints: Iterable[Object], tolerations: Iterable[Object]
) -> float | None:
    """How long a Pod may stay under NoExecute taints: None for ever, 0 when one of them is not tolerated.

    Kubernetes: pkg/controller/tainteviction, processPodOnNode and getMinTolerationTime.
    """
    taints = [taint for taint in taints if taint.get("effect") == "NoExecute"]
    if not taints:
        return None
    tolerations = list(tolerations)
    if not all(any(tolerates(t, taint) for t in tolerations) for taint in taints):
        return 0.0
    used = [t for t in tolerations if any(tolerates(t, taint) for taint in taints)]
    limits = [
        max(float(t["tolerationSeconds"]), 0.0)
        for t in used
        if t.get("tolerationSeconds") is not None
    ]
    return min(limits, default=None)


class TaintEviction(Controller):
    """Watches Nodes and Pods; keys are Pods (`namespace/name`)."""

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(ACTOR, priority, registry, clock, ("Pod", "Node"))
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
        taints = [
            taint
            for taint in node.get("spec", {}).get("taints") or ()
            if taint["effect"] == "NoExecute"
        ]
        if taints == self.tainted.get(name(node), []):
            return
        self.tainted[name(node)] = taints
        for pod in self.on_nodes.get(name(node), ()):
            self.enqueue(pod)

    def on_pod(self, change: Change) -> None:
        """Look at a Pod that came to a Node or changed its tolerations there."""
        pod, before = change.object, change.previous
        node = pod["spec"].get("nodeName")
        if not node:
            return
        if change.type == "DELETED":
            self.on_nodes.get(node, Cache()).pop(full_name(pod), None)
            self._call_off(full_name(pod), pod)
            return
        self.on_nodes.setdefault(node, Cache())[full_name(pod)] = None
        moved = before is None or before["spec"].get("nodeName") != node
        changed = before is not None and before["spec"].get("tolerations") != pod[
            "spec"
        ].get("tolerations")
        if self.tainted.get(node) and (moved or changed):
            self.enqueue(full_name(pod))

    def sync(self, key: str) -> Eviction | None:
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
            due = self.clock.now + seconds
            self.planned[key] = self.clock.schedule(
                due, self.priority, self.name, key, self._evict, key
            )
        return Eviction(key, seconds)

    def _call_off(self, key: str, pod: Object) -> None:
        planned = self.planned.pop(key, None)
        if planned is not None:
            planned.cancelled = True
            self.recorder.record(
                pod,
                "Normal",
                "TaintManagerEviction",
                f"Cancelling deletion of Pod {key}",
            )

    def _evict(self, key: str) -> Eviction | None:
        place, _, pod_name = key.partition("/")
        self.planned.pop(key, None)
        pod = self.client.get("Pod", pod_name, place)
        if pod is None:
            return None
        self.recorder.record(
            pod, "Normal", "TaintManagerEviction", f"Marking for deletion Pod {key}"
        )
        if not is_deleting(pod):
            why = {
                "reason": "DeletionByTaintManager",
                "message": "Taint manager: deleting due to NoExecute taint",
            }
            entry = {
                "type": "DisruptionTarget",
                "status": "True",
                "lastProbeTime": None,
            } | why
            entry["lastTransitionTime"] = timestamp(self.clock.now)
            conditions = [*(pod["status"].get("conditions") or ()), entry]
            self.client.update_status(with_status(pod, conditions=conditions))
            self.client.delete("Pod", name(pod), namespace(pod))
        return Eviction(key, 0.0)

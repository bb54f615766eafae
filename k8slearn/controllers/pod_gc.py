"""The Pod garbage collector: removes Pods whose Node is gone, after a quarantine, or out of service, once they end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    is_condition_true,
    is_deleting,
    name,
    namespace,
    with_status,
)
from k8slearn.apiserver.eviction import with_disruption
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.informer import WRITTEN
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.taint import OUT_OF_SERVICE
from k8slearn.kinds.types import AnyPod

ACTOR = "pod-gc"
# Kubernetes: pkg/controller/podgc/gc_controller.go, gcCheckPeriod and quarantineTime. The quarantine is for a Node that
# is only registered anew: its Pods still run, and deleting them would be for good.
PERIOD = 20.0
QUARANTINE = 40.0
WHY = ("DeletionByPodGC", "PodGC: node no longer exists")


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep found: Nodes newly missed, Pods of Nodes whose quarantine is over, and Pods that are stuck."""

    missed: tuple[str, ...]
    orphaned: tuple[Object, ...]
    stuck: tuple[Object, ...]


def is_out_of_service(node: Object) -> bool:
    """Whether a Node is not ready, and somebody has said that it is off."""
    taints = node.get("spec", {}).get("taints") or ()
    is_off = any(taint["key"] == OUT_OF_SERVICE for taint in taints)
    return is_off and not is_condition_true(node, "Ready")


def is_stuck(pod: Object, node: Object | None) -> bool:
    """Whether a Pod ends and no kubelet will ever confirm it; `node` is its own.

    Kubernetes: pkg/controller/podgc/gc_controller.go, gcTerminating and gcUnscheduledTerminating.
    """
    if not is_deleting(pod):
        return False
    if not pod["spec"].get("nodeName"):
        return True
    return node is not None and is_out_of_service(node)


def sweep(
    pods: Iterable[Object],
    nodes: Mapping[str, Object],
    missed: Mapping[str, float],
    now: float,
) -> Sweep:
    """Decide one sweep; `missed` are Nodes already in quarantine and since when (simulated seconds).

    Kubernetes: pkg/controller/podgc/gc_controller.go, gc.
    """
    newly_missed: set[str] = set()
    orphaned: list[Object] = []
    stuck: list[Object] = []
    for pod in pods:
        node = pod["spec"].get("nodeName")
        if is_stuck(pod, nodes.get(node)):
            stuck.append(pod)
        elif not node or node in nodes:
            continue
        elif node not in missed:
            newly_missed.add(node)
        elif now - missed[node] >= QUARANTINE:
            orphaned.append(pod)
    return Sweep(
        missed=tuple(sorted(newly_missed)),
        orphaned=tuple(orphaned),
        stuck=tuple(stuck),
    )


class PodGarbageCollector(Controller):
    """Sweeps every 20 seconds; when there is nothing that a sweep could find, the clock is left alone."""

    name = ACTOR
    kinds = ("Pod", "Node")

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.missed: dict[str, float] = {}
        self.due = False
        self.informer.on("Pod", self.on_pod, WRITTEN)
        self.informer.on("Node", self.on_node)

    def on_node(self, change: Change) -> None:
        """A Node that is gone or off may leave Pods behind; one that is back ends its quarantine."""
        if change.type == "DELETED":
            self._expect_sweep()
            return
        self.missed.pop(name(change.object), None)
        if is_out_of_service(change.object):
            self._expect_sweep()

    def on_pod(self, change: Change) -> None:
        """A Pod bound to a Node that does not exist, or one that is stuck, is found by a sweep."""
        pod = change.object
        title = pod["spec"].get("nodeName")
        node = self.informer.get("Node", title) if title else None
        is_lost = bool(title) and node is None
        # What has failed already stays only for somebody's finalizer, about which no sweep can do anything.
        if is_lost or (is_stuck(pod, node) and not is_pod_terminal(pod)):
            self._expect_sweep()

    def _expect_sweep(self) -> None:
        if not self.due:
            self.due = True
            # The real one's ticker runs since the start, whatever happens in between.
            at = (self.clock.now // PERIOD + 1) * PERIOD
            self._schedule(at, "sweep", self._sweep)

    def _sweep(self, _key: str) -> Sweep:
        self.due = False
        pods = [*self.informer.list("Pod")]
        nodes = {name(node): node for node in self.informer.list("Node")}
        found = sweep(pods, nodes, self.missed, self.clock.now)
        self.missed |= {node: self.clock.now for node in found.missed}
        for pod in found.orphaned:
            self._remove(pod, WHY)
        for pod in found.stuck:
            self._remove(pod)
        # Whoever is still in quarantine needs another sweep.
        homeless = sum(_is_homeless(pod, nodes) for pod in pods)
        if homeless > len(found.orphaned):
            self._expect_sweep()
        return found

    def _remove(self, pod: Object, why: tuple[str, str] | None = None) -> None:
        """Kubernetes: markFailedAndDeletePod, and with a reason and its message markFailedAndDeletePodWithCondition"""
        # Read live: it may have been deleted since, and what is written must rest on its latest version.
        fresh = self.client.get("Pod", name(pod), namespace(pod))
        if fresh is None:
            return
        # Marked as failed first, so that whoever counts failures sees it; grace 0, for there is no kubelet to wait for.
        if not is_pod_terminal(fresh):
            if why:
                fresh = with_disruption(fresh, *why, self.clock.now)
            self.client.update_status(with_status(fresh, phase="Failed"))
        self.client.delete("Pod", name(pod), namespace(pod), grace=0)


def _is_homeless(pod: AnyPod, nodes: Collection[str]) -> bool:
    """Whether the Pod is bound to a Node that does not exist."""
    node = pod["spec"].get("nodeName")
    return bool(node) and node not in nodes

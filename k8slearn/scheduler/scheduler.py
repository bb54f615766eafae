"""The scheduler as a component: it binds each Pod to the Node that was decided for it, or makes room for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    condition,
    conditions_with,
    full_name,
    is_deleting,
    labels,
    name,
    timestamp,
    uid,
    with_status,
)
from k8slearn.apimachinery.objects import key as key_of
from k8slearn.apiserver.registry import Registry
from k8slearn.apiserver.store import ChangeType
from k8slearn.clock import Clock, Timer
from k8slearn.controllers.informer import Cache
from k8slearn.controllers.recorder import record_once
from k8slearn.controllers.runtime import Controller
from k8slearn.controllers.volume_matching import SELECTED_NODE, marked, meant_for
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.scheduler.hints import (
    arrival_helps,
    gives_back,
    labels_help,
    leaving_helps,
    loss_helps,
    node_helps,
    own_change_helps,
    reasons_of,
)
from k8slearn.scheduler.preemption import Scheduling, make_room, schedule
from k8slearn.scheduler.situation import Situation, guards, priority_of
from k8slearn.scheduler.volumes import (
    NO_MATCH,
    STORAGE,
    PodVolumes,
    find_volumes,
    may_help,
    pod_claims,
)

NAME = "scheduler"
SOURCE = "default-scheduler"
_SPAN = 2.0**33
"""Larger than the difference of any two priorities of Pods."""
BIND_TIMEOUT = 600.0
"""Seconds that a Pod waits for its volumes. Kubernetes: VolumeBindingArgs, BindTimeoutSeconds"""
NOT_BOUND = (
    'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'
)


class _Assumed(NamedTuple):
    """A Pod as it will be on its Node, and the moment at which its volumes have taken too long."""

    pod: Object
    until: float

    @property
    def node(self) -> str:
        return str(self.pod["spec"]["nodeName"])


class Scheduler(Controller):
    """Binds unbound Pods; those that fit nowhere are tried again when a Node or a Pod changes.

    Deviation: the real one lets a Pod that was refused wait a second, then two, up to ten, unless it has nothing else
    to do; here it never has.
    """

    manager = "kube-scheduler"
    name = NAME
    kinds = ("Pod", "Node", *STORAGE)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.nodes: Cache[str, Object] = Cache()
        self.running: Cache[str, Cache[object, Object]] = Cache()
        self.guards: Cache[str, Object] = Cache()
        self.nominated: Cache[str, Object] = Cache()
        self.assumed: Cache[str, _Assumed] = Cache()
        self.unschedulable: dict[str, frozenset[str]] = {}
        self.informer.on("Pod", self.on_pod)
        self.informer.on("Node", self.on_node)
        for kind in STORAGE:
            self.informer.on(kind, self.on_storage)

    # The queue ---------------------------------------------------------------------------------------------------

    def _schedule(self, due: float, key: str, call: Callable[[str], Any]) -> Timer:
        """As in every component, but of the Pods that are due at one moment the most important comes first."""
        place, _, pod_name = key.partition("/")
        pod = self.informer.get("Pod", pod_name, place)
        # Between this component's turn and the next one's: the turns of components are whole numbers.
        urgency = 0.5 - (priority_of(pod) / _SPAN if pod else 0.0)
        turn = self.priority + urgency
        return self.clock.schedule(due, turn, self.name, key, self._attempt, call, key)

    def on_pod(self, change: Change) -> None:
        """Keep the Pods by Node; try an unbound Pod, and all that wait when a Pod has left a Node."""
        pod = change.object
        node = pod["spec"].get("nodeName")
        if self.assumed:
            self._confirm(full_name(pod), change)
        if node:
            self._keep(node, change)
        elif _enters_the_queue(change):
            self.enqueue(full_name(pod))
        elif self.unschedulable:
            self._changed_itself(full_name(pod), change)
        if self.nominated or pod["status"].get("nominatedNodeName"):
            self._note_promise(full_name(pod), change)
        if self.unschedulable and change.type == "DELETED":
            self.unschedulable.pop(full_name(pod), None)

    def _keep(self, node: str, change: Change) -> None:
        pod = change.object
        pods = self.running.get(node)
        if pods is None:
            pods = self.running[node] = Cache()
        if change.type != "DELETED" and not is_pod_terminal(pod):
            is_new = change.key not in pods
            pods[change.key] = pod
            if is_new and guards(pod):
                self.guards[full_name(pod)] = pod
            if self.unschedulable:
                if is_new:
                    self._retry(arrival_helps)
                elif change.previous and labels(change.previous) != labels(pod):
                    self._retry(labels_help)
                elif change.previous and gives_back(change.previous, pod):
                    self._retry(leaving_helps)
        elif pods.pop(change.key, None) is not None:
            self.guards.pop(full_name(pod), None)
            self._retry(leaving_helps)

    def _changed_itself(self, key: str, change: Change) -> None:
        reasons, before = self.unschedulable.get(key), change.previous
        if reasons and before and own_change_helps(reasons, before, change.object):
            self.enqueue(key)

    def _note_promise(self, key: str, change: Change) -> None:
        """Remember which Node is kept for a Pod, as long as it waits."""
        pod = change.object
        waits = change.type != "DELETED" and not pod["spec"].get("nodeName")
        if waits and pod["status"].get("nominatedNodeName"):
            self.nominated[key] = pod
        else:
            self.nominated.pop(key, None)

    def on_node(self, change: Change) -> None:
        """A Node that came or changed may suit what waits."""
        if change.type == "DELETED":
            self.nodes.pop(name(change.object), None)
            self._retry(loss_helps)
            for key, assumed in self.assumed.items():
                if assumed.node == name(change.object):
                    self.enqueue(key)
        else:
            self.nodes[name(change.object)] = change.object
            # Comparing two versions is only worth it when somebody waits; heartbeats come all the time.
            for key in self.unschedulable:
                self._node_changed(key, change)

    def on_storage(self, change: Change) -> None:
        """A claim, a volume or a class that came or changed may be what a Pod waits for."""
        for key in (*self.unschedulable, *self.assumed):
            place, _, pod_name = key.partition("/")
            pod = self.informer.get("Pod", pod_name, place)
            if pod is not None and may_help(pod, change.object):
                self.enqueue(key)

    def _node_changed(self, key: str, change: Change) -> None:
        place, _, pod_name = key.partition("/")
        pod = self.informer.get("Pod", pod_name, place)
        reasons = self.unschedulable[key]
        if pod is not None and node_helps(pod, reasons, change.previous, change.object):
            self.enqueue(key)

    def _retry(self, helps: Callable[[frozenset[str]], bool]) -> None:
        """Try the refused Pods again that the change may help."""
        for key, reasons in self.unschedulable.items():
            if helps(reasons):
                self.enqueue(key)

    # One attempt -------------------------------------------------------------------------------------------------

    def sync(self, key: str) -> Scheduling | None:
        """Try to bind one Pod. Kubernetes: pkg/scheduler/schedule_one.go, ScheduleOne."""
        place, _, pod_name = key.partition("/")
        # Read live: what was bound or deleted since it was queued must not be bound (again).
        pod = self.client.get("Pod", pod_name, place)
        # In the order of the last attempts, so that equals take turns.
        self.unschedulable.pop(key, None)
        if pod is None or not _is_waiting(pod):
            return None
        result = self._resumed(key, pod) if self.assumed else None
        if result is None:
            result = schedule(pod, self._situation())
        if result.node and result.volumes.claims:
            self._wait_for_volumes(key, pod, result.node, result.volumes)
        elif result.node:
            self._bind(pod, result.node)
        else:
            self.unschedulable[key] = reasons_of(result.fits)
            self._make_room(pod, result)
            self._refuse(pod, result)
        return result

    def _situation(self) -> Situation:
        nominated: dict[str, list[Object]] = {}
        for other in self.nominated.values():
            node = other["status"]["nominatedNodeName"]
            nominated.setdefault(node, []).append(other)
        about = (self.nodes, self.running, nominated, self.guards)
        return Situation(*about, self.client)

    def _bind(self, pod: Object, node: str) -> None:
        self.client.bind(pod, node)
        message = f"Successfully assigned {full_name(pod)} to {node}"
        self._tell(pod, "Normal", "Scheduled", message, "Binding")

    def _make_room(self, pod: Object, result: Scheduling) -> None:
        message = f"Preempted by pod {uid(pod)} on node {result.preemption.node}"
        for victim in make_room(self.client, result.preemption, self.clock.now):
            self._tell(victim, "Normal", "Preempted", message, "Preempting")

    def _refuse(
        self, pod: Object, result: Scheduling, reason: str = "Unschedulable"
    ) -> None:
        way_out = result.preemption
        message = result.message
        promised = pod["status"].get("nominatedNodeName")
        node = promised if way_out.keeps else way_out.node or None
        known = condition(pod, "PodScheduled") or {}
        # Told once: the real one's Event would be folded into the same, and its condition would not change.
        is_known = known.get("message") == message
        if is_known and node == promised:
            return
        refused: Object = {
            "type": "PodScheduled",
            "status": "False",
            "reason": reason,
            "message": message,
            "lastProbeTime": None,
            "lastTransitionTime": timestamp(self.clock.now),
            "observedGeneration": pod["metadata"].get("generation", 1),
        }
        if known.get("status") == "False" and known.get("lastTransitionTime"):
            refused["lastTransitionTime"] = known["lastTransitionTime"]
        conditions = conditions_with(pod, refused)
        told = with_status(pod, conditions=conditions, nominatedNodeName=node)
        self.client.update_status(told)
        if not is_known:
            self._tell(pod, "Warning", "FailedScheduling", message, "Scheduling")

    # Volumes -----------------------------------------------------------------------------------------------------

    def _wait_for_volumes(
        self, key: str, pod: Object, node: str, volumes: PodVolumes
    ) -> None:
        """Ask for a Pod's volumes on its Node; once all are bound it is tried again. Kubernetes: BindPodVolumes"""
        assumed = self.assumed.get(key)
        if assumed is not None and self.clock.now >= assumed.until:
            self._forget(key)
            # Deviation: the real one tries again at once; here that is left to the next change of a claim or a volume.
            self.unschedulable[key] = frozenset({NO_MATCH})
            self._refuse(pod, Scheduling("", (), NOT_BOUND), "SchedulerError")
            return
        if assumed is None:
            assumed = self._assume(key, pod, node)
        self.enqueue_after(key, assumed.until - self.clock.now)
        if pod["status"].get("nominatedNodeName") != node:
            # Kubernetes: NominatedNodeNameForExpectation
            self.client.update_status(with_status(pod, nominatedNodeName=node))
        for claim, volume in volumes.found:
            if meant_for(volume, claim) is not volume:
                self.client.update(meant_for(volume, claim))
        for claim in volumes.to_make:
            if SELECTED_NODE not in annotations_of(claim):
                self.client.update(marked(claim, SELECTED_NODE, node))

    def _resumed(self, key: str, pod: Object) -> Scheduling | None:
        """The Node that a Pod was promised, None where its volumes cannot be had there. Kubernetes: checkBindings"""
        assumed = self.assumed.get(key)
        if assumed is None:
            return None
        node = self.nodes.get(assumed.node)
        claims = pod_claims(pod, self.client)
        if node is not None and claims is not None and not claims.problem:
            volumes = find_volumes(claims, node, self.client)
            # Whoever makes volumes and could not takes the Node off the claim.
            given_up = any(
                SELECTED_NODE not in annotations_of(claim) for claim in volumes.to_make
            )
            if not volumes.reasons and not given_up:
                return Scheduling(assumed.node, (), volumes=volumes)
        self._forget(key)
        return None

    def _assume(self, key: str, pod: Object, node: str) -> _Assumed:
        """Count a Pod on its Node before it is bound."""
        there = {**pod, "spec": {**pod["spec"], "nodeName": node}}
        self._keep(node, self._as_if("ADDED", there))
        assumed = self.assumed[key] = _Assumed(there, self.clock.now + BIND_TIMEOUT)
        return assumed

    def _confirm(self, key: str, change: Change) -> None:
        """A Pod that was counted on a Node has come there, or never will."""
        assumed = self.assumed.get(key)
        if assumed is None:
            return
        pod = change.object
        node = pod["spec"].get("nodeName") or assumed.node
        if change.type == "DELETED" or is_deleting(pod) or node != assumed.node:
            self._forget(key)
        elif pod["spec"].get("nodeName"):
            self._assume_no_more(key)

    def _forget(self, key: str) -> None:
        """Stop counting a Pod on the Node assumed for it."""
        assumed = self._assume_no_more(key)
        self._keep(assumed.node, self._as_if("DELETED", assumed.pod))

    def _assume_no_more(self, key: str) -> _Assumed:
        self.wait_no_more(key)
        return self.assumed.pop(key)

    def _as_if(self, type: ChangeType, pod: Object) -> Change:
        revision, now = self.client.revision, self.clock.now
        return Change(revision, now, self.name, type, pod, None, key_of(pod))

    # What is told ------------------------------------------------------------------------------------------------

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

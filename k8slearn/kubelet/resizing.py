"""Resizes of Pods: what a kubelet has given them where they ask for something else by now, and when it follows.

Only Pods that were resized are kept here: of all others what they ask for is what they have.
Kubernetes: pkg/kubelet/allocation/allocation_manager.go
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.gotext import go_json
from k8slearn.apimachinery.objects import Object, condition, uid
from k8slearn.kinds.pod_template.container_lists import (
    FROM_MANIFEST,
    containers_in,
    with_each_container,
)
from k8slearn.kubelet.actions import definition
from k8slearn.kubelet.admission import Refusal, can_admit
from k8slearn.kubelet.conditions import RESIZE_WAITS, RESIZING
from k8slearn.kubelet.generate import STATUSES
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.status import container_named

# What the runtime takes to change a container's limits, as for its other calls.
RESIZE = 0.05
Given = dict[str, Any]
"""The resources of a Pod's containers by their names, and under '' those of the Pod as a whole."""


class Resizing:
    """The resizes of one kubelet's Pods."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.given: dict[str, Given] = {}
        """The resources of Pods that wait for others than they have."""
        self.conditions: dict[str, Object] = {}

    def of(self, pod: Object) -> Object:
        """The Pod with what it was given. Kubernetes: UpdatePodFromAllocation"""
        given = self.given.get(uid(pod))
        if given is None:
            return pod
        return {**pod, "spec": _with(pod["spec"], given)}

    def changed(self, before: Object, pod: Object) -> None:
        """A Pod asks for something else. Kubernetes: PushPendingResize"""
        old, new = _asked(before["spec"]), _asked(pod["spec"])
        if old == new:
            return
        self.given.setdefault(uid(pod), old)
        if self.given[uid(pod)] == new:
            # It takes back what it had asked for.
            self.forget(uid(pod))
        else:
            self._try(pod)

    def adopt(self, pod: Object) -> None:
        """Take over a Pod that waits for room: it has what its status tells."""
        entry = condition(pod, RESIZE_WAITS)
        if entry is None:
            return
        given = _asked(pod["spec"])
        for group in STATUSES.values():
            for status in pod["status"].get(group, ()):
                if "resources" in status:
                    given[status["name"]] = status["resources"]
        self.given[uid(pod)] = given
        told = ("type", "status", "reason", "message")
        self.conditions[uid(pod)] = {f: entry[f] for f in told if f in entry}

    def resume(self, pod: Object) -> None:
        """What a Pod was given before this kubelet began it still has. Kubernetes: AddPod, from its checkpoint"""
        asked = _asked(pod["spec"])
        given = dict(asked)
        for container in self.kubelet.machine.running(uid(pod)):
            given[container.name] = container.spec.get("resources", {})
        if given != asked:
            self.given[uid(pod)] = given

    def retry(self) -> None:
        """There may be room for those that wait. Kubernetes: RetryPendingResizes"""
        for pod_uid in [*self.given]:
            pod = self.kubelet.pod(pod_uid)
            if pod is not None:
                self._try(pod)

    def forget(self, pod_uid: str) -> None:
        """The Pod has what it asks for, or is gone."""
        self.given.pop(pod_uid, None)
        self.conditions.pop(pod_uid, None)

    def _try(self, pod: Object) -> None:
        """Kubernetes: handlePodResourcesResize"""
        refusal = self._refusal(pod)
        told = _told(pod)
        if refusal is not None:
            self._wait(pod, refusal, told)
            return
        self.given.pop(uid(pod), None)
        self._set(pod, {"type": RESIZING, "status": "True"})
        self._tell(pod, "Normal", "ResizeStarted", f"started: {go_json(told)}")
        subject = self.kubelet.subject(uid(pod))
        self.kubelet.timers.after(RESIZE, subject, self._carry_out, uid(pod))

    def _refusal(self, pod: Object) -> Refusal | None:
        node = self.kubelet.node_object()
        if node is None:
            return None
        active = self.kubelet.active_pods()
        others = [other for other in active if uid(other) != uid(pod)]
        return can_admit(pod, node, others, self.kubelet.eviction.pressures)

    def _wait(self, pod: Object, refusal: Refusal, told: Object) -> None:
        entry = {
            "type": RESIZE_WAITS,
            "status": "True",
            "reason": "Deferred",
            "message": refusal.message,
        }
        if self.conditions.get(uid(pod)) == entry:
            return
        self._set(pod, entry)
        text = go_json({**told, "error": refusal.message})
        self._tell(pod, "Warning", "ResizeDeferred", f"Deferred: {text}")

    def _carry_out(self, pod_uid: str) -> None:
        """Kubernetes: kuberuntime doPodResizeAction; what has to start anew for it is ended by the next sync."""
        pod = self.kubelet.pod(pod_uid)
        if pod is None:
            return
        asked = _asked(pod["spec"])
        for container in self.kubelet.machine.running(pod_uid):
            now = asked.get(container.name, {})
            changed = container.spec.get("resources", {}) != now
            spec = container_named(pod, container.name) or container.spec
            # Who has to start anew for it has another definition.
            if changed and container.definition == definition(spec):
                self.kubelet.machine.resize(container, now)
        self.kubelet.workers[pod_uid].poke()
        # What it has given back may be what others wait for.
        self.retry()

    def told(self, pod: Object) -> Object | None:
        """The condition of a resize, gone once all containers have what they ask for.

        Kubernetes: determinePodResizeStatus
        """
        entry = self.conditions.get(uid(pod))
        if entry is None or entry["type"] != RESIZING:
            return entry
        asked = _asked(pod["spec"])
        running = self.kubelet.machine.running(uid(pod))
        if any(c.spec.get("resources", {}) != asked.get(c.name) for c in running):
            return entry
        del self.conditions[uid(pod)]
        text = f"completed: {go_json(_told(pod))}"
        self._tell(pod, "Normal", "ResizeCompleted", text)
        return None

    def _set(self, pod: Object, entry: Object) -> None:
        self.conditions[uid(pod)] = entry
        self.kubelet.workers[uid(pod)].poke()

    def _tell(self, pod: Object, kind: str, reason: str, text: str) -> None:
        self.kubelet.tell(uid(pod), kind, reason, f"Pod resize {text}")


def _asked(spec: Object) -> Given:
    found: Given = {"": spec.get("resources", {})}
    for container in containers_in(spec):
        found[container["name"]] = container.get("resources", {})
    return found


def _with(spec: Object, given: Given) -> Object:
    found = dict(spec)
    if given[""]:
        found["resources"] = given[""]
    else:
        found.pop("resources", None)
    return with_each_container(
        found, lambda each: {**each, "resources": given.get(each["name"], {})}
    )


def _told(pod: Object) -> Object:
    """What Events say of a resize. Kubernetes: pkg/kubelet/events, podResizeSummary"""
    told: Object = {}
    for group in FROM_MANIFEST:
        found = [
            {"name": each["name"], "resources": _in_order(each["resources"])}
            for each in pod["spec"].get(group, ())
            if each.get("resources")
        ]
        if found:
            told[group] = found
    return {**told, "generation": pod["metadata"].get("generation", 0)}


def _in_order(resources: Object) -> Object:
    """As Go's struct has them, and each with its keys sorted."""
    sides = [side for side in ("limits", "requests") if side in resources]
    return {side: dict(sorted(resources[side].items())) for side in sides}

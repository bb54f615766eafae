"""A Pod's status as its kubelet makes it, with all that it rests on at hand.

Kubernetes: pkg/kubelet/kubelet_pods.go generateAPIPodStatus, pkg/kubelet/active_deadline.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_deleting, seconds_of, uid
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kubelet.actions import sandbox_changed
from k8slearn.kubelet.generate import (
    STATUSES,
    TERMINAL,
    container_statuses,
    merged_phase,
    phase_of,
    with_conditions,
)
from k8slearn.kubelet.host import Host, Worker
from k8slearn.kubelet.restart_all import condition
from k8slearn.kubelet.runtime import RUNNING, RuntimePodStatus
from k8slearn.kubelet.status import host_addresses

DEADLINE = (
    "DeadlineExceeded",
    "Pod was active on the node longer than the specified deadline",
)


class StatusMaker:
    """Makes the statuses of one kubelet's Pods."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet

    def plan_deadline(self, worker: Worker) -> None:
        """Look at the tick after the deadline. Kubernetes: activeDeadlineHandler"""
        seconds = worker.pod["spec"].get("activeDeadlineSeconds")
        if seconds is None:
            return
        timers = self.kubelet.timers
        status = self.kubelet.statuses.get(worker.uid) or worker.pod["status"]
        since = status.get("startTime")
        start = timers.now if since is None else seconds_of(since) - self.kubelet.skew
        due = self.kubelet.sync_ticker.at_or_after(start + seconds)
        if due <= timers.now:
            # One that was over already is seen at the next tick.
            due = self.kubelet.sync_ticker.after(timers.now)
        timers.at(due, self.kubelet.subject(worker.uid), self._look_at, worker)

    def _look_at(self, worker: Worker) -> None:
        if not self.kubelet.could_have_running_containers(worker.uid):
            return
        if self._is_past_deadline(worker.pod):
            worker.poke()
        else:
            # It began later than was thought, or the deadline has changed.
            self.plan_deadline(worker)

    def _is_past_deadline(self, pod: Object) -> bool:
        seconds = pod["spec"].get("activeDeadlineSeconds")
        status = self.kubelet.statuses.get(uid(pod)) or pod["status"]
        if seconds is None or not status.get("startTime"):
            return False
        start = seconds_of(status["startTime"]) - self.kubelet.skew
        return bool(self.kubelet.timers.now - start >= seconds)

    def generate(
        self,
        pod: Object,
        status: RuntimePodStatus,
        *,
        terminal: bool,
        asked: list[str] | None = None,
    ) -> Object:
        """The Pod's status from what the runtime tells. Kubernetes: generateAPIPodStatus"""
        old = self.kubelet.statuses.get(uid(pod)) or pod.get("status", {})
        made: Object = {"qosClass": qos_class(pod["spec"])}
        made |= self._container_statuses(pod, status, old)
        entries = [*made.get("initContainerStatuses", ()), *made["containerStatuses"]]
        asked_for = self.kubelet.probes.update_pod_status(pod, made)
        begun = any(
            (one := status.find(c["name"])) is not None and one.state == RUNNING
            for c in pod["spec"]["containers"]
        )
        made["phase"] = phase_of(pod, entries, terminal=terminal, initialized=begun)
        if uid(pod) in self.kubelet.restarting:
            self._hold(made, pod, old, status)
        merged_phase(made, pod, old)
        if self._is_past_deadline(pod):
            made |= {"phase": "Failed", "reason": DEADLINE[0], "message": DEADLINE[1]}
            self.kubelet.tell(uid(pod), "Normal", *DEADLINE)
        stored = pod.get("status", {}).get("phase")
        if stored in TERMINAL:
            made["phase"] = stored
        resize = self.kubelet.resizing.told(pod)
        ready = not sandbox_changed(status)
        with_conditions(made, pod, old, resize, sandbox_ready=ready)
        under_way = self.kubelet.restarting.get(uid(pod))
        if under_way is not None:
            made["conditions"].append(condition(made["phase"], under_way))
        self._add_addresses(made, pod, status)
        if asked is not None:
            asked += asked_for
        return made

    def _container_statuses(
        self, pod: Object, status: RuntimePodStatus, old: Object
    ) -> Object:
        problems = self.kubelet.problems.get(uid(pod), {})
        made: Object = {}
        for field, group in STATUSES.items():
            before = old.get(group, ())
            about = (pod, status, before, problems, self.kubelet.stamp)
            found = container_statuses(*about, field=field)
            if found:
                made[group] = found
        return made

    def _hold(
        self, made: Object, pod: Object, old: Object, status: RuntimePodStatus
    ) -> None:
        """A Pod whose containers all start anew is what it was, whatever they ended with."""
        known = all(status.find(c["name"]) for c in pod["spec"]["containers"])
        if (self.kubelet.restarting[uid(pod)] or not known) and not is_deleting(pod):
            made["phase"] = old.get("phase", made["phase"])

    def _add_addresses(
        self, made: Object, pod: Object, status: RuntimePodStatus
    ) -> None:
        made |= host_addresses(self.kubelet.node_object())
        ip = status.ip
        if pod["spec"].get("hostNetwork"):
            # It has the Node's address before anything runs.
            ip = ip or made.get("hostIP", "")
        if ip:
            made |= {"podIP": ip, "podIPs": [{"ip": ip}]}


def container_status(pod: Object, container: str) -> Object | None:
    """What is reported of a container, whichever sort it is of."""
    status = pod.get("status", {})
    for part in STATUSES.values():
        for each in status.get(part) or ():
            if each["name"] == container:
                return dict(each)
    return None

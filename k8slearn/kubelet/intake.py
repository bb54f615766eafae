"""How Pods come to a kubelet and go: the news of the API server and of files, admission, what is left at the end.

Kubernetes: pkg/kubelet/kubelet.go HandlePodAdditions, HandlePodUpdates, HandlePodRemoves, canAdmitPod, rejectPod
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    uid,
)
from k8slearn.kinds.pod.strategy import qos_class
from k8slearn.kubelet.admission import Refusal, can_admit, is_critical
from k8slearn.kubelet.conditions import OWN
from k8slearn.kubelet.generate import TERMINAL
from k8slearn.kubelet.host import Host, Worker
from k8slearn.kubelet.mirrors import is_mirror, is_static
from k8slearn.kubelet.outcome import Eviction
from k8slearn.kubelet.preemption import victims
from k8slearn.kubelet.restart_all import could_restart
from k8slearn.kubelet.tasks import Gathering
from k8slearn.kubelet.worker import FINISHED, PodWorker

# What a refusal takes until its owner hears of it: who makes another Pod at once for that Node has time go on.
REJECT = 0.02
# As fast as its owner may write: kube-controller-manager's --kube-api-qps and --kube-api-burst, and what one Pod takes.
QPS = 20.0
BURST = 30.0
CALLS = 3.0
PREEMPTED = "Preempted in order to admit critical pod"


class Intake:
    """The Pods of one kubelet, as they come and go."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.held: dict[str, Object | None] = {}
        self.calls = BURST
        self.counted = kubelet.timers.now
        self.coming: dict[str, Object] = {}
        """Pods that are to be admitted, at their turn or when there is room."""

    def on_pods(self, pods: Iterable[Object]) -> None:
        """Several Pods at once, as a kubelet that starts gets them: the oldest first."""
        for pod in sorted(
            pods, key=lambda p: p["metadata"].get("creationTimestamp", "")
        ):
            self.on_pod(pod)
        self.kubelet.static_pods.read()
        # What nobody knows any more was deleted while there was no kubelet. Kubernetes: HandlePodCleanups
        known = {*self.kubelet.workers, *self.coming, *self.held}
        for pod_uid in [*self.kubelet.machine.containers]:
            if pod_uid not in known:
                self.kubelet.machine.kill_sandbox(pod_uid)
                self.kubelet.machine.remove_pod(pod_uid)
                self.kubelet.pleg.forget(pod_uid)

    def on_pod(self, pod: Object) -> None:
        """A Pod that is bound here is new or has changed. Kubernetes: HandlePodAdditions, HandlePodUpdates"""
        if self.kubelet.runtime_down_since is not None:
            self.held[uid(pod)] = pod
            return
        if is_mirror(pod):
            if is_deleting(pod):
                self._poke_shown_by(pod)
            return
        worker = self.kubelet.workers.get(uid(pod))
        if worker is None:
            if uid(pod) not in self.coming:
                about = (full_name(pod), self._arrive, uid(pod))
                self.kubelet.timers.at(self.kubelet.timers.now, *about)
            self.coming[uid(pod)] = pod
            return
        before = worker.pod
        if uid(pod) in self.kubelet.rejected:
            worker.pod = pod
            if is_deleting(pod):
                self.kubelet.statuses.terminate(pod)
            return
        # A kubelet's own write comes back to it as news and must not cause a sync.
        if _changed(before, pod):
            worker.update(pod)
            if _deadline(before) != _deadline(pod):
                self.kubelet.plan_deadline(worker)
            if self.kubelet.could_have_running_containers(uid(pod)):
                self.kubelet.resizing.changed(before, pod)
        else:
            worker.pod = pod

    def _arrive(self, pod_uid: str) -> None:
        pod = self.coming.get(pod_uid)
        if pod is None or pod_uid in self.kubelet.workers:
            return
        if self.kubelet.machine.containers.get(pod_uid):
            self.kubelet.resizing.resume(pod)
        refusal = None if self._has_ended(pod) else self._refusal(pod)
        if refusal is not None and self._makes_room(pod, refusal):
            # It comes again when those whose room it takes have ended.
            return
        del self.coming[pod_uid]
        self._add(pod, refusal)

    def _has_ended(self, pod: Object) -> bool:
        """Whether the Pod ended before this kubelet began."""
        ended = pod["status"].get("phase") in TERMINAL
        return ended and not self.kubelet.machine.running(uid(pod))

    def _poke_shown_by(self, mirror: Object) -> None:
        """A mirror is gone or about to go: a sync of its static Pod makes it anew."""
        for worker in self.kubelet.workers.values():
            if is_static(worker.pod) and full_name(worker.pod) == full_name(mirror):
                worker.poke()

    def _add(self, pod: Object, refusal: Refusal | None) -> None:
        """Kubernetes: HandlePodAdditions"""
        worker: Worker = PodWorker(self.kubelet, pod)
        self.kubelet.workers[uid(pod)] = worker
        if could_restart(pod["spec"]):
            self.kubelet.restarting[uid(pod)] = False
        if self._has_ended(pod):
            # There is nothing to do but to let it go.
            worker.state = FINISHED
            self.kubelet.statuses.known[uid(pod)] = pod["status"]
            if is_deleting(pod):
                self.kubelet.statuses.terminate(pod)
        elif refusal is not None:
            self._reject(pod, refusal)
        elif is_static(pod) and self._is_taken(worker):
            worker.queue(10.0 * (1 + self.kubelet.rng.uniform(0.0, 0.5)))
        else:
            worker.update(pod)
            self.kubelet.plan_deadline(worker)
            if uid(pod) in self.kubelet.resizing.given:
                self.kubelet.resizing.retry()

    def _is_taken(self, worker: Worker) -> bool:
        """Whether an older static Pod of that name still ends. Kubernetes: allowStaticPodStart"""
        return any(
            other is not worker
            and full_name(other.pod) == full_name(worker.pod)
            and other.state != FINISHED
            for other in self.kubelet.workers.values()
        )

    def _refusal(self, pod: Object) -> Refusal | None:
        node = self.kubelet.node_object()
        if node is None or is_deleting(pod):
            return None
        others = self.kubelet.active_pods()
        if uid(pod) in self.kubelet.resizing.given:
            pod = self.kubelet.resizing.of(pod)
        return can_admit(pod, node, others, self.kubelet.eviction.pressures)

    def _makes_room(self, pod: Object, refusal: Refusal) -> bool:
        """Whether Pods are ended so that a critical one gets their room. Kubernetes: HandleAdmissionFailure"""
        if not refusal.lacking or not is_critical(pod):
            return False
        chosen = victims(pod, self.kubelet.active_pods(), refusal.lacking)
        if not chosen:
            return False
        gathering = Gathering(len(chosen), partial(self._arrive, uid(pod)))
        for victim in chosen:
            worker = self.kubelet.workers[uid(victim)]
            worker.on_ended.append(gathering.one_done)
            self._preempt(victim)
        return True

    def _preempt(self, victim: Object) -> None:
        self.kubelet.tell(uid(victim), "Warning", "Preempting", PREEMPTED)
        condition = {
            "type": "DisruptionTarget",
            "status": "True",
            "reason": "TerminationByKubelet",
            "message": "Pod was preempted by Kubelet to accommodate a critical pod.",
        }
        self.kubelet.workers[uid(victim)].evict(
            Eviction("Preempting", PREEMPTED, condition)
        )

    def _reject(self, pod: Object, refusal: Refusal) -> None:
        """Kubernetes: rejectPod"""
        self.kubelet.rejected.add(uid(pod))
        about = (full_name(pod), self._tell_rejected, pod, refusal)
        self.kubelet.timers.after(REJECT + self._throttle(), *about)

    def _throttle(self) -> float:
        """How long an owner has to wait that makes Pod after Pod for this Node. Kubernetes: client-go flowcontrol"""
        now = self.kubelet.timers.now
        self.calls = min(self.calls + (now - self.counted) * QPS, BURST) - CALLS
        self.counted = now
        return max(-self.calls / QPS, 0.0)

    def _tell_rejected(self, pod: Object, refusal: Refusal) -> None:
        if self.kubelet.pod(uid(pod)) is None:
            return
        self.kubelet.tell(uid(pod), "Warning", refusal.reason, refusal.message)
        status = {
            "phase": "Failed",
            "reason": refusal.reason,
            "message": f"Pod was rejected: {refusal.message}",
            "qosClass": qos_class(pod["spec"]),
        }
        self.kubelet.statuses.set(pod, status)

    def on_removed(self, pod: Object) -> None:
        """A Pod was removed at the API server. Kubernetes: HandlePodRemoves"""
        if is_mirror(pod):
            self._poke_shown_by(pod)
            return
        if self.kubelet.runtime_down_since is not None:
            self.held[uid(pod)] = None
            return
        self.remove(uid(pod))

    def remove(self, pod_uid: str) -> None:
        """End a Pod that is no longer to run here."""
        self.coming.pop(pod_uid, None)
        worker = self.kubelet.workers.get(pod_uid)
        if worker is None:
            return
        worker.remove()
        if worker.state == FINISHED or pod_uid in self.kubelet.rejected:
            self.forget(worker)

    def on_static_removed(self, pod: Object) -> None:
        """A file is gone or says something else."""
        self.remove(uid(pod))
        due = self.kubelet.housekeeping.after(self.kubelet.timers.now)
        self.kubelet.timers.at(due, full_name(pod), self.kubelet.static_pods.clean)

    def finished(self, worker: Worker) -> None:
        """A worker has done all that there was to do."""
        self.kubelet.probes.remove(worker.uid)
        self.kubelet.resizing.forget(worker.uid)
        self.kubelet.resizing.retry()
        if worker.deleted:
            self.forget(worker)

    def forget(self, worker: Worker) -> None:
        """Nothing of the Pod is left. Kubernetes: HandlePodCleanups"""
        self.kubelet.workers.pop(worker.uid, None)
        self.kubelet.rejected.discard(worker.uid)
        self.kubelet.restarting.pop(worker.uid, None)
        self.kubelet.problems.pop(worker.uid, None)
        self.kubelet.statuses.forget(worker.uid)
        self.kubelet.machine.remove_pod(worker.uid)
        self.kubelet.pleg.forget(worker.uid)
        self.kubelet.volumes.unmount(worker.uid)

    def let_go(self) -> None:
        """The runtime is back: what came meanwhile is dealt with."""
        held = self.held
        self.held = {}
        for pod_uid, pod in held.items():
            if pod is None:
                self.remove(pod_uid)
            else:
                self.on_pod(pod)


def _changed(before: Object, pod: Object) -> bool:
    """Whether a kubelet counts it as an update, not as its own status come back. Kubernetes: podsDifferSemantically"""
    if before["spec"] is not pod["spec"] and before["spec"] != pod["spec"]:
        return True
    old = before["metadata"]
    new = pod["metadata"]
    fields: tuple[Any, ...] = (
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "labels",
        "annotations",
    )
    if any(old.get(field) != new.get(field) for field in fields):
        return True
    ended = pod["status"].get("phase") in TERMINAL
    if ended and before["status"].get("phase") != pod["status"].get("phase"):
        return True
    return bool(_of_others(before) != _of_others(pod))


def _deadline(pod: Object) -> Any:
    return pod["spec"].get("activeDeadlineSeconds")


def _of_others(pod: Object) -> list[Object]:
    return [c for c in pod["status"].get("conditions", ()) if c["type"] not in OWN]

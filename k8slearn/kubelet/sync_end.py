"""The syncs of a Pod that is to end: its containers are ended, then what is left is cleared away.

Kubernetes: pkg/kubelet/kubelet.go SyncTerminatingPod, SyncTerminatedPod
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.kubelet.host import Host, Worker
from k8slearn.kubelet.runtime import RuntimePodStatus
from k8slearn.kubelet.tasks import SteppedTask
from k8slearn.kubelet.termination import kill_pod


def sync_terminating(
    kubelet: Host, worker: Worker, pod: Object, status: RuntimePodStatus
) -> None:
    """Kubernetes: SyncTerminatingPod"""
    made = kubelet.generate(pod, status, terminal=False)
    eviction = worker.eviction
    if eviction is not None:
        # What the containers' codes will say counts more at the end: see merged_phase.
        made |= {"phase": "Failed", "reason": eviction.reason}
        made["message"] = eviction.message
        if eviction.condition is not None:
            made["conditions"] = [*made["conditions"], eviction.condition]
    kubelet.statuses.set(pod, made)
    kubelet.probes.stop_liveness_and_startup(worker.uid)
    ending = _Ending(kubelet, worker, pod)
    task = SteppedTask(kubelet.timers, kubelet.subject(worker.uid), ending.over)
    task.first(*kill_pod(kubelet, pod, worker.grace, task))
    task.go()


class _Ending:
    def __init__(self, kubelet: Host, worker: Worker, pod: Object) -> None:
        self.kubelet = kubelet
        self.worker = worker
        self.pod = pod

    def over(self, error: Exception | None) -> None:
        """All containers have ended, or something went wrong."""
        if error is not None:
            self.worker.failed()
            return
        kubelet = self.kubelet
        uid = self.worker.uid
        kubelet.probes.remove(uid)
        kubelet.pleg.refresh(uid)
        status = kubelet.pleg.cache[uid]
        made = kubelet.generate(self.pod, status, terminal=True)
        # From here on nothing runs, so that the last phase may be written.
        self.worker.state = "terminated"
        kubelet.statuses.set(self.pod, made)
        self.worker.terminating_done()


def sync_terminated(
    kubelet: Host, worker: Worker, pod: Object, status: RuntimePodStatus
) -> None:
    """Kubernetes: SyncTerminatedPod"""
    made = kubelet.generate(pod, status, terminal=True)
    kubelet.statuses.set(pod, made)
    kubelet.volumes.unmount(worker.uid)
    kubelet.statuses.terminate(pod)
    worker.terminated_done()

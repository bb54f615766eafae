"""Volumes: a Pod starts when those that its containers mount are there.

Kubernetes: pkg/kubelet/volumemanager, pkg/volume/util/operationexecutor, nestedpendingoperations (exponential back-off)
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, namespace, uid
from k8slearn.clock import Timer
from k8slearn.kubelet.host import Host, MountWait, Worker
from k8slearn.kubelet.references import missing_for_volume, mounted_volumes
from k8slearn.kubelet.tasks import PARKED, SteppedTask

# Kubernetes: goroutinemap/exponentialbackoff: 500 ms, doubled up to 2 m 2 s.
FIRST = 0.5
LIMIT = 122.0
# Kubernetes: volume_manager.go podAttachAndMountTimeout: two minutes and three seconds.
PATIENCE = 123.0
# podAttachAndMountRetryInterval: whoever waits looks every 300 ms.
LOOK = 0.3


class _Pending:
    """A volume that could not be set up."""

    def __init__(self) -> None:
        self.wait = 0.0
        self.timer: Timer | None = None


class Volumes:
    """The volumes of a kubelet's Pods."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.mounted: dict[str, set[str]] = {}
        self.pending: dict[tuple[str, str], _Pending] = {}
        self.waiting: dict[str, MountWait] = {}

    def are_mounted(self, pod: Object) -> bool:
        """Whether all that are waited for are there."""
        there = self.mounted.get(uid(pod), set())
        return all(volume["name"] in there for volume in mounted_volumes(pod))

    def ask(self, pod: Object) -> None:
        """Set up what is not there and not held back."""
        there = self.mounted.setdefault(uid(pod), set())
        for volume in mounted_volumes(pod):
            name = volume["name"]
            if name not in there and (uid(pod), name) not in self.pending:
                self._set_up(pod, volume)

    def _set_up(self, pod: Object, volume: Object) -> None:
        pod_uid = uid(pod)
        name = volume["name"]
        problem = missing_for_volume(volume, namespace(pod), self.kubelet.client.get)
        if not problem:
            self.mounted.setdefault(pod_uid, set()).add(name)
            self.pending.pop((pod_uid, name), None)
            waiting = self.waiting.get(pod_uid)
            if waiting is not None:
                waiting.look()
            return
        text = f'MountVolume.SetUp failed for volume "{name}" : {problem}'
        self.kubelet.tell(pod_uid, "Warning", "FailedMount", text)
        pending = self.pending.setdefault((pod_uid, name), _Pending())
        pending.wait = min(pending.wait * 2 or FIRST, LIMIT)
        subject = self.kubelet.subject(pod_uid)
        about = (self._again, pod, volume)
        pending.timer = self.kubelet.timers.after(pending.wait, subject, *about)

    def _again(self, pod: Object, volume: Object) -> None:
        # Whoever is gone mounts nothing any more.
        if (uid(pod), volume["name"]) in self.pending and self.kubelet.pod(uid(pod)):
            self._set_up(pod, volume)

    def unmount(self, pod_uid: str) -> None:
        """The Pod needs none of them any more."""
        self.mounted.pop(pod_uid, None)
        for place in [place for place in self.pending if place[0] == pod_uid]:
            timer = self.pending.pop(place).timer
            if timer is not None:
                timer.cancelled = True


class Mounting:
    """A sync that waits for its volumes. Kubernetes: WaitForAttachAndMount"""

    def __init__(
        self, kubelet: Host, worker: Worker, pod: Object, task: SteppedTask
    ) -> None:
        self.kubelet = kubelet
        self.worker = worker
        self.pod = pod
        self.task = task
        self.is_over = False
        self.limit: Timer | None = None

    def begin(self) -> float | None:
        """A step: go on at once where all volumes are mounted, else wait for them."""
        volumes = self.kubelet.volumes
        volumes.ask(self.pod)
        if volumes.are_mounted(self.pod):
            return None
        volumes.waiting[self.worker.uid] = self
        timers = self.kubelet.timers
        self.limit = timers.after(PATIENCE, self.task.subject, self.give_up)
        return PARKED

    def look(self) -> None:
        """A volume was mounted: go on if it was the last one."""
        if not self.is_over and self.kubelet.volumes.are_mounted(self.pod):
            self._end(LOOK)

    def give_up(self) -> None:
        """It took too long, or the Pod is to end."""
        self._end(0.0)

    def _end(self, seconds: float) -> None:
        if self.is_over:
            return
        self.is_over = True
        if self.limit is not None:
            self.limit.cancelled = True
        self.kubelet.volumes.waiting.pop(self.worker.uid, None)
        self.kubelet.timers.after(seconds, self.task.subject, self.task.go)

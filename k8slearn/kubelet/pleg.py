"""The PLEG: it lists the runtime once a second, keeps what it saw and tells whose containers began or ended.

Between two listings a kubelet knows only what the last one saw. A listing that would find nothing new is not made.

Kubernetes: pkg/kubelet/pleg/generic.go, pkg/kubelet/container/cache.go
"""

from __future__ import annotations

from k8slearn.clock import Timer
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.runtime import CREATED, RuntimePodStatus
from k8slearn.kubelet.tasks import Ticker

PERIOD = 1.0
START = 0.9
"""Seconds that a kubelet needs until it lists the runtime for the first time."""
NOTHING = RuntimePodStatus()


class Pleg:
    """What a kubelet knows of its runtime."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        now = kubelet.timers.now
        self.ticker = Ticker(now + START + kubelet.rng.uniform(0.0, 0.8), PERIOD)
        self.cache: dict[str, RuntimePodStatus] = {}
        self.records: dict[str, dict[str, str]] = {}
        self.dirty: dict[str, None] = {}
        self.timer: Timer | None = None

    def status(self, pod_uid: str) -> RuntimePodStatus:
        """The Pod as the last listing saw it. Kubernetes: podCache.GetNewerThan"""
        if self.timer is not None and self.timer.time <= self.kubelet.timers.now:
            # Two things at one moment: the listing comes first.
            self.relist()
        return self.cache.get(pod_uid, NOTHING)

    def changed(self, pod_uid: str) -> None:
        """Something of the Pod has changed in the runtime: the next listing will see it."""
        self.dirty[pod_uid] = None
        if self.timer is None:
            timers = self.kubelet.timers
            due = self.ticker.after(timers.now)
            self.timer = timers.at(due, "pleg", self.relist)

    def look(self, pod_uid: str) -> int:
        """List one Pod; how many events that gave."""
        status = self.kubelet.machine.status(pod_uid)
        self.cache[pod_uid] = self._with_address(pod_uid, status)
        return self._events(pod_uid, status)

    def refresh(self, pod_uid: str) -> None:
        """As `look`; what has changed is still news for the next listing. Kubernetes: UpdateCache"""
        status = self.kubelet.machine.status(pod_uid)
        self.cache[pod_uid] = self._with_address(pod_uid, status)

    def relist(self) -> None:
        """Kubernetes: Relist"""
        if self.timer is not None:
            self.timer.cancelled = True
            self.timer = None
        # Taken out first: what a sync that begins now changes is for the next listing.
        dirty = self.dirty
        self.dirty = {}
        for pod_uid in dirty:
            events = self.look(pod_uid)
            if events:
                self.kubelet.on_pleg(pod_uid, events)

    def forget(self, pod_uid: str) -> None:
        """Nothing of the Pod is left."""
        self.cache.pop(pod_uid, None)
        self.records.pop(pod_uid, None)
        self.dirty.pop(pod_uid, None)

    def _with_address(self, pod_uid: str, status: RuntimePodStatus) -> RuntimePodStatus:
        known = self.cache.get(pod_uid)
        # The address outlives the sandbox. Kubernetes: getPodIPs
        if status.ip or known is None or any(box.ready for box in status.sandboxes):
            return status
        return status._replace(ip=known.ip)

    def _events(self, pod_uid: str, status: RuntimePodStatus) -> int:
        """How many containers and sandboxes began or ended since the last listing."""
        now = {c.id: c.state for c in status.containers if c.state != CREATED}
        now |= {box.id: str(box.ready) for box in status.sandboxes}
        before = self.records.get(pod_uid, {})
        self.records[pod_uid] = now
        return sum(before.get(one) != state for one, state in now.items())

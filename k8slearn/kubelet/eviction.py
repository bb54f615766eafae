"""Eviction: what a kubelet does when its machine runs out of memory, disk or process numbers.

It looks every ten seconds, but only while there may be something to see. Kubernetes: pkg/kubelet/eviction
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object, uid
from k8slearn.clock import Timer
from k8slearn.kubelet.admission import is_critical, requests
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.outcome import Eviction
from k8slearn.kubelet.runtime import RuntimeContainer
from k8slearn.kubelet.settings import DISK, MEMORY, PIDS
from k8slearn.kubelet.tasks import Ticker

# Kubernetes: pkg/kubelet/kubelet.go evictionMonitoringPeriod; eviction_manager.go podCleanupTimeout and its poll,
# immediateEvictionGracePeriodSeconds.
PERIOD = 10.0
CLEANUP = 30.0
POLL = 1.0
IMMEDIATE = 1
CONDITION = {MEMORY: "MemoryPressure", DISK: "DiskPressure", PIDS: "PIDPressure"}
RESOURCE = {MEMORY: "memory", DISK: "ephemeral-storage", PIDS: "pids"}
_ORDER = (MEMORY, DISK, PIDS)


class Threshold(NamedTuple):
    """How much of a resource must be available, and for how long it may be less."""

    signal: str
    least: int
    grace: float
    hard: bool


class EvictionManager:
    """The eviction manager of one kubelet."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        now = kubelet.timers.now
        self.ticker = Ticker(now + kubelet.rng.uniform(0.0, PERIOD), PERIOD)
        self.first_seen: dict[Threshold, float] = {}
        self.last_seen: dict[str, float] = {}
        self.pressures: list[str] = []
        self.held: list[str] = []
        """Pressures that the Node reported before it was taken over; they stay, since its usage is not known."""
        self.timer: Timer | None = None

    # What is measured ------------------------------------------------------------------------------------------

    def thresholds(self) -> list[Threshold]:
        """All that the settings ask for."""
        settings = self.kubelet.settings
        found = []
        for signal, text in settings.eviction_hard.items():
            least = self._amount(signal, text)
            found.append(Threshold(signal, least, grace=0.0, hard=True))
        for signal, text in settings.eviction_soft.items():
            least = self._amount(signal, text)
            grace = settings.eviction_soft_grace_period.get(signal, 0.0)
            found.append(Threshold(signal, least, grace, hard=False))
        return found

    def _met(self) -> list[Threshold]:
        """The thresholds below which a resource is now."""
        return [t for t in self.thresholds() if self.available(t.signal) < t.least]

    def _amount(self, signal: str, text: str) -> int:
        if text.endswith("%"):
            share = float(text.removesuffix("%")) / 100
            return int(self._capacity(signal) * share)
        return _bytes(text)

    def _capacity(self, signal: str) -> int:
        if signal == MEMORY:
            return self.kubelet.memory_capacity()
        if signal == DISK:
            return _bytes(self.kubelet.settings.disk_size)
        return self.kubelet.settings.pids

    def available(self, signal: str) -> int:
        """How much of a resource is left."""
        machine = self.kubelet.machine
        if signal == MEMORY:
            return max(self._capacity(MEMORY) - machine.memory_used(), 0)
        if signal == DISK:
            return machine.disk_free()
        return self._capacity(PIDS) - int(machine.used.get("pids", "0"))

    # When it looks ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Something in use has changed: look at the next tick if there may be something to see."""
        if self.timer is None and self._matters():
            self._plan(self.ticker.after(self.kubelet.timers.now))

    def _plan(self, due: float) -> None:
        self.timer = self.kubelet.timers.at(due, "eviction", self._tick)

    def _matters(self) -> bool:
        """Whether a look could find anything: most machines never come near a threshold."""
        if self.pressures or self.first_seen or self._met():
            return True
        machine = self.kubelet.machine
        for pod_uid in machine.containers:
            running = machine.running(pod_uid)
            if any(container.script.leak is not None for container in running):
                return True
            pod = self.kubelet.pod(pod_uid)
            if running and pod is not None and self._over_limit(pod):
                return True
        return False

    def _tick(self) -> None:
        self.timer = None
        evicted = self.synchronize()
        if evicted is not None:
            self._wait_for(evicted, self.kubelet.timers.now + CLEANUP)
            return
        if self._matters():
            self._plan(self.ticker.after(self.kubelet.timers.now))

    def _wait_for(self, pod_uid: str, limit: float) -> None:
        """After an eviction it looks again as soon as that Pod is cleaned up. Kubernetes: waitForPodsCleanup"""
        now = self.kubelet.timers.now
        if self.kubelet.is_cleaned_up(pod_uid) or now >= limit:
            self.ticker = Ticker(now, PERIOD)
            self._tick()
            return
        about = (self._wait_for, pod_uid, limit)
        self.timer = self.kubelet.timers.after(POLL, "eviction", *about)

    # What it does ----------------------------------------------------------------------------------------------

    def synchronize(self) -> str | None:
        """Look once; the uid of the Pod that was evicted. Kubernetes: managerImpl.synchronize"""
        now = self.kubelet.timers.now
        met = self._met()
        self.first_seen = {t: self.first_seen.get(t, now) for t in met}
        self._note_pressures(met, now)
        self.kubelet.node_status.changed()
        # A Pod over a limit of its own goes first: that may be enough.
        evicted = self._evict_over_limit()
        if evicted is not None:
            return evicted
        due = [t for t in met if now - self.first_seen[t] >= t.grace]
        if not due:
            return None
        return self._reclaim(min(due, key=_urgency))

    def _note_pressures(self, met: list[Threshold], now: float) -> None:
        """A condition stays for a while after its threshold was last met, so that it does not flap."""
        period = self.kubelet.settings.eviction_pressure_transition_period
        for threshold in met:
            self.last_seen[CONDITION[threshold.signal]] = now
        for condition, last in list(self.last_seen.items()):
            if now - last >= period:
                del self.last_seen[condition]
        all_conditions = [CONDITION[signal] for signal in _ORDER]
        present = {*self.last_seen, *self.held}
        self.pressures = [c for c in all_conditions if c in present]

    def _reclaim(self, threshold: Threshold) -> str | None:
        resource = RESOURCE[threshold.signal]
        text = f"Attempting to reclaim {resource}"
        self.kubelet.tell_node("Warning", "EvictionThresholdMet", text)
        if threshold.signal == DISK and self._collect_garbage(threshold):
            return None
        pods = [p for p in self.kubelet.active_pods() if self.kubelet.has_running(p)]
        pods.sort(key=lambda pod: self._rank(pod, threshold.signal))
        # One at a time: its end may be enough.
        for pod in pods:
            message = self._message(pod, threshold)
            condition = {
                "type": "DisruptionTarget",
                "status": "True",
                "reason": "TerminationByKubelet",
                "message": message,
            }
            grace = self._grace(pod, threshold)
            if self._evict(pod, message, grace, condition):
                return uid(pod)
        return None

    def _grace(self, pod: Object, threshold: Threshold) -> int:
        """A hard threshold leaves no time; a soft one what the Pod asks for, as far as the settings allow."""
        if threshold.hard:
            return IMMEDIATE
        asked = int(pod["spec"].get("terminationGracePeriodSeconds", 30))
        limit = int(self.kubelet.settings.eviction_max_pod_grace_period)
        return min(limit, asked)

    def _collect_garbage(self, threshold: Threshold) -> bool:
        """Dead containers and unused images go first; whether that was enough. Kubernetes: reclaimNodeLevelResources"""
        self.kubelet.collect_garbage()
        return self.available(threshold.signal) >= threshold.least

    def _used(self, pod: Object, signal: str) -> int:
        machine = self.kubelet.machine
        if signal == MEMORY:
            return machine.memory(uid(pod))
        return machine.disk(uid(pod))

    def _rank(self, pod: Object, signal: str) -> tuple[int, int, int]:
        """Sort key: above its request, low priority, by how much above. Kubernetes: rankMemoryPressure and others"""
        priority = int(pod["spec"].get("priority", 0))
        if signal == PIDS:
            return 0, priority, 0
        used = self._used(pod, signal)
        excess = used - requests(pod).get(RESOURCE[signal], 0)
        return int(excess <= 0), priority, -excess

    def _message(self, pod: Object, threshold: Threshold) -> str:
        """Kubernetes: evictionMessage"""
        resource = RESOURCE[threshold.signal]
        text = f"The node was low on resource: {resource}. "
        if threshold.signal == PIDS:
            # Process numbers are neither requested nor told by container.
            return text
        least = _text(threshold.least)
        left = _text(self.available(threshold.signal))
        text += f"Threshold quantity: {least}, available: {left}. "
        now = self.kubelet.timers.now
        for container in self.kubelet.machine.running(uid(pod)):
            used = container.script.memory_at(container.age(now))
            if threshold.signal == DISK:
                used = container.script.disk
            requested = container.spec.get("resources", {}).get("requests", {})
            request = str(requested.get(resource, "0"))
            if used > quantity.parse(request).value:
                text += (
                    f"Container {container.name} was using {_text(used)}, request is {request}, "
                    f"has larger consumption of {resource}. "
                )
        return text

    def _evict(
        self, pod: Object, message: str, grace: int, condition: Object | None
    ) -> bool:
        if is_critical(pod):
            return False
        self.kubelet.tell(uid(pod), "Warning", "Evicted", message)
        eviction = Eviction("Evicted", message, condition=condition, grace=grace)
        return self.kubelet.evict(uid(pod), eviction)

    # Limits of a Pod's own -------------------------------------------------------------------------------------

    def _evict_over_limit(self) -> str | None:
        """Kubernetes: localStorageEviction"""
        for pod in self.kubelet.active_pods():
            message = self._over_limit(pod)
            if message and self._evict(pod, message, IMMEDIATE, None):
                return uid(pod)
        return None

    def _over_limit(self, pod: Object) -> str:
        """Which of its own limits on disk the Pod exceeds, in the order of upstream: volumes, the Pod, containers."""
        machine = self.kubelet.machine
        running = machine.running(uid(pod))
        for volume in pod["spec"].get("volumes", ()):
            name = volume["name"]
            limit = volume.get("emptyDir", {}).get("sizeLimit")
            if limit and _filled_in(name, running) > _bytes(limit):
                return (
                    f'Usage of EmptyDir volume "{name}" exceeds the limit "{limit}". '
                )
        limits = [_disk_limit(each) for each in pod["spec"]["containers"]]
        total = sum(limit for limit in limits if limit is not None)
        if total and machine.disk(uid(pod)) > total:
            shown = _text(total)
            return f"Pod ephemeral local storage usage exceeds the total limit of containers {shown}. "
        for container in running:
            limit = _disk_limit(container.spec)
            if limit is not None and container.script.disk > limit:
                shown = _text(limit)
                return f'Container {container.name} exceeded its local ephemeral storage limit "{shown}". '
        return ""


def _urgency(threshold: Threshold) -> tuple[int, bool]:
    """Memory first, which cannot wait, and of two thresholds the hard one. Kubernetes: byEvictionPriority"""
    return _ORDER.index(threshold.signal), not threshold.hard


def _bytes(text: str | int) -> int:
    return int(quantity.parse(str(text)).value)


def _disk_limit(container: Object) -> int | None:
    limits = container.get("resources", {}).get("limits", {})
    limit = limits.get("ephemeral-storage")
    if limit is None:
        return None
    return _bytes(limit)


def _filled_in(volume: str, running: list[RuntimeContainer]) -> int:
    """How much the containers have written into a volume."""
    return sum(each.script.filled for each in running if _fills(each, volume))


def _fills(container: RuntimeContainer, volume: str) -> bool:
    """Whether what the container writes goes into this volume."""
    if container.script.fill is None:
        return False
    path = container.script.fill[0].rstrip("/")
    for mount in container.spec.get("volumeMounts", ()):
        if mount["name"] == volume and mount["mountPath"].rstrip("/") == path:
            return True
    return False


def _text(amount: int) -> str:
    """An amount of bytes as the eviction manager prints it: in the largest unit that divides it."""
    if not amount:
        return "0"
    for suffix, size in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if amount % size == 0:
            return f"{amount // size}{suffix}"
    return str(amount)

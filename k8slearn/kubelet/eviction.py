"""Eviction: what a kubelet does when its machine runs out of memory, disk or process numbers.

It looks every ten seconds, but only while there may be something to see. Kubernetes: pkg/kubelet/eviction
"""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.clock import Timer
from k8slearn.kubelet.admission import is_critical, requests
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.outcome import Eviction
from k8slearn.kubelet.runtime import filled
from k8slearn.kubelet.settings import DISK, MEMORY, PIDS
from k8slearn.kubelet.tasks import Ticker

# Kubernetes: pkg/kubelet/kubelet.go evictionMonitoringPeriod; eviction_manager.go podCleanupTimeout and its poll,
# immediateEvictionGracePeriodSeconds.
PERIOD, CLEANUP, POLL, IMMEDIATE = 10.0, 30.0, 1.0, 1
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
        self.timer: Timer | None = None

    # What is measured ------------------------------------------------------------------------------------------

    def thresholds(self) -> list[Threshold]:
        """All that the settings ask for."""
        settings = self.kubelet.settings
        found = [
            Threshold(signal, self._amount(signal, text), 0.0, True)
            for signal, text in settings.eviction_hard.items()
        ]
        for signal, text in settings.eviction_soft.items():
            grace = settings.eviction_soft_grace_period.get(signal, 0.0)
            found.append(Threshold(signal, self._amount(signal, text), grace, False))
        return found

    def _amount(self, signal: str, text: str) -> int:
        if text.endswith("%"):
            return int(self._capacity(signal) * float(text[:-1]) / 100)
        return int(quantity.parse(text).value)

    def _capacity(self, signal: str) -> int:
        if signal == MEMORY:
            return self.kubelet.memory_capacity()
        if signal == DISK:
            return int(quantity.parse(self.kubelet.settings.disk_size).value)
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
        if self.pressures or self.first_seen:
            return True
        if any(self.available(t.signal) < t.least for t in self.thresholds()):
            return True
        machine = self.kubelet.machine
        for uid in machine.containers:
            running = machine.running(uid)
            if any(c.script.leak is not None for c in running):
                return True
            pod = self.kubelet.pod(uid)
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
        met = [t for t in self.thresholds() if self.available(t.signal) < t.least]
        self.first_seen = {t: self.first_seen.get(t, now) for t in met}
        for threshold in met:
            self.last_seen[CONDITION[threshold.signal]] = now
        period = self.kubelet.settings.eviction_pressure_transition_period
        self.last_seen = {
            c: at for c, at in self.last_seen.items() if now - at < period
        }
        self.pressures = [
            CONDITION[s] for s in _ORDER if CONDITION[s] in self.last_seen
        ]
        self.kubelet.node_status.changed()
        local = self._evict_over_limit()
        if local is not None:
            return local
        due = [t for t in met if now - self.first_seen[t] >= t.grace]
        if not due:
            return None
        due.sort(key=lambda t: (_ORDER.index(t.signal), not t.hard))
        return self._reclaim(due[0])

    def _reclaim(self, threshold: Threshold) -> str | None:
        resource = RESOURCE[threshold.signal]
        text = f"Attempting to reclaim {resource}"
        self.kubelet.tell_node("Warning", "EvictionThresholdMet", text)
        if threshold.signal == DISK and self._collect_garbage(threshold):
            return None
        # One at a time: its end may be enough.
        pods = [p for p in self.kubelet.active_pods() if self.kubelet.has_running(p)]
        for pod in sorted(pods, key=lambda p: self._rank(p, threshold.signal)):
            grace = IMMEDIATE
            if not threshold.hard:
                own = int(pod["spec"].get("terminationGracePeriodSeconds", 30))
                limit = int(self.kubelet.settings.eviction_max_pod_grace_period)
                grace = min(limit, own)
            message = self._message(pod, threshold)
            condition = {
                "type": "DisruptionTarget",
                "status": "True",
                "reason": "TerminationByKubelet",
                "message": message,
            }
            if self._evict(pod, message, grace, condition):
                return str(pod["metadata"]["uid"])
        return None

    def _collect_garbage(self, threshold: Threshold) -> bool:
        """Dead containers and unused images go first; whether that was enough. Kubernetes: reclaimNodeLevelResources"""
        self.kubelet.collect_garbage()
        return self.available(threshold.signal) >= threshold.least

    def _used(self, pod: Object, signal: str) -> int:
        uid = pod["metadata"]["uid"]
        machine = self.kubelet.machine
        return machine.memory(uid) if signal == MEMORY else machine.disk(uid)

    def _rank(self, pod: Object, signal: str) -> tuple[int, int, int]:
        """Who goes first: above its request, of low priority, by how much. Kubernetes: rankMemoryPressure and others"""
        priority = int(pod["spec"].get("priority", 0))
        if signal == PIDS:
            return 0, priority, 0
        used = self._used(pod, signal)
        excess = used - requests(pod).get(RESOURCE[signal], 0)
        return int(excess <= 0), priority, -excess

    def _message(self, pod: Object, threshold: Threshold) -> str:
        """Kubernetes: evictionMessage"""
        resource = RESOURCE[threshold.signal]
        least, left = _text(threshold.least), _text(self.available(threshold.signal))
        text = f"The node was low on resource: {resource}. "
        if threshold.signal != PIDS:
            text += f"Threshold quantity: {least}, available: {left}. "
        machine, now = self.kubelet.machine, self.kubelet.timers.now
        for container in machine.running(pod["metadata"]["uid"]):
            used = container.script.memory_at(container.age(now))
            if threshold.signal == DISK:
                used = container.script.disk
            asked = container.spec.get("resources", {}).get("requests", {})
            request = str(asked.get(resource, "0"))
            if threshold.signal != PIDS and used > quantity.parse(request).value:
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
        uid = str(pod["metadata"]["uid"])
        self.kubelet.tell(uid, "Warning", "Evicted", message)
        eviction = Eviction("Evicted", message, condition, grace)
        return self.kubelet.evict(uid, eviction)

    # Limits of a Pod's own -------------------------------------------------------------------------------------

    def _evict_over_limit(self) -> str | None:
        """Kubernetes: localStorageEviction"""
        for pod in self.kubelet.active_pods():
            message = self._over_limit(pod)
            if message and self._evict(pod, message, IMMEDIATE, None):
                return str(pod["metadata"]["uid"])
        return None

    def _over_limit(self, pod: Object) -> str:
        machine, uid = self.kubelet.machine, pod["metadata"]["uid"]
        running = machine.running(uid)
        for volume in pod["spec"].get("volumes", ()):
            limit = volume.get("emptyDir", {}).get("sizeLimit")
            used = sum(
                filled(c)
                for c in running
                if _mounts(c.spec, volume["name"], c.script.fill)
            )
            if limit and used > quantity.parse(str(limit)).value:
                return f'Usage of EmptyDir volume "{volume["name"]}" exceeds the limit "{limit}". '
        limits = [_disk_limit(c) for c in pod["spec"]["containers"]]
        total = sum(limit for limit in limits if limit is not None)
        if total and machine.disk(uid) > total:
            shown = _text(total)
            return f"Pod ephemeral local storage usage exceeds the total limit of containers {shown}. "
        for container in running:
            limit = _disk_limit(container.spec)
            if limit is not None and container.script.disk > limit:
                shown = _text(limit)
                return f'Container {container.name} exceeded its local ephemeral storage limit "{shown}". '
        return ""


def _disk_limit(container: Object) -> int | None:
    found = container.get("resources", {}).get("limits", {}).get("ephemeral-storage")
    return None if found is None else int(quantity.parse(str(found)).value)


def _mounts(container: Object, volume: str, fill: tuple[str, int] | None) -> bool:
    if fill is None:
        return False
    for mount in container.get("volumeMounts", ()):
        if mount["name"] == volume and mount["mountPath"].rstrip("/") == fill[0].rstrip(
            "/"
        ):
            return True
    return False


def _text(amount: int) -> str:
    """An amount of bytes as the eviction manager prints it."""
    for suffix, size in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if amount and amount % size == 0:
            return f"{amount // size}{suffix}"
    return str(amount)

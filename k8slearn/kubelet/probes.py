"""All probes of a kubelet, and what their results mean for the statuses of its Pods.

Kubernetes: pkg/kubelet/prober/prober_manager.go, results/results_manager.go
"""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.objects import Object, seconds_of
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.generate import container_url
from k8slearn.kubelet.handlers import SUCCESS
from k8slearn.kubelet.host import Host, ProbeKey
from k8slearn.kubelet.probe_worker import (
    FIELD,
    OLD,
    READINESS,
    STARTUP,
    ProbeWorker,
    entry_of,
)


class Prober:
    """All probe workers of a kubelet and their results."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.workers: dict[str, dict[ProbeKey, ProbeWorker]] = {}
        self.results: dict[tuple[str, str], str] = {}

    def add(self, pod: Object) -> None:
        """Start the workers of a Pod's probes. Kubernetes: AddPod"""
        uid = pod["metadata"]["uid"]
        if uid in self.workers:
            return
        spec = pod["spec"]
        probed = [each for each in spec.get("initContainers", ()) if is_sidecar(each)]
        probed += spec["containers"]
        found = {}
        for container in probed:
            for kind, field in FIELD.items():
                probe = container.get(field)
                if probe is None:
                    continue
                key = ProbeKey(pod_uid=uid, container=container["name"], kind=kind)
                found[key] = ProbeWorker(
                    kubelet=self.kubelet,
                    key=key,
                    spec=probe,
                    start=self._start(probe),
                )
        if found:
            self.workers[uid] = found

    def adopt(self, pod: Object) -> None:
        """Go on with a Pod's probes where they were: what its status tells is what they found last."""
        self.add(pod)
        for worker in self._of_pod(pod["metadata"]["uid"]):
            worker.adopt()

    def _of_pod(self, pod_uid: str) -> list[ProbeWorker]:
        """A list of its own: a worker that stops leaves the Pod's."""
        return list(self.workers.get(pod_uid, {}).values())

    def _start(self, probe: Object) -> float:
        """In the first period of a kubelet's life a worker waits for a random part of it. Kubernetes: worker.run"""
        now = self.kubelet.timers.now
        period = float(probe.get("periodSeconds", 10))
        if period > now - self.kubelet.started:
            return now + self.kubelet.rng.uniform(0.0, period)
        return now

    def get(self, container_id: str, kind: str) -> str | None:
        """The kept result of a container's probe."""
        return self.results.get((container_id, kind))

    def of(self, runtime_id: str, kind: str) -> str | None:
        """The kept result by the id that the runtime gave."""
        return self.get(container_url(runtime_id), kind)

    def has(self, pod_uid: str, container: str, kind: str) -> bool:
        """Whether there is such a probe."""
        workers = self.workers.get(pod_uid, {})
        return ProbeKey(pod_uid, container, kind) in workers

    def set(self, key: ProbeKey, container_id: str, result: str) -> None:
        """Keep a result and tell the kubelet if it is another one. Kubernetes: results.Manager.Set"""
        place = (container_id, key.kind)
        if self.results.get(place) == result:
            return
        self.results[place] = result
        self.kubelet.on_probe(key, container_id, result)

    def wake(self, pod_uid: str) -> None:
        """The Pod's status has changed."""
        for worker in self._of_pod(pod_uid):
            worker.wake()

    def wake_all(self, pod_uid: str) -> None:
        """What the Pod's containers do has changed: whatever was settled is asked for again."""
        for worker in self._of_pod(pod_uid):
            worker.settled = ""
            worker.wake()

    def trigger(self, pod_uid: str, containers: Iterable[str]) -> None:
        """Have the readiness of containers asked for at once."""
        workers = self.workers.get(pod_uid, {})
        for name in containers:
            key = ProbeKey(pod_uid=pod_uid, container=name, kind=READINESS)
            worker = workers.get(key)
            if worker is not None:
                worker.trigger()

    def stop_liveness_and_startup(self, pod_uid: str) -> None:
        """Kubernetes: StopLivenessAndStartup"""
        for worker in self._of_pod(pod_uid):
            if worker.key.kind != READINESS:
                worker.stop()

    def remove(self, pod_uid: str) -> None:
        """Kubernetes: RemovePod"""
        for worker in self._of_pod(pod_uid):
            worker.stop()
        self.workers.pop(pod_uid, None)

    def forget_key(self, key: ProbeKey, container_id: str) -> None:
        """A worker has stopped."""
        self.results.pop((container_id, key.kind), None)
        self.workers.get(key.pod_uid, {}).pop(key, None)

    # What the statuses say -------------------------------------------------------------------------------------

    def update_pod_status(self, pod: Object, status: Object) -> list[str]:
        """Fill in `started` and `ready`; returns the containers whose readiness is to be asked for at once.

        Kubernetes: prober_manager.UpdatePodStatus
        """
        uid = pod["metadata"]["uid"]
        sidecars = set()
        for container in pod["spec"].get("initContainers", ()):
            if is_sidecar(container):
                sidecars.add(container["name"])
        asked = []
        for entry in status.get("initContainerStatuses", ()):
            entry["started"] = self._is_started(uid, entry)
            if entry["name"] in sidecars:
                asked += self._fill_ready(uid, entry)
            else:
                # An init container is ready when it has ended well.
                ended = entry["state"].get("terminated")
                entry["ready"] = ended is not None and not ended["exitCode"]
        for entry in status.get("containerStatuses", ()):
            entry["started"] = self._is_started(uid, entry)
            asked += self._fill_ready(uid, entry)
        return asked

    def is_older(self, entry: Object) -> bool:
        """Whether the container of a status ran before this kubelet did."""
        running = entry.get("state", {}).get("running")
        if running is None:
            return False
        began = seconds_of(running["startedAt"]) - self.kubelet.skew
        return began + OLD < self.kubelet.started

    def _old(self, uid: str, name: str) -> Object:
        status = self.kubelet.statuses.get(uid)
        if status is None:
            pod = self.kubelet.pod(uid)
            status = {} if pod is None else pod["status"]
        return entry_of(status, name) or {}

    def _is_started(self, uid: str, entry: Object) -> bool:
        if "running" not in entry["state"]:
            return False
        result = self.get(entry.get("containerID", ""), STARTUP)
        if result is not None:
            return result == SUCCESS
        if self.is_older(entry) and self._old(uid, entry["name"]).get("started"):
            return True
        return not self.has(uid, entry["name"], STARTUP)

    def _fill_ready(self, uid: str, entry: Object) -> list[str]:
        """Sets `ready`; the container's name where nobody knows and it is to be asked for at once."""
        entry["ready"] = False
        if not entry["started"]:
            return []
        name = str(entry["name"])
        known = self.get(entry.get("containerID", ""), READINESS)
        if known == SUCCESS or not self.has(uid, name, READINESS):
            entry["ready"] = True
            return []
        if known is None and self.is_older(entry):
            # What an earlier kubelet found holds until this one has asked.
            entry["ready"] = bool(self._old(uid, name).get("ready"))
            return []
        return [name]

"""The kubelet of one Node as a process: it ends and begins anew, while the machine below it goes on.

Kubernetes: pkg/kubelet/kubelet.go
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    name,
    namespace,
    timestamp,
    uid,
)
from k8slearn.apiserver.identity import Identity
from k8slearn.kubelet.backoff import Backoff
from k8slearn.kubelet.eviction import EvictionManager
from k8slearn.kubelet.generate import (
    STATUSES,
    Problem,
)
from k8slearn.kubelet.handlers import FAILURE, SUCCESS
from k8slearn.kubelet.host import ProbeKey, Worker
from k8slearn.kubelet.images import ImageManager
from k8slearn.kubelet.intake import Intake
from k8slearn.kubelet.mirrors import is_mirror, is_static
from k8slearn.kubelet.node_status import NodeStatusReporter
from k8slearn.kubelet.outcome import Eviction
from k8slearn.kubelet.pleg import Pleg
from k8slearn.kubelet.pod_status import StatusMaker
from k8slearn.kubelet.probe_worker import LIVENESS, READINESS, STARTUP
from k8slearn.kubelet.probes import Prober
from k8slearn.kubelet.resizing import Resizing
from k8slearn.kubelet.runtime import Machine, RuntimeContainer, RuntimePodStatus
from k8slearn.kubelet.script import Script
from k8slearn.kubelet.settings import MEMORY, KubeletConfiguration
from k8slearn.kubelet.shared import SharedByKubelets
from k8slearn.kubelet.static_pods import StaticPods
from k8slearn.kubelet.status import host_addresses
from k8slearn.kubelet.status_manager import StatusManager
from k8slearn.kubelet.tasks import Ticker, Timers
from k8slearn.kubelet.volumes import Volumes
from k8slearn.kubelet.worker import FINISHED, SEPARATE, TERMINATED

# Kubernetes: pkg/kubelet/kubelet.go housekeepingPeriod, and syncLoop's sync ticker.
HOUSEKEEPING = 2.0
SYNC_TICK = 1.0


class NodeKubelet:
    """One kubelet from its start to its end."""

    def __init__(
        self,
        node: str,
        timers: Timers,
        shared: SharedByKubelets,
        machine: Machine,
        settings: KubeletConfiguration,
        files: dict[str, Object],
        *,
        was_away: bool,
    ) -> None:
        self.node = node
        self.timers = timers
        self.shared = shared
        self.client = shared.client
        self.rng = shared.rng
        self.faults = shared.faults
        self.machine = machine
        self.settings = settings
        self.was_away = was_away
        self.started = timers.now
        self.sync_ticker = Ticker(timers.now + self.rng.uniform(0, 1), SYNC_TICK)
        self.housekeeping = Ticker(timers.now + self.rng.uniform(0, 2), HOUSEKEEPING)
        self.crash_backoff = Backoff()
        self.problems: dict[str, dict[str, Problem]] = {}
        self.workers: dict[str, Worker] = {}
        self.rejected: set[str] = set()
        self.restarting: dict[str, bool] = {}
        """Pods with a rule by which all containers start anew, and whether they do so now."""
        self.runtime_down_since: float | None = None
        self.network_is_down = not machine.network
        self._make_parts(files)
        machine.on_change = self.on_runtime

    def _make_parts(self, files: dict[str, Object]) -> None:
        """Its managers, each of one matter."""
        self.pleg = Pleg(self)
        self.probes = Prober(self)
        self.statuses = StatusManager(self)
        self.images = ImageManager(self)
        self.volumes = Volumes(self)
        self.resizing = Resizing(self)
        self.eviction = EvictionManager(self)
        self.node_status = NodeStatusReporter(self)
        self.static_pods = StaticPods(self, files)
        self.intake = Intake(self)
        self.maker = StatusMaker(self)

    # Small things ----------------------------------------------------------------------------------------------

    @property
    def skew(self) -> float:
        """How far the Node's clock is ahead, in seconds."""
        return self.faults.skew.get(self.node, 0.0)

    @property
    def slowness(self) -> float:
        """A factor for all that takes time on this Node."""
        return self.faults.slow.get(self.node, 1.0)

    def stamp(self, seconds: float) -> str:
        """A moment as the Node's clock has it."""
        return timestamp(seconds + self.skew)

    def subject(self, pod_uid: str) -> str:
        """What an action is about."""
        pod = self.pod(pod_uid)
        if pod is None:
            return pod_uid
        return full_name(pod)

    def node_object(self) -> Object | None:
        """The Node as the API server has it."""
        return self.client.get("Node", self.node)

    def register(self, node: Object) -> None:
        """Create the Node. Kubernetes: registerWithAPIServer"""
        about = Identity(self.client.identity.component, "kubelet", registers=True)
        self.client.registry.create(node, about)

    def memory_capacity(self) -> int:
        """Bytes of memory that the machine has: what may be given away, and the hard threshold, which may not.

        Kubernetes: pkg/kubelet/cm GetNodeAllocatableReservation
        """
        status = (self.node_object() or {}).get("status", {})
        text = str(status.get("allocatable", {}).get("memory", "8Gi"))
        kept = self.settings.eviction_hard.get(MEMORY, "0")
        reserved = 0 if kept.endswith("%") else int(quantity.parse(kept).value)
        return int(quantity.parse(text).value) + reserved

    def new_address(self, pod: Object) -> str:
        """The address that a sandbox gets."""
        if pod["spec"].get("hostNetwork"):
            return str(host_addresses(self.node_object()).get("hostIP", ""))
        return self.shared.network.address(self.node, self.client)

    def tell(
        self, pod_uid: str, kind: str, reason: str, message: str, *, container: str = ""
    ) -> None:
        """An Event about a Pod, or about one of its containers."""
        pod = self.pod(pod_uid)
        if pod is not None:
            self.shared.recorder.record(
                pod,
                kind,
                reason,
                message,
                field=_field(pod, container),
                host=self.node,
            )

    def tell_node(self, kind: str, reason: str, message: str) -> None:
        """An Event about the Node, which names itself where its uid should be."""
        about = {
            "kind": "Node",
            "apiVersion": "v1",
            "metadata": {"name": self.node, "uid": self.node},
        }
        self.shared.recorder.record(about, kind, reason, message, host=self.node)

    # Pods ------------------------------------------------------------------------------------------------------

    def pod(self, pod_uid: str) -> Object | None:
        """The Pod as this kubelet knows it."""
        worker = self.workers.get(pod_uid)
        if worker is None:
            return None
        return worker.pod

    def pod_ip(self, pod_uid: str) -> str:
        """The Pod's address."""
        return self.machine.status(pod_uid).ip

    def api_pod(self, pod_uid: str) -> Object | None:
        """The Pod at the API server, of a static one its mirror; None if it is gone."""
        pod = self.pod(pod_uid)
        if pod is None:
            return None
        found = self.client.get("Pod", name(pod), namespace(pod))
        if found is None:
            return None
        if is_static(pod):
            known = self.static_pods.pods.get(pod_uid)
            if known is not None and is_mirror(found):
                return found
            return None
        if uid(found) == pod_uid:
            return found
        return None

    def active_pods(self) -> list[Object]:
        """The Pods that take room: those that have not ended for good. Kubernetes: GetActivePods"""
        return [
            self.resizing.of(worker.pod)
            for pod_uid, worker in self.workers.items()
            if self.could_have_running_containers(pod_uid)
        ]

    def has_running(self, pod: Object) -> bool:
        """Whether the Pod is not yet on its way out."""
        return self.workers[pod["metadata"]["uid"]].state == "sync"

    def could_have_running_containers(self, pod_uid: str) -> bool:
        """Kubernetes: CouldHaveRunningContainers"""
        worker = self.workers.get(pod_uid)
        if worker is None or pod_uid in self.rejected:
            return False
        return worker.state not in (TERMINATED, FINISHED)

    def is_cleaned_up(self, pod_uid: str) -> bool:
        """Whether nothing of the Pod runs any more."""
        worker = self.workers.get(pod_uid)
        return worker is None or worker.state == FINISHED

    def is_settled(self, pod_uid: str) -> bool:
        """Whether all of the Pod runs and is ready, so that a sync by timer could see nothing new."""
        status = self.statuses.get(pod_uid)
        if status is None or status["phase"] != "Running":
            return False
        if self.problems.get(pod_uid):
            return False
        for entry in status.get("containerStatuses", ()):
            if "running" not in entry["state"] or not entry["ready"]:
                return False
        for entry in status.get("initContainerStatuses", ()):
            if "running" in entry["state"] and not entry["ready"]:
                return False
            if "waiting" in entry["state"]:
                return False
        return not self.network_is_down

    def keep_problems(
        self, pod_uid: str, problems: Mapping[str, Problem], good: Iterable[str]
    ) -> None:
        """What a sync could not start is in the next status. Kubernetes: reasonCache.Update"""
        known = self.problems.setdefault(pod_uid, {})
        known.update(problems)
        for title in good:
            known.pop(title, None)

    # What happens ----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The process starts: it registers its Node and takes what is bound to it. Kubernetes: Run"""
        self.node_status.begin()
        self.eviction.check()
        for pod_uid in self.machine.containers:
            self.pleg.changed(pod_uid)
        if not self.machine.ready:
            self.runtime_down_since = self.timers.now

    # What others ask for ----------------------------------------------------------------------------------------

    def generate(
        self,
        pod: Object,
        status: RuntimePodStatus,
        *,
        terminal: bool,
        asked: list[str] | None = None,
    ) -> Object:
        """The Pod's status from what the runtime tells; `asked` gets the containers to be probed at once."""
        return self.maker.generate(pod, status, terminal=terminal, asked=asked)

    def plan_deadline(self, worker: Worker) -> None:
        """Have a Pod looked at when its deadline is over."""
        self.maker.plan_deadline(worker)

    def on_finished(self, worker: Worker) -> None:
        """A worker has done all that there was to do."""
        self.intake.finished(worker)

    def script_for(self, pod: Object, container: Object) -> Script:
        """What a container of a Pod will do."""
        try:
            return self.shared.behaviours.script(pod, container)
        except ValueError as error:
            self.timers.on_error(full_name(pod), error)
            return Script()

    def script(self, pod_uid: str, container: RuntimeContainer) -> Script:
        """What a running container does: what was asked of it since counts for probes at once."""
        pod = self.pod(pod_uid)
        behaviours = self.shared.behaviours
        if pod is None or behaviours.asked(pod, container.name) is None:
            return container.script
        return behaviours.script(pod, container.spec)

    def evict(self, pod_uid: str, eviction: Eviction) -> bool:
        """End a Pod; whether there was something to end."""
        worker = self.workers.get(pod_uid)
        if worker is None or worker.state != "sync":
            return False
        worker.evict(eviction)
        return True

    def on_runtime(self, pod_uid: str) -> None:
        """Something has changed in the runtime."""
        self.pleg.changed(pod_uid)
        self.eviction.check()

    def on_pleg(self, pod_uid: str, events: int) -> None:
        """A listing saw containers begin or end. Kubernetes: syncLoopIteration, plegCh"""
        worker = self.workers.get(pod_uid)
        if worker is None or self.runtime_down_since is not None:
            return
        worker.poke()
        # The next event is one more sync, after the next listing, unless the first has not yet begun: a race upstream.
        if events > 1 and self.rng.uniform(0.0, 1.0) < SEPARATE:
            worker.poke()

    def on_probe(self, key: ProbeKey, container_id: str, result: str) -> None:
        """A probe's result has changed. Kubernetes: syncLoopIteration, handleProbeSync"""
        worker = self.workers.get(key.pod_uid)
        if worker is None:
            return
        if key.kind == LIVENESS and result != FAILURE:
            return
        pod = worker.pod
        if key.kind == READINESS:
            self.statuses.set_container(pod, container_id, "ready", result == SUCCESS)
        elif key.kind == STARTUP:
            self.statuses.set_container(pod, container_id, "started", result == SUCCESS)
        worker.poke()

    def collect_garbage(self) -> None:
        """Containers of Pods that have ended and images that nobody uses are removed. Kubernetes: DeleteAllUnused…"""
        used = set()
        for pod_uid in list(self.machine.containers):
            if self.could_have_running_containers(pod_uid):
                used |= {c.spec["image"] for c in self.machine.containers[pod_uid]}
            elif not self.machine.running(pod_uid):
                self.machine.containers[pod_uid] = []
        self.machine.images &= used

    # Its runtime and its end -----------------------------------------------------------------------------------

    def runtime_changed(self) -> None:
        """The runtime's readiness is looked at every five seconds. Kubernetes: updateRuntimeUp"""
        due = self.timers.now + self.rng.uniform(0.0, 5.0)
        self.timers.at(due, "runtime", self._look_at_runtime)

    def _look_at_runtime(self) -> None:
        self.network_is_down = not self.machine.network
        if not self.machine.ready and self.runtime_down_since is None:
            self.runtime_down_since = self.timers.now
        elif self.machine.ready and self.runtime_down_since is not None:
            # The loop sleeps up to five seconds while it may do nothing. Kubernetes: syncLoop
            pause = self.rng.uniform(0.0, 5.0)
            self.timers.after(pause, "runtime", self._go_on)
        self.node_status.changed()

    def _go_on(self) -> None:
        """The runtime is back: what came meanwhile is dealt with."""
        if not self.machine.ready:
            return
        self.runtime_down_since = None
        self.intake.let_go()
        for worker in list(self.workers.values()):
            worker.poke()
        self.node_status.changed()

    def stop(self) -> None:
        """The process ends: its timers do nothing any more; the machine goes on."""
        self.timers.alive = False
        self.machine.on_change = None


def _field(pod: Object, container: str) -> str:
    if not container:
        return ""
    for kind in STATUSES:
        if any(c["name"] == container for c in pod["spec"].get(kind, ())):
            return f"spec.{kind}{{{container}}}"
    return ""

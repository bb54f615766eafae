"""The real kubelets of a cluster, one a Node, and their machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, full_name, name, namespace, uid
from k8slearn.apiserver.client import Client
from k8slearn.chance import Chance
from k8slearn.clock import Clock
from k8slearn.controllers.node_health import LEASES
from k8slearn.kinds.node import is_cordoned
from k8slearn.kubelet.adoption import adopt_node, adopt_pod
from k8slearn.kubelet.behaviours import Meant
from k8slearn.kubelet.faults import Faults
from k8slearn.kubelet.node import NodeKubelet
from k8slearn.kubelet.outcome import Eviction
from k8slearn.kubelet.pod_network import PodNetwork
from k8slearn.kubelet.runtime import Machine, RuntimeContainer
from k8slearn.kubelet.script import Script
from k8slearn.kubelet.settings import KubeletConfiguration
from k8slearn.kubelet.shared import SharedByKubelets
from k8slearn.kubelet.tasks import Timers
from k8slearn.locale import kubelet as words
from k8slearn.mistakes import WrongValueError

# What the words of a cluster's verbs mean for a container, and with which code it ends at once.
BEHAVIOUR = {"ready": None, "unready": "ready=no", "crashing": "exit=1@5"}
CODES = {"crashing": 1, "failed": 1, "succeeded": 0}


class NodeKubelets:
    """All kubelets of a cluster, and what is done to them: start, stop, configure, ask."""

    def __init__(
        self,
        client: Client,
        clock: Clock,
        priority: int,
        component: str,
        rng: Chance,
        faults: Faults,
        network: PodNetwork,
        on_error: Callable[[str, Exception], None],
    ) -> None:
        self.client = client
        self.about = (clock, priority, component, on_error)
        self.shared = SharedByKubelets(client, rng, faults, network)
        self.rng = rng
        self.settings: dict[str, KubeletConfiguration] = {}
        self.machines: dict[str, Machine] = {}
        self.running: dict[str, NodeKubelet] = {}
        self.files: dict[str, dict[str, Object]] = {}
        self.stopped: set[str] = set()

    # What is written -------------------------------------------------------------------------------------------

    def on_node(self, change: Change) -> None:
        """A Node is there: its kubelet registered it, so it runs; unless somebody has stopped it, or made the Node."""
        title = name(change.object)
        if change.type == "DELETED":
            return
        if title in self.running:
            if not is_registered(change) and _concerns_its_kubelet(change):
                self.running[title].node_status.changed()
            return
        if title in self.stopped:
            return
        if change.previous is None and not is_registered(change):
            # Somebody wrote down a machine that there is not.
            self.stopped.add(title)
            return
        # An action of its own, not a part of what made the Node.
        if self._settings(title).started:
            Timers(*self.about).after(0.0, title, self._join, title)

    def _join(self, node: str) -> None:
        if node in self.running or node in self.stopped:
            return
        if self.client.get("Node", node) is not None:
            self._start(node, was_away=False)

    def on_pod(self, change: Change) -> None:
        """A Pod that is bound to a Node has changed."""
        pod = change.object
        kubelet = self.running.get(pod["spec"].get("nodeName", ""))
        if kubelet is None:
            return
        if change.type == "DELETED":
            kubelet.intake.on_removed(pod)
        elif change.previous is None or change.previous is not pod:
            kubelet.intake.on_pod(pod)

    def on_service(self, change: Change) -> None:
        """A Service that is new: whoever waits for its name finds it when it looks again."""
        if change.previous is not None:
            return
        for machine in self.machines.values():
            for pod_uid in machine.containers:
                for container in machine.running(pod_uid):
                    if container.script.awaits == full_name(change.object):
                        self._found(machine, container)

    def _found(self, machine: Machine, container: RuntimeContainer) -> None:
        period, _ = container.script.every or (1.0, "")
        rest = period - container.age(self.client.now) % period
        about = (machine.end, container, 0)
        timer = machine.timers.after(rest, container.pod_uid, *about)
        container.timers.append(timer)

    # Kubelets --------------------------------------------------------------------------------------------------

    def _settings(self, node: str) -> KubeletConfiguration:
        return self.settings.get(node, KubeletConfiguration())

    def configure(self, node: str, **settings: Any) -> None:
        """Tell a kubelet its settings, from its next start on or, of what is read each time, at once."""
        known = replace(self._settings(node), **settings)
        self.settings[node] = known
        if node in self.machines:
            self.machines[node].settings = known
        if node in self.running:
            self.running[node].settings = known

    def _machine(self, node: str) -> Machine:
        if node not in self.machines:
            timers = Timers(*self.about)
            about = (node, timers, self._settings(node), self._new_id)
            self.machines[node] = Machine(*about)
        return self.machines[node]

    def _new_id(self) -> str:
        return f"{self.rng.getrandbits(256):064x}"

    def _new(self, node: str, *, was_away: bool) -> NodeKubelet:
        files = self.files.setdefault(node, {})
        kubelet = NodeKubelet(
            node=node,
            timers=Timers(*self.about),
            shared=self.shared,
            machine=self._machine(node),
            settings=self._settings(node),
            files=files,
            was_away=was_away,
        )
        self.running[node] = kubelet
        return kubelet

    def _renew(self, kubelet: NodeKubelet) -> None:
        ticks = kubelet.node_status.lease_ticker
        renewals = self.client.registry.renewals
        place = ("Lease", LEASES, kubelet.node)
        renewals.begin(place, ticks.start, ticks.period)

    def resume(self, nodes: Iterable[Object], silent: set[str]) -> None:
        """Go on with the Nodes of a backup; the kubelets of some are silent."""
        bound: dict[str, list[Object]] = {}
        for pod in self.client.list("Pod"):
            bound.setdefault(pod["spec"].get("nodeName", ""), []).append(pod)
        for node in nodes:
            title = name(node)
            if title in silent:
                self.stopped.add(title)
                continue
            kubelet = self._new(title, was_away=True)
            adopt_node(kubelet, node, self.client.get("Lease", title, LEASES))
            self._renew(kubelet)
            # As they came: who came first has its room.
            for pod in sorted(bound.get(title, ()), key=_age):
                adopt_pod(kubelet, pod)

    def _start(self, node: str, *, was_away: bool) -> None:
        kubelet = self._new(node, was_away=was_away)
        kubelet.begin()
        self._renew(kubelet)
        bound = []
        for pod in self.client.list("Pod"):
            if pod["spec"].get("nodeName") == node:
                bound.append(pod)
        kubelet.intake.on_pods(bound)

    def start(self, node: str) -> None:
        """Start a kubelet that was stopped, or that has never been: its Node is registered then."""
        if node in self.running:
            return
        known = node in self.stopped or self.client.get("Node", node) is not None
        self.stopped.discard(node)
        self._start(node, was_away=known)

    def stop(self, node: str) -> None:
        """Kill a kubelet, if it still runs. Raises ValueError where there never was one."""
        if node in self.stopped:
            return
        kubelet = self._running(node)
        last = kubelet.node_status.last_renewal()
        del self.running[node]
        self.stopped.add(node)
        kubelet.stop()
        kubelet.node_status.renew_lease(last)
        self.client.registry.renewals.end(("Lease", LEASES, node))

    def _running(self, node: str) -> NodeKubelet:
        found = self.running.get(node)
        if found is None:
            raise WrongValueError(words.NO_KUBELET.format(node=node))
        return found

    # What is done to a machine ---------------------------------------------------------------------------------

    def set_runtime(
        self, node: str, *, ready: bool | None, network: bool | None
    ) -> None:
        """Let the runtime, or its network, fail or come back."""
        machine = self._machine(node)
        if network is not None:
            machine.network = network
        if ready is not None:
            machine.ready = ready
        if node in self.running:
            self.running[node].runtime_changed()

    def reboot(self, node: str, seconds: float) -> None:
        """The machine goes down with all that runs on it, and is up again after so many seconds."""
        if node in self.running:
            self.stop(node)
        machine = self._machine(node)
        for pod_uid in list(machine.sandboxes):
            machine.kill_sandbox(pod_uid)
        Timers(*self.about).after(seconds, node, self._boot, node)

    def _boot(self, node: str) -> None:
        # Somebody may have been quicker, or the Node be gone for good.
        if node in self.running or self.client.get("Node", node) is None:
            return
        self.start(node)
        boot = self._new_id()[:32]
        what = f"Node {node} has been rebooted, boot id: {boot}"
        self.running[node].tell_node("Warning", "Rebooted", what)

    def set_usage(self, node: str, **used: str) -> None:
        """What the machine itself uses: memory, disk (bytes, as a quantity), pids."""
        machine = self._machine(node)
        machine.used |= {what: str(amount) for what, amount in used.items()}
        if node in self.running:
            self.running[node].eviction.check()

    def remove_image(self, node: str, image: str) -> None:
        """The image is no longer on the Node."""
        machine = self._machine(node)
        machine.images.discard(image)
        machine.removed.add(image)

    def static_pod(self, node: str, file: str, manifest: Object | None) -> None:
        """Write a file into the folder of static Pods, or remove it."""
        files = self.files.setdefault(node, {})
        if manifest is None:
            files.pop(file, None)
        else:
            files[file] = manifest
        if node in self.running:
            self.running[node].static_pods.read()

    def kill_sandbox(self, pod: Object) -> None:
        """The Pod's sandbox dies, and all in it."""
        self._machine(pod["spec"].get("nodeName", "")).kill_sandbox(uid(pod))

    def end_container(self, pod: Object, container: str, code: int) -> None:
        """A container ends by itself."""
        found = self.container(pod, container)
        if found is not None:
            self._machine(pod["spec"]["nodeName"]).end(found, code)

    def behave(self, text: str | None, meant: Meant) -> None:
        """Have containers do something else. Raises ValueError for words that nobody knows."""
        self.shared.behaviours.ask(meant, text)
        for kubelet in self.running.values():
            for worker in kubelet.workers.values():
                if meant.fits(worker.pod, meant.container):
                    kubelet.probes.wake_all(worker.uid)

    def become(self, pod: Object, state: str) -> None:
        """Let containers behave so that a Pod becomes ready, unready (if probed), crashing, failed or succeeded."""
        meant = Meant(namespace(pod), pod=name(pod))
        if state == "gone":
            delete = self.client.delete
            delete("Pod", name(pod), namespace(pod), grace=0, uid=uid(pod))
            return
        if state in BEHAVIOUR:
            self.behave(BEHAVIOUR[state], meant)
        node = pod["spec"].get("nodeName", "")
        kubelet = self.running.get(node)
        if kubelet is None or state not in CODES:
            return
        if state != "crashing":
            # Whatever its policy, it is not started again: as if it was evicted.
            reason = f"The Pod was made to end: {state}. "
            kubelet.evict(uid(pod), Eviction("Evicted", reason, grace=1))
        for container in kubelet.machine.running(uid(pod)):
            kubelet.machine.end(container, CODES[state])

    # What is looked at -----------------------------------------------------------------------------------------

    def container(
        self, pod: Object, title: str, *, previous: bool = False
    ) -> RuntimeContainer | None:
        """A Pod's newest container of a name, or the one before."""
        node = pod["spec"].get("nodeName", "")
        machine = self.machines.get(node)
        if machine is None:
            return None
        named = []
        for container in machine.containers.get(uid(pod), ()):
            if container.name == title:
                named.append(container)
        if previous:
            # The newest is the present one.
            named = named[:-1]
        if named:
            return named[-1]
        return None

    def log(
        self, pod: Object, title: str, *, previous: bool = False
    ) -> list[tuple[float, str]] | None:
        """What a container has written: (simulated second, line)."""
        found = self.container(pod, title, previous=previous)
        if found is None:
            return None
        return found.lines(self.client.now)

    def script(self, pod: Object, title: str) -> Script:
        """What a container does."""
        found = self.container(pod, title)
        if found is None:
            return Script()
        return found.script

    def usage(self, pod: Object) -> dict[str, tuple[int, int]]:
        """What the Pod's running containers use: thousandths of a CPU and bytes of memory."""
        node = pod["spec"].get("nodeName", "")
        machine = self.machines.get(node)
        if machine is None:
            return {}
        found = {}
        for container in machine.running(uid(pod)):
            script = container.script
            memory = script.memory_at(container.age(self.client.now))
            found[container.name] = script.cpu, memory
        return found

    def node_usage(self, node: str) -> tuple[int, int]:
        """What the Node uses: thousandths of a CPU and bytes of memory."""
        machine = self._machine(node)
        cpu = 0
        for pod_uid in machine.containers:
            for container in machine.running(pod_uid):
                cpu += container.script.cpu
        return cpu, machine.memory_used()


def _age(pod: Object) -> str:
    return str(pod["metadata"].get("creationTimestamp", ""))


def is_registered(change: Change) -> bool:
    """Whether it was a kubelet that made a Node."""
    return any(signature.manager == "kubelet" for signature in change.signatures)


def _concerns_its_kubelet(change: Change) -> bool:
    """Whether it was told to close or to open, or something was said of it that is its kubelet's to say."""
    before, node = change.previous, change.object
    # One that is put back from a backup is as its kubelet had told.
    if before is None:
        return False
    if is_cordoned(before) != is_cordoned(node):
        return True
    return bool(before.get("status") != node.get("status"))

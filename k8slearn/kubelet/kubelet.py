"""A kubelet for all Nodes: it starts Pods, keeps their status and ends them, by itself or driven by hand.

Nothing runs in it: pulling, starting and stopping are stretches of simulated time.
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    name,
    namespace,
    timestamp,
    uid,
    with_status,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.chance import Chance
from k8slearn.clock import Clock
from k8slearn.controllers.informer import DELETED, WRITTEN
from k8slearn.controllers.node_health import LEASES
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.pod.state import is_pod_terminal, phase
from k8slearn.kubelet import backoff, leases, restarts
from k8slearn.kubelet.admission import Refusal, pressures_of, under_pressure
from k8slearn.kubelet.evidence import problems_of, silent_nodes
from k8slearn.kubelet.faults import Faults
from k8slearn.kubelet.intake import REJECT
from k8slearn.kubelet.nodes import NodeKubelets, is_registered
from k8slearn.kubelet.pace import AT_ONCE, Pace, Range
from k8slearn.kubelet.pod_network import PodNetwork
from k8slearn.kubelet.status import (
    CRASH_LOOP_BACK_OFF,
    CREATING,
    IMAGE_PULL_BACK_OFF,
    conditions,
    container_statuses,
    debugged,
    ephemeral_statuses,
    first_container,
    host_addresses,
    image_of,
    restart_count,
    running_state,
    terminated_state,
    waiting_state,
)
from k8slearn.kubelet.tasks import Timers
from k8slearn.locale import kubelet as words
from k8slearn.mistakes import WrongValueError

NAME = "kubelet"


class Kubelet(Controller):
    """The part of every Node that runs Pods. `pace` None: it does nothing by itself, `become` moves the Pods."""

    name = NAME
    manager = "kubelet"

    def __init__(
        self,
        registry: Registry,
        clock: Clock,
        priority: int,
        rng: Chance,
        pace: Pace | None,
    ) -> None:
        self.kinds = ("Pod", "Node", "Lease", "Service")
        super().__init__(registry, clock, priority)
        self.rng = rng
        self.pace = pace
        self.paces: dict[str, Pace] = {}
        """The pace of the Nodes that have one of their own."""
        self.faults = Faults()
        self.recorder = Recorder(self.client, NAME)
        self.pulled: set[tuple[str, str]] = set()
        self.stuck: set[str] = set()
        """Uids of Pods that could not start in the cluster that this one was loaded from, and still cannot here."""
        self.network = PodNetwork()
        timers = Timers(clock, priority, NAME, self._note)
        self.informer.on("Lease", leases.Keeper(self.client, timers).on_lease, DELETED)
        self.nodes: NodeKubelets | None = None
        if pace is not None and pace.real:
            about = (clock, priority, NAME, rng, self.faults, self.network, self._note)
            self.nodes = NodeKubelets(self.client, *about)
            self.informer.on("Pod", self.nodes.on_pod)
            self.informer.on("Node", self.nodes.on_node)
            self.informer.on("Service", self.nodes.on_service)
        else:
            self.informer.on("Pod", self.on_pod, WRITTEN)
            self.informer.on("Node", self.on_node)

    def real(self, verb: str) -> NodeKubelets:
        """The kubelets of the Nodes. Raises ValueError at a pace that has none."""
        if self.nodes is None:
            raise WrongValueError(words.NOT_REAL.format(verb=verb))
        return self.nodes

    def resume(self) -> None:
        """Go on with the Nodes and Pods of a backup: they run."""
        nodes = self.client.list("Node")
        told = {name(o): o for o in self.client.list("Lease", LEASES)}
        silent = silent_nodes(nodes, told)
        self.network.resume(nodes, self.client.list("Pod"))
        if self.nodes is not None:
            self.nodes.resume(nodes, silent)
            return
        self.faults.silent |= silent
        renewals = self.client.registry.renewals
        for node in nodes:
            if name(node) not in silent:
                place = ("Lease", LEASES, name(node))
                renewals.begin(place, self.clock.now, leases.PERIOD)
        for pod in self.client.list("Pod"):
            if problems_of(pod):
                self.stuck.add(uid(pod))
            self._remember_images(pod)

    def _remember_images(self, pod: Object) -> None:
        for entry in pod["status"].get("containerStatuses") or ():
            if entry.get("containerID") or "running" in entry.get("state", {}):
                self.pulled.add(image_of(pod))

    def on_node(self, change: Change) -> None:
        """A Node that a kubelet has registered has a Lease; one that somebody else made has no kubelet."""
        node = change.object
        if change.type == "DELETED":
            leases.end(self.client, node)
            self.faults.silent.discard(name(node))
        elif change.previous is None and is_registered(change):
            leases.begin(self.client, node)
        elif change.previous is None and change.signatures:
            # Not one of a backup: somebody wrote down a machine that there is not.
            self.faults.silent.add(name(node))

    def on_pod(self, change: Change) -> None:
        """A Pod that was bound is started, one that is terminating is ended."""
        if self.pace is None:
            return
        pod = change.object
        before = change.previous
        node = pod["spec"].get("nodeName")
        if not node or node in self.faults.silent:
            return
        is_new = before is None or not before["spec"].get("nodeName")
        if is_deleting(pod) and not (before and is_deleting(before)):
            self._now(pod, self._stop)
        elif self.stuck and uid(pod) in self.stuck:
            return
        elif is_new and phase(pod) == "Pending":
            self._now(pod, self._begin)
        elif debugged(pod) and not is_pod_terminal(pod):
            self._now(pod, self._start_ephemeral)

    def _start_ephemeral(self, key: str) -> None:
        pod = self._find(key)
        if pod is not None and debugged(pod):
            statuses = ephemeral_statuses(pod, self._time(pod))
            changed = with_status(pod, ephemeralContainerStatuses=statuses)
            self.client.update_status(changed)

    def _begin(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or self.pace is None:
            return
        if self._refusal(pod) is not None:
            self._schedule(self.clock.now + REJECT, key, self._reject)
            return
        if self.pace.instant and not self.paces:
            # What takes no time and is told to nobody is one step: others would find nothing between its parts.
            if self._may_start(pod):
                self._run(pod)
            return
        if self.pace.events:
            self._set_status(pod, "Pending", ready=False, state=CREATING)
        needed = image_of(pod)
        if needed in self.pulled:
            self._later(pod, self._pulled, AT_ONCE)
            return
        self._tell(pod, "Pulling", f'Pulling image "{needed[1]}"')
        self._later(pod, self._pulled, self._pace_of(pod, self.pace).pull)

    def _refusal(self, pod: Object) -> Refusal | None:
        """Why the Node does not take the Pod: it says itself that it has too little of something."""
        if self.pace is None or self.pace.admits:
            return None
        node = self.client.get("Node", pod["spec"]["nodeName"])
        return under_pressure(pod, pressures_of(node)) if node else None

    def _reject(self, key: str) -> None:
        """The Pod has failed for good. Kubernetes: kubelet.go, rejectPod"""
        pod = self._find(key)
        refusal = None if pod is None else self._refusal(pod)
        if pod is None or refusal is None or is_deleting(pod):
            self._begin(key)
            return
        self.recorder.record(pod, "Warning", refusal.reason, refusal.message)
        why = f"Pod was rejected: {refusal.message}"
        failed = with_status(pod, phase="Failed", reason=refusal.reason, message=why)
        self.client.update_status(failed)

    def _stop(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or self.pace is None:
            return
        if self.pace.instant and not self.paces:
            self._end(key)
            return
        container = first_container(pod)["name"]
        self._tell(pod, "Killing", f"Stopping container {container}")
        self._later(pod, self._end, self._pace_of(pod, self.pace).stop)

    def _now(self, pod: Object, call: Callable[[str], None]) -> None:
        self._schedule(self.clock.now, full_name(pod), call)

    def _later(self, pod: Object, call: Callable[[str], None], wait: Range) -> None:
        factor = self.faults.slow.get(pod["spec"]["nodeName"], 1.0)
        due = self.clock.now + self.rng.uniform(*wait) * factor
        self._schedule(due, full_name(pod), call)

    def _pace_of(self, pod: Object, usual: Pace) -> Pace:
        return self.paces.get(pod["spec"]["nodeName"], usual)

    def _find(self, key: str) -> Object | None:
        place, _, pod_name = key.partition("/")
        return self.client.get("Pod", pod_name, place)

    def _pulled(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or self.pace is None:
            return
        needed = image_of(pod)
        how = f'Successfully pulled image "{needed[1]}"'
        if needed in self.pulled:
            how = f'Container image "{needed[1]}" already present on machine'
        if not self._may_start(pod):
            return
        self._tell(pod, "Pulled", how)
        self._later(pod, self._start, self._pace_of(pod, self.pace).start)

    def _may_start(self, pod: Object) -> bool:
        """Whether its Node has the image of a Pod that waits for it; where that cannot be had, its status says so."""
        # Meanwhile it may have been deleted, or moved on by hand.
        if is_deleting(pod) or phase(pod) != "Pending":
            return False
        needed = _, image = image_of(pod)
        if not self.faults.lacks(image):
            self.pulled.add(needed)
            return True
        # Deviation: the real kubelet tries again, later and later.
        reason = f'failed to pull and unpack image "{image}": not found'
        message = f'Failed to pull image "{image}": {reason}'
        self.recorder.record(pod, "Warning", "Failed", message)
        waiting = waiting_state(
            IMAGE_PULL_BACK_OFF, f'Back-off pulling image "{image}"'
        )
        self._set_status(pod, "Pending", ready=False, state=waiting)
        return False

    def _start(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or is_pod_terminal(pod):
            return
        container = first_container(pod)["name"]
        self._tell(pod, "Created", f"Container created: {container}")
        self._tell(pod, "Started", f"Container started: {container}")
        self._run(pod)

    def _run(self, pod: Object) -> None:
        key = full_name(pod)
        if key in self.faults.crashing:
            self._crash(key)
        elif key in self.faults.never_ready:
            self.become(pod, "unready")
        else:
            self.become(pod, "ready")

    def _crash(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or is_pod_terminal(pod):
            return
        restarts = restart_count(pod) + 1
        message = "Back-off restarting failed container"
        container = first_container(pod)["name"]
        self.recorder.record(pod, "Warning", "BackOff", f"{message} {container}")
        waiting = waiting_state(CRASH_LOOP_BACK_OFF, message.replace("Back", "back", 1))
        self._set_status(pod, "Running", ready=False, state=waiting, restarts=restarts)
        self._schedule(self.clock.now + backoff.after(restarts), key, self._start)

    def _end(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or not is_deleting(pod):
            return
        held = pod["metadata"].get("finalizers")
        if held and self.pace is not None and not is_pod_terminal(pod):
            # It stays, but nothing runs in it any more, and its owner does not wait for it. A daemon ends in peace when
            # it is told to; what was to come to an end by itself (a Job's Pod) was cut off before.
            ended = "Succeeded" if restarts.policy(pod) == restarts.ALWAYS else "Failed"
            self._finish(pod, ended)
        self.client.delete("Pod", name(pod), namespace(pod), grace=0)

    def become(self, pod: Object, state: str) -> None:
        """Put a Pod into a state: ready, unready (runs, not ready), failed, succeeded, or gone (it must terminate).

        A Pod that is not in the position for it is left alone, as a kubelet would. With a real kubelet it is the Pod's
        containers that behave so.
        """
        if self.nodes is not None:
            self.nodes.become(pod, state)
            return
        if state == "gone":
            self._end(full_name(pod))
            return
        if not pod["spec"].get("nodeName") or is_deleting(pod):
            return
        if state in ("failed", "succeeded"):
            self._finish(pod, "Failed" if state == "failed" else "Succeeded")
        elif state in ("ready", "unready") and not is_pod_terminal(pod):
            running = running_state(pod, self._time(pod))
            self._set_status(pod, "Running", ready=state == "ready", state=running)

    def break_pod(self, pod: Object, fault: str) -> None:
        """Make a Pod never ready (`never-ready`) or crash over and over (`crash`), from now on."""
        key = full_name(pod)
        if self.nodes is not None:
            self.nodes.become(pod, "crashing" if fault == "crash" else "unready")
            return
        if fault == "crash":
            self.faults.crashing.add(key)
        else:
            self.faults.never_ready.add(key)
        if phase(pod) != "Running":
            return
        if fault == "crash":
            self._crash(key)
        else:
            self.become(pod, "unready")

    def _finish(self, pod: Object, final: str) -> None:
        exit_code = 1 if final == "Failed" else 0
        ended = terminated_state(exit_code, self._time(pod))
        self._set_status(pod, final, ready=False, state=ended)

    def _time(self, pod: Object) -> str:
        """Now, as the clock of the Pod's Node has it."""
        ahead = self.faults.skew.get(pod["spec"]["nodeName"], 0.0)
        return timestamp(self.clock.now + ahead)

    def _set_status(
        self,
        pod: Object,
        new_phase: str,
        *,
        ready: bool,
        state: Object,
        restarts: int | None = None,
    ) -> None:
        now = self._time(pod)
        sandbox = state is not CREATING
        count = restart_count(pod) if restarts is None else restarts
        generation = None
        # Whoever plays the kubelet by hand does not say of which generation he speaks.
        if self.pace is not None:
            generation = pod["metadata"].get("generation")
        changes: Object = {
            "phase": new_phase,
            "conditions": conditions(
                pod, ready, now, sandbox=sandbox, generation=generation
            ),
            "containerStatuses": container_statuses(pod, ready, state, count),
        }
        if not pod["status"].get("hostIP"):
            node = self.client.get("Node", pod["spec"]["nodeName"])
            changes |= host_addresses(node)
        # The sandbox brings the Pod's own address; before, only the Node's is known.
        if sandbox and not pod["status"].get("podIP"):
            changes |= self._pod_addresses(pod, changes.get("hostIP", ""))
        changes["startTime"] = pod["status"].get("startTime") or now
        if generation is not None:
            changes["observedGeneration"] = generation
        self.client.update_status(with_status(pod, **changes))

    def _pod_addresses(self, pod: Object, host: str) -> Object:
        if pod["spec"].get("hostNetwork"):
            address = str(pod["status"].get("hostIP") or host)
        else:
            node = pod["spec"]["nodeName"]
            address = self.network.address(node, self.client)
        return {"podIP": address, "podIPs": [{"ip": address}]}

    def _tell(self, pod: Object, reason: str, message: str) -> None:
        if self.pace is not None and self.pace.events:
            self.recorder.record(pod, "Normal", reason, message)

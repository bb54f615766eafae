"""How kubelets go on with what a backup shows: the containers run since they began, and nothing is started anew.

What always holds: to take over what is well writes nothing, draws nothing and leaves no timer but the probes' ticks.
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import (
    Object,
    condition,
    is_condition_true,
    is_deleting,
    name,
    namespace,
    seconds_of,
    uid,
)
from k8slearn.kinds.node import is_cordoned
from k8slearn.kinds.pod.state import is_pod_terminal
from k8slearn.kinds.pod_template.container_lists import ALL, containers_in
from k8slearn.kubelet.actions import definition
from k8slearn.kubelet.admission import pressures_of
from k8slearn.kubelet.behaviours import Meant
from k8slearn.kubelet.evidence import (
    PULL_PROBLEMS,
    crash_wait,
    entries_of,
    habit_of,
    problems_of,
)
from k8slearn.kubelet.leases import PERIOD
from k8slearn.kubelet.mirrors import is_mirror
from k8slearn.kubelet.node import NodeKubelet
from k8slearn.kubelet.references import mounted_volumes
from k8slearn.kubelet.restart_all import could_restart
from k8slearn.kubelet.runtime import (
    EXITED,
    RUNNING,
    RuntimeContainer,
    Sandbox,
)
from k8slearn.kubelet.script import container_words
from k8slearn.kubelet.tasks import Ticker
from k8slearn.kubelet.worker import FINISHED, PodWorker

_URL = "containerd://"


def adopt_node(kubelet: NodeKubelet, node: Object, lease: Object | None) -> None:
    """Go on as the kubelet of a Node that tells how it is."""
    now = kubelet.timers.now
    # It has been listing its runtime all along.
    kubelet.pleg.ticker = Ticker(now, kubelet.pleg.ticker.period)
    renewed = (lease or {}).get("spec", {}).get("renewTime")
    if renewed and now - PERIOD < seconds_of(renewed) <= now:
        kubelet.node_status.lease_ticker = Ticker(seconds_of(renewed), PERIOD)
    for image in node.get("status", {}).get("images") or ():
        kubelet.machine.images |= {short(each) for each in image.get("names") or ()}
    kubelet.eviction.held += pressures_of(node)
    kubelet.eviction.pressures = [*kubelet.eviction.held]
    kubelet.node_status.is_closed = is_cordoned(node)
    ready = condition(node, "Ready") or {}
    if ready.get("status") == "False":
        _take_over_trouble(kubelet, str(ready.get("message", "")))


def _take_over_trouble(kubelet: NodeKubelet, message: str) -> None:
    """A Node that is not ready by its own word stays so: of its network where it says so, else of its runtime."""
    if "network" in message.lower():
        kubelet.machine.network = False
        kubelet.network_is_down = True
    else:
        kubelet.machine.ready = False
        kubelet.runtime_down_since = kubelet.timers.now


def short(image: str) -> str:
    """An image as a manifest names it: a Node lists Docker's with the registry and library before it."""
    for prefix in ("docker.io/library/", "docker.io/"):
        if image.startswith(prefix):
            return image.removeprefix(prefix)
    return image


def adopt_pod(kubelet: NodeKubelet, pod: Object) -> None:
    """Take over a Pod that is bound here."""
    if is_mirror(pod):
        # The file that it shows is not in a backup: it stays as it is.
        kubelet.static_pods.kept.add(name(pod))
        return
    status = pod["status"]
    if not is_pod_terminal(pod) and not status.get("startTime"):
        # Its kubelet has not seen it yet.
        kubelet.intake.on_pod(pod)
        return
    own = uid(pod)
    worker = PodWorker(kubelet, pod)
    kubelet.workers[own] = worker
    if could_restart(pod["spec"]):
        kubelet.restarting[own] = False
    kubelet.statuses.known[own] = status
    if is_pod_terminal(pod):
        worker.state = FINISHED
        if is_deleting(pod):
            kubelet.statuses.terminate(pod)
        return
    kubelet.resizing.adopt(pod)
    _restore_containers(kubelet, kubelet.resizing.of(pod))
    kubelet.problems[own] = problems_of(pod)
    kubelet.pleg.look(own)
    worker.last_sync = kubelet.timers.now
    kubelet.plan_deadline(worker)
    if is_deleting(pod):
        worker.update(pod)
        return
    kubelet.probes.adopt(pod)
    if not kubelet.is_settled(own):
        worker.poke()


def _restore_containers(kubelet: NodeKubelet, pod: Object) -> None:
    """Put the Pod's containers onto the machine, as its status has them."""
    machine = kubelet.machine
    own = uid(pod)
    specs = {spec["name"]: spec for spec in containers_in(pod["spec"], ALL)}
    found: list[RuntimeContainer] = []
    for entry in entries_of(pod):
        spec = specs.get(entry["name"])
        if spec is not None:
            found += _containers(kubelet, pod, spec, entry)
    # The runtime lists them in the order of their creation.
    found.sort(key=lambda container: container.created)
    machine.containers[own] = found
    if found or is_condition_true(pod, "PodReadyToStartContainers"):
        # A sandbox has an address before any status tells it.
        address = pod["status"].get("podIP") or kubelet.new_address(pod)
        box = Sandbox(machine.new_id(), str(address))
        machine.sandboxes[own] = [box]
        there = {volume["name"] for volume in mounted_volumes(pod)}
        kubelet.volumes.mounted[own] = there


def _containers(
    kubelet: NodeKubelet, pod: Object, spec: Object, entry: Object
) -> list[RuntimeContainer]:
    """The container of a status and the one before it, as far as they are known."""
    own = uid(pod)
    now = kubelet.timers.now
    habit = habit_of(pod, entry, now)
    if habit and not container_words(pod, spec):
        meant = Meant(namespace(pod), pod=name(pod), container=spec["name"])
        kubelet.shared.behaviours.ask(meant, habit)
    restarts = entry.get("restartCount", 0)
    kubelet.machine.starts[own, spec["name"]] = restarts + 1
    state = entry.get("state", {})
    last = entry.get("lastState", {}).get("terminated")
    waits = "waiting" in state
    found = []
    if last is not None:
        count = restarts if waits else max(restarts - 1, 0)
        found.append(_container(kubelet, pod, spec, count, entry, ended=last))
    if "terminated" in state:
        ended = state["terminated"]
        found.append(_container(kubelet, pod, spec, restarts, entry, ended=ended))
    elif "running" in state:
        found.append(_running(kubelet, pod, spec, restarts, entry))
    if waits:
        _hold_back(kubelet, pod, spec, entry)
    return found


def _container(
    kubelet: NodeKubelet,
    pod: Object,
    spec: Object,
    restarts: int,
    entry: Object,
    *,
    ended: Object | None = None,
) -> RuntimeContainer:
    identity = (ended or entry).get("containerID") or ""
    began = (ended or entry["state"].get("running") or {}).get("startedAt")
    # A clock's second begins before what happened within it.
    started = seconds_of(began) if began else kubelet.timers.now
    container = RuntimeContainer(
        id=identity.removeprefix(_URL) or kubelet.machine.new_id(),
        name=spec["name"],
        pod_uid=uid(pod),
        spec=spec,
        script=kubelet.script_for(pod, spec),
        restarts=restarts,
        created=started,
        definition=definition(_as_started(pod, spec, entry)),
        started=started,
    )
    kubelet.machine.images.add(spec["image"])
    if ended is not None:
        container.state = EXITED
        container.finished = _finished(ended, started)
        container.exit_code = ended.get("exitCode", 0)
        container.reason = ended.get("reason", "")
        container.message = ended.get("message", "")
    return container


def _finished(ended: Object, started: float) -> float:
    if ended.get("finishedAt"):
        return seconds_of(ended["finishedAt"])
    return started


def _as_started(pod: Object, spec: Object, entry: Object) -> Object:
    """The container as its kubelet started it: where its image has been changed since, with the one before."""
    seen = pod["status"].get("observedGeneration")
    if seen is None or seen == pod["metadata"].get("generation"):
        return spec
    return {**spec, "image": short(entry.get("image") or spec["image"])}


def _running(
    kubelet: NodeKubelet, pod: Object, spec: Object, restarts: int, entry: Object
) -> RuntimeContainer:
    container = _container(kubelet, pod, spec, restarts, entry)
    container.state = RUNNING
    kubelet.machine.go_on(container, restarts)
    return container


def _hold_back(kubelet: NodeKubelet, pod: Object, spec: Object, entry: Object) -> None:
    """What could not be started waits as long as it did before."""
    now = kubelet.timers.now
    waiting = entry["state"]["waiting"]
    reason = waiting.get("reason", "")
    last = entry.get("lastState", {}).get("terminated")
    own = uid(pod)
    if reason == "CrashLoopBackOff" and last is not None:
        wait_key = f"{own}_{spec['name']}_{definition(spec)}"
        wait = crash_wait(entry)
        kubelet.crash_backoff.entries[wait_key] = (wait, _finished(last, now))
    if reason in PULL_PROBLEMS:
        image = spec["image"]
        message = waiting.get("message", "")
        error = message.partition("ErrImagePull: ")[2] or message
        kubelet.faults.refused[kubelet.node, image] = error
        kubelet.images.hold_back(f"{own}_{image}", error)

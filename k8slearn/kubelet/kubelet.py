"""A fake kubelet for all Nodes: it starts Pods, keeps their status and ends them, by itself or driven by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    is_deleting,
    name,
    namespace,
    timestamp,
    with_status,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.chance import Chance
from k8slearn.clock import Clock
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.pod.state import is_pod_terminal, phase

NAME = "kubelet"
CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")
UNREADY = ("Ready", "ContainersReady")
BAD_IMAGE = ("broken", "does-not-exist", "nonexistent", "non-existent")
CREATING: Object = {"waiting": {"reason": "ContainerCreating"}}
CRASH_BACKOFF = 10.0
CRASH_LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in simulated seconds: a range for each, from which the seed picks."""

    pull: tuple[float, float] = (1.5, 2.5)
    start: tuple[float, float] = (0.8, 1.4)
    stop: tuple[float, float] = (1.0, 2.0)
    events: bool = True


AUTO = Pace()
INSTANT = Pace((0.0, 0.0), (0.0, 0.0), (0.0, 0.0), events=False)


@dataclass
class Faults:
    """What was broken on purpose: Pods that never get ready or crash, Nodes whose kubelet is slow (a factor) or whose
    clock is wrong (seconds ahead, negative for behind), image repositories that have only some tags.
    """

    never_ready: set[str] = field(default_factory=set)
    crashing: set[str] = field(default_factory=set)
    slow: dict[str, float] = field(default_factory=dict)
    skew: dict[str, float] = field(default_factory=dict)
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def lacks(self, image: str) -> bool:
        """Whether no registry has the image."""
        repository, _, tag = image.partition(":")
        known = self.tags.get(repository)
        return any(word in image for word in BAD_IMAGE) or (
            known is not None and (tag or "latest") not in known
        )


class Kubelet(Controller):
    """The part of every Node that runs Pods. `pace` None: it does nothing by itself, `become` moves the Pods."""

    manager = "kubelet"

    def __init__(
        self,
        registry: Registry,
        clock: Clock,
        priority: int,
        rng: Chance,
        pace: Pace | None,
    ) -> None:
        super().__init__(NAME, priority, registry, clock, ("Pod",))
        self.rng = rng
        self.pace = pace
        self.faults = Faults()
        self.recorder = Recorder(self.client, NAME)
        self.pulled: set[tuple[str, str]] = set()
        self.addresses = 0
        self.informer.on("Pod", self.on_pod)

    def on_pod(self, change: Change) -> None:
        """A Pod that was bound is started, one that is terminating is ended."""
        pod = change.object
        if (
            self.pace is None
            or change.type == "DELETED"
            or not pod["spec"].get("nodeName")
        ):
            return
        before = change.previous
        if is_deleting(pod) and not (before and is_deleting(before)):
            self._now(pod, self._stop)
        elif (
            not (before and before["spec"].get("nodeName")) and phase(pod) == "Pending"
        ):
            self._now(pod, self._begin)

    def _begin(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or self.pace is None:
            return
        if self.pace.events:
            self._set_status(pod, "Pending", ready=False, state=CREATING)
        image = (pod["spec"]["nodeName"], _container(pod)["image"])
        known = image in self.pulled
        if not known:
            self._tell(pod, "Pulling", f'Pulling image "{image[1]}"')
        self._later(pod, self._pulled, (0.0, 0.0) if known else self.pace.pull)

    def _stop(self, key: str) -> None:
        pod = self._find(key)
        if pod is not None and self.pace is not None:
            self._tell(pod, "Killing", f"Stopping container {_container(pod)['name']}")
            self._later(pod, self._end, self.pace.stop)

    def _now(self, pod: Object, call: Callable[[str], None]) -> None:
        key = full_name(pod)
        self.clock.schedule(self.clock.now, self.priority, NAME, key, call, key)

    def _later(self, pod: Object, call: object, wait: tuple[float, float]) -> None:
        seconds = self.rng.uniform(*wait) * self.faults.slow.get(
            pod["spec"]["nodeName"], 1.0
        )
        due = self.clock.now + seconds
        key = full_name(pod)
        self.clock.schedule(due, self.priority, NAME, key, call, key)  # type: ignore[arg-type]

    def _find(self, key: str) -> Object | None:
        place, _, pod_name = key.partition("/")
        return self.client.get("Pod", pod_name, place)

    def _pulled(self, key: str) -> None:
        pod = self._find(key)
        if (
            pod is None
            or is_deleting(pod)
            or phase(pod) != "Pending"
            or self.pace is None
        ):
            return
        image = _container(pod)["image"]
        if self.faults.lacks(image):
            self._image_missing(pod, image)
            return
        node = pod["spec"]["nodeName"]
        present = (node, image) in self.pulled
        self.pulled.add((node, image))
        how = (
            f'Container image "{image}" already present on machine'
            if present
            else f'Successfully pulled image "{image}"'
        )
        self._tell(pod, "Pulled", how)
        self._later(pod, self._start, self.pace.start)

    def _image_missing(self, pod: Object, image: str) -> None:
        message = f'failed to pull and unpack image "{image}": not found'
        waiting = {
            "reason": "ImagePullBackOff",
            "message": f'Back-off pulling image "{image}"',
        }
        self.recorder.record(
            pod, "Warning", "Failed", f'Failed to pull image "{image}": {message}'
        )
        self._set_status(pod, "Pending", ready=False, state={"waiting": waiting})

    def _start(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or is_pod_terminal(pod):
            return
        self._tell(pod, "Created", f"Container created: {_container(pod)['name']}")
        self._tell(pod, "Started", f"Container started: {_container(pod)['name']}")
        if key in self.faults.crashing:
            self._crash(key)
        else:
            self.become(pod, "unready" if key in self.faults.never_ready else "ready")

    def _crash(self, key: str) -> None:
        pod = self._find(key)
        if pod is None or is_deleting(pod) or is_pod_terminal(pod):
            return
        restarts = _restarts(pod) + 1
        waiting = {
            "reason": "CrashLoopBackOff",
            "message": "back-off restarting failed container",
        }
        self.recorder.record(
            pod,
            "Warning",
            "BackOff",
            f"Back-off restarting failed container {_container(pod)['name']}",
        )
        self._set_status(
            pod, "Running", ready=False, state={"waiting": waiting}, restarts=restarts
        )
        wait = min(CRASH_BACKOFF * 2 ** min(restarts - 1, 16), CRASH_LIMIT)
        self.clock.schedule(
            self.clock.now + wait, self.priority, NAME, key, self._start, key
        )

    def _end(self, key: str) -> None:
        pod = self._find(key)
        if pod is not None and is_deleting(pod):
            self.client.delete("Pod", name(pod), namespace(pod), grace=0)

    def become(self, pod: Object, state: str) -> None:
        """Put a Pod into a state: ready, unready (runs, not ready), failed, succeeded, or gone (it must terminate).

        A Pod that is not in the position for it is left alone, as a kubelet would.
        """
        running = bool(pod["spec"].get("nodeName")) and not is_deleting(pod)
        if state == "gone":
            self._end(full_name(pod))
        elif state == "ready" and running and not is_pod_terminal(pod):
            self._set_status(pod, "Running", ready=True, state=self._running(pod))
        elif state == "unready" and running and not is_pod_terminal(pod):
            self._set_status(pod, "Running", ready=False, state=self._running(pod))
        elif state in ("failed", "succeeded") and running:
            self._finish(pod, "Failed" if state == "failed" else "Succeeded")

    def break_pod(self, pod: Object, fault: str) -> None:
        """Make a Pod never ready (`never-ready`) or crash over and over (`crash`), from now on."""
        (self.faults.crashing if fault == "crash" else self.faults.never_ready).add(
            full_name(pod)
        )
        if phase(pod) == "Running":
            self._crash(full_name(pod)) if fault == "crash" else self.become(
                pod, "unready"
            )

    def _finish(self, pod: Object, final: str) -> None:
        code = 1 if final == "Failed" else 0
        ended = {
            "exitCode": code,
            "reason": "Error" if code else "Completed",
            "finishedAt": self._time(pod),
        }
        self._set_status(pod, final, ready=False, state={"terminated": ended})

    def _running(self, pod: Object) -> Object:
        for status in pod.get("status", {}).get("containerStatuses") or ():
            if "running" in (status.get("state") or {}):
                return dict(status["state"])
        return {"running": {"startedAt": self._time(pod)}}

    def _time(self, pod: Object) -> str:
        """Now, as the clock of the Pod's Node has it."""
        return timestamp(
            self.clock.now + self.faults.skew.get(pod["spec"]["nodeName"], 0.0)
        )

    def _set_status(
        self,
        pod: Object,
        new_phase: str,
        *,
        ready: bool,
        state: Object,
        restarts: int | None = None,
    ) -> None:
        conditions = _conditions(
            pod, ready, self._time(pod), sandbox=state is not CREATING
        )
        count = _restarts(pod) if restarts is None else restarts
        containers = [
            _container_status(c, ready, state, count) for c in pod["spec"]["containers"]
        ]
        changes: Object = {
            "phase": new_phase,
            "conditions": conditions,
            "containerStatuses": containers,
        }
        changes |= self._host_addresses(pod)
        if state is not CREATING and not pod["status"].get("podIP"):
            changes |= self._pod_addresses(pod, changes.get("hostIP", ""))
        changes.setdefault(
            "startTime", pod["status"].get("startTime") or self._time(pod)
        )
        self.client.update_status(with_status(pod, **changes))

    def _host_addresses(self, pod: Object) -> Object:
        node = self.client.get("Node", pod["spec"]["nodeName"])
        host = next(
            (a["address"] for a in _node_addresses(node) if a["type"] == "InternalIP"),
            "",
        )
        return (
            {"hostIP": host, "hostIPs": [{"ip": host}]}
            if host and not pod["status"].get("hostIP")
            else {}
        )

    def _pod_addresses(self, pod: Object, host: str) -> Object:
        if pod["spec"].get("hostNetwork"):
            address = str(pod["status"].get("hostIP") or host)
        else:
            self.addresses += 1
            address = f"10.244.{self.addresses // 254}.{self.addresses % 254 + 1}"
        return {"podIP": address, "podIPs": [{"ip": address}]}

    def _tell(self, pod: Object, reason: str, message: str) -> None:
        if self.pace is not None and self.pace.events:
            self.recorder.record(pod, "Normal", reason, message)


def _container(pod: Object) -> Object:
    return dict(pod["spec"]["containers"][0])


def _restarts(pod: Object) -> int:
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    return max((status.get("restartCount", 0) for status in statuses), default=0)


def _node_addresses(node: Object | None) -> Iterable[Object]:
    return (node or {}).get("status", {}).get("addresses") or ()


def _conditions(pod: Object, ready: bool, now: str, *, sandbox: bool) -> list[Object]:
    before = {c["type"]: c for c in pod["status"].get("conditions") or ()}
    wanted = {
        kind: str(held)
        for kind, held in zip(CONDITIONS, (sandbox, True, ready, ready), strict=True)
    }
    found = []
    for kind, value in wanted.items():
        old = before.get(kind)
        kept = old is not None and old["status"] == value
        since = old["lastTransitionTime"] if kept and old else now
        entry = {
            "type": kind,
            "status": value,
            "lastProbeTime": None,
            "lastTransitionTime": since,
        }
        if value == "False" and kind in UNREADY:
            reason = {
                "reason": "ContainersNotReady",
                "message": f"containers with unready status: [{_names(pod)}]",
            }
            entry |= reason
        found.append(entry)
    return found + [c for kind, c in before.items() if kind not in wanted]


def _names(pod: Object) -> str:
    return " ".join(container["name"] for container in pod["spec"]["containers"])


def _container_status(
    container: Object, ready: bool, state: Object, restarts: int
) -> Object:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": ready,
        "restartCount": restarts,
        "started": "running" in state,
        "state": state,
        "lastState": {},
    }

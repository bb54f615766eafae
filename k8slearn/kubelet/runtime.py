"""A Node's machine: its sandboxes, containers and images, which a kubelet's end leaves as they are.

What takes time here is only what a container's script does; how long the runtime takes for a call is waited by who
calls. What always holds: whatever changes is told to `on_change` (the kubelet's PLEG, if there is a kubelet).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery.objects import Object
from k8slearn.clock import Timer
from k8slearn.kubelet.script import NEVER, PLAY, RUN, Run, Script
from k8slearn.kubelet.settings import KubeletConfiguration
from k8slearn.kubelet.tasks import Timers

CREATED = "created"
RUNNING = "running"
EXITED = "exited"
KILLED = 137
START_ERROR = 128
IMAGE_SIZE = 50 * 2**20
MOST_LINES = 10000
# Kubernetes: types MaxContainerTerminationMessageLogLength, …LogLines
LOG_BYTES = 2048
LOG_LINES = 80
KEPT = 2
"""Containers of one name that are kept: the present one and the one before. Kubernetes: MaxPerPodContainerCount 1."""


class RuntimeContainerStatus(NamedTuple):
    """A container as the runtime tells of it. Kubernetes: pkg/kubelet/container, Status"""

    id: str
    name: str
    state: str
    created: float
    started: float
    finished: float
    exit_code: int
    reason: str
    message: str
    restarts: int
    image: str
    image_id: str
    definition: str
    resources: Object


class SandboxStatus(NamedTuple):
    """A sandbox as the runtime tells of it."""

    id: str
    ready: bool
    ip: str


class RuntimePodStatus(NamedTuple):
    """What the runtime has of one Pod, newest first. Kubernetes: pkg/kubelet/container, PodStatus"""

    sandboxes: tuple[SandboxStatus, ...] = ()
    containers: tuple[RuntimeContainerStatus, ...] = ()
    ip: str = ""

    def find(self, name: str) -> RuntimeContainerStatus | None:
        """The newest container of a name. Kubernetes: FindContainerStatusByName"""
        for status in self.containers:
            if status.name == name:
                return status
        return None

    def exited(self, name: str) -> RuntimeContainerStatus | None:
        """The newest container of a name that has ended."""
        for status in self.containers:
            if status.name == name and status.state == EXITED:
                return status
        return None


@dataclass(eq=False, slots=True)
class RuntimeContainer:
    """One container of the machine."""

    id: str
    name: str
    pod_uid: str
    spec: Object
    script: Script
    restarts: int
    created: float
    definition: str
    state: str = CREATED
    started: float = 0.0
    finished: float = 0.0
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    first_request: float | None = None
    on_end: list[Callable[[], Any]] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)

    def status(self) -> RuntimeContainerStatus:
        """What the runtime tells of it."""
        return RuntimeContainerStatus(
            id=self.id,
            name=self.name,
            state=self.state,
            created=self.created,
            started=self.started,
            finished=self.finished,
            exit_code=self.exit_code,
            reason=self.reason,
            message=self.message,
            restarts=self.restarts,
            image=self.spec["image"],
            image_id=self.spec["image"],
            definition=self.definition,
            resources=self.spec.get("resources") or {},
        )

    def age(self, now: float) -> float:
        """Seconds since its start."""
        return now - self.started

    def lines(self, now: float) -> list[tuple[float, str]]:
        """What it has written so far: (simulated second, line)."""
        if not self.started:
            return []
        end = now
        if self.state == EXITED:
            end = self.finished
        found = self.script.lines_since(self.started)
        if self.script.every is not None:
            seconds, text = self.script.every
            count = int((end - self.started) / seconds)
            # Of a file that is rotated the last lines are left.
            first = max(count - MOST_LINES, 0) + 1
            for number in range(first, count + 1):
                found.append((self.started + number * seconds, text))
        written = sorted(line for line in found if line[0] <= end)
        if self.state == EXITED and self.script.last_line:
            written.append((self.finished, self.script.last_line))
        return written


@dataclass(eq=False, slots=True)
class Sandbox:
    """One sandbox: what a Pod's containers share."""

    id: str
    ip: str
    ready: bool = True


class Machine:
    """The container runtime of one Node and what the machine has in use."""

    def __init__(
        self,
        node: str,
        timers: Timers,
        settings: KubeletConfiguration,
        new_id: Callable[[], str],
    ) -> None:
        self.node = node
        self.timers = timers
        self.settings = settings
        self.new_id = new_id
        self.ready = True
        self.network = True
        self.sandboxes: dict[str, list[Sandbox]] = {}
        self.containers: dict[str, list[RuntimeContainer]] = {}
        self.images: set[str] = set()
        self.removed: set[str] = set()
        self.starts: dict[tuple[str, str], int] = {}
        self.sandbox_tries: dict[str, int] = {}
        self.pulls: dict[str, int] = {}
        self.used: dict[str, str] = {}
        self.on_change: Callable[[str], None] | None = None

    @property
    def now(self) -> float:
        """Simulated seconds."""
        return self.timers.now

    def _changed(self, pod_uid: str) -> None:
        if self.on_change is not None:
            self.on_change(pod_uid)

    def status(self, pod_uid: str) -> RuntimePodStatus:
        """All that the runtime has of a Pod."""
        found = reversed(self.sandboxes.get(pod_uid, ()))
        boxes = [SandboxStatus(box.id, box.ready, box.ip) for box in found]
        containers = [c.status() for c in reversed(self.containers.get(pod_uid, ()))]
        # Of the newest sandbox: an older one's address is nobody's any more.
        ip = boxes[0].ip if boxes and boxes[0].ready else ""
        return RuntimePodStatus(
            sandboxes=tuple(boxes),
            containers=tuple(containers),
            ip=ip,
        )

    # Sandboxes -------------------------------------------------------------------------------------------------

    def run_sandbox(self, pod_uid: str, ip: str) -> None:
        """A new sandbox with its address."""
        boxes = self.sandboxes.setdefault(pod_uid, [])
        boxes.append(Sandbox(self.new_id(), ip))
        del boxes[:-KEPT]
        self._changed(pod_uid)

    def stop_sandboxes(self, pod_uid: str) -> None:
        """No sandbox of the Pod is ready any more."""
        for box in self.sandboxes.get(pod_uid, ()):
            box.ready = False
        self._changed(pod_uid)

    def kill_sandbox(self, pod_uid: str) -> None:
        """The sandbox dies, and all in it."""
        for container in list(self.containers.get(pod_uid, ())):
            self.end(container, KILLED)
        self.stop_sandboxes(pod_uid)

    def remove_pod(self, pod_uid: str) -> None:
        """Nothing of the Pod is left."""
        self.sandboxes.pop(pod_uid, None)
        for container in self.containers.pop(pod_uid, ()):
            self.starts.pop((pod_uid, container.name), None)
        self.sandbox_tries.pop(pod_uid, None)

    # Containers ------------------------------------------------------------------------------------------------

    def create(
        self, pod_uid: str, spec: Object, script: Script, restarts: int, definition: str
    ) -> RuntimeContainer:
        """A new container, not yet started."""
        container = RuntimeContainer(
            id=self.new_id(),
            name=spec["name"],
            pod_uid=pod_uid,
            spec=spec,
            script=script,
            restarts=restarts,
            created=self.now,
            definition=definition,
        )
        containers = self.containers.setdefault(pod_uid, [])
        containers.append(container)
        same = [one for one in containers if one.name == container.name]
        for old in same[:-KEPT]:
            containers.remove(old)
        return container

    def start(self, container: RuntimeContainer) -> None:
        """The container runs, as its script says for this start."""
        container.state = RUNNING
        container.started = self.now
        key = (container.pod_uid, container.name)
        before = self.starts.get(key, 0)
        self.starts[key] = before + 1
        self._plan_end(container, container.script.run(before))
        self._changed(container.pod_uid)

    def go_on(self, container: RuntimeContainer, starts: int) -> None:
        """Take over a container that already runs; this life is its start number `starts`, counted from 0."""
        self._plan_end(container, container.script.run(starts))

    def _plan_end(self, container: RuntimeContainer, run: Run) -> None:
        """Whichever comes first: its own end, or that it needs more memory than it may have."""
        killed_at = NEVER
        age = container.age(self.now)
        limits = container.spec.get("resources", {}).get("limits", {})
        if "memory" in limits:
            most = quantity.parse(limits["memory"]).value
            killed_at = container.script.age_at(int(most))
        if killed_at < run.after:
            self._end_after(container, max(killed_at - age, 0), KILLED, "OOMKilled")
        elif run.after != NEVER:
            reason = "OOMKilled" if run.oom else ""
            self._end_after(container, run.after - age, run.code, reason)

    def resize(self, container: RuntimeContainer, resources: Object) -> None:
        """The container has other limits from now on: it may be over one of them."""
        container.spec = {**container.spec, "resources": resources}
        for timer in container.timers:
            timer.cancelled = True
        container.timers.clear()
        starts = self.starts.get((container.pod_uid, container.name), 1)
        self.go_on(container, starts - 1)
        self._changed(container.pod_uid)

    def _end_after(
        self, container: RuntimeContainer, seconds: float, code: int, reason: str = ""
    ) -> None:
        about = (self.end, container, code, reason)
        container.timers.append(self.timers.after(seconds, container.pod_uid, *about))

    def fail_start(self, container: RuntimeContainer, message: str) -> None:
        """The container could not be started: it counts as one that ended."""
        container.state = EXITED
        container.finished = self.now
        container.exit_code = START_ERROR
        container.reason = "StartError"
        container.message = message
        self._changed(container.pod_uid)

    def end(self, container: RuntimeContainer, code: int, reason: str = "") -> None:
        """The container ends, if it still runs."""
        if container.state != RUNNING:
            return
        container.state = EXITED
        container.finished = self.now
        container.exit_code = code
        container.reason = reason or ("Error" if code else "Completed")
        container.message = container.script.message or self._last_words(container)
        for timer in container.timers:
            timer.cancelled = True
        container.timers.clear()
        waiting = container.on_end
        container.on_end = []
        self._changed(container.pod_uid)
        for done in waiting:
            done()

    def _last_words(self, container: RuntimeContainer) -> str:
        """The end of the log where the message is to come from there. Kubernetes: getTerminationMessage"""
        policy = container.spec.get("terminationMessagePolicy")
        if not container.exit_code or policy != "FallbackToLogsOnError":
            return ""
        last = container.lines(self.now)[-LOG_LINES:]
        text = "".join(f"{line}\n" for _, line in last if not line.startswith(RUN))
        return text[-LOG_BYTES:]

    def stop(
        self, container: RuntimeContainer, grace: float, done: Callable[[], Any]
    ) -> None:
        """SIGTERM now, SIGKILL after the grace period; `done` is called when it has ended."""
        if container.state != RUNNING:
            done()
            return
        container.on_end.append(done)
        script = container.script
        if script.term_after <= grace:
            self._end_after(container, script.term_after, script.term_code)
        else:
            self._end_after(container, grace, KILLED)

    def running(self, pod_uid: str) -> list[RuntimeContainer]:
        """The Pod's containers that run, in the order of their creation."""
        found = self.containers.get(pod_uid, ())
        return [container for container in found if container.state == RUNNING]

    def find(self, pod_uid: str, name: str) -> RuntimeContainer | None:
        """The newest container of a name."""
        for container in reversed(self.containers.get(pod_uid, ())):
            if container.name == name:
                return container
        return None

    # What is in use --------------------------------------------------------------------------------------------

    def memory(self, pod_uid: str) -> int:
        """Bytes that the Pod's running containers use."""
        now = self.now
        found = self.running(pod_uid)
        return sum(one.script.memory_at(one.age(now)) for one in found)

    def disk(self, pod_uid: str) -> int:
        """Bytes that the Pod's containers have written, dead ones that are still there included."""
        found = self.containers.get(pod_uid, ())
        return sum(c.script.disk + (c.script.filled if c.started else 0) for c in found)

    def has_image(self, image: str) -> bool:
        """Whether the image is on the machine; those of a play that say so are from the start."""
        is_there = image.startswith(f"{PLAY}present") and image not in self.removed
        return is_there or image in self.images

    def memory_used(self) -> int:
        """Bytes in use on the whole machine."""
        base = self.used.get("memory", self.settings.memory_base)
        used = _bytes(base)
        for pod_uid in self.containers:
            used += self.memory(pod_uid)
        return used

    def disk_free(self) -> int:
        """Bytes that are free on the disk of the machine."""
        base = self.used.get("disk", self.settings.disk_base)
        free = _bytes(self.settings.disk_size) - _bytes(base)
        free -= IMAGE_SIZE * len(self.images)
        for pod_uid in self.containers:
            free -= self.disk(pod_uid)
        return free


def _bytes(amount: str) -> int:
    return int(quantity.parse(amount).value)

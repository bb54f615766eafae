"""How containers are ended: the preStop hook, each one's turn, SIGTERM and, when the grace period is over, SIGKILL.

Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer, kuberuntime_termination_order.go
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.handlers import SUCCESS, Asked, ask
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.restarts import has_sidecar
from k8slearn.kubelet.runtime import RuntimeContainer
from k8slearn.kubelet.tasks import PARKED, Gathering, SteppedTask

# Kubernetes: minimumGracePeriodInSeconds: even who is in a hurry leaves two seconds.
LEAST_GRACE = 2
DEFAULT_GRACE = 30
STOP_SANDBOX = 0.05
# What the kubelet itself and its calls take at an end, by the recordings: 0.1 to 0.3 s on an idle machine.
OVERHEAD = 0.1


class Ordering:
    """Sidecars end after the main containers, the last one first. Kubernetes: terminationOrdering"""

    def __init__(self, pod: Object, running: Sequence[str]) -> None:
        mains = {c["name"] for c in pod["spec"]["containers"]} & {*running}
        self.before: dict[str, set[str]] = {name: set() for name in running}
        later = set(mains)
        for container in reversed(pod["spec"].get("initContainers", [])):
            name = container["name"]
            if name in self.before and is_sidecar(container):
                self.before[name] = set(later)
                later.add(name)
        self.waiting: list[Kill] = []

    def may_end(self, name: str) -> bool:
        """Whether all that end before it have ended."""
        return not self.before.get(name)

    def ended(self, name: str) -> None:
        """One has ended: it may be the turn of others."""
        for others in self.before.values():
            others.discard(name)
        for kill in [k for k in self.waiting if self.may_end(k.container.name)]:
            kill.turn_came()


class Kill:
    """The end of one container. `probe` is the kind of probe that failed, if one did."""

    def __init__(
        self,
        kubelet: Host,
        pod: Object,
        container: RuntimeContainer,
        done: Callable[[Any], Any],
        *,
        message: str = "",
        probe: str = "",
        grace: int | None = None,
        ordering: Ordering | None = None,
    ) -> None:
        self.kubelet = kubelet
        self.pod = pod
        self.container = container
        self.ordering = ordering
        self.message = message or f"Stopping container {container.name}"
        self.override = grace
        self.grace = grace_period(pod, container.spec, probe)
        self.since = 0.0
        subject = kubelet.subject(container.pod_uid)
        self.task = SteppedTask(kubelet.timers, subject, done)
        self.task.then(self._begin).then(self._hook_done).then(self._stop)
        self.task.then(self._stopped)

    def go(self) -> None:
        """Begin."""
        self.task.go()

    def _begin(self) -> float | None:
        uid = self.container.pod_uid
        name = self.container.name
        self.kubelet.tell(uid, "Normal", "Killing", self.message, container=name)
        if self.override is not None:
            self.grace = self.override
        self.since = self.kubelet.timers.now
        hook = self.container.spec.get("lifecycle", {}).get("preStop")
        if not hook or self.grace <= 0:
            return None
        asked = Asked(
            container=self.container.spec,
            age=self.container.age(self.since),
            window=self.kubelet.script(uid, self.container).alive,
            pod_ip=self.kubelet.pod_ip(uid),
        )
        answer = ask(hook, asked)
        if answer.ends:
            about = (self.kubelet.machine.end, self.container, 0)
            self.kubelet.machine.timers.after(answer.seconds, uid, *about)
        if answer.result != SUCCESS:
            self.kubelet.tell(
                uid,
                "Warning",
                "FailedPreStopHook",
                "PreStopHook failed",
                container=name,
            )
        # The hook does not get more than the container has.
        return min(answer.seconds, float(self.grace))

    def _hook_done(self) -> float | None:
        # Whole seconds, cut off, as upstream counts what is left.
        self.grace -= int(self.kubelet.timers.now - self.since + 1e-9)
        ordering = self.ordering
        if ordering is None or self.grace <= 0:
            return None
        if ordering.may_end(self.container.name):
            return None
        ordering.waiting.append(self)
        self.since = self.kubelet.timers.now
        subject = self.kubelet.subject(self.container.pod_uid)
        self.kubelet.timers.after(float(self.grace), subject, self.turn_came)
        return PARKED

    def turn_came(self) -> None:
        """Go on: all containers that end before it have ended, or the time to wait for them is over."""
        if self.ordering is None or self not in self.ordering.waiting:
            return
        self.ordering.waiting.remove(self)
        self.grace -= int(self.kubelet.timers.now - self.since + 1e-9)
        self.task.go()

    def _stop(self) -> float:
        grace = max(self.grace, LEAST_GRACE)
        self.kubelet.machine.stop(self.container, float(grace), self.task.go)
        return PARKED

    def _stopped(self) -> None:
        if self.ordering is not None:
            self.ordering.ended(self.container.name)


def grace_period(pod: Object, container: Object, probe: str) -> int:
    """Seconds that a container gets. Kubernetes: setTerminationGracePeriod"""
    deleting = pod["metadata"].get("deletionGracePeriodSeconds")
    if deleting is not None:
        return int(deleting)
    own = {}
    if probe:
        own = container.get(f"{probe}Probe", {})
    if "terminationGracePeriodSeconds" in own:
        return int(own["terminationGracePeriodSeconds"])
    return int(pod["spec"].get("terminationGracePeriodSeconds", DEFAULT_GRACE))


def kill_pod(
    kubelet: Host, pod: Object, grace: int | None, task: SteppedTask
) -> list[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The steps that end all containers of a Pod at once and then its sandbox. Kubernetes: killPodWithSyncResult"""
    return [
        (_kill_containers, (kubelet, pod, grace, task)),
        (_wait_for_sandbox, ()),
        (kubelet.machine.stop_sandboxes, (pod["metadata"]["uid"],)),
    ]


def _kill_containers(
    kubelet: Host, pod: Object, grace: int | None, task: SteppedTask
) -> float | None:
    running = kubelet.machine.running(pod["metadata"]["uid"])
    if not running:
        return None
    ordering = None
    if has_sidecar(pod):
        ordering = Ordering(pod, [container.name for container in running])
    gathering = Gathering(len(running), task.go)
    for container in running:
        Kill(
            kubelet,
            pod,
            container,
            done=gathering.one_done,
            grace=grace,
            ordering=ordering,
        ).go()
    # Nothing ends at once: even who needs no time ends at an event of its own.
    return PARKED


def _wait_for_sandbox() -> float:
    return STOP_SANDBOX + OVERHEAD

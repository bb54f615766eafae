"""One probe of one container: when it asks, what counts, when it may sleep.

An idle worker has no timer: once its result is settled it sleeps until the tick at which the script may say something
else, which for most is never. What is seen is the same as if it had asked at each tick.

Kubernetes: pkg/kubelet/prober/worker.go
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_deleting, seconds_of
from k8slearn.clock import Timer
from k8slearn.kubelet.generate import TERMINAL
from k8slearn.kubelet.handlers import ERROR, FAILURE, SUCCESS, Answer, Asked, ask
from k8slearn.kubelet.host import Host, ProbeKey
from k8slearn.kubelet.restarts import restarts_after
from k8slearn.kubelet.runtime import RUNNING, RuntimeContainer
from k8slearn.kubelet.script import NEVER
from k8slearn.kubelet.tasks import Ticker

READINESS = "readiness"
LIVENESS = "liveness"
STARTUP = "startup"
FIELD = {
    READINESS: "readinessProbe",
    LIVENESS: "livenessProbe",
    STARTUP: "startupProbe",
}
UNKNOWN = "unknown"
OLD = 10.0
"""A container started more than so many seconds before its kubelet keeps the status written of it."""
# Before a probe has run: not ready, alive, not known to have started. Kubernetes: newWorker
INITIAL = {READINESS: FAILURE, LIVENESS: SUCCESS, STARTUP: UNKNOWN}

_TOLD = {READINESS: "ready", STARTUP: "started"}
"""The field of a container's status that tells of a probe's result."""


class ProbeWorker:
    """One probe of one container of a Pod."""

    def __init__(
        self,
        kubelet: Host,
        key: ProbeKey,
        spec: Object,
        start: float,
    ) -> None:
        self.kubelet = kubelet
        self.key = key
        self.spec = spec
        self.ticker = Ticker(start, float(spec.get("periodSeconds", 10)))
        self.container_id = ""
        self.last_result = UNKNOWN
        self.run = 0
        self.on_hold = False
        self.stopped = False
        self.asking = False
        self.settled = ""
        """The container whose result stays what it is."""
        self.timer: Timer | None = None

    @property
    def now(self) -> float:
        """Simulated seconds."""
        return self.kubelet.timers.now

    # When it asks ----------------------------------------------------------------------------------------------

    def adopt(self) -> None:
        """Go on with what the Pod's status tells of the container, and ask at the next tick."""
        status = self.kubelet.statuses.get(self.key.pod_uid) or {}
        entry = entry_of(status, self.key.container)
        if entry is None or "running" not in entry["state"]:
            return
        self.container_id = entry.get("containerID", "")
        found = INITIAL[self.key.kind]
        if self.key.kind != LIVENESS and entry.get(_TOLD[self.key.kind]):
            found = SUCCESS
        self.kubelet.probes.results[self.container_id, self.key.kind] = found
        self.last_result = found
        self._sleep(self.now)

    def trigger(self) -> None:
        """Ask at once, and count the ticks from here. Kubernetes: manualTriggerCh"""
        if self.stopped or self.asking or self.now < self.ticker.start:
            return
        self.ticker = Ticker(self.now, self.ticker.period)
        self._tick()

    def wake(self) -> None:
        """The container's status has changed: a settled result may no longer hold."""
        if self.stopped or self.asking or self.timer is not None:
            return
        status = self.kubelet.statuses.get(self.key.pod_uid) or {}
        entry = entry_of(status, self.key.container)
        if entry is not None and self._has_news(entry):
            self._sleep(self.now)

    def _has_news(self, entry: Object) -> bool:
        """Whether the next tick would find something that is not known."""
        container_id = entry.get("containerID", "")
        if "running" in entry["state"]:
            return bool(self.settled != container_id)
        # Of one that has ended the first tick makes a failure, which is news for the kubelet.
        known = self.kubelet.probes.results.get((container_id, self.key.kind))
        return bool(container_id) and known not in (None, FAILURE)

    def stop(self) -> None:
        """Ask no more."""
        self.stopped = True
        if self.timer is not None:
            self.timer.cancelled = True
            self.timer = None
        self.kubelet.probes.forget_key(self.key, self.container_id)

    def _sleep(self, moment: float) -> None:
        """Have the first tick that is not before a moment."""
        if self.timer is not None:
            self.timer.cancelled = True
        self.timer = None
        if self.stopped or moment == NEVER:
            return
        due = self.ticker.at_or_after(moment)
        about = self.kubelet.subject(self.key.pod_uid)
        self.timer = self.kubelet.timers.at(due, about, self._tick)

    def _tick(self) -> None:
        if self.timer is not None:
            self.timer.cancelled = True
            self.timer = None
        if not self.stopped:
            self._probe()

    # What it asks ----------------------------------------------------------------------------------------------

    def _probe(self) -> None:
        """Kubernetes: doProbe"""
        status = self.kubelet.statuses.get(self.key.pod_uid)
        pod = self.kubelet.pod(self.key.pod_uid)
        if status is None or pod is None:
            return
        if status.get("phase") in TERMINAL:
            self.stop()
            return
        entry = entry_of(status, self.key.container)
        if entry is None or not entry.get("containerID"):
            # A change of the status wakes it.
            return
        self._follow(entry["containerID"])
        if self.on_hold:
            return
        if "running" not in entry["state"]:
            self.set_result(FAILURE)
            ended = entry["state"].get("terminated")
            if ended and not self._comes_again(pod, ended["exitCode"]):
                self.stop()
            return
        if is_deleting(pod) and self.key.kind != READINESS:
            self.set_result(SUCCESS)
            self.stop()
            return
        self._ask_when_due(entry)

    def _comes_again(self, pod: Object, exit_code: int) -> bool:
        spec = pod["spec"]
        for container in (*spec["containers"], *spec.get("initContainers", ())):
            if container["name"] == self.key.container:
                return restarts_after(container, pod, exit_code)
        return False

    def _follow(self, container_id: str) -> None:
        if container_id == self.container_id:
            return
        self.kubelet.probes.results.pop((self.container_id, self.key.kind), None)
        self.container_id = container_id
        self.set_result(self._initial(container_id))
        self.on_hold = False

    def _initial(self, container_id: str) -> str:
        """What holds until it is asked: of a container that ran before this kubelet did, what was written of it.

        Kubernetes: newWorker; without the feature ChangeContainerStatusOnKubeletRestart
        """
        status = self.kubelet.statuses.get(self.key.pod_uid) or {}
        entry = entry_of(status, self.key.container) or {}
        if not self.kubelet.probes.is_older(entry) or self.key.kind == LIVENESS:
            return INITIAL[self.key.kind]
        known = entry["ready" if self.key.kind == READINESS else "started"]
        if known:
            return SUCCESS
        return INITIAL[self.key.kind]

    def _ask_when_due(self, entry: Object) -> None:
        since = seconds_of(entry["state"]["running"]["startedAt"])
        since -= self.kubelet.skew
        delay = self.spec.get("initialDelaySeconds", 0)
        if self.now - since < delay:
            self._sleep(max(since + delay, self.ticker.after(self.now)))
            return
        # The startup probe is over once the container has started, the others wait for that.
        if bool(entry.get("started")) == (self.key.kind == STARTUP):
            return
        container = self._container()
        if container is None:
            return
        if container.first_request is None and "httpGet" in self.spec:
            container.first_request = container.age(self.now)
        answer = ask(self.spec, self._asked(container))
        limit = float(self.spec.get("timeoutSeconds", 1))
        if answer.seconds > limit:
            answer = _timed_out(answer, self.spec, limit)
        if not answer.seconds:
            self._answered(container, answer)
            return
        self.asking = True
        about = (self._later_answered, container, answer)
        subject = self.kubelet.subject(self.key.pod_uid)
        self.kubelet.timers.after(answer.seconds, subject, *about)

    def _later_answered(self, container: RuntimeContainer, answer: Answer) -> None:
        self.asking = False
        if not self.stopped:
            self._answered(container, answer)

    def _container(self) -> RuntimeContainer | None:
        machine = self.kubelet.machine
        found = machine.find(self.key.pod_uid, self.key.container)
        if found is not None and found.state == RUNNING:
            return found
        return None

    def _asked(self, container: RuntimeContainer) -> Asked:
        script = self.kubelet.script(self.key.pod_uid, container)
        window = script.ready if self.key.kind == READINESS else script.alive
        status = self.kubelet.statuses.get(self.key.pod_uid) or {}
        return Asked(
            container=container.spec,
            age=container.age(self.now),
            window=window,
            pod_ip=status.get("podIP", ""),
            first_request=container.first_request,
            listens=script.listens,
            files=script.files,
        )

    def _answered(self, container: RuntimeContainer, answer: Answer) -> None:
        self._tell(answer)
        if answer.ends:
            self.kubelet.machine.end(container, 0)
        if answer.result == ERROR:
            # No result at all: neither of the two counts.
            self._sleep(self.ticker.after(self.now))
            return
        self.run = self.run + 1 if answer.result == self.last_result else 1
        self.last_result = answer.result
        threshold = "successThreshold"
        if answer.result == FAILURE:
            threshold = "failureThreshold"
        default = 3 if answer.result == FAILURE else 1
        reached = self.run >= self.spec.get(threshold, default)
        # Before the result is told: what it brings about (a sync) may ask again at once.
        self._plan(container, answer, reached=reached)
        if not reached:
            return
        if answer.result == FAILURE and self.key.kind != READINESS:
            self.on_hold = True
            self.settled = self.container_id
            self.run = 0
            self._sleep(NEVER)
        self.set_result(answer.result)

    def _plan(
        self, container: RuntimeContainer, answer: Answer, *, reached: bool
    ) -> None:
        settled = reached and answer.result == SUCCESS and not answer.seconds
        self.settled = ""
        if settled and not answer.ends:
            self.settled = self.container_id
            self._sleep(max(container.started + answer.until, self._next()))
        else:
            self._sleep(self._next())

    def _next(self) -> float:
        return self.ticker.after(self.now)

    def _tell(self, answer: Answer) -> None:
        if answer.result == SUCCESS:
            return
        title = self.key.kind.capitalize()
        text = f"{title} probe failed: {answer.output}"
        if answer.result == ERROR:
            text = (
                f"{title} probe errored and resulted in unknown state: {answer.output}"
            )
        uid = self.key.pod_uid
        name = self.key.container
        self.kubelet.tell(uid, "Warning", "Unhealthy", text, container=name)

    def set_result(self, result: str) -> None:
        """Keep a result; one that differs from the last is news for the kubelet."""
        self.kubelet.probes.set(self.key, self.container_id, result)


def _timed_out(answer: Answer, handler: Object, limit: float) -> Answer:
    command = " ".join(handler.get("exec", {}).get("command", ()))
    text = f'command timed out: "{command}" timed out after {limit:g}s'
    return answer._replace(result=FAILURE, output=text, seconds=limit)


def entry_of(status: Object, name: str) -> Object | None:
    """The status of one container, of whichever kind."""
    for field in ("containerStatuses", "initContainerStatuses"):
        for entry in status.get(field, ()):
            if entry["name"] == name:
                return dict(entry)
    return None

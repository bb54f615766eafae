"""One sync of a Pod that is to run: its status first, then what is to be done.

Kubernetes: pkg/kubelet/kubelet.go SyncPod, pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod
"""

from __future__ import annotations

from dataclasses import dataclass

from k8slearn.apimachinery.objects import Object, annotations_of, name, namespace
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.actions import Actions, compute_pod_actions, definition
from k8slearn.kubelet.backoff import duration
from k8slearn.kubelet.environment import flaw_of_paths
from k8slearn.kubelet.generate import TERMINAL, Problem
from k8slearn.kubelet.handlers import SUCCESS, Answer, Asked, ask
from k8slearn.kubelet.host import Host, Worker
from k8slearn.kubelet.hosts import flaw_of_name
from k8slearn.kubelet.node_status import NO_NETWORK
from k8slearn.kubelet.outcome import SyncOutcome
from k8slearn.kubelet.references import missing_for_env
from k8slearn.kubelet.restart_all import Restart, should_restart
from k8slearn.kubelet.runtime import RuntimeContainer, RuntimePodStatus
from k8slearn.kubelet.security import breaks_non_root
from k8slearn.kubelet.tasks import PARKED, Gathering, SteppedTask
from k8slearn.kubelet.termination import Kill, kill_pod
from k8slearn.kubelet.volumes import Mounting

# What the recorded runtime takes.
RUN_SANDBOX = 0.1
CREATE = 0.05
START = 0.05
SANDBOX = "play/sandbox"
NO_ADDRESS = (
    "rpc error: code = Unknown desc = failed to setup network for sandbox: "
    'plugin type="play" failed (add): no addresses left'
)
CANNOT_CREATE = "failed to create containerd container: play: cannot be created"
CANNOT_START = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    'unable to start container process: error during container init: exec: "play": executable file not found in $PATH'
)


def sync_pod(
    kubelet: Host, worker: Worker, pod: Object, status: RuntimePodStatus
) -> None:
    """Begin a sync; the worker is told when it is over."""
    PodSync(kubelet, worker, pod, status).begin()


@dataclass
class SandboxPlay:
    """What the annotation of a play says of a Pod's sandbox: how many tries fail, and how much longer each takes."""

    fails: int = 0
    slow: float = 0.0


def sandbox_play(pod: Object) -> SandboxPlay:
    """The words of the annotation, `fail=N` and `slow=SECONDS`."""
    found = SandboxPlay()
    for word in annotations_of(pod).get(SANDBOX, "").split():
        kind, _, value = word.partition("=")
        if kind == "fail":
            found.fails = int(value)
        elif kind == "slow":
            found.slow = float(value)
    return found


class PodSync:
    """One sync under way."""

    def __init__(
        self, kubelet: Host, worker: Worker, pod: Object, status: RuntimePodStatus
    ) -> None:
        self.kubelet = kubelet
        self.worker = worker
        self.pod = pod
        self.status = status
        self.uid = worker.uid
        self.problems: dict[str, Problem] = {}
        self.good: set[str] = set()
        self.failed = False
        self.backoff_until: float | None = None
        self.started = False
        self.init_stopped = False
        self.task = SteppedTask(kubelet.timers, kubelet.subject(worker.uid), self._over)

    def begin(self) -> None:
        """The status, then all that stands before the runtime's work. Kubernetes: kubelet.SyncPod"""
        kubelet = self.kubelet
        pod = self.pod
        # A mirror of another Pod of that name must not get this one's status.
        kubelet.static_pods.mirror(pod)
        asked: list[str] = []
        status = kubelet.generate(pod, self.status, terminal=False, asked=asked)
        kubelet.statuses.set(pod, status)
        if status["phase"] in TERMINAL:
            self.worker.synced(SyncOutcome(terminal=True))
            return
        kubelet.probes.trigger(self.uid, asked)
        if kubelet.network_is_down and not pod["spec"].get("hostNetwork"):
            text = f"network is not ready: {NO_NETWORK}"
            kubelet.tell(self.uid, "Warning", "NetworkNotReady", text)
            self.worker.synced(SyncOutcome("network"))
            return
        self.task.then(self._mount).then(self._act)
        self.task.go()

    def _mount(self) -> float | None:
        return Mounting(self.kubelet, self.worker, self.pod, self.task).begin()

    def _act(self) -> None:
        if not self.kubelet.volumes.are_mounted(self.pod):
            # The Pod is to be ended, or the wait was too long: it is tried again.
            self.failed = True
            return
        self._look_for_pull_secrets()
        if self.uid in self.kubelet.restarting and should_restart(
            self.pod, self.status
        ):
            restart = Restart(self.kubelet, self.pod, self.task)
            self.started = True
            self.task.first((restart.begin, ()), (restart.end, ()))
            return
        self.kubelet.probes.add(self.pod)
        actions = compute_pod_actions(self.pod, self.status, self.kubelet.probes.of)
        self._plan(actions)

    def _look_for_pull_secrets(self) -> None:
        """Kubernetes: getPullSecretsForPod"""
        place = namespace(self.pod)
        missing = []
        for ref in self.pod["spec"].get("imagePullSecrets", ()):
            if not self.kubelet.client.get("Secret", ref["name"], place):
                missing.append(ref["name"])
        if not missing:
            return
        named = ", ".join(missing)
        text = (
            f"Unable to retrieve some image pull secrets ({named}); "
            "attempting to pull the image may not succeed."
        )
        reason = "FailedToRetrieveImagePullSecret"
        self.kubelet.tell(self.uid, "Warning", reason, text)

    # What is to be done, as steps ------------------------------------------------------------------------------

    def _plan(self, actions: Actions) -> None:
        """Kubernetes: kuberuntime SyncPod"""
        steps = []
        if actions.create_sandbox and actions.sandbox_changed:
            text = "Pod sandbox changed, it will be killed and re-created."
            self.kubelet.tell(self.uid, "Normal", "SandboxChanged", text)
        if actions.kill_pod and self.status.sandboxes:
            steps += kill_pod(self.kubelet, self.pod, None, self.task)
        elif actions.kill:
            steps.append((self._kill, (actions,)))
        if actions.create_sandbox:
            steps.append((self._make_sandbox, ()))
            steps.append((self._sandbox_made, ()))
        for container in actions.start_ephemeral:
            steps.append((self._begin_container, (container, False)))
        for container in actions.start_init:
            steps.append((self._begin_container, (container, True)))
        for container in actions.start:
            steps.append((self._begin_container, (container, False)))
        self.task.first(*steps)

    def _kill(self, actions: Actions) -> float | None:
        machine = self.kubelet.machine
        found = []
        for status, spec, message, probe in actions.kill:
            container = machine.find(self.uid, spec["name"])
            if container is not None and container.id == status.id:
                found.append((container, message, probe))
        if not found:
            return None
        gathering = Gathering(len(found), self.task.go)
        for container, message, probe in found:
            about = (self.kubelet, self.pod, container, gathering.one_done)
            Kill(*about, message=message, probe=probe).go()
        return PARKED

    def _make_sandbox(self) -> float:
        play = sandbox_play(self.pod)
        tries = self.kubelet.machine.sandbox_tries
        tries[self.uid] = tries.get(self.uid, 0) + 1
        flaw = flaw_of_name(self.pod)
        if flaw or tries[self.uid] <= play.fails:
            self.task.first((self._sandbox_failed, (flaw or NO_ADDRESS,)))
        return (RUN_SANDBOX + play.slow) * self.kubelet.slowness

    def _sandbox_failed(self, why: str) -> None:
        text = f"Failed to create pod sandbox: {why}"
        self.kubelet.tell(self.uid, "Warning", "FailedCreatePodSandBox", text)
        self.failed = True
        self.task.steps.clear()

    def _sandbox_made(self) -> None:
        address = self.kubelet.new_address(self.pod)
        self.kubelet.machine.run_sandbox(self.uid, address)
        self.kubelet.statuses.set_ready_to_start(self.pod)

    # One container ---------------------------------------------------------------------------------------------

    def _begin_container(self, container: Object, init: bool) -> float | None:
        if self.init_stopped:
            return None
        if self._holds_back(container):
            self._not_started(container, init)
            return None
        about = _Starting(self, container, init)
        self.kubelet.images.ensure(self.uid, container, about.pulled)
        about.in_step = False
        if not about.is_over:
            return PARKED
        return None

    def _holds_back(self, container: Object) -> bool:
        """Whether the container is in its crash back-off. Kubernetes: doBackOff"""
        title = container["name"]
        ended = self.status.exited(title)
        if ended is None:
            return False
        now = self.kubelet.timers.now
        # By its definition: a container that was changed does not wait for what the old one did.
        key = f"{self.uid}_{title}_{definition(container)}"
        backoff = self.kubelet.crash_backoff
        if not backoff.is_in_backoff_since(key, ended.finished, now):
            backoff.next(key, ended.finished, now)
            return False
        wait = backoff.get(key)
        self._tell_of_backoff(title, wait)
        until = ended.finished + wait
        # The sync is tried again when the first of them may start.
        if self.backoff_until is None or until < self.backoff_until:
            self.backoff_until = until
        return True

    def _tell_of_backoff(self, title: str, wait: float) -> None:
        pod = f"{name(self.pod)}_{namespace(self.pod)}({self.uid})"
        text = f"Back-off restarting failed container {title} in pod {pod}"
        self.kubelet.tell(self.uid, "Warning", "BackOff", text, container=title)
        message = (
            f"back-off {duration(wait)} restarting failed container={title} pod={pod}"
        )
        self.problems[title] = Problem("CrashLoopBackOff", message)

    def not_started(self, container: Object, init: bool, problem: Problem) -> None:
        """A container could not be started."""
        self.problems[container["name"]] = problem
        self.failed = True
        self._not_started(container, init)

    def _not_started(self, container: Object, init: bool) -> None:
        if init and not is_sidecar(container):
            # What follows rests on it.
            self.init_stopped = True

    def was_started(self, container: Object) -> None:
        """A container runs."""
        self.good.add(container["name"])
        self.started = True

    # The end ---------------------------------------------------------------------------------------------------

    def _over(self, error: Exception | None) -> None:
        self.kubelet.keep_problems(self.uid, self.problems, self.good)
        outcome = SyncOutcome(started=self.started)
        if error is not None or self.failed:
            outcome = SyncOutcome("error")
        if self.backoff_until is not None:
            outcome = SyncOutcome("backoff", self.backoff_until)
        self.worker.synced(outcome)


class _Starting:
    """One container on its way: image, configuration, creation, start, hook. Kubernetes: startContainer"""

    def __init__(self, sync: PodSync, container: Object, init: bool) -> None:
        self.sync = sync
        self.kubelet = sync.kubelet
        self.spec = container
        self.name = str(container["name"])
        self.init = init
        self.is_over = False
        self.in_step = True
        self.script = sync.kubelet.script_for(sync.pod, container)
        self.container: RuntimeContainer | None = None
        self.task = SteppedTask(sync.kubelet.timers, sync.task.subject, self._done)

    def pulled(self, problem: Problem | None) -> None:
        """The image is there, or not."""
        if problem is not None:
            self._fail(problem, f"Error: {problem.reason}")
            self._end()
            return
        place = namespace(self.sync.pod)
        problem_text = missing_for_env(self.spec, place, self.kubelet.client.get)
        problem_text = problem_text or breaks_non_root(self.sync.pod, self.spec)
        about = (self.kubelet.client, self.sync.pod, self.spec, self.kubelet.timers.now)
        problem_text = problem_text or flaw_of_paths(*about)
        if problem_text:
            problem = Problem("CreateContainerConfigError", problem_text)
            self._fail(problem, f"Error: {problem_text}")
            self._end()
            return
        self.task.then(self._wait, CREATE).then(self._create).then(self._start)
        self.in_step = False
        self.task.go()

    def _wait(self, seconds: float) -> float:
        return seconds * self.kubelet.slowness

    def _create(self) -> float | None:
        sync = self.sync
        if self.script.error == "create":
            problem = Problem("CreateContainerError", CANNOT_CREATE)
            self._fail(problem, f"Error: {CANNOT_CREATE}")
            self.task.steps.clear()
            return None
        before = sync.status.find(self.name)
        restarts = 0
        if before is not None:
            restarts = before.restarts + 1
        elif sync.uid in self.kubelet.restarting:
            # Of one that starts anew with all others nothing is left but the number of its starts.
            restarts = self.kubelet.machine.starts.get((sync.uid, self.name), 0)
        about = (sync.uid, self.spec, self.script, restarts, definition(self.spec))
        self.container = self.kubelet.machine.create(*about)
        self._tell("Normal", "Created", "Container created")
        return START * self.kubelet.slowness

    def _start(self) -> float | None:
        assert self.container is not None
        machine = self.kubelet.machine
        if self.script.error == "start":
            machine.fail_start(self.container, CANNOT_START)
            problem = Problem("RunContainerError", CANNOT_START)
            self._fail(problem, f"Error: {CANNOT_START}")
            return None
        machine.start(self.container)
        self._tell("Normal", "Started", "Container started")
        hook = self.spec.get("lifecycle", {}).get("postStart")
        if not hook:
            self.sync.was_started(self.spec)
            return None
        asked = Asked(
            container=self.spec,
            age=0.0,
            window=self.script.alive,
            pod_ip=self.kubelet.pod_ip(self.sync.uid),
        )
        answer = ask(hook, asked)
        self.task.then(self._hook_done, answer)
        return answer.seconds

    def _hook_done(self, answer: Answer) -> float | None:
        assert self.container is not None
        if answer.ends:
            self.kubelet.machine.end(self.container, 0)
        if answer.result == SUCCESS:
            self.sync.was_started(self.spec)
            return None
        self._tell("Warning", "FailedPostStartHook", "PostStartHook failed")
        problem = Problem("PostStartHookError", "PostStartHook failed")
        self.sync.not_started(self.spec, self.init, problem)
        about = (self.kubelet, self.sync.pod, self.container, self._killed)
        Kill(*about, message="FailedPostStartHook").go()
        return PARKED

    def _killed(self, error: Exception | None) -> None:
        self.task.go()

    def _fail(self, problem: Problem, text: str) -> None:
        self._tell("Warning", "Failed", text)
        self.sync.not_started(self.spec, self.init, problem)

    def _tell(self, kind: str, reason: str, message: str) -> None:
        self.kubelet.tell(self.sync.uid, kind, reason, message, container=self.name)

    def _done(self, error: Exception | None) -> None:
        if error is not None:
            self.sync.failed = True
        self._end()

    def _end(self) -> None:
        was_in_step = self.in_step
        self.is_over = True
        # Whoever answers at once is still inside the sync's own step, which goes on by itself.
        if not was_in_step:
            self.sync.task.go()

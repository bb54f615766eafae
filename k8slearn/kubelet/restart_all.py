"""All containers of a Pod started anew in their sandbox, since one of them ended as a rule says.

Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_manager.go getContainersToReset, pkg/kubelet/container/helpers.go
ShouldAllContainersRestart, pkg/kubelet/status/generate.go GenerateAllContainersRestartingCondition
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, is_deleting, uid
from k8slearn.kinds.pod_template.container_lists import FROM_MANIFEST
from k8slearn.kubelet.conditions import ENDED, RESTARTING
from k8slearn.kubelet.generate import STATUSES, TERMINAL
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.restarts import RESTART_ALL, matching_action
from k8slearn.kubelet.runtime import EXITED, RuntimePodStatus
from k8slearn.kubelet.tasks import PARKED, Gathering, SteppedTask
from k8slearn.kubelet.termination import Kill


def could_restart(spec: Object) -> bool:
    """Whether the Pod has a rule by which all start anew. Kubernetes: AllContainersCouldRestart"""
    for group in FROM_MANIFEST:
        for container in spec.get(group, ()):
            for rule in container.get("restartPolicyRules", ()):
                if rule["action"] == RESTART_ALL:
                    return True
    return False


def should_restart(pod: Object, status: RuntimePodStatus) -> bool:
    """Whether one of them has ended so. Kubernetes: ShouldAllContainersRestart"""
    if is_deleting(pod):
        return False
    for group in FROM_MANIFEST:
        for container in pod["spec"].get(group, ()):
            found = status.find(container["name"])
            if found is None or found.state != EXITED:
                continue
            if matching_action(container, found.exit_code) == RESTART_ALL:
                return True
    return False


def condition(phase: str, under_way: bool) -> Object:
    """What is told of it."""
    entry: Object = {"type": RESTARTING, "status": "False"}
    if phase in TERMINAL:
        entry["reason"] = ENDED[phase]
    elif under_way:
        entry["status"] = "True"
        entry["reason"] = "RestartAllContainersStarted"
        entry["message"] = "container exited with restart policy rule"
    return entry


class Restart:
    """One such restart: whoever runs is ended, without its hooks, and all are forgotten by the runtime."""

    def __init__(self, kubelet: Host, pod: Object, task: SteppedTask) -> None:
        self.kubelet = kubelet
        self.pod = pod
        self.task = task

    def begin(self) -> float | None:
        """A step."""
        kubelet = self.kubelet
        kubelet.restarting[uid(self.pod)] = True
        self._tell()
        running = kubelet.machine.running(uid(self.pod))
        if not running:
            return None
        gathering = Gathering(len(running), self.task.go)
        for container in running:
            Kill(kubelet, self.pod, container, gathering.one_done, grace=0).go()
        return PARKED

    def _tell(self) -> Object:
        self.kubelet.pleg.refresh(uid(self.pod))
        status = self.kubelet.pleg.cache[uid(self.pod)]
        made = self.kubelet.generate(self.pod, status, terminal=False)
        self.kubelet.statuses.set(self.pod, made)
        return made

    def end(self) -> None:
        """A step: as they have ended they are remembered, and wait for their start."""
        pod_uid = uid(self.pod)
        made = dict(self._tell())
        for group in STATUSES.values():
            if group in made:
                made[group] = [_waiting(entry) for entry in made[group]]
        self.kubelet.machine.containers[pod_uid] = []
        self.kubelet.pleg.refresh(pod_uid)
        self.kubelet.probes.remove(pod_uid)
        self.kubelet.restarting[pod_uid] = False
        others = [c for c in made["conditions"] if c["type"] != RESTARTING]
        made["conditions"] = [*others, condition("", under_way=False)]
        self.kubelet.statuses.set(self.pod, made)


def _waiting(entry: Object) -> Object:
    ended = entry["state"].get("terminated")
    last = entry.get("lastState", {}) if ended is None else {"terminated": ended}
    state = {"waiting": {"reason": "PodInitializing"}}
    return {
        **entry,
        "state": state,
        "lastState": last,
        "ready": False,
        "started": False,
    }

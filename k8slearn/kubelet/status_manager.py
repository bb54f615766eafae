"""The statuses that a kubelet has of its Pods, and their way to the API server.

Kubernetes: pkg/kubelet/status/status_manager.go
"""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import Object, is_deleting, name, namespace, uid
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.conditions import OWN, READY_TO_START, containers_ready, ready
from k8slearn.kubelet.generate import TERMINAL
from k8slearn.kubelet.host import Host
from k8slearn.kubelet.mirrors import is_static
from k8slearn.kubelet.runtime import KILLED

LOST = "The container could not be located when the pod was terminated"
DISRUPTION = "DisruptionTarget"
# Whoever writes a status leaves the fields of others as they are.
_OWN_FIELDS = (
    "phase",
    "reason",
    "message",
    "conditions",
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses",
    "hostIP",
    "hostIPs",
    "podIP",
    "podIPs",
    "startTime",
    "qosClass",
    "observedGeneration",
)


class StatusManager:
    """The last status of each Pod; one that differs from the one before is sent at once."""

    def __init__(self, kubelet: Host) -> None:
        self.kubelet = kubelet
        self.known: dict[str, Object] = {}
        self.finished: set[str] = set()

    def get(self, pod_uid: str) -> Object | None:
        """The status that was last set. Kubernetes: GetPodStatus"""
        return self.known.get(pod_uid)

    def set(self, pod: Object, status: Object) -> None:
        """Kubernetes: SetPodStatus"""
        pod_uid = uid(pod)
        old = self.known.get(pod_uid) or pod.get("status", {})
        now = self.kubelet.stamp(self.kubelet.timers.now)
        generation = pod["metadata"].get("generation")
        if generation is not None:
            status["observedGeneration"] = generation
        status["conditions"] = [
            _dated(entry, old, now, generation)
            for entry in status.get("conditions", ())
        ]
        status["startTime"] = old.get("startTime") or now
        # What was told already is not told again: most syncs find nothing new.
        if self.known.get(pod_uid) == status:
            return
        self.known[pod_uid] = status
        self.send(pod_uid)
        self.kubelet.probes.wake(pod_uid)

    def set_condition(self, pod: Object, entry: Object) -> None:
        """Change one condition alone."""
        status = self.known.get(uid(pod))
        if status is None:
            return
        others = []
        for condition in status["conditions"]:
            if condition["type"] != entry["type"]:
                others.append(condition)
            elif condition["status"] == entry["status"]:
                return
        conditions = _in_order([*others, entry])
        self.set(pod, {**status, "conditions": conditions})

    def set_ready_to_start(self, pod: Object) -> None:
        """The sandbox is there."""
        self.set_condition(pod, {"type": READY_TO_START, "status": "True"})

    def set_container(
        self, pod: Object, container_id: str, field: str, value: bool
    ) -> None:
        """Write a probe's result, ahead of any sync. Kubernetes: SetContainerReadiness, SetContainerStartup"""
        status = self.known.get(uid(pod))
        if status is None:
            return
        changed = _with_container(status, container_id, field, value)
        if changed is None:
            return
        if field == "ready":
            # What follows from it follows at once.
            containers = containers_ready(pod, changed)
            fresh = [ready(pod, changed, containers), containers]
            names = {entry["type"] for entry in fresh}
            others = [c for c in changed["conditions"] if c["type"] not in names]
            changed["conditions"] = _in_order([*others, *fresh])
        self.set(pod, changed)

    def terminate(self, pod: Object) -> None:
        """Nothing of the Pod is left on the Node: it may go. Kubernetes: TerminatePod"""
        self.finished.add(uid(pod))
        status = self.known.get(uid(pod))
        if status is not None and not is_static(pod):
            self.set(pod, ended_for_good(pod, status))
        self.send(uid(pod))

    def forget(self, pod_uid: str) -> None:
        """The Pod is gone."""
        self.known.pop(pod_uid, None)
        self.finished.discard(pod_uid)

    def send(self, pod_uid: str) -> None:
        """Write the status; a Pod that is finished and to be deleted goes. Kubernetes: syncPod"""
        pod = self.kubelet.api_pod(pod_uid)
        status = self.known.get(pod_uid)
        if pod is None or status is None:
            return
        merged = self._merged(pod, status)
        written = {}
        for field, value in pod["status"].items():
            if field not in _OWN_FIELDS:
                written[field] = value
        for field in _OWN_FIELDS:
            if field in merged:
                written[field] = merged[field]
        client = self.kubelet.client
        try:
            pod = client.update_status({**pod, "status": written})
            if is_deleting(pod) and pod_uid in self.finished:
                client.delete("Pod", name(pod), namespace(pod), grace=0, uid=uid(pod))
        except ApiError:
            # Gone meanwhile, or refused: the next status is another one.
            return

    def _merged(self, pod: Object, status: Object) -> Object:
        """What is written, from what is there and what was set. Kubernetes: mergePodStatus"""
        old = pod["status"]
        merged = dict(status)
        others = [c for c in old.get("conditions", ()) if c["type"] not in OWN]
        own = [c for c in status.get("conditions", ()) if c["type"] in OWN]
        ends = status["phase"] in TERMINAL and old.get("phase") not in TERMINAL
        waits = self.kubelet.could_have_running_containers(uid(pod))
        for entry in status.get("conditions", ()):
            # It is told with the end, not before.
            if entry["type"] == DISRUPTION and ends and not waits:
                others = [c for c in others if c["type"] != DISRUPTION]
                others.append(entry)
        merged["conditions"] = [*others, *own]
        if ends and waits:
            for field in ("phase", "reason", "message"):
                merged.pop(field, None)
                if field in old:
                    merged[field] = old[field]
        return merged


def _with_container(
    status: Object, container_id: str, field: str, value: bool
) -> Object | None:
    """A status with one field of one container changed, None where it was so before."""
    for group in ("containerStatuses", "initContainerStatuses"):
        entries = status.get(group, ())
        for index, entry in enumerate(entries):
            if entry.get("containerID") != container_id:
                continue
            if entry[field] == value:
                return None
            changed = list(entries)
            changed[index] = {**entry, field: value}
            return {**status, group: changed}
    return None


def ended_for_good(pod: Object, status: Object) -> Object:
    """The last status of a Pod: whatever began and did not end by itself counts as lost. Kubernetes: TerminatePod"""
    made = dict(status)
    inits = made.get("initContainerStatuses", [])
    if inits:
        begun = [i for i, entry in enumerate(inits) if _has_begun(entry)]
        # At least the first was to be started. Kubernetes: initializedContainers
        last = max(begun, default=0)
        made["initContainerStatuses"] = [
            _lost(entry) if i <= last else entry for i, entry in enumerate(inits)
        ]
    # As it was written before the end: who is killed while it initializes has not done so.
    if "containerStatuses" in made and _is_initialized(pod, pod["status"]):
        made["containerStatuses"] = [_lost(e) for e in made["containerStatuses"]]
    if made["phase"] not in TERMINAL:
        made["phase"] = "Failed"
    return made


def _has_begun(entry: Object) -> bool:
    return "waiting" not in entry["state"] or bool(entry.get("lastState"))


def _is_initialized(pod: Object, status: Object) -> bool:
    """Kubernetes: hasPodInitialized"""
    specs = pod["spec"].get("initContainers", [])
    if not specs or any(map(_has_begun, status.get("containerStatuses", ()))):
        return True
    entries = status.get("initContainerStatuses", [])
    if len(entries) < len(specs):
        return False
    last = entries[-1]
    if is_sidecar(specs[-1]):
        return bool("running" in last["state"] and last["started"])
    ends = (
        last["state"].get("terminated"),
        last.get("lastState", {}).get("terminated"),
    )
    return any(end is not None and not end["exitCode"] for end in ends)


def _lost(entry: Object) -> Object:
    if "terminated" in entry["state"]:
        return entry
    ended = {"exitCode": KILLED, "reason": "ContainerStatusUnknown", "message": LOST}
    return {**entry, "state": {"terminated": ended}, "ready": False, "started": False}


def _in_order(entries: list[Object]) -> list[Object]:
    """The kubelet's own conditions in their order, after those of others."""
    place = {kind: i for i, kind in enumerate(OWN)}
    return sorted(entries, key=lambda entry: place.get(entry["type"], -1))


def _dated(entry: Object, old: Object, now: str, generation: int | None) -> Object:
    """A condition with the time of its last change. Kubernetes: updateLastTransitionTime"""
    since = entry.get("lastTransitionTime") or now
    if entry["type"] in OWN:
        since = now
        for before in old.get("conditions", ()):
            if before["type"] == entry["type"] and before["status"] == entry["status"]:
                since = before.get("lastTransitionTime") or now
    dated: Object = {
        **entry,
        # The real kubelet has not written a probe's time for years; the field is there and null.
        "lastProbeTime": None,
        "lastTransitionTime": since,
    }
    if generation is not None and entry["type"] in OWN:
        dated["observedGeneration"] = generation
    return dated

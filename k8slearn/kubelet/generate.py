"""A Pod's status from what the runtime tells, the status before and what the last sync could not do. Pure functions.

Kubernetes: pkg/kubelet/kubelet_pods.go generateAPIPodStatus, convertToAPIContainerStatuses, getPhase
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, is_deleting
from k8slearn.kinds.pod_template.container_lists import is_sidecar
from k8slearn.kubelet.conditions import OWN, kubelet_conditions
from k8slearn.kubelet.restarts import restarts_after, should_be_restarted
from k8slearn.kubelet.runtime import (
    EXITED,
    KILLED,
    RUNNING,
    RuntimeContainerStatus,
    RuntimePodStatus,
)

Stamp = Callable[[float], str]
LOST = "The container could not be located when the pod was deleted.  The container used to be Running"
TERMINAL = ("Failed", "Succeeded")
STATUSES = {
    "containers": "containerStatuses",
    "initContainers": "initContainerStatuses",
    "ephemeralContainers": "ephemeralContainerStatuses",
}
"""A list of the spec, and the one of the status that tells of it."""


class Problem(NamedTuple):
    """Why a container could not be started in the last sync: an entry of upstream's reasonCache."""

    reason: str
    message: str


Problems = Mapping[str, Problem]


def container_url(container_id: str) -> str:
    """A container's id as a Pod's status has it; one of another runtime, taken over, is a whole address already."""
    if "://" in container_id:
        return container_id
    return f"containerd://{container_id}"


def container_statuses(
    pod: Object,
    status: RuntimePodStatus,
    before: Iterable[Object],
    problems: Problems,
    stamp: Stamp,
    *,
    field: str,
) -> list[Object]:
    """The statuses of the containers in one of the spec's lists (`field`), in its order."""
    specs = pod["spec"].get(field, [])
    init = field == "initContainers"
    old = {found["name"]: found for found in before}
    found = [_status(pod, spec, status, old.get(spec["name"]), stamp) for spec in specs]
    for spec, entry in zip(specs, found, strict=True):
        _hold_back(pod, spec, status, entry, problems, init=init)
    # Only those of init containers keep the spec's order. Kubernetes: SortedContainerStatuses
    if init:
        return found
    return sorted(found, key=lambda entry: str(entry["name"]))


def _status(
    pod: Object,
    spec: Object,
    status: RuntimePodStatus,
    old: Object | None,
    stamp: Stamp,
) -> Object:
    same = [one for one in status.containers if one.name == spec["name"]]
    if not same:
        return _unseen(pod, spec, old)
    newest = same[0]
    entry = _entry(spec, old)
    entry |= {"restartCount": newest.restarts, "image": newest.image}
    entry |= {"imageID": newest.image_id, "containerID": container_url(newest.id)}
    if old is not None and old.get("containerID") == entry["containerID"]:
        # The same container: what its runtime has told of it and is not worked out here stays told.
        entry = {**old, **entry, "image": old["image"], "imageID": old["imageID"]}
    entry["state"] = _state(newest, stamp)
    if newest.resources:
        entry |= _given(newest.resources)
    if len(same) > 1:
        entry["lastState"] = _state(same[1], stamp)
    elif old is not None:
        entry["lastState"] = old.get("lastState", {})
    return entry


def _given(resources: Object) -> Object:
    """What a container has been given. Kubernetes: convertContainerStatusResources"""
    told = {
        side: resources[side] for side in ("limits", "requests") if side in resources
    }
    found: Object = {"resources": told}
    if "requests" in told:
        found["allocatedResources"] = told["requests"]
    return found


def _entry(spec: Object, old: Object | None) -> Object:
    """A container that waits, with what is remembered of it."""
    return {
        "name": spec["name"],
        "image": spec["image"],
        "imageID": "",
        "lastState": {} if old is None else old.get("lastState", {}),
        "ready": False,
        "restartCount": 0 if old is None else old.get("restartCount", 0),
        "started": False,
        "state": {},
    }


def _unseen(pod: Object, spec: Object, old: Object | None) -> Object:
    """The status of a container of which the runtime has nothing."""
    if old is not None and "terminated" in old.get("state", {}):
        return dict(old)
    entry = _entry(spec, old)
    reason = "ContainerCreating"
    if pod["spec"].get("initContainers"):
        reason = "PodInitializing"
    entry["state"] = {"waiting": {"reason": reason}}
    if old is None or "running" not in old.get("state", {}) or entry["lastState"]:
        return entry
    # It did run: without this the Pod would look as if it never had.
    lost = {"exitCode": KILLED, "reason": "ContainerStatusUnknown", "message": LOST}
    entry["lastState"] = {"terminated": lost}
    if not is_deleting(pod):
        entry["restartCount"] += 1
    return entry


def _state(found: RuntimeContainerStatus, stamp: Stamp) -> Object:
    if found.state == RUNNING:
        return {"running": {"startedAt": stamp(found.started)}}
    if found.state != EXITED:
        return {"waiting": {}}
    ended: Object = {
        "exitCode": found.exit_code,
        "reason": found.reason,
        "startedAt": stamp(found.started),
        "finishedAt": stamp(found.finished),
        "containerID": container_url(found.id),
    }
    if found.message:
        ended["message"] = found.message
    return {"terminated": ended}


def _hold_back(
    pod: Object,
    spec: Object,
    status: RuntimePodStatus,
    entry: Object,
    problems: Problems,
    *,
    init: bool,
) -> None:
    """A container that is to be started and could not be waits, with the reason."""
    found = status.find(spec["name"])
    if init and found is not None and found.state == EXITED and not found.exit_code:
        # Finished init containers are not started again.
        return
    problem = problems.get(spec["name"])
    if problem is None or not should_be_restarted(spec, pod, status):
        return
    if "terminated" in entry["state"]:
        entry["lastState"] = entry["state"]
    waiting: Object = {"reason": problem.reason}
    if problem.message:
        waiting["message"] = problem.message
    entry["state"] = {"waiting": waiting}


# The phase ----------------------------------------------------------------------------------------------------


def phase_of(
    pod: Object, entries: Iterable[Object], *, terminal: bool, initialized: bool
) -> str:
    """Kubernetes: getPhase"""
    by_name = {entry["name"]: entry for entry in entries}
    counts = _counted(pod, by_name)
    if counts.init_failed:
        return "Failed"
    waits = counts.init_pending or (counts.sidecars_pending and not initialized)
    if waits or counts.waiting:
        return "Pending"
    if counts.running and not counts.unknown:
        return "Running"
    if counts.running or not counts.stopped or counts.unknown:
        return "Pending"
    if not terminal and counts.restarting:
        return "Running"
    if counts.stopped == counts.succeeded:
        return "Succeeded"
    return "Failed"


class _Counts(NamedTuple):
    init_pending: int
    init_failed: int
    sidecars_pending: int
    unknown: int
    running: int
    waiting: int
    stopped: int
    restarting: int
    succeeded: int


def _counted(pod: Object, by_name: Mapping[str, Object]) -> _Counts:
    spec = pod["spec"]
    inits = spec.get("initContainers", ())
    kinds = [_init_kind(pod, c, by_name) for c in inits if not is_sidecar(c)]
    sidecars = [_sidecar_kind(by_name.get(c["name"])) for c in inits if is_sidecar(c)]
    mains = [_main_kind(pod, c, by_name) for c in spec["containers"]]
    stopped = [kind for kind in mains if kind.startswith("stopped")]
    return _Counts(
        init_pending=kinds.count("pending"),
        init_failed=kinds.count("failed"),
        sidecars_pending=sum("pending" in kind for kind in sidecars),
        unknown=mains.count("unknown"),
        running=mains.count("running") + sum("running" in kind for kind in sidecars),
        waiting=mains.count("waiting") + sidecars.count("waiting pending"),
        stopped=len(stopped),
        restarting=sum("again" in kind for kind in stopped),
        succeeded=sum("well" in kind for kind in stopped),
    )


def _ended(entry: Object) -> Object | None:
    """How the container last ended, if it does not run now."""
    state = entry.get("state", {})
    if "terminated" in state:
        return dict(state["terminated"])
    if "waiting" in state and "terminated" in entry.get("lastState", {}):
        return dict(entry["lastState"]["terminated"])
    return None


def _init_kind(pod: Object, spec: Object, by_name: Mapping[str, Object]) -> str:
    entry = by_name.get(spec["name"], {})
    ended = _ended(entry)
    if ended is None:
        return "pending"
    if not ended["exitCode"]:
        return "done"
    again = restarts_after(spec, pod, ended["exitCode"])
    # One that will be tried again counts as not yet done by the waiting of the main containers.
    if again:
        return "again"
    return "failed"


def _sidecar_kind(entry: Object | None) -> str:
    state = (entry or {}).get("state", {})
    if entry is not None and "running" in state:
        if entry.get("started"):
            return "running"
        return "running pending"
    if "terminated" in state:
        return "ended"
    if "waiting" in state:
        known = "terminated" in (entry or {}).get("lastState", {})
        if known:
            return "ended"
        return "waiting pending"
    return "pending"


def _main_kind(pod: Object, spec: Object, by_name: Mapping[str, Object]) -> str:
    entry = by_name.get(spec["name"], {})
    state = entry.get("state", {})
    if "running" in state:
        return "running"
    ended = _ended(entry)
    if ended is None:
        if "waiting" in state:
            return "waiting"
        return "unknown"
    code = ended["exitCode"]
    again = "again" if restarts_after(spec, pod, code) else ""
    return f"stopped {again} {'well' if not code else ''}"


# The whole ----------------------------------------------------------------------------------------------------


def merged_phase(status: Object, pod: Object, old: Object) -> None:
    """No way leads back from the end, and a reason stays as long as the phase does. Kubernetes: generateAPIPodStatus"""
    stored = pod.get("status", {}).get("phase", "")
    if status["phase"] not in TERMINAL:
        for phase in (old.get("phase", ""), stored):
            if phase in TERMINAL:
                status["phase"] = phase
                break
    if status["phase"] != old.get("phase", ""):
        return
    for field in ("reason", "message"):
        kept = old.get(field) or pod.get("status", {}).get(field)
        if kept:
            status[field] = kept


def with_conditions(
    status: Object,
    pod: Object,
    old: Object,
    resize: Object | None,
    *,
    sandbox_ready: bool,
) -> None:
    """The conditions: those of others, what an eviction wrote, and the kubelet's own."""
    own = kubelet_conditions(pod, status, old, resize, sandbox_ready=sandbox_ready)
    others = [
        entry
        for entry in pod.get("status", {}).get("conditions", ())
        if entry["type"] not in OWN
    ]
    for entry in old.get("conditions", ()):
        if entry["type"] == "DisruptionTarget":
            others = [one for one in others if one["type"] != entry["type"]]
            others.append(entry)
    status["conditions"] = [*others, *own]

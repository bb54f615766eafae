"""What a kubelet reports of a Pod: conditions, container statuses, addresses. Pure functions of objects.

Kubernetes: pkg/kubelet/kubelet_pods.go, generateAPIPodStatus; pkg/kubelet/status/generate.go.
"""

from __future__ import annotations

from functools import lru_cache

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.container_lists import containers_in
from k8slearn.kubelet.conditions import OWN

# In the order in which the real kubelet lists them.
UNREADY = ("Ready", "ContainersReady")
CREATING: Object = {"waiting": {"reason": "ContainerCreating"}}
IMAGE_PULL_BACK_OFF = "ImagePullBackOff"
CRASH_LOOP_BACK_OFF = "CrashLoopBackOff"


def first_container(pod: Object) -> Object:
    """The container that the model follows: the recordings of DaemonSets have one."""
    found: Object = pod["spec"]["containers"][0]
    return found


def container_named(pod: Object, title: str) -> Object | None:
    """The Pod's container of that name, one that prepares included."""
    for container in containers_in(pod["spec"]):
        if container["name"] == title:
            return dict(container)
    return None


def image_of(pod: Object) -> tuple[str, str]:
    """(Node, image): where the Pod needs which image."""
    return pod["spec"]["nodeName"], first_container(pod)["image"]


def restart_count(pod: Object) -> int:
    """The largest restart count among the Pod's containers."""
    most = 0
    for status in pod.get("status", {}).get("containerStatuses") or ():
        most = max(most, status.get("restartCount", 0))
    return most


def running_state(pod: Object, now: str) -> Object:
    """The state `running`: since when it already runs, else since `now` (RFC 3339)."""
    for status in pod.get("status", {}).get("containerStatuses") or ():
        state = status.get("state") or {}
        if "running" in state:
            return dict(state)
    return {"running": {"startedAt": now}}


def terminated_state(exit_code: int, now: str) -> Object:
    """The state of a container that ended at `now` (RFC 3339)."""
    reason = "Error" if exit_code else "Completed"
    return {"terminated": {"exitCode": exit_code, "reason": reason, "finishedAt": now}}


def waiting_state(reason: str, message: str) -> Object:
    """The state of a container that is held back."""
    return {"waiting": {"reason": reason, "message": message}}


def conditions(
    pod: Object, ready: bool, now: str, *, sandbox: bool, generation: int | None
) -> list[Object]:
    """The Pod's conditions; one that stays as it was keeps its time. Those of others (PodScheduled) come last.

    `generation` is that of the spec of which the kubelet speaks, where it says so.
    """
    before = {c["type"]: c for c in pod["status"].get("conditions") or ()}
    held = {
        "PodReadyToStartContainers": sandbox,
        # A Pod without init containers is initialized from the start.
        "Initialized": True,
        "Ready": ready,
        "ContainersReady": ready,
    }
    names = ""
    if not ready:
        names = " ".join(container["name"] for container in pod["spec"]["containers"])
    found = []
    for kind, holds in held.items():
        value = str(holds)
        since = now
        old = before.get(kind)
        if old is not None and old["status"] == value:
            since = old.get("lastTransitionTime") or now
        unready = names if kind in UNREADY and not holds else ""
        found.append(_condition(kind, value, since, unready, generation))
    for kind, other in before.items():
        if kind in held:
            continue
        # The others' conditions tell of what those have seen.
        if generation is not None and kind in OWN:
            other = {**other, "observedGeneration": generation}
        found.append(other)
    return found


@lru_cache(maxsize=256)
def _condition(
    kind: str, value: str, since: str, unready: str, generation: int | None
) -> Object:
    """A condition; the Pods of one moment hold the very same, since objects are never changed in place."""
    entry: Object = {
        "type": kind,
        "status": value,
        # The real kubelet has not written a probe's time for years; the field is there and null.
        "lastProbeTime": None,
        "lastTransitionTime": since,
    }
    if unready:
        entry["reason"] = "ContainersNotReady"
        entry["message"] = f"containers with unready status: [{unready}]"
    if generation is not None:
        entry["observedGeneration"] = generation
    return entry


def container_statuses(
    pod: Object, ready: bool, state: Object, restarts: int
) -> list[Object]:
    """One status a container, all in the same state."""
    return [
        {
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "ready": ready,
            "restartCount": restarts,
            "started": "running" in state,
            "state": state,
            "lastState": {},
        }
        for container in pod["spec"]["containers"]
    ]


def debugged(pod: Object) -> bool:
    """Whether containers to debug with were added of which nothing is reported yet."""
    added = pod["spec"].get("ephemeralContainers", ())
    reported = pod.get("status", {}).get("ephemeralContainerStatuses") or ()
    return len(added) > len(reported)


def ephemeral_statuses(pod: Object, now: str) -> list[Object]:
    """The statuses of the containers to debug with; one that is new runs from `now` (RFC 3339) on."""
    found = list(pod["status"].get("ephemeralContainerStatuses") or ())
    for container in pod["spec"]["ephemeralContainers"][len(found) :]:
        about = {"name": container["name"], "image": container["image"]}
        zero = {"imageID": "", "ready": False, "restartCount": 0, "lastState": {}}
        found.append({**about, **zero, "state": {"running": {"startedAt": now}}})
    return found


def host_addresses(node: Object | None) -> Object:
    """The Node's address as its Pods' statuses have it."""
    for address in (node or {}).get("status", {}).get("addresses") or ():
        if address.get("type") == "InternalIP" and address.get("address"):
            host = address["address"]
            return {"hostIP": host, "hostIPs": [{"ip": host}]}
    return {}

"""What the objects of a backup tell of Nodes and containers: who is alive, what runs, what will happen again.

A backup holds no process. What a container did last time, by its own status, it is taken to do again: one that crashed
for an hour does not become well because somebody looked at it. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from k8slearn.apimachinery.objects import Object, condition, name, seconds_of
from k8slearn.kubelet.backoff import FIRST, LIMIT
from k8slearn.kubelet.generate import Problem

SILENT_SECONDS = 20.0
"""Two renewals late. The Leases are compared with each other, not with the newest moment: kubectl lists kinds one after
the other, and that may take longer in a large cluster."""
SETTLED_SECONDS = 120.0
"""Seconds after which an unready container is taken to stay unready: healthy programs are quicker."""
PULL_PROBLEMS = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull")  # fmt: skip
STUCK = (*PULL_PROBLEMS, "CreateContainerConfigError", "CreateContainerError", "RunContainerError")  # fmt: skip
_BACK_OFF = re.compile(r"back-off (?:(\d+)m)?(?:(\d+)s)? restarting")


def silent_nodes(nodes: Iterable[Object], leases: Mapping[str, Object]) -> set[str]:
    """The Nodes whose kubelet does not run: nobody has heard of it, or its Lease is behind the others."""
    renewed = {node: _renewal(lease) for node, lease in leases.items()}
    usual = _usual([moment for moment in renewed.values() if moment is not None])
    found = set()
    for node in nodes:
        title = name(node)
        ready = condition(node, "Ready")
        moment = renewed.get(title)
        late = moment is not None and usual - moment > SILENT_SECONDS
        if ready is None or ready.get("status") == "Unknown" or late:
            found.add(title)
    return found


def _usual(moments: list[float]) -> float:
    """The moment up to which live kubelets renewed: the newest but one, since a single clock may be ahead."""
    ordered = sorted(moments)
    if len(ordered) > 2:
        return ordered[-2]
    return max(ordered, default=0.0)


def _renewal(lease: Object) -> float | None:
    written = lease.get("spec", {}).get("renewTime")
    if not written:
        return None
    return seconds_of(written)


def problems_of(pod: Object) -> dict[str, Problem]:
    """By container, why it could not be started, as the Pod's status has it."""
    found = {}
    for entry in entries_of(pod):
        waiting = entry.get("state", {}).get("waiting", {})
        reason = waiting.get("reason", "")
        if reason in STUCK or reason == "CrashLoopBackOff":
            found[entry["name"]] = Problem(reason, waiting.get("message", ""))
    return found


def entries_of(pod: Object) -> list[Object]:
    """The statuses of all its containers."""
    status = pod.get("status", {})
    found: list[Object] = []
    for field in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):  # fmt: skip
        found += status.get(field) or ()
    return found


def crash_wait(entry: Object) -> float:
    """How long a container in its crash back-off waits: its message says so, or it follows from its restarts."""
    waiting = entry.get("state", {}).get("waiting", {})
    found = _BACK_OFF.search(waiting.get("message", ""))
    if found is not None:
        return 60.0 * int(found.group(1) or 0) + int(found.group(2) or 0)
    # Five doublings of ten seconds are past the limit already.
    doublings = min(max(entry.get("restartCount", 0), 0), 5)
    return float(min(FIRST * 2**doublings, LIMIT))


def habit_of(pod: Object, entry: Object, now: float) -> str:
    """The words for what a container is taken to do from now on, '' for one that simply runs."""
    state = entry.get("state", {})
    last = entry.get("lastState", {}).get("terminated")
    waiting = state.get("waiting", {}).get("reason", "")
    if last is not None and waiting == "CrashLoopBackOff":
        return _ending(last)
    ended = state.get("terminated")
    if ended is not None and entry.get("restartCount", 0):
        return _ending(ended)
    if "running" in state and not entry.get("ready") and _is_settled(pod, entry, now):
        return "ready=no"
    return ""


def _ending(ended: Object) -> str:
    # By the Node's clock, which may have been set back while it ran.
    lived = 0.0
    if ended.get("startedAt") and ended.get("finishedAt"):
        lived = seconds_of(ended["finishedAt"]) - seconds_of(ended["startedAt"])
    if ended.get("reason") == "OOMKilled":
        return f"exit=oom@{max(lived, 0.0):g}"
    return f"exit={ended.get('exitCode', 1)}@{max(lived, 0.0):g}"


def _is_settled(pod: Object, entry: Object, now: float) -> bool:
    """Whether it has been unready for too long to become ready."""
    since = seconds_of(entry["state"]["running"]["startedAt"])
    ready = condition(pod, "Ready")
    if ready is not None and ready.get("lastTransitionTime"):
        since = max(since, seconds_of(ready["lastTransitionTime"]))
    return now - since > SETTLED_SECONDS

"""What the agents of lesson 17 have been through: at every moment, which Nodes had one that was ready."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, is_deleting, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import node_of
from k8slearn.course.lessons.lesson_17_cluster import TARGET, WARM, agents
from k8slearn.kinds.pod.state import is_pod_ready

LONG_AGO = -1e9
KILLED = 137


def killed(cluster: Cluster, since: int) -> set[str]:
    """The agents' Pods that were not let come to their end since a revision."""
    found = set()
    for change in changes_of_agents(cluster, since):
        pod = change.object
        for status in pod.get("status", {}).get("containerStatuses") or ():
            ended = status["state"].get("terminated") or {}
            if ended.get("exitCode") == KILLED:
                found.add(pod["metadata"]["name"])
    return found


@dataclass(frozen=True, slots=True)
class HistoryMoment:
    """Just after a write to an agent's Pod: the time, and since when which Node has a ready agent."""

    time: float
    ready_since: dict[str, float]

    def warm(self) -> int:
        """How many have been ready for a while; an agent that has just begun has sent nothing yet."""
        times = self.ready_since.values()
        # In whole seconds, as a Pod's conditions have it: the controller counts from those.
        return sum(int(self.time) - int(since) >= WARM for since in times)


def changes_of_agents(cluster: Cluster, since: int) -> Iterator[Change]:
    """The writes to agents' Pods since a revision."""
    for change in cluster.store.log.changes[since:]:
        pod = change.object
        if pod["kind"] == "Pod" and agents([pod]):
            yield change


def history(cluster: Cluster, since: int) -> Iterator[HistoryMoment]:
    """All moments since then."""
    at_start = agents(cluster.at(since).list("Pod"))
    pods = {uid(pod): pod for pod in at_start}
    # Whoever was ready at the beginning counts as warm: it has been so for longer than is looked at.
    ready = dict.fromkeys(_ready_nodes(at_start), LONG_AGO)
    for change in changes_of_agents(cluster, since):
        pod = change.object
        pods[uid(pod)] = pod
        if change.type == "DELETED":
            del pods[uid(pod)]
        now = _ready_nodes(pods.values())
        ready = {node: ready.get(node, change.time) for node in now}
        yield HistoryMoment(change.time, ready)


def _ready_nodes(pods: Iterable[Object]) -> set[str]:
    # One that is told to stop sends what it still holds, and takes nothing more: for its Node it is gone.
    working = (pod for pod in pods if is_pod_ready(pod) and not is_deleting(pod))
    return set(map(node_of, working))


def fewest(cluster: Cluster, since: int) -> int:
    """The smallest number of Nodes with a ready agent."""
    counts = [len(moment.ready_since) for moment in history(cluster, since)]
    # No write to a Pod at all: then nothing was lost either.
    return min(counts, default=TARGET)


def fewest_warm(cluster: Cluster, since: int) -> int:
    """The same, where an agent counts only when it has been ready for a while."""
    counts = [moment.warm() for moment in history(cluster, since)]
    return min(counts, default=TARGET)

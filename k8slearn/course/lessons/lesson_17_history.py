"""The history of lesson 17's agents: which Nodes had a ready one at each moment."""

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
    """The names of agents' Pods that were killed before they had ended, since a revision."""
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
    """The state after a write to an agent's Pod: the time, and for each Node since when its agent is ready."""

    time: float
    ready_since: dict[str, float]

    def warm(self) -> int:
        """The number of agents that have been ready for WARM seconds; newer ones have sent nothing yet."""
        times = self.ready_since.values()
        # In whole seconds, like the Pods' conditions, from which the controller counts.
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
    # Agents that were ready at the beginning count as warm.
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
    # An agent that is being deleted flushes its buffer and takes nothing more, so it does not count.
    working = (pod for pod in pods if is_pod_ready(pod) and not is_deleting(pod))
    return set(map(node_of, working))


def fewest(cluster: Cluster, since: int) -> int:
    """The smallest number of Nodes with a ready agent."""
    counts = [len(moment.ready_since) for moment in history(cluster, since)]
    # Without a write to a Pod nothing was lost.
    return min(counts, default=TARGET)


def fewest_warm(cluster: Cluster, since: int) -> int:
    """The same, where an agent counts only when it has been ready for a while."""
    counts = [moment.warm() for moment in history(cluster, since)]
    return min(counts, default=TARGET)

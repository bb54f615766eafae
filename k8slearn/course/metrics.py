"""Figures about a cluster's past."""

from __future__ import annotations

from typing import NamedTuple

from k8slearn.apimachinery.objects import Object, is_deleting, uid
from k8slearn.cluster import Cluster
from k8slearn.kinds.pod.state import is_pod_ready


class Stop(NamedTuple):
    """The end of a deleted Pod: on which Node, after how many seconds, with which exit code."""

    node: str
    seconds: int
    code: int


def stops(cluster: Cluster, since: int = 0) -> list[Stop]:
    """The ends of Pods whose deletion was requested after revision `since`, in the order of their ends."""
    asked: dict[str, float] = {}
    ended: dict[str, Stop] = {}
    for change in cluster.store.log.changes:
        pod = change.object
        if change.revision <= since or change.key[0] != "Pod" or not is_deleting(pod):
            continue
        first = asked.setdefault(uid(pod), change.time)
        code = _exit_code(pod)
        # Several writes report the end; the first one has its time.
        if code is not None and uid(pod) not in ended:
            seconds = int(change.time - first)
            ended[uid(pod)] = Stop(pod["spec"]["nodeName"], seconds, code)
    return list(ended.values())


def _exit_code(pod: Object) -> int | None:
    """The exit code of a Pod's first container, None while it runs."""
    for container in pod["status"].get("containerStatuses", []):
        ended = container["state"].get("terminated")
        return ended["exitCode"] if ended else None
    return None


def fewest_ready(cluster: Cluster, since: int, selector: str = "") -> int:
    """The smallest number of ready Pods at any moment from revision `since` to now; `selector` is a label selector."""
    last = cluster.store.log.changes[-1].revision
    counts = []
    # Every revision counts, also one at which a Pod was unready only briefly.
    for moment in range(since, last + 1):
        pods = cluster.store.at(moment).list("Pod", None, selector)
        counts.append(sum(map(is_pod_ready, pods)))
    return min(counts)

"""Looking back over what a cluster has been through."""

from __future__ import annotations

from k8slearn.cluster import Cluster
from k8slearn.kinds.pod.state import is_pod_ready


def fewest_ready(cluster: Cluster, since: int) -> int:
    """The smallest number of ready Pods at any moment from revision `since` to now."""
    last = cluster.store.log.changes[-1].revision
    counts = []
    # Each moment is looked at anew: a Pod that was ready for one revision only must not be missed.
    for moment in range(since, last + 1):
        pods = cluster.store.at(moment).list("Pod")
        counts.append(sum(map(is_pod_ready, pods)))
    return min(counts)

"""Looking back over what a cluster has been through."""

from __future__ import annotations

from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.view.animate import HasStore


def fewest_ready(cluster: HasStore, since: int) -> int:
    """The smallest number of ready Pods at any moment from revision `since` to now."""
    moments = range(since, cluster.store.log.changes[-1].revision + 1)
    return min(
        sum(map(is_pod_ready, cluster.store.at(moment).list("Pod")))
        for moment in moments
    )

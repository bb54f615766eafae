"""Where Pods of a DaemonSet belong: explained for one Node, and tried out on a fork."""

from __future__ import annotations

import yaml

from k8slearn.cluster import Cluster
from k8slearn.explain import Explanation, why_here


def why(cluster: Cluster, node: str) -> Explanation:
    """What the cluster's first DaemonSet decides for a Node, and what is on it."""
    return why_here(cluster.store, node, cluster.now)[0]


def nodes_with(
    cluster: Cluster, spec: str, daemon_set: str = "filebeat-ds"
) -> list[str]:
    """The Nodes that would have a Pod with `spec` (YAML) merged into the template's spec; tried on a fork."""
    trial = cluster.fork()
    template = {"template": {"spec": yaml.safe_load(spec)}}
    trial.patch("DaemonSet", daemon_set, {"spec": template})
    trial.run_until_quiet()
    owner = trial.get("DaemonSet", daemon_set)["metadata"]["uid"]
    homes = []
    for pod in trial.list("Pod"):
        owners = pod["metadata"].get("ownerReferences") or ()
        if any(each["uid"] == owner for each in owners):
            homes.append(pod["spec"].get("nodeName", ""))
    return sorted(homes)

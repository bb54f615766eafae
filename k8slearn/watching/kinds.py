"""Which kinds are read: those that the pictures and the explanations speak of, and those that a rehearsal needs."""

from __future__ import annotations

from k8slearn.kinds import BY_KIND
from k8slearn.kinds.kind import Kind

# Nodes and Pods first: without them there is no picture. Not among them: Secrets and ConfigMaps,
# whose data are nobody's business here, and Leases, which every Node writes each ten seconds.
READ = (
    "Node",
    "Pod",
    "DaemonSet",
    "ControllerRevision",
    "Event",
    "Namespace",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "Job",
    "CronJob",
    "Service",
    "EndpointSlice",
    "ServiceAccount",
    "PriorityClass",
    "PodDisruptionBudget",
    "ResourceQuota",
    "LimitRange",
    "PersistentVolumeClaim",
)


def rows_read() -> list[Kind]:
    """The rows of those kinds."""
    return [BY_KIND[kind] for kind in READ]

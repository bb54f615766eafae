"""The kinds that are read: those of the pictures and the explanations, and those that a rehearsal needs."""

from __future__ import annotations

from k8slearn.kinds import BY_KIND
from k8slearn.kinds.kind import Kind

# Nodes and Pods first, for the picture. Not Secrets and ConfigMaps,
# whose data are private, nor Leases, which every Node writes every ten seconds.
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
    """The rows of READ."""
    return [BY_KIND[kind] for kind in READ]

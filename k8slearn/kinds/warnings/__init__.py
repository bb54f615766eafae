"""What a client is warned of when its object is let in: deprecated, without effect, or most likely meant otherwise.

Kubernetes: WarningsOnCreate and WarningsOnUpdate of pkg/registry/*/strategy.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.warnings import network, others, storage, workloads

Told = Iterator[str]
Rule = Callable[[Object, Object | None], Told]
"""What is said of an object and the one that it replaces, None for a new one."""


def warnings(o: Object, old: Object | None) -> list[str]:
    """What a write that was let in warns of; the same is said once."""
    rule = _RULES.get(o["kind"])
    if rule is None:
        return []
    return list(dict.fromkeys(rule(o, old)))


_RULES: Mapping[str, Rule] = {
    "Pod": workloads.pod,
    "DaemonSet": workloads.daemon_set,
    "Deployment": workloads.named_workload,
    "ReplicaSet": workloads.named_workload,
    "ReplicationController": workloads.named_workload,
    "StatefulSet": workloads.stateful_set,
    "Job": workloads.job,
    "CronJob": workloads.cron_job,
    "PodTemplate": workloads.pod_template,
    "Service": network.service,
    "EndpointSlice": network.endpoint_slice,
    "Ingress": network.ingress,
    "NetworkPolicy": network.network_policy,
    "PersistentVolume": storage.volume,
    "PersistentVolumeClaim": storage.claim,
    "StorageClass": storage.storage_class,
    "RuntimeClass": others.runtime_class,
    "Node": others.node,
    "Secret": others.secret,
    "ServiceAccount": others.service_account,
    "CustomResourceDefinition": others.definition,
}

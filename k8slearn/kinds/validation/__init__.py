"""The rules that are not in a schema. Objects have been decoded and defaulted; errors come in Kubernetes' order."""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.errors import Cause
from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.validation import daemonset, light, node, pod, service

_CREATE: dict[str, Callable[[Object], Causes]] = {
    "DaemonSet": daemonset.create,
    "ControllerRevision": daemonset.create_revision,
    "Pod": pod.create,
    "Node": node.create,
    "Namespace": node.create_namespace,
    "Service": service.create,
    "ConfigMap": light.config_map,
    "Secret": light.secret,
    "ServiceAccount": light.plain(),
    "Lease": light.lease,
    "EndpointSlice": light.endpoint_slice,
    "Event": light.event,
}
_CLUSTER_SCOPED = frozenset(
    {
        "Node",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "StorageClass",
        "ClusterRole",
        "ClusterRoleBinding",
    }
)
_UPDATE: dict[str, Callable[[Object, Object], Causes]] = {
    "DaemonSet": daemonset.update,
    "ControllerRevision": daemonset.update_revision,
    "Pod": pod.update,
    "Node": node.update,
    "Service": service.update,
    "ConfigMap": light.frozen("data", "binaryData"),
    "Secret": light.frozen("data"),
}
_STATUS: dict[str, Callable[[Object, Object], Causes]] = {
    "DaemonSet": daemonset.update_status,
    "Pod": pod.update_status,
    "Node": node.update,
}


def _other(found: Object) -> Causes:
    namespaced = found["kind"] not in _CLUSTER_SCOPED
    yield from light.plain(text.dns_subdomain, namespaced=namespaced)(found)


def validate_create(obj: Object) -> list[Cause]:
    """What is wrong with a new object."""
    return list(_CREATE.get(obj["kind"], _other)(obj))


def validate_update(new: Object, old: Object) -> list[Cause]:
    """What is wrong with a change: the new object's rules, and what may not differ from the old one."""
    return list(_UPDATE.get(new["kind"], node.update_any)(new, old))


def validate_status_update(new: Object, old: Object) -> list[Cause]:
    """What is wrong with a change of the status alone."""
    return list(_STATUS.get(new["kind"], node.update_any)(new, old))

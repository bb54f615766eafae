"""What many exercises begin with: the document's DaemonSet, and objects in as few words as a lesson needs.

Each exercise gives its cluster a fixed seed, the lesson's number, so that names, addresses and the order of things are
the same for every learner, and the text beside it may speak of them.
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.manifests import manifest


def with_filebeat(cluster: Cluster) -> Cluster:
    """The same cluster with the document's filebeat-ds, once all is quiet."""
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


def container(named: str, image: str, cpu: str = "", **more: Any) -> Object:
    """A container, with what it asks of the CPU."""
    made: Object = {"name": named, "image": image, **more}
    if cpu:
        made["resources"] = {"requests": {"cpu": cpu}}
    return made


def pod(named: str, *containers: Object, labels: Any = None, **spec: Any) -> Object:
    """A Pod that no controller looks after."""
    meta: Object = {"name": named}
    if labels:
        meta["labels"] = labels
    spec = {**spec, "containers": list(containers)}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def priority_class(named: str, value: int, **more: Any) -> Object:
    """A PriorityClass."""
    kind = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}
    return {**kind, "metadata": {"name": named}, "value": value, **more}


def daemon_set(
    named: str,
    *containers: Object,
    namespace: str = "default",
    labels: Any = None,
    pod: Any = None,
    **spec: Any,
) -> Object:
    """A DaemonSet whose Pods carry its name as their label, and perhaps more labels and more fields of their spec."""
    marks = {"app": named}
    # A Pod's spec that has its containers is left as it is, down to the order in which a lesson prints it.
    pod_spec = {**(pod or {})}
    if containers:
        pod_spec = {"containers": list(containers), **pod_spec}
    template = {
        "metadata": {"labels": {**marks, **(labels or {})}},
        "spec": pod_spec,
    }
    spec = {"selector": {"matchLabels": marks}, "template": template, **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": named, "namespace": namespace},
        "spec": spec,
    }

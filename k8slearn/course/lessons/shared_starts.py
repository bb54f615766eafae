"""Helpers to start exercises: the document's DaemonSet, and short constructors of objects.

Each exercise seeds its cluster with the lesson's number, so that names, addresses and the order of events are the same
for every learner, and the text can refer to them.
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.manifests import manifest


def with_filebeat(cluster: Cluster) -> Cluster:
    """Apply the document's filebeat-ds, run until all is quiet, and return the same cluster."""
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


def container(named: str, image: str, cpu: str = "", **more: Any) -> Object:
    """A container, with a CPU request if `cpu` is given."""
    made: Object = {"name": named, "image": image, **more}
    if cpu:
        made["resources"] = {"requests": {"cpu": cpu}}
    return made


def pod(named: str, *containers: Object, labels: Any = None, **spec: Any) -> Object:
    """A Pod without a controller."""
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
    """A DaemonSet whose Pods have its name as label `app`; `labels` and `pod` add to their labels and spec."""
    marks = {"app": named}
    # A spec with containers of its own is left as it is, including the order of its fields, which lessons print.
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

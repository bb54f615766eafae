"""What Nodes and Pods use at the moment, as metrics-server tells it: measured by the kubelets, never stored.

metrics-server: pkg/storage; a container is told of once there are two samples of it, 15 seconds apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    Object,
    labels,
    name,
    namespace,
    seconds_of,
    timestamp,
)
from k8slearn.controlplane import ControlPlane
from k8slearn.http.logs import status_of
from k8slearn.http.request import RequestInfo
from k8slearn.kinds.metrics import METRICS, NODE_METRICS

RESOLUTION = 15.0
"""Simulated seconds between two samples. metrics-server: --metric-resolution"""


def is_measured(info: RequestInfo) -> bool:
    """Whether a request is about what is measured."""
    return info.api_version == METRICS


def measured(control_plane: ControlPlane, info: RequestInfo) -> list[Object]:
    """All that a request may be about: the Nodes, or the Pods of a namespace (of all where none is named)."""
    if info.kind == NODE_METRICS.kind:
        return list(_nodes(control_plane))
    return list(_pods(control_plane, info.namespace or None))


def _nodes(control_plane: ControlPlane) -> Iterator[Object]:
    kubelets = control_plane.kubelet.real("top")
    for node in control_plane.store.list("Node"):
        # A kubelet that does not run cannot be asked.
        if name(node) in kubelets.running:
            used = kubelets.node_usage(name(node))
            yield _metrics(control_plane, node, "NodeMetrics", usage=_usage(*used))


def _pods(control_plane: ControlPlane, place: str | None) -> Iterator[Object]:
    kubelets = control_plane.kubelet.real("top")
    for pod in control_plane.store.list("Pod", place):
        if pod["spec"].get("nodeName") not in kubelets.running:
            continue
        used = kubelets.usage(pod)
        containers = [
            {"name": container, "usage": _usage(*used[container])}
            for container in used
            if _age(pod, container, control_plane.now) >= RESOLUTION
        ]
        if containers:
            yield _metrics(control_plane, pod, "PodMetrics", containers=containers)


def _age(pod: Object, container: str, now: float) -> float:
    """How long a container has run as far as is known."""
    state = (status_of(pod, container) or {}).get("state") or {}
    began = state.get("running", {}).get("startedAt")
    if began:
        return now - seconds_of(began)
    return 0.0


def _usage(milli: int, memory: int) -> Object:
    # As cAdvisor measures: in billionths of a CPU, and in kibibytes.
    return {"cpu": f"{milli * 10**6}n", "memory": f"{memory // 1024}Ki"}


def _metrics(
    control_plane: ControlPlane, o: Object, kind: str, **about: object
) -> Object:
    now = timestamp(control_plane.now)
    meta: Object = {"name": name(o), "creationTimestamp": now}
    if namespace(o):
        meta["namespace"] = namespace(o)
    if labels(o):
        meta["labels"] = labels(o)
    return {
        "kind": kind,
        "apiVersion": METRICS,
        "metadata": meta,
        "timestamp": now,
        "window": f"{RESOLUTION:g}s",
        **about,
    }

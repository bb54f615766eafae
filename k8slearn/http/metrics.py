"""What Nodes and Pods use at the moment, as metrics-server tells it: measured by the kubelets, never stored.

kubernetes-sigs/metrics-server: pkg/api; pkg/storage (a container is told of once there are two samples of it, 15
seconds apart). Kubernetes: k8s.io/metrics pkg/apis/metrics/v1beta1
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from k8slearn.apimachinery import facts, quantity
from k8slearn.apimachinery.objects import (
    Object,
    labels,
    name,
    namespace,
    seconds_of,
    timestamp,
)
from k8slearn.controlplane import ControlPlane
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell
from k8slearn.kubelet.pod_status import container_status

METRICS = "metrics.k8s.io/v1beta1"
RESOLUTION = 15.0
"""Simulated seconds between two samples. metrics-server: --metric-resolution"""
_COLUMNS = ("Name", "CPU", "Memory", "Window")
MEBI = 2**20

Measure = Callable[[ControlPlane, str], Iterator[Object]]
"""All objects of a Namespace, or of all where none is named, as they are now."""


@dataclass(frozen=True, eq=False)
class AddOn(Kind):
    """A kind that another server adds to the API: the facts know nothing of it, and nothing of it is stored."""

    entry: facts.Entry = field(default_factory=dict)
    measure: Measure = lambda control_plane, place: iter(())

    @property
    def _discovered(self) -> facts.Entry:
        return self.entry

    @property
    def columns(self) -> tuple[facts.Column, ...]:
        """The columns of its table."""
        return tuple(facts.Column(title, "string", "", 0) for title in _COLUMNS)


def cells(o: Object, now: float) -> list[Cell]:
    """metrics-server: pkg/api/table.go; of a Pod's containers the sum is shown"""
    used = [each["usage"] for each in o.get("containers") or [o]]
    cpu = sum(quantity.parse(each["cpu"]).value for each in used)
    memory = sum(quantity.parse(each["memory"]).value for each in used)
    return [name(o), f"{int(cpu * 1000)}m", f"{int(memory) // MEBI}Mi", o["window"]]


def _nodes(control_plane: ControlPlane, place: str) -> Iterator[Object]:
    kubelets = control_plane.kubelet.real("top")
    for node in control_plane.store.list("Node"):
        # A kubelet that does not run cannot be asked.
        if name(node) in kubelets.running:
            used = kubelets.node_usage(name(node))
            yield _metrics(control_plane, node, "NodeMetrics", usage=_usage(*used))


def _pods(control_plane: ControlPlane, place: str) -> Iterator[Object]:
    kubelets = control_plane.kubelet.real("top")
    for pod in control_plane.store.list("Pod", place or None):
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
    state = (container_status(pod, container) or {}).get("state") or {}
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


def _add_on(kind: str, plural: str, measure: Measure, *, namespaced: bool) -> AddOn:
    entry = {"name": plural, "namespaced": namespaced, "verbs": ["get", "list"]}
    return AddOn(METRICS, kind, cells=cells, entry=entry, measure=measure)


ADD_ONS = (
    _add_on("NodeMetrics", "nodes", _nodes, namespaced=False),
    _add_on("PodMetrics", "pods", _pods, namespaced=True),
)

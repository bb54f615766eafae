"""NodeMetrics and PodMetrics: what metrics-server serves. They are measured, not stored.

Kubernetes: kubernetes-sigs/metrics-server pkg/api; k8s.io/metrics pkg/apis/metrics/v1beta1
"""

from __future__ import annotations

from dataclasses import dataclass, field

from k8slearn.apimachinery import facts, quantity
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell

METRICS = "metrics.k8s.io/v1beta1"
_COLUMNS = ("Name", "CPU", "Memory", "Window")
MEBI = 2**20


@dataclass(frozen=True, eq=False)
class AddOn(Kind):
    """A kind that another server adds to the API: the version's facts know nothing of it."""

    entry: facts.Entry = field(default_factory=dict)

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


def _add_on(kind: str, plural: str, *, namespaced: bool) -> AddOn:
    entry = {"name": plural, "namespaced": namespaced, "verbs": ["get", "list"]}
    return AddOn(METRICS, kind, cells=cells, entry=entry)


NODE_METRICS = _add_on("NodeMetrics", "nodes", namespaced=False)
POD_METRICS = _add_on("PodMetrics", "pods", namespaced=True)

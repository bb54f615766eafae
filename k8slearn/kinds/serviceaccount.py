"""ServiceAccount. Kubernetes: pkg/registry/core/serviceaccount/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell, age, columns


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printServiceAccount"""
    return [name(o), len(o.get("secrets") or ()), age(o, now)]


SERVICE_ACCOUNT = Kind(
    "ServiceAccount",
    "v1",
    "serviceaccounts",
    ("sa",),
    returned_on_delete=True,
    columns=columns("Name|Secrets|Age", integers="Secrets"),
    cells=cells,
)

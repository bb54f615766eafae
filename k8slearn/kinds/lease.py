"""Lease: how a kubelet says that it is alive. Kubernetes: pkg/registry/coordination/lease/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes, given, invalid, nonnegative
from k8slearn.apimachinery.objects import Object, name
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.printing import Cell, age


def validate(lease: Object) -> Causes:
    """Kubernetes: pkg/apis/coordination/validation ValidateLeaseSpec"""
    spec = lease.get("spec", {})
    # An absent duration is no duration of zero: the field is a pointer in Go.
    seconds = spec.get("leaseDurationSeconds", 1)
    if seconds <= 0:
        yield invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")
    yield from given(spec, "spec", {"leaseTransitions": nonnegative})


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printLease"""
    holder = o.get("spec", {}).get("holderIdentity", "")
    return [name(o), holder, age(o, now)]


LEASE = Kind(
    "coordination.k8s.io/v1",
    "Lease",
    # Its Node owns it, and goes without it.
    create_rules=validate,
    # A client renews its Lease without asking first whether it is still there.
    created_by_put=True,
    needs_version=True,
    cells=cells,
)

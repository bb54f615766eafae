"""Nodes and Namespaces.

Kubernetes: pkg/apis/core/validation/validation.go ValidateNode, ValidateNodeUpdate, ValidateNamespace
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.pod_template.affinity import taints
from k8slearn.kinds.pod_template.resources import resource_amount


def create(node: Object) -> Causes:
    """A new Node; errors of its taints are, as in Kubernetes, reported below metadata."""
    yield from meta.object_meta(
        node["metadata"], "metadata", namespaced=False, rule=text.dns_subdomain
    )
    spec = node.get("spec", {})
    yield from taints(spec.get("taints", []), "metadata.taints")
    yield from _amounts(node)
    for i, value in enumerate(spec.get("podCIDRs", [])):
        yield from each_invalid(f"spec.podCIDRs[{i}]", value, text.cidr(value))


def _amounts(node: Object) -> Causes:
    for field in ("capacity", "allocatable"):
        for name, amount in node.get("status", {}).get(field, {}).items():
            yield from resource_amount(name, amount, f"status.{field}.{name}")


def update(new: Object, old: Object) -> Causes:
    """A changed Node."""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")
    yield from _amounts(new)
    yield from _addresses(new.get("status", {}).get("addresses", []))
    spec, before = new.get("spec", {}), old.get("spec", {})
    yield from _pod_cidrs(spec.get("podCIDRs", []), before.get("podCIDRs", []))
    yield from _provider(spec.get("providerID", ""), before.get("providerID", ""))
    yield from taints(spec.get("taints", []), "metadata.taints")
    if spec.get("externalID") != before.get("externalID"):
        yield forbidden("spec.externalID", "may not be updated")


def _addresses(addresses: list[Object]) -> Causes:
    for i, address in enumerate(addresses):
        if address in addresses[:i]:
            shown = {
                "Type": address.get("type", ""),
                "Address": address.get("address", ""),
            }
            yield duplicate(f"status.addresses[{i}]", shown)


def _pod_cidrs(new: list[str], old: list[str]) -> Causes:
    if old and new != old:
        yield forbidden(
            "spec.podCIDRs",
            'node updates may not change podCIDR except from "" to valid',
        )


def _provider(new: str, old: str) -> Causes:
    if old and new != old:
        yield forbidden(
            "spec.providerID",
            'node updates may not change providerID except from "" to valid',
        )


def create_namespace(namespace: Object) -> Causes:
    """A new Namespace."""
    yield from meta.object_meta(
        namespace["metadata"], "metadata", namespaced=False, rule=text.dns_label
    )
    yield from _finalizers(namespace)


def _finalizers(namespace: Object) -> Causes:
    for finalizer in namespace.get("spec", {}).get("finalizers", []):
        yield from each_invalid("spec.finalizers", finalizer, text.label_key(finalizer))
        if "/" not in finalizer and finalizer not in (
            "kubernetes",
            "orphan",
            "foregroundDeletion",
        ):
            detail = (
                "name is neither a standard finalizer name nor is it fully qualified"
            )
            yield invalid("spec.finalizers", finalizer, detail)


def update_any(new: Object, old: Object) -> Causes:
    """A changed object of which only metadata has rules."""
    yield from meta.object_meta_update(new["metadata"], old["metadata"], "metadata")

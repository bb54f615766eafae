"""Namespace. Kubernetes: pkg/registry/core/namespace/strategy.go"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import Causes, follows, invalid, items
from k8slearn.apimachinery.objects import (
    Object,
    labels,
    name,
    with_metadata,
    with_status,
)
from k8slearn.kinds import metadata as meta
from k8slearn.kinds.kind import Kind, texts_at
from k8slearn.kinds.printing import Cell, age

_FINALIZER = "kubernetes"
SYSTEM_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
"""The namespaces that every cluster has."""
NAME_LABEL = "kubernetes.io/metadata.name"


def default(namespace: Object) -> Object:
    """Kubernetes: SetDefaults_Namespace, and the finalizer of namespaceStrategy.PrepareForCreate."""
    marked = labels(namespace)
    # One that is to be named by `generateName` has no name yet.
    if name(namespace):
        marked = {**marked, NAME_LABEL: name(namespace)}
    # The finalizer keeps the Namespace until the namespace controller has emptied it.
    spec = {"finalizers": [_FINALIZER], **namespace.get("spec", {})}
    status = default_status(namespace.get("status", {}))
    return {**with_metadata(namespace, labels=marked), "spec": spec, "status": status}


def default_status(given: Object) -> Object:
    """A Namespace is active unless something else is said."""
    return {"phase": "Active", **given}


def prepare_for_create(namespace: Object, reader: object) -> Object:
    """A new Namespace is active and has Kubernetes' finalizer, whatever its manifest says."""
    asked = namespace.get("spec", {}).get("finalizers", [])
    if _FINALIZER not in asked:
        asked = [*asked, _FINALIZER]
    return default({**namespace, "spec": {"finalizers": asked}, "status": {}})


def validate(namespace: Object) -> Causes:
    """Kubernetes: ValidateNamespace"""
    for finalizer in namespace.get("spec", {}).get("finalizers", []):
        yield from _finalizer(finalizer, "spec.finalizers")


def validate_finalizers(namespace: Object) -> Causes:
    """What its finalizers must be where they alone are written. Kubernetes: ValidateNamespaceFinalizeUpdate"""
    for at, finalizer in items(namespace.get("spec", {}), "finalizers", "spec"):
        yield from _finalizer(finalizer, at)


def _finalizer(finalizer: str, path: str) -> Causes:
    yield from follows(path, finalizer, text.label_key)
    yield from meta.kube_finalizer(finalizer, path)


def validate_status(new: Object, old: Object) -> Causes:
    """Its phase follows from its deletion. Kubernetes: ValidateNamespaceStatusUpdate"""
    phase = new.get("status", {}).get("phase", "")
    is_going = "deletionTimestamp" in new["metadata"]
    if is_going and phase != "Terminating":
        detail = "may only be 'Terminating' if `deletionTimestamp` is not empty"
        yield invalid("status.Phase", phase, detail)
    if not is_going and phase != "Active":
        detail = "may only be 'Active' if `deletionTimestamp` is empty"
        yield invalid("status.Phase", phase, detail)


def mark_terminating(namespace: Object) -> Object:
    """Kubernetes: pkg/registry/core/namespace/storage Delete"""
    return with_status(namespace, phase="Terminating")


def cells(o: Object, now: float) -> list[Cell]:
    """Kubernetes: printNamespace"""
    phase = o.get("status", {}).get("phase", "")
    return [name(o), phase, age(o, now)]


NAMESPACE = Kind(
    "v1",
    "Namespace",
    default=default,
    default_status=default_status,
    # A Service's DNS name has the Namespace as one of its labels, which may hold no dot.
    name_rule=text.dns_label,
    create_rules=validate,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    mark_terminating=mark_terminating,
    # Kubernetes: plugin/pkg/admission/namespace/lifecycle, immortalNamespaces
    protected_names=("default", "kube-public", "kube-system"),
    protected_because="this namespace may not be deleted",
    cells=cells,
    selectable_fields=texts_at("status.phase"),
)

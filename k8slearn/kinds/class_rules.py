"""What StorageClasses and RuntimeClasses must meet.

Kubernetes: pkg/apis/storage/validation ValidateStorageClass, pkg/apis/node/validation ValidateRuntimeClass
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    Check,
    duplicate,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    items,
    not_supported,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.metadata import immutable, label_key, labels
from k8slearn.kinds.pod_template.affinity import tolerations
from k8slearn.kinds.pod_template.resources import container_resources

_CHOICES = {
    "reclaimPolicy": ("Delete", "Retain"),
    "volumeBindingMode": ("Immediate", "WaitForFirstConsumer"),
}
_MAX_PARAMETERS = 512
_MAX_SIZE = 256 * 1024
_SCHEDULING: dict[str, Check] = {"nodeSelector": labels, "tolerations": tolerations}
_FIXED = ("parameters", "provisioner", "reclaimPolicy")


def storage_class(o: Object) -> Causes:
    """Kubernetes: ValidateStorageClass"""
    provisioner = o.get("provisioner", "")
    if not provisioner:
        yield required("provisioner")
    else:
        # Its capitals are let through.
        for detail in text.label_key(provisioner.lower()):
            yield invalid("provisioner", provisioner, detail)
    yield from _parameters(o.get("parameters", {}))
    for field, supported in _CHOICES.items():
        if o.get(field) and o[field] not in supported:
            yield not_supported(field, o[field], supported)
    yield from _topologies(o.get("allowedTopologies", []), "allowedTopologies")


def changed_storage_class(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateStorageClassUpdate"""
    yield from storage_class(new)
    for field in _FIXED:
        if new.get(field) != old.get(field):
            yield forbidden(field, f"updates to {field} are forbidden.")
    mode = "volumeBindingMode"
    yield from immutable(mode, new.get(mode), old.get(mode))


def _parameters(found: dict[str, str]) -> Causes:
    if len(found) > _MAX_PARAMETERS:
        yield too_long("parameters", _MAX_PARAMETERS)
        return
    if "" in found:
        yield invalid("parameters", "", "field can not be empty.")
    if (
        sum(text.size(key) + text.size(value) for key, value in found.items())
        > _MAX_SIZE
    ):
        yield too_long("parameters", _MAX_SIZE)


def _topologies(terms: list[Object], path: str) -> Causes:
    seen: list[dict[str, set[str]]] = []
    for at, term in indexed(terms, path):
        found: dict[str, set[str]] = {}
        for place, expression in items(term, "matchLabelExpressions", at):
            yield from _expression(expression, place)
            key = expression.get("key", "")
            if key in found:
                yield duplicate(f"{place}.key", key)
            found[key] = set(expression.get("values", []))
        if found in seen:
            yield duplicate(f"{at}.matchLabelExpressions", "")
        seen.append(found)


def _expression(expression: Object, path: str) -> Causes:
    # Kubernetes: validateTopologySelectorLabelRequirement
    values = expression.get("values", [])
    if not values:
        yield required(f"{path}.values")
    seen: set[str] = set()
    for at, value in indexed(values, f"{path}.values"):
        if value in seen:
            yield duplicate(at, value)
        seen.add(value)
    yield from label_key(expression.get("key", ""), f"{path}.key")


def runtime_class(o: Object) -> Causes:
    """Kubernetes: ValidateRuntimeClass"""
    handler = o.get("handler", "")
    if handler:
        yield from follows("handler", handler, text.dns_label)
    else:
        yield required("handler")
    # Upstream looks at the overhead as at a container's limits.
    limits = {"limits": o.get("overhead", {}).get("podFixed", {})}
    yield from container_resources(limits, [], "overhead")
    scheduling = o.get("scheduling", {})
    yield from given(scheduling, "scheduling", _SCHEDULING)


def changed_runtime_class(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateRuntimeClassUpdate"""
    yield from immutable("handler", new.get("handler"), old.get("handler"))

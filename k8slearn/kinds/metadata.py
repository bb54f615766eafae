"""metadata, labels and selectors.

Kubernetes: apimachinery/pkg/api/validation/objectmeta.go, apimachinery/pkg/apis/meta/v1/validation
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    IMMUTABLE,
    NIL,
    Causes,
    each_invalid,
    forbidden,
    invalid,
    not_negative,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object

NameRule = Callable[[str], list[str]]

_ANNOTATIONS_LIMIT = 256 * 1024
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
# Names without a domain are Kubernetes' own; these three are all that it has.
_STANDARD_FINALIZERS = ("kubernetes", ORPHAN, FOREGROUND)
_FIXED = (
    ("name", ""),
    ("namespace", ""),
    ("uid", ""),
    ("creationTimestamp", NIL),
    ("deletionTimestamp", None),
    ("deletionGracePeriodSeconds", None),
)


def object_meta(meta: Object, path: str, *, namespaced: bool, rule: NameRule) -> Causes:
    """metadata of a new object. Kubernetes: ValidateObjectMetaAccessor"""
    yield from _names(meta, path, rule)
    yield from _namespace(meta, path, namespaced)
    yield from not_negative(f"{path}.generation", meta.get("generation"))
    yield from _common(meta, path)
    yield from kube_finalizers(meta.get("finalizers", []), f"{path}.finalizers")


def _names(meta: Object, path: str, rule: NameRule) -> Causes:
    if prefix := meta.get("generateName"):
        yield from each_invalid(
            f"{path}.generateName", prefix, rule(text.without_trailing_dash(prefix))
        )
    if name := meta.get("name"):
        yield from each_invalid(f"{path}.name", name, rule(name))
    elif not prefix:
        yield required(f"{path}.name", "name or generateName is required")


def _namespace(meta: Object, path: str, namespaced: bool) -> Causes:
    namespace = meta.get("namespace", "")
    if not namespaced and namespace:
        yield forbidden(f"{path}.namespace", "not allowed on this type")
    elif namespaced and not namespace:
        yield required(f"{path}.namespace")
    elif namespaced:
        yield from each_invalid(
            f"{path}.namespace", namespace, text.dns_label(namespace)
        )


def _common(meta: Object, path: str) -> Causes:
    yield from labels(meta.get("labels", {}), f"{path}.labels")
    yield from annotation_keys(meta.get("annotations", {}), f"{path}.annotations")
    yield from owner_references(
        meta.get("ownerReferences", []), f"{path}.ownerReferences"
    )
    yield from _finalizers(meta.get("finalizers", []), f"{path}.finalizers")
    for i, entry in enumerate(meta.get("managedFields", [])):
        if entry.get("operation") not in ("Apply", "Update"):
            yield invalid(
                f"{path}.managedFields[{i}].operation",
                entry.get("operation", ""),
                "must be `Apply` or `Update`",
            )


def labels(found: dict[str, str], path: str) -> Causes:
    """Keys and values of labels. Kubernetes: ValidateLabels"""
    for key, value in found.items():
        yield from label_key(key, path)
        yield from each_invalid(path, value, text.label_value(value))


def label_key(key: str, path: str) -> Causes:
    """A label's key wherever one is asked for. Kubernetes: ValidateLabelName"""
    yield from each_invalid(path, key, text.label_key(key))


def annotation_keys(found: dict[str, str], path: str) -> Causes:
    """Keys of annotations, and their size altogether. Kubernetes: ValidateAnnotations"""
    for key in found:
        yield from each_invalid(path, key, text.label_key(key.lower()))
    if (
        sum(text.size(key) + text.size(value) for key, value in found.items())
        > _ANNOTATIONS_LIMIT
    ):
        yield too_long(path, _ANNOTATIONS_LIMIT)


def owner_references(references: list[Object], path: str) -> Causes:
    """Owners; at most one of them controls. Kubernetes: ValidateOwnerReferences"""
    controller = ""
    for reference in references:
        yield from _owner_reference(reference, path)
        if not reference.get("controller"):
            continue
        current = f"{reference.get('kind', '')}/{reference.get('name', '')}"
        if controller:
            both = f'Found "true" in references for {controller} and {current}'
            yield invalid(
                path,
                references,
                f"Only one reference can have Controller set to true. {both}",
            )
        controller = controller or current


def _owner_reference(reference: Object, path: str) -> Causes:
    version = reference.get("apiVersion", "")
    if not version.rpartition("/")[2]:
        yield invalid(f"{path}.apiVersion", version, "version must not be empty")
    for field in ("kind", "name", "uid"):
        if not reference.get(field):
            yield invalid(f"{path}.{field}", "", "must not be empty")
    if (version, reference.get("kind")) == ("v1", "Event"):
        yield invalid(
            path, reference, "/v1, Kind=Event is disallowed from being an owner"
        )


def _finalizers(finalizers: list[str], path: str) -> Causes:
    for finalizer in finalizers:
        yield from each_invalid(path, finalizer, text.label_key(finalizer))
    # Dependents are either waited for or let go.
    if ORPHAN in finalizers and FOREGROUND in finalizers:
        detail = f"finalizer {ORPHAN} and {FOREGROUND} cannot be both set"
        yield invalid(path, finalizers, detail)


def kube_finalizers(finalizers: list[str], path: str) -> Causes:
    """Finalizers without a domain must be Kubernetes' own."""
    for i, finalizer in enumerate(finalizers):
        yield from kube_finalizer(finalizer, f"{path}[{i}]")


def kube_finalizer(finalizer: str, path: str) -> Causes:
    """Kubernetes: core validateKubeFinalizerName"""
    if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
        detail = "name is neither a standard finalizer name nor is it fully qualified"
        yield invalid(path, finalizer, detail)


def object_meta_update(new: Object, old: Object, path: str) -> Causes:
    """metadata of a changed object. Kubernetes: ValidateObjectMetaAccessorUpdate"""
    if "deletionTimestamp" in old:
        yield from _no_new_finalizers(
            new.get("finalizers", []), old.get("finalizers", []), f"{path}.finalizers"
        )
    if not new.get("resourceVersion"):
        yield invalid(f"{path}.resourceVersion", "", "must be specified for an update")
    if new.get("generation", 0) < old.get("generation", 0):
        yield invalid(
            f"{path}.generation", new.get("generation", 0), "must not be decremented"
        )
    for field, empty in _FIXED:
        yield from immutable(f"{path}.{field}", new.get(field), old.get(field), empty)
    yield from _common(new, path)
    yield from kube_finalizers(new.get("finalizers", []), f"{path}.finalizers")


def _no_new_finalizers(new: list[str], old: list[str], path: str) -> Causes:
    if extra := sorted(set(new) - set(old)):
        shown = "[]string{" + ", ".join(f'"{name}"' for name in extra) + "}"
        detail = "no new finalizers can be added if the object is being deleted, found new finalizers "
        yield forbidden(path, detail + shown)


def immutable(path: str, new: Any, old: Any, empty: Any = NIL) -> Causes:
    """A field that never changes; `empty` is how its absence is printed. Kubernetes: ValidateImmutableField"""
    if new != old:
        yield invalid(path, empty if new is None else new, IMMUTABLE)


def label_selector(
    selector: Object | None, path: str, *, values: bool = True
) -> Causes:
    """A selector with matchLabels and matchExpressions. Kubernetes: ValidateLabelSelector"""
    if selector is None:
        return
    yield from labels(selector.get("matchLabels", {}), f"{path}.matchLabels")
    for i, expression in enumerate(selector.get("matchExpressions", [])):
        yield from _expression(expression, f"{path}.matchExpressions[{i}]", values)


def _expression(expression: Object, path: str, check_values: bool) -> Causes:
    operator, values = expression.get("operator", ""), expression.get("values", [])
    yield from set_operator(operator, values, path)
    if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    yield from label_key(expression.get("key", ""), f"{path}.key")
    for i, value in enumerate(values if check_values else ()):
        yield from each_invalid(f"{path}.values[{i}]", value, text.label_value(value))


def set_operator(operator: str, values: list[str], path: str) -> Causes:
    """In and NotIn need values, Exists and DoesNotExist may have none."""
    if operator in ("In", "NotIn") and not values:
        yield required(
            f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"
        )
    if operator in ("Exists", "DoesNotExist") and values:
        yield forbidden(
            f"{path}.values",
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        )


def selector_value(selector: Object) -> Object:
    """A selector in the order in which Go prints it."""
    order = ("key", "operator", "values")
    found: Object = {}
    if selector.get("matchLabels"):
        found["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        found["matchExpressions"] = [
            {k: e[k] for k in order if k in e} for e in selector["matchExpressions"]
        ]
    return found

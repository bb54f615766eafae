"""metadata, labels and selectors.

Kubernetes: apimachinery/pkg/api/validation/objectmeta.go, apimachinery/pkg/apis/meta/v1/validation
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    IMMUTABLE,
    NIL,
    Causes,
    Check,
    follows,
    forbidden,
    given,
    indexed,
    invalid,
    nonnegative,
    once,
    required,
    too_long,
)
from k8slearn.apimachinery.objects import Object

NameRule = Callable[[str], Sequence[str]]

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
# Names without a domain are Kubernetes' own; these three are all that it has.
_STANDARD_FINALIZERS = ("kubernetes", ORPHAN, FOREGROUND)
# TotalAnnotationSizeLimitB: annotations are for notes, etcd's 1.5 MiB are for the object.
MAX_ANNOTATIONS_SIZE = 256 * 1024
"""Bytes of all annotations of an object, keys and values."""
_CHANGEABLE = (
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
)
# What never changes, and how Go prints its absence: by value, as an unset time, or as a nil pointer.
_FIXED = (
    ("name", ""),
    ("namespace", ""),
    ("uid", ""),
    ("creationTimestamp", NIL),
    ("deletionTimestamp", None),
    ("deletionGracePeriodSeconds", None),
)
_HTTP_PATH = r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+"
SET_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def object_meta(
    meta: Object,
    path: str,
    *,
    namespaced: bool,
    rule: NameRule,
    any_finalizer: bool = False,
) -> Causes:
    """metadata of a new object. Kubernetes: ValidateObjectMetaAccessor, and core's ValidateObjectMeta around it

    With `any_finalizer` the first alone.
    """
    yield from _names(meta, path, rule)
    yield from _namespace(meta, path, namespaced)
    if meta.get("generation"):
        yield from nonnegative(meta["generation"], f"{path}.generation")
    # Every object that is written passes here: what it does not have costs one look.
    yield from given(meta, path, _CHECKS)
    if meta.get("finalizers") and not any_finalizer:
        yield from kube_finalizers(meta["finalizers"], f"{path}.finalizers")


def _names(meta: Object, path: str, rule: NameRule) -> Causes:
    prefix = meta.get("generateName")
    if prefix:
        # Letters and digits come behind it: a dash at its end is inside the name.
        messages = rule(text.without_trailing_dash(prefix))
        for message in messages:
            yield invalid(f"{path}.generateName", prefix, message)
    name = meta.get("name")
    if name:
        # Not by `follows`, here and for the namespace: every new object passes, and hardly any has a wrong name.
        for message in rule(name):
            yield invalid(f"{path}.name", name, message)
    elif not prefix:
        yield required(f"{path}.name", "name or generateName is required")


def _namespace(meta: Object, path: str, namespaced: bool) -> Causes:
    namespace = meta.get("namespace", "")
    if not namespaced:
        if namespace:
            yield forbidden(f"{path}.namespace", "not allowed on this type")
    elif namespace:
        for message in text.dns_label(namespace):
            yield invalid(f"{path}.namespace", namespace, message)
    else:
        yield required(f"{path}.namespace")


def labels(found: dict[str, str], path: str) -> Causes:
    """Keys and values of labels. Kubernetes: ValidateLabels"""
    for key, value in found.items():
        for message in text.label_key(key):
            yield invalid(path, key, message)
        for message in text.label_value(value):
            yield invalid(path, value, message)


def label_key(key: str, path: str) -> Causes:
    """A label's key wherever one is asked for. Kubernetes: ValidateLabelName"""
    yield from follows(path, key, text.label_key)


def domain_path(found: str, path: str) -> Causes:
    """A name with the domain of who gives it. Kubernetes: IsDomainPrefixedPath"""
    domain, _, rest = found.partition("/")
    if not domain or not rest:
        detail = 'must be a domain-prefixed path (such as "acme.io/foo")'
        yield invalid(path, found, detail)
        return
    yield from follows(path, domain, text.dns_subdomain)
    if not re.fullmatch(_HTTP_PATH, rest):
        yield invalid(path, rest, text.regex_message("Invalid path", _HTTP_PATH))


def annotation_keys(found: dict[str, str], path: str) -> Causes:
    """Keys of annotations, and their size altogether. Kubernetes: ValidateAnnotations"""
    size = 0
    for key, value in found.items():
        # Unlike a label's, the key may have capitals: nothing selects by it.
        for message in text.label_key(key.lower()):
            yield invalid(path, key, message)
        size += text.size(key) + text.size(value)
    if size > MAX_ANNOTATIONS_SIZE:
        yield too_long(path, MAX_ANNOTATIONS_SIZE)


def owner_references(references: list[Object], path: str) -> Causes:
    """Owners; at most one of them controls. Kubernetes: ValidateOwnerReferences"""
    controller = ""
    for reference in references:
        yield from _owner_reference(reference, path)
        if not reference.get("controller"):
            continue
        kind = reference.get("kind", "")
        name = reference.get("name", "")
        current = f"{kind}/{name}"
        if controller:
            rule = "Only one reference can have Controller set to true."
            both = f'Found "true" in references for {controller} and {current}'
            yield invalid(path, references, f"{rule} {both}")
        controller = controller or current


def _owner_reference(reference: Object, path: str) -> Causes:
    version = reference.get("apiVersion", "")
    if not version.rpartition("/")[2]:
        yield invalid(f"{path}.apiVersion", version, "version must not be empty")
    for field in ("kind", "name", "uid"):
        if not reference.get(field):
            yield invalid(f"{path}.{field}", "", "must not be empty")
    # Events expire by themselves: what they owned would go with them.
    if (version, reference.get("kind")) == ("v1", "Event"):
        detail = "/v1, Kind=Event is disallowed from being an owner"
        yield invalid(path, reference, detail)


def _finalizers(finalizers: list[str], path: str) -> Causes:
    for finalizer in finalizers:
        yield from follows(path, finalizer, text.label_key)
    # Dependents are either waited for or let go.
    if ORPHAN in finalizers and FOREGROUND in finalizers:
        detail = f"finalizer {ORPHAN} and {FOREGROUND} cannot be both set"
        yield invalid(path, finalizers, detail)


# In the order of ValidateObjectMetaAccessor.
_CHECKS: dict[str, Check] = {
    "labels": once(labels),
    "annotations": once(annotation_keys),
    "ownerReferences": once(owner_references),
    "finalizers": _finalizers,
}


def kube_finalizers(finalizers: list[str], path: str) -> Causes:
    """Finalizers without a domain must be Kubernetes' own."""
    for at, finalizer in indexed(finalizers, path):
        yield from kube_finalizer(finalizer, at)


def kube_finalizer(finalizer: str, path: str) -> Causes:
    """Kubernetes: core validateKubeFinalizerName"""
    if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
        detail = "name is neither a standard finalizer name nor is it fully qualified"
        yield invalid(path, finalizer, detail)


def object_meta_update(
    new: Object, old: Object, path: str, *, any_finalizer: bool = False
) -> Causes:
    """metadata of a changed object. Kubernetes: ValidateObjectMetaAccessorUpdate, and core's ValidateObjectMetaUpdate

    With `any_finalizer` the first alone.
    """
    if new is old:
        # Most writes are of a status alone.
        return
    finalizers = new.get("finalizers", [])
    if "deletionTimestamp" in old:
        before = old.get("finalizers", [])
        yield from _no_new_finalizers(finalizers, before, f"{path}.finalizers")
    if not new.get("resourceVersion"):
        yield invalid(f"{path}.resourceVersion", "", "must be specified for an update")
    generation = new.get("generation", 0)
    if generation < old.get("generation", 0):
        yield invalid(f"{path}.generation", generation, "must not be decremented")
    for field, empty in _FIXED:
        at = f"{path}.{field}"
        before = old.get(field)
        yield from immutable(at, new.get(field), before, empty)
    # What is the very same as before has been looked at before: most writes are of the status.
    if any(new.get(field) is not old.get(field) for field in _CHANGEABLE):
        yield from given(new, path, _CHECKS)
        if not any_finalizer:
            yield from given(new, path, {"finalizers": kube_finalizers})


def _no_new_finalizers(new: list[str], old: list[str], path: str) -> Causes:
    """An object that is being deleted gets no new finalizers."""
    extra = sorted(set(new) - set(old))
    if not extra:
        return
    names = ", ".join(f'"{name}"' for name in extra)
    detail = "no new finalizers can be added if the object is being deleted"
    yield forbidden(path, f"{detail}, found new finalizers []string{{{names}}}")


def immutable(path: str, new: Any, old: Any, empty: Any = NIL) -> Causes:
    """A field that never changes; `empty` is how its absence is printed. Kubernetes: ValidateImmutableField"""
    if new == old:
        return
    shown = empty if new is None else new
    yield invalid(path, shown, IMMUTABLE)


def label_selector(selector: Object | None, path: str) -> Causes:
    """A selector with matchLabels and matchExpressions. Kubernetes: ValidateLabelSelector"""
    if selector is None:
        return
    yield from given(selector, path, {"matchLabels": labels})
    expressions = selector.get("matchExpressions", [])
    for at, expression in indexed(expressions, f"{path}.matchExpressions"):
        yield from _expression(expression, at)


def _expression(expression: Object, path: str) -> Causes:
    operator = expression.get("operator", "")
    values = expression.get("values", [])
    yield from set_operator(operator, values, path)
    if operator not in SET_OPERATORS:
        yield invalid(f"{path}.operator", operator, "not a valid selector operator")
    key = expression.get("key", "")
    yield from label_key(key, f"{path}.key")
    yield from each_follows(values, f"{path}.values", text.label_value)


def each_follows(values: list[str], path: str, rule: NameRule) -> Causes:
    """Every text of a list by one rule."""
    for at, value in indexed(values, path):
        yield from follows(at, value, rule)


def set_operator(operator: str, values: list[str], path: str) -> Causes:
    """In and NotIn need values, Exists and DoesNotExist may have none."""
    at = f"{path}.values"
    if operator in ("In", "NotIn") and not values:
        yield required(at, "must be specified when `operator` is 'In' or 'NotIn'")
    if operator in ("Exists", "DoesNotExist") and values:
        detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        yield forbidden(at, detail)


def selector_value(selector: Object) -> Object:
    """A selector in the order in which Go prints it."""
    found: Object = {}
    if selector.get("matchLabels"):
        pairs = sorted(selector["matchLabels"].items())
        found["matchLabels"] = dict(pairs)
    expressions = selector.get("matchExpressions")
    if expressions:
        found["matchExpressions"] = [_expression_value(each) for each in expressions]
    return found


def _expression_value(expression: Object) -> Object:
    # Go's maps have no order of their own: it prints a map's keys sorted, a struct's fields as declared.
    order = ("key", "operator", "values")
    return {field: expression[field] for field in order if field in expression}

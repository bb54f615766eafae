"""What a HorizontalPodAutoscaler must meet, and the behaviour that it says by leaving parts of it out.

Kubernetes: pkg/apis/autoscaling/validation/validation.go, pkg/apis/autoscaling/v2/defaults.go
"""

from __future__ import annotations

from collections.abc import Callable

from k8slearn.apimachinery import quantity
from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    choice,
    follows,
    forbidden,
    indexed,
    invalid,
    needed,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds.pod_template.resources import container_resource_name

_TARGETS = ("Utilization", "Value", "AverageValue")
_POLICIES = ("Percent", "Pods")
_SELECTED = ("Disabled", "Max", "Min")
_MAX_WINDOW = 3600
_MAX_PERIOD = 1800
# Field by type; the first of them that is there is looked into, in this order.
_SOURCES = {
    "Object": "object",
    "External": "external",
    "Pods": "pods",
    "Resource": "resource",
    "ContainerResource": "containerResource",
}
_TYPES = sorted(_SOURCES)
_EITHER = "must set either a target raw value or a target utilization"
_NOT_BOTH = "may not set both a target raw value and a target utilization"
_UP: Object = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
# How long it waits before it takes Pods away is the controller's flag to say.
_DOWN: Object = {
    "selectPolicy": "Max",
    "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
}


def with_behavior(o: Object) -> Object:
    """The defaults of a behaviour, filled in only where the object has one.

    Kubernetes: SetDefaults_HorizontalPodAutoscalerBehavior
    """
    spec = o.get("spec", {})
    given = spec.get("behavior")
    if given is None:
        return o
    behavior = {
        "scaleUp": {**_UP, **given.get("scaleUp", {})},
        "scaleDown": {**_DOWN, **given.get("scaleDown", {})},
    }
    return {**o, "spec": {**spec, "behavior": behavior}}


def scaler(o: Object) -> Causes:
    """Kubernetes: ValidateHorizontalPodAutoscaler"""
    spec = o.get("spec", {})
    yield from _bounds(spec, 1)
    target = spec.get("scaleTargetRef", {})
    yield from _reference(target, "spec.scaleTargetRef")
    yield from _group(target)
    yield from _rest(spec)


def changed_scaler(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateHorizontalPodAutoscalerUpdate"""
    spec, before = new.get("spec", {}), old.get("spec", {})
    # Who has none at all was made under other rules.
    yield from _bounds(spec, min(before.get("minReplicas", 1), 1))
    target, known = spec.get("scaleTargetRef", {}), before.get("scaleTargetRef", {})
    yield from _reference(target, "spec.scaleTargetRef")
    if any(target.get(field) != known.get(field) for field in ("apiVersion", "kind")):
        yield from _group(target)
    yield from _rest(spec)


def _bounds(spec: Object, lowest: int) -> Causes:
    least = spec.get("minReplicas")
    most = spec.get("maxReplicas", 0)
    if least is not None and least < lowest:
        detail = f"must be greater than or equal to {lowest}"
        yield invalid("spec.minReplicas", least, detail)
    if most < 1:
        yield invalid("spec.maxReplicas", most, "must be greater than 0")
    if least is not None and most < least:
        detail = "must be greater than or equal to `minReplicas`"
        yield invalid("spec.maxReplicas", most, detail)


def _reference(reference: Object, path: str) -> Causes:
    # Kubernetes: ValidateCrossVersionObjectReference
    for field in ("kind", "name"):
        yield from needed(reference, field, path, text.path_segment)


def _group(target: Object) -> Causes:
    version = target.get("apiVersion", "")
    path = "spec.scaleTargetRef.apiVersion"
    if version.count("/") > 1:
        yield invalid(path, version, f"unexpected GroupVersion string: {version}")
    elif "/" not in version and target.get("kind") != "ReplicationController":
        yield invalid(path, version, "apiVersion must specify API group")


def _rest(spec: Object) -> Causes:
    metrics = spec.get("metrics", [])
    for at, metric in indexed(metrics, "spec.metrics"):
        yield from _metric(metric, at)
    types = {metric.get("type") for metric in metrics}
    if spec.get("minReplicas") == 0 and not types & {"Object", "External"}:
        detail = "must specify at least one Object or External metric to support scaling to zero replicas"
        yield forbidden("spec.metrics", detail)
    for side in ("scaleUp", "scaleDown"):
        rules = spec.get("behavior", {}).get(side)
        if rules is not None:
            yield from _scaling(rules, f"spec.behavior.{side}")


# behavior ----------------------------------------------------------------------------------------------------------


def _scaling(rules: Object, path: str) -> Causes:
    # Kubernetes: validateScalingRules
    window = rules.get("stabilizationWindowSeconds", 0)
    at = f"{path}.stabilizationWindowSeconds"
    if window < 0:
        yield invalid(at, window, "must be greater than or equal to zero")
    if window > _MAX_WINDOW:
        yield invalid(at, window, f"must be less than or equal to {_MAX_WINDOW}")
    yield from choice(rules, "selectPolicy", path, _SELECTED)
    policies = rules.get("policies", [])
    if not policies:
        yield required(f"{path}.policies", "must specify at least one Policy")
    for place, policy in indexed(policies, f"{path}.policies"):
        yield from _policy(policy, place)


def _policy(policy: Object, path: str) -> Causes:
    kind = policy.get("type", "")
    if kind not in _POLICIES:
        yield not_supported(f"{path}.type", kind, _POLICIES)
    period = policy.get("periodSeconds", 0)
    for field in ("value", "periodSeconds"):
        number = policy.get(field, 0)
        if number <= 0:
            yield invalid(f"{path}.{field}", number, "must be greater than zero")
    if period > _MAX_PERIOD:
        detail = f"must be less than or equal to {_MAX_PERIOD}"
        yield invalid(f"{path}.periodSeconds", period, detail)


# metrics -----------------------------------------------------------------------------------------------------------


def _metric(metric: Object, path: str) -> Causes:
    # Kubernetes: validateMetricSpec
    kind = metric.get("type", "")
    if not kind:
        yield required(f"{path}.type", "must specify a metric source type")
    if kind not in _SOURCES:
        yield not_supported(f"{path}.type", kind, _TYPES)
    there = [field for field in _SOURCES.values() if field in metric]
    if there:
        first = there[0]
        yield from _CHECKS[first](metric[first], f"{path}.{first}")
    wanted = _SOURCES.get(kind)
    if wanted and wanted not in metric:
        detail = "must populate information for the given metric source"
        yield required(f"{path}.{wanted}", detail)
    if len(there) < 2:
        return
    for field in there:
        if field != wanted:
            detail = "must populate the given metric source only"
            yield forbidden(f"{path}.{field}", detail)


def _target(source: Object, path: str) -> Causes:
    # Kubernetes: validateMetricTarget
    target = source.get("target", {})
    at = f"{path}.target"
    kind = target.get("type", "")
    if not kind:
        yield required(f"{at}.type", "must specify a metric target type")
    if kind not in _TARGETS:
        detail = "must be either Utilization, Value, or AverageValue"
        yield invalid(f"{at}.type", kind, detail)
    for field in ("value", "averageValue"):
        if field in target and quantity.parse(target[field]).value <= 0:
            yield invalid(f"{at}.{field}", target[field], "must be positive")
    percent = target.get("averageUtilization")
    if percent is not None and percent < 1:
        yield invalid(f"{at}.averageUtilization", percent, "must be greater than 0")


def _named(source: Object, path: str) -> Causes:
    # Kubernetes: validateMetricIdentifier
    at = f"{path}.metric.name"
    name = source.get("metric", {}).get("name")
    if name:
        yield from follows(at, name, text.path_segment)
    else:
        yield required(at, "must specify a metric name")
    yield from _target(source, path)


def _object(source: Object, path: str) -> Causes:
    yield from _reference(source.get("describedObject", {}), f"{path}.describedObject")
    yield from _named(source, path)
    if not {"value", "averageValue"} & source.get("target", {}).keys():
        detail = "must set either a target value or averageValue"
        yield required(f"{path}.target.averageValue", detail)


def _external(source: Object, path: str) -> Causes:
    yield from _named(source, path)
    both = {"value", "averageValue"} & source.get("target", {}).keys()
    if not both:
        detail = "must set either a target value for metric or a per-pod target"
        yield required(f"{path}.target.averageValue", detail)
    if len(both) > 1:
        detail = "may not set both a target value for metric and a per-pod target"
        yield forbidden(f"{path}.target.value", detail)


def _pods(source: Object, path: str) -> Causes:
    yield from _named(source, path)
    if "averageValue" not in source.get("target", {}):
        detail = "must specify a positive target averageValue"
        yield required(f"{path}.target.averageValue", detail)


def _resource(source: Object, path: str) -> Causes:
    if not source.get("name"):
        yield required(f"{path}.name", "must specify a resource name")
    yield from _usage(source, path)


def _container(source: Object, path: str) -> Causes:
    if source.get("name"):
        yield from container_resource_name(source["name"], f"{path}.name")
    else:
        yield required(f"{path}.name", "must specify a resource name")
    if source.get("container"):
        yield from follows(f"{path}.container", source["container"], text.dns_label)
    else:
        yield required(f"{path}.container", "must specify a container")
    yield from _usage(source, path)


def _usage(source: Object, path: str) -> Causes:
    yield from _target(source, path)
    both = {"averageUtilization", "averageValue"} & source.get("target", {}).keys()
    if not both:
        yield required(f"{path}.target.averageUtilization", _EITHER)
    if len(both) > 1:
        yield forbidden(f"{path}.target.averageValue", _NOT_BOTH)


_CHECKS: dict[str, Callable[[Object, str], Causes]] = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "containerResource": _container,
}

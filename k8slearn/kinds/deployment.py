"""Deployment.

Kubernetes: pkg/registry/apps/deployment/strategy.go, pkg/apis/apps/validation/validation.go,
pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

from typing import Any

from k8slearn.apimachinery.field import (
    Causes,
    forbidden,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.gotext import go_atoi
from k8slearn.apimachinery.objects import Object, Readable, name
from k8slearn.kinds import workload
from k8slearn.kinds.int_or_percent import not_over_all, number_or_percent
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.printing import Cell, age

STRATEGIES = ("Recreate", "RollingUpdate")
# A quarter at a time: neither the Nodes nor the Service notice much of it.
_ROLLING_UPDATE = {"maxSurge": "25%", "maxUnavailable": "25%"}
_NO_LIMITS = {"maxUnavailable": 0, "maxSurge": 0}
_DEFAULTS = {"progressDeadlineSeconds": 600, "replicas": 1, "revisionHistoryLimit": 10}
_COUNTS = ("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")
_STATUS_COUNTS = (
    "observedGeneration",
    "replicas",
    "updatedReplicas",
    "readyReplicas",
    "availableReplicas",
    "unavailableReplicas",
    "collisionCount",
)


def default(deployment: Object) -> Object:
    """Kubernetes: SetDefaults_Deployment"""
    spec = {**_DEFAULTS, **deployment.get("spec", {})}
    strategy = workload.strategy_defaults(spec.get("strategy", {}), _ROLLING_UPDATE)
    spec["strategy"] = strategy
    spec["template"] = template_defaults(spec.get("template", {}))
    return {**deployment, "spec": spec, "status": deployment.get("status", {})}


def prepare_for_create(deployment: Object, reader: object) -> Object:
    """Kubernetes: deploymentStrategy.PrepareForCreate"""
    return {**deployment, "status": {}}


def validate(deployment: Object) -> Causes:
    """Kubernetes: ValidateDeploymentSpec"""
    spec = deployment.get("spec", {})
    template = spec.get("template", {})
    selector = spec.get("selector")
    yield from workload.counts(spec, "spec", ("replicas",))
    yield from workload.selector_given(selector, "spec.selector", "deployment")
    yield from workload.template_that_stays(
        selector, template, "spec.template", "ReplicaSet"
    )
    yield from _strategy(spec.get("strategy", {}), "spec.strategy")
    yield from workload.counts(spec, "spec", _COUNTS)
    deadline = spec.get("progressDeadlineSeconds")
    # Less than the wait for one Pod, and every rollout would be late.
    if deadline is not None and deadline <= spec.get("minReadySeconds", 0):
        detail = "must be greater than minReadySeconds"
        yield invalid("spec.progressDeadlineSeconds", deadline, detail)


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateDeploymentUpdate, deploymentStrategy.ValidateUpdate"""
    yield from validate(new)
    yield from workload.selector_stays(new, old)


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateDeploymentStatusUpdate"""
    status = new.get("status", {})
    yield from workload.counts(status, "status", _STATUS_COUNTS)
    parts = ("updatedReplicas", "readyReplicas", "availableReplicas")
    yield from workload.parts_of_all(status, parts)
    yield from workload.collisions(new, old)


def _strategy(strategy: Object, path: str) -> Causes:
    # Kubernetes: ValidateDeploymentStrategy
    rolling = strategy.get("rollingUpdate")
    kind = strategy.get("type", "")
    if kind == "Recreate":
        if rolling is not None:
            detail = "may not be specified when strategy `type` is 'Recreate'"
            yield forbidden(f"{path}.rollingUpdate", detail)
    elif kind == "RollingUpdate":
        if rolling is None:
            yield required(
                f"{path}.rollingUpdate", "this should be defaulted and never be nil"
            )
        else:
            yield from _rolling_update(rolling, f"{path}.rollingUpdate")
    else:
        # The whole strategy is the bad value.
        shown = workload.strategy_value(strategy, _NO_LIMITS)
        yield not_supported(path, shown, STRATEGIES)


def _rolling_update(rolling: Object, path: str) -> Causes:
    # Kubernetes: ValidateRollingUpdateDeployment
    unavailable = rolling.get("maxUnavailable", 0)
    surge = rolling.get("maxSurge", 0)
    yield from number_or_percent(unavailable, f"{path}.maxUnavailable")
    yield from number_or_percent(surge, f"{path}.maxSurge")
    if not _amount(unavailable) and not _amount(surge):
        detail = "may not be 0 when `maxSurge` is 0"
        yield invalid(f"{path}.maxUnavailable", unavailable, detail)
    yield from not_over_all(unavailable, f"{path}.maxUnavailable")


def _amount(amount: Any) -> int:
    # Kubernetes: getIntOrPercentValue
    if isinstance(amount, int):
        return amount
    return go_atoi(str(amount).removesuffix("%"))


def cells(o: Readable, now: float) -> list[Cell]:
    """Kubernetes: printDeployment"""
    status = o.get("status", {})
    return [
        name(o),
        workload.of_wanted(o, "readyReplicas"),
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        age(o, now),
        *workload.container_cells(o["spec"]["template"]),
        workload.selector_cell(o),
    ]


DEPLOYMENT = Kind(
    "apps/v1",
    "Deployment",
    generation=True,
    counts_annotations=True,
    default=default,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    left_by_status=frozenset(("labels",)),
    cells=cells,
)

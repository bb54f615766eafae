"""StatefulSet.

Kubernetes: pkg/registry/apps/statefulset/strategy.go, pkg/apis/apps/validation/validation.go,
pkg/apis/apps/v1/defaults.go
"""

from __future__ import annotations

from k8slearn.apimachinery import validation as text
from k8slearn.apimachinery.field import (
    Causes,
    follows,
    forbidden,
    invalid,
    not_supported,
    required,
)
from k8slearn.apimachinery.objects import Object, Readable, name
from k8slearn.kinds import workload
from k8slearn.kinds.filling import filled
from k8slearn.kinds.kind import Kind
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.printing import Cell, age

POLICIES = ("OrderedReady", "Parallel")
_NO_STATUS = {"availableReplicas": 0, "replicas": 0}
_ROLLING_UPDATE = {"partition": 0}
_NO_LIMITS = {"partition": 0, "maxUnavailable": None}
_RETENTIONS = ("Retain", "Delete")
_RETENTION = {"whenDeleted": "Retain", "whenScaled": "Retain"}
_CHANGEABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)
_FIXED = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_STATUS_COUNTS = (
    "replicas",
    "readyReplicas",
    "currentReplicas",
    "updatedReplicas",
    "availableReplicas",
    "observedGeneration",
    "collisionCount",
)


def default(stateful_set: Object) -> Object:
    """Kubernetes: SetDefaults_StatefulSet"""
    spec = {"replicas": 1, "revisionHistoryLimit": 10, **stateful_set.get("spec", {})}
    spec = filled(spec, {"podManagementPolicy": "OrderedReady"})
    strategy = _strategy_defaults(spec.get("updateStrategy", {}))
    retention = spec.get("persistentVolumeClaimRetentionPolicy", {})
    spec = {
        **spec,
        "updateStrategy": strategy,
        "persistentVolumeClaimRetentionPolicy": filled(retention, _RETENTION),
        "template": template_defaults(spec.get("template", {})),
    }
    if "volumeClaimTemplates" in spec:
        spec["volumeClaimTemplates"] = [
            _claim_template(claim) for claim in spec["volumeClaimTemplates"]
        ]
    status = default_status(stateful_set.get("status", {}))
    return {**stateful_set, "spec": spec, "status": status}


def _strategy_defaults(strategy: Object) -> Object:
    # Who writes the type and no more is given no partition either.
    if strategy.get("type") and "rollingUpdate" not in strategy:
        return strategy
    return workload.strategy_defaults(strategy, _ROLLING_UPDATE)


def without_disabled(stateful_set: Object, old: Object | None) -> Object:
    """Without what is no more than a feature that is off in 1.36, MaxUnavailableStatefulSet.

    Kubernetes: dropStatefulSetDisabledFields
    """
    spec = stateful_set["spec"]
    strategy = spec["updateStrategy"]
    rolling = strategy.get("rollingUpdate", {})
    if "maxUnavailable" not in rolling:
        return stateful_set
    kept = {
        field: value for field, value in rolling.items() if field != "maxUnavailable"
    }
    spec = {**spec, "updateStrategy": {**strategy, "rollingUpdate": kept}}
    return {**stateful_set, "spec": spec}


def _claim_template(claim: Object) -> Object:
    # Kubernetes: Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec, SetDefaults_PersistentVolumeClaim
    given = {"volumeMode": "Filesystem", **claim.get("spec", {})}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        **claim,
        "spec": given,
        "status": {"phase": "Pending", **claim.get("status", {})},
    }


def default_status(given: Object) -> Object:
    """The numbers that Go writes even when they are 0."""
    return {**_NO_STATUS, **given}


def prepare_for_create(stateful_set: Object, reader: object) -> Object:
    """Kubernetes: statefulSetStrategy.PrepareForCreate"""
    return {**stateful_set, "status": default_status({})}


def validate(stateful_set: Object) -> Causes:
    """Kubernetes: ValidateStatefulSetSpec"""
    spec = stateful_set.get("spec", {})
    yield from _policy(spec.get("podManagementPolicy", ""), "spec.podManagementPolicy")
    yield from _strategy(spec.get("updateStrategy", {}), "spec.updateStrategy")
    retention = spec.get("persistentVolumeClaimRetentionPolicy", {})
    for field in ("whenDeleted", "whenScaled"):
        path = f"spec.persistentVolumeClaimRetentionPolicy.{field}"
        policy = retention.get(field, "")
        if policy not in _RETENTIONS:
            yield not_supported(path, policy, _RETENTIONS)
    yield from workload.counts(spec, "spec", ("replicas", "minReadySeconds"))
    yield from workload.counts(spec.get("ordinals", {}), "spec.ordinals", ("start",))
    service = spec.get("serviceName", "")
    if service:
        yield from follows("spec.serviceName", service, text.dns_label)
    selector = spec.get("selector")
    template = spec.get("template", {})
    yield from workload.selector_given(selector, "spec.selector", "statefulset", "")
    yield from workload.template_with_claims(
        selector, template, "spec.template", "StatefulSet"
    )


def _policy(policy: str, path: str) -> Causes:
    if not policy:
        yield required(path)
    elif policy not in POLICIES:
        yield invalid(path, policy, "must be 'OrderedReady' or 'Parallel'")


def _strategy(strategy: Object, path: str) -> Causes:
    kind = strategy.get("type", "")
    rolling = strategy.get("rollingUpdate")
    if not kind:
        yield required(path)
    elif kind == "OnDelete":
        if rolling is not None:
            detail = "only allowed for updateStrategy 'RollingUpdate'"
            shown = workload.rolling_value(rolling, _NO_LIMITS)
            yield invalid(f"{path}.rollingUpdate", shown, detail)
    elif kind == "RollingUpdate":
        yield from workload.counts(
            rolling or {}, f"{path}.rollingUpdate", ("partition",)
        )
    else:
        shown = workload.strategy_value(strategy, _NO_LIMITS)
        yield invalid(path, shown, "must be 'RollingUpdate' or 'OnDelete'")


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateStatefulSetUpdate"""
    yield from validate(new)
    if _fixed(new["spec"]) != _fixed(old["spec"]):
        yield forbidden("spec", _FIXED)


def _fixed(spec: Object) -> Object:
    return {field: value for field, value in spec.items() if field not in _CHANGEABLE}


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateStatefulSetStatus"""
    status = new.get("status", {})
    yield from workload.counts(status, "status", _STATUS_COUNTS)
    parts = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
    yield from workload.parts_of_all(status, parts, "status.readyReplicas")
    yield from workload.collisions(new, old)


def cells(o: Readable, now: float) -> list[Cell]:
    """Kubernetes: printStatefulSet"""
    return [
        name(o),
        workload.of_wanted(o, "readyReplicas"),
        age(o, now),
        *workload.container_cells(o["spec"]["template"]),
    ]


STATEFUL_SET = Kind(
    "apps/v1",
    "StatefulSet",
    generation=True,
    default=default,
    default_status=default_status,
    normalize=without_disabled,
    name_rule=text.dns_label,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    cells=cells,
)

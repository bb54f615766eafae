"""ReplicaSet. Kubernetes: pkg/registry/apps/replicaset/strategy.go, pkg/apis/apps/validation/validation.go"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes
from k8slearn.apimachinery.objects import Object, Readable, name
from k8slearn.kinds import workload
from k8slearn.kinds.kind import Kind, text_at
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.printing import Cell, age

_STATUS_COUNTS = (
    "replicas",
    "fullyLabeledReplicas",
    "readyReplicas",
    "availableReplicas",
    "observedGeneration",
)
_PARTS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def default(replica_set: Object) -> Object:
    """Kubernetes: SetDefaults_ReplicaSet"""
    spec = {"replicas": 1, **replica_set.get("spec", {})}
    spec["template"] = template_defaults(spec.get("template", {}))
    status = default_status(replica_set.get("status", {}))
    return {**replica_set, "spec": spec, "status": status}


def default_status(given: Object) -> Object:
    """The number that Go writes even when it is 0."""
    return {"replicas": 0, **given}


def prepare_for_create(replica_set: Object, reader: object) -> Object:
    """Kubernetes: rsStrategy.PrepareForCreate"""
    return {**replica_set, "status": default_status({})}


def validate(replica_set: Object) -> Causes:
    """Kubernetes: ValidateReplicaSetSpec"""
    spec = replica_set.get("spec", {})
    selector = spec.get("selector")
    template = spec.get("template", {})
    yield from workload.counts(spec, "spec", ("replicas", "minReadySeconds"))
    # Upstream's words are those of the Deployment here too.
    yield from workload.selector_given(selector, "spec.selector", "deployment")
    yield from workload.template_that_stays(
        selector, template, "spec.template", "ReplicaSet"
    )


def validate_update(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateReplicaSetUpdate, rsStrategy.ValidateUpdate"""
    yield from validate(new)
    yield from workload.selector_stays(new, old)


def validate_status(new: Object, old: Object) -> Causes:
    """Kubernetes: ValidateReplicaSetStatus"""
    status = new.get("status", {})
    yield from workload.counts(status, "status", _STATUS_COUNTS)
    yield from workload.parts_of_all(status, _PARTS)


def cells(o: Readable, now: float) -> list[Cell]:
    """Kubernetes: printReplicaSet"""
    status = o.get("status", {})
    return [
        name(o),
        o["spec"].get("replicas", 0),
        status.get("replicas", 0),
        status.get("readyReplicas", 0),
        age(o, now),
        *workload.container_cells(o["spec"]["template"]),
        workload.selector_cell(o),
    ]


REPLICA_SET = Kind(
    "apps/v1",
    "ReplicaSet",
    generation=True,
    default=default,
    default_status=default_status,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    cells=cells,
    selectable_fields={"status.replicas": text_at("status.replicas")},
)

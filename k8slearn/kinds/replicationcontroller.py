"""ReplicationController and PodTemplate: Pods as a template says.

Kubernetes: pkg/registry/core/{replicationcontroller,podtemplate}/strategy.go, pkg/apis/core/v1/defaults.go
"""

from __future__ import annotations

from k8slearn.apimachinery.field import Causes, invalid, required
from k8slearn.apimachinery.objects import Object
from k8slearn.kinds import workload
from k8slearn.kinds.cells import cells_by_title
from k8slearn.kinds.kind import Kind, text_at
from k8slearn.kinds.pod_template.defaults import pod_template as template_defaults
from k8slearn.kinds.pod_template.spec import pod_template
from k8slearn.kinds.replicaset import validate_status


def default(controller: Object) -> Object:
    """Kubernetes: SetDefaults_ReplicationController: what it selects by, and is marked by, are its Pods' labels."""
    spec = {"replicas": 1, **controller.get("spec", {})}
    spec["template"] = template_defaults(spec.get("template") or {})
    metadata = controller["metadata"]
    labels = spec["template"].get("metadata", {}).get("labels")
    if labels:
        spec["selector"] = spec.get("selector") or labels
        metadata = {**metadata, "labels": metadata.get("labels") or labels}
    status = {"replicas": 0, **controller.get("status", {})}
    return {**controller, "metadata": metadata, "spec": spec, "status": status}


def validate(controller: Object) -> Causes:
    """Kubernetes: ValidateReplicationControllerSpec"""
    spec = controller.get("spec", {})
    yield from workload.counts(spec, "spec", ("minReadySeconds", "replicas"))
    selector = spec.get("selector")
    if not selector:
        yield required("spec.selector")
        return
    template = spec.get("template", {})
    labels = template.get("metadata", {}).get("labels") or {}
    if not selector.items() <= labels.items():
        detail = "`selector` does not match template `labels`"
        yield invalid(
            "spec.template.metadata.labels", dict(sorted(labels.items())), detail
        )
    yield from pod_template(template, "spec.template")
    yield from workload.stays(template, "spec.template", "ReplicationController")


def prepare_for_create(controller: Object, reader: object) -> Object:
    """Its status is for its controller to write."""
    return {**controller, "status": {"replicas": 0}}


REPLICATION_CONTROLLER = Kind(
    "v1",
    "ReplicationController",
    generation=True,
    # Kubernetes: rcStrategy.DefaultGarbageCollectionPolicy, as v1 always was
    keeps_dependents=True,
    default=default,
    create_rules=validate,
    status_rules=validate_status,
    update_rules=lambda new, old: validate(new),
    prepare_for_create=prepare_for_create,
    cells=cells_by_title("v1", "ReplicationController"),
    selectable_fields={"status.replicas": text_at("status.replicas")},
)


def default_template(o: Object) -> Object:
    """Kubernetes: SetDefaults_PodTemplate"""
    return {**o, "template": template_defaults(o.get("template") or {})}


def validate_template(o: Object) -> Causes:
    """Kubernetes: ValidatePodTemplate"""
    yield from pod_template(o["template"], "template")


POD_TEMPLATE = Kind(
    "v1",
    "PodTemplate",
    generation=True,
    default=default_template,
    create_rules=validate_template,
    update_rules=lambda new, old: validate_template(new),
    returned_on_delete=True,
    cells=cells_by_title("v1", "PodTemplate"),
)

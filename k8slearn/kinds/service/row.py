"""Service. Kubernetes: pkg/registry/core/service/strategy.go"""

from k8slearn.apimachinery import validation as text
from k8slearn.kinds.kind import Kind, texts_at
from k8slearn.kinds.service.allocation import allocate
from k8slearn.kinds.service.printer import cells
from k8slearn.kinds.service.strategy import (
    default,
    default_status,
    normalize,
    prepare_for_create,
)
from k8slearn.kinds.service.validation import validate, validate_update
from k8slearn.kinds.status_rules import service_status

SERVICE = Kind(
    "v1",
    "Service",
    default=default,
    default_status=default_status,
    normalize=normalize,
    # Its name is a label of a DNS name, which may hold no dot.
    name_rule=text.dns_label,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=service_status,
    allocate=allocate,
    prepare_for_create=prepare_for_create,
    returned_on_delete=True,
    created_by_put=True,
    cells=cells,
    selectable_fields=texts_at("spec.clusterIP", "spec.type"),
)

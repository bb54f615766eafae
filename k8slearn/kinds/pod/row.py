"""Pod. Kubernetes: pkg/registry/core/pod/strategy.go"""

from k8slearn.kinds.kind import Kind, flag_at, text_at, texts_at
from k8slearn.kinds.pod.label_keys import normalize
from k8slearn.kinds.pod.printer import cells
from k8slearn.kinds.pod.strategy import (
    default,
    grace_period,
    prepare_for_create,
    with_null_times,
)
from k8slearn.kinds.pod.validation import validate, validate_status, validate_update

POD = Kind(
    "v1",
    "Pod",
    generation=True,
    default=default,
    normalize=normalize,
    create_rules=validate,
    update_rules=validate_update,
    status_rules=validate_status,
    prepare_for_create=prepare_for_create,
    grace_period=grace_period,
    returned_on_delete=True,
    left_by_status=frozenset(("deletionTimestamp", "ownerReferences")),
    with_null_times=with_null_times,
    cells=cells,
    selectable_fields={
        # Kubernetes: ToSelectableFields; the kubelet and the drainer ask by the Node.
        **texts_at(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName",
        ),
        "spec.hostNetwork": flag_at("spec.hostNetwork"),
        # As the oldest clients call it. Kubernetes: core/v1 conversion.go
        "spec.host": text_at("spec.nodeName"),
        # Allowed there, and forgotten by ToSelectableFields: no Pod has a value.
        "status.podIPs": lambda pod: "",
    },
)

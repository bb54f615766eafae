"""Which ReplicaSet holds a Deployment's present template, and the one that is made for it.

Kubernetes: pkg/controller/deployment/sync.go, getNewReplicaSet; util/deployment_util.go
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k8slearn.apimachinery.objects import (
    TEMPLATE_HASH_LABEL,
    Object,
    Readable,
    labels,
    name,
    namespace,
    owner_reference,
)
from k8slearn.controllers.deployment.scaling import created
from k8slearn.controllers.templates import template_hash


def find_new(deployment: Readable, replica_sets: Sequence[Object]) -> Object | None:
    """The oldest ReplicaSet of the present template. Kubernetes: FindNewReplicaSet"""
    wanted = _without_hash(deployment["spec"]["template"])
    for replica_set in sorted(replica_sets, key=created):
        if _without_hash(replica_set["spec"]["template"]) == wanted:
            return replica_set
    return None


def _without_hash(template: Readable) -> Any:
    # Kubernetes: EqualIgnoreHash
    marks = {k: v for k, v in labels(template).items() if k != TEMPLATE_HASH_LABEL}
    about = template.get("metadata", {})
    kept = {f: about[f] for f in ("annotations", "finalizers") if about.get(f)}
    return marks, kept, template["spec"]


def new_replica_set(deployment: Object) -> Object:
    """The ReplicaSet of the present template, still without Pods. Kubernetes: getNewReplicaSet"""
    spec = deployment["spec"]
    collisions = deployment.get("status", {}).get("collisionCount", 0)
    own_hash = template_hash(spec["template"], collisions)
    template = spec["template"]
    marks = {**labels(template), TEMPLATE_HASH_LABEL: own_hash}
    about = {**template.get("metadata", {}), "labels": marks}
    selector = spec["selector"]
    narrowed = {**selector.get("matchLabels", {}), TEMPLATE_HASH_LABEL: own_hash}
    made: Object = {
        "replicas": 0,
        "selector": {**selector, "matchLabels": narrowed},
        "template": {**template, "metadata": about},
    }
    if spec.get("minReadySeconds"):
        made["minReadySeconds"] = spec["minReadySeconds"]
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"{name(deployment)}-{own_hash}",
            "namespace": namespace(deployment),
            "labels": marks,
            "ownerReferences": [owner_reference(deployment)],
        },
        "spec": made,
    }


def with_size(replica_set: Object, size: int) -> Object:
    """A ReplicaSet of this size."""
    return {**replica_set, "spec": {**replica_set["spec"], "replicas": size}}

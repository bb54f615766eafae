"""The replication controller: the ReplicaSet controller for the older kind ReplicationController.

Kubernetes: pkg/controller/replication, which hands ReplicationControllers as ReplicaSets to the very same code
"""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.controllers.replicaset.controller import ReplicaSetController

ACTOR = "replication-controller"


class ReplicationManager(ReplicaSetController):
    """Kubernetes: pkg/controller/replication/replication_controller.go, ReplicationManager"""

    name = ACTOR
    kinds = ("ReplicationController",)
    owner_kind = "ReplicationController"

    def _update_status(self, replica_set: Object, status: Object) -> None:
        # The old kind has no field for it.
        old = {**status}
        old.pop("terminatingReplicas", None)
        super()._update_status(replica_set, old)

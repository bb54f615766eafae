"""The ReplicaSet controller: watches, has `decide` decide, and carries it out."""

from __future__ import annotations

from collections.abc import Sequence

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    full_name,
    name,
    namespace,
    uid,
)
from k8slearn.controllers.pod_owner import PodOwner, slow_start
from k8slearn.controllers.replicaset.decide import ReplicaSync, decide, status_of
from k8slearn.controllers.templates import pod_from_template

ACTOR = "replicaset-controller"


class ReplicaSetController(PodOwner):
    """Kubernetes: pkg/controller/replicaset/replica_set.go, ReplicaSetController."""

    name = ACTOR
    kinds = ("ReplicaSet",)
    owner_kind = "ReplicaSet"

    def sync(self, key: str) -> ReplicaSync | None:
        """Bring one ReplicaSet nearer to its spec; returns what was decided. Kubernetes: syncReplicaSet."""
        replica_set = self.present(key)
        if replica_set is None:
            return None
        pods = self.claim_pods(replica_set)
        waiting = not self.expectations.satisfied(key)
        related = self._related(replica_set)
        now = self.clock.now
        decided = decide(replica_set, pods, related, now, waiting=waiting)
        refused = self._manage(replica_set, decided)
        failure = None
        if refused is not None:
            reason = "FailedCreate" if decided.difference < 0 else "FailedDelete"
            failure = (reason, str(refused))
        # Upstream writes the status even when Pods were refused: else nobody could read that they are missing.
        self._update_status(replica_set, status_of(replica_set, pods, now, failure))
        if refused is not None:
            raise refused
        if decided.look_again is not None:
            self.enqueue_after(key, decided.look_again)
        return decided

    def _related(self, replica_set: Object) -> list[Object]:
        """The Pods of all ReplicaSets of one Deployment. Kubernetes: getIndirectlyRelatedPods"""
        owner = controller_uid(replica_set)
        if owner is None:
            return []
        found: list[Object] = []
        for other in self.informer.list(self.owner_kind):
            if controller_uid(other) == owner:
                found += self.pods.all_of(uid(other))
        return found

    def _manage(self, replica_set: Object, decided: ReplicaSync) -> ApiError | None:
        """Create and delete; returns the first refusal. Kubernetes: manageReplicas."""
        if decided.create:
            return self._create(replica_set, decided.create)
        if decided.delete:
            return self._delete(replica_set, decided.delete)
        return None

    def _create(self, replica_set: Object, count: int) -> ApiError | None:
        key = full_name(replica_set)
        pod = pod_from_template(replica_set, replica_set["spec"]["template"])
        # Before the first write: what is asked for may be seen while the next is being asked for.
        self.expectations.set(key, count, 0)
        done, refused = slow_start(
            count, lambda number: self.create_pod(replica_set, pod)
        )
        # Nobody will see those that were refused or not even tried.
        self.expectations.created(key, count - done)
        return refused

    def _delete(self, replica_set: Object, pods: Sequence[Object]) -> ApiError | None:
        self.expectations.set(full_name(replica_set), 0, len(pods))
        refused: ApiError | None = None
        for pod in pods:
            try:
                self.delete_pod(replica_set, pod)
            except ApiError as error:
                self.expectations.deleted(full_name(replica_set))
                refused = refused or error
        return refused

    def _update_status(self, replica_set: Object, status: Object) -> None:
        """Write the status where it differs. Kubernetes: replica_set_utils.go, updateReplicaSetStatus."""
        about = (self.owner_kind, name(replica_set), namespace(replica_set))
        fresh = self.client.get(*about)
        if fresh is None or uid(fresh) != uid(replica_set):
            return
        if status != fresh.get("status"):
            self.client.update_status({**fresh, "status": status})

"""The Deployment controller: watches, has `decide` decide, and carries it out."""

from __future__ import annotations

from k8slearn.apimachinery.errors import ApiError, conflict
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    controller_uid,
    full_name,
    is_deleting,
    name,
    namespace,
    uid,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.adoption import adopt, adoptable, releasable, release, selects
from k8slearn.controllers.deployment import progress
from k8slearn.controllers.deployment.decide import DeploymentSync, Step, decide
from k8slearn.controllers.deployment.limits import strategy_of
from k8slearn.controllers.informer import DELETED
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller
from k8slearn.kinds.pod.state import is_pod_terminal

ACTOR = "deployment-controller"
_REPLICA_SETS = "ReplicaSet"


class DeploymentController(Controller):
    """Kubernetes: pkg/controller/deployment/deployment_controller.go, DeploymentController."""

    name = ACTOR
    kinds = ("Deployment",)

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, ACTOR)
        self.informer.on("Deployment", self.on_deployment)
        self.informer.on(_REPLICA_SETS, self.on_replica_set)
        self.informer.on("Pod", self.on_pod, DELETED)

    # What it watches -------------------------------------------------------------------------------------------

    def on_deployment(self, change: Change) -> None:
        """Every change of a Deployment is looked at."""
        store = self.client.registry.store
        self.informer.follow(_REPLICA_SETS, store)
        # Only who waits for old Pods to be gone has to hear of Pods.
        if strategy_of(change.object) == "Recreate":
            self.informer.follow("Pod", store)
        self.enqueue(full_name(change.object))

    def on_replica_set(self, change: Change) -> None:
        """Its ReplicaSets are what it counts; one without a controller may be adopted."""
        versions = (change.object, change.previous)
        owners = [self._owner(each) for each in versions if each is not None]
        for owner in owners:
            if owner is not None:
                self.enqueue(full_name(owner))
        o = change.object
        if change.type == "DELETED" or controller_ref(o) or is_deleting(o):
            return
        for deployment in self.informer.list("Deployment"):
            if selects(deployment, o):
                self.enqueue(full_name(deployment))

    def on_pod(self, change: Change) -> None:
        """An old Pod that is gone is what Recreate waits for. Kubernetes: deletePod"""
        ref = controller_ref(change.object)
        if ref is None or ref["kind"] != _REPLICA_SETS:
            return
        place = namespace(change.object)
        replica_set = self.informer.get(_REPLICA_SETS, ref["name"], place)
        owner = self._owner(replica_set) if replica_set is not None else None
        if owner is not None and strategy_of(owner) == "Recreate":
            self.enqueue(full_name(owner))

    def _owner(self, replica_set: Object) -> Object | None:
        ref = controller_ref(replica_set)
        if ref is None or ref["kind"] != "Deployment":
            return None
        owner = self.informer.get("Deployment", ref["name"], namespace(replica_set))
        if owner is None or uid(owner) != ref["uid"]:
            return None
        return owner

    # One sync --------------------------------------------------------------------------------------------------

    def sync(self, key: str) -> DeploymentSync | None:
        """Bring one Deployment nearer to its spec; returns what was decided. Kubernetes: syncDeployment."""
        place, _, deployment_name = key.partition("/")
        deployment = self.informer.get("Deployment", deployment_name, place)
        if deployment is None:
            return None
        own = self._claim(deployment)
        decided = decide(deployment, own, self.clock.now, self._pods_run)
        for step in decided.steps:
            self._carry_out(deployment, step)
        self._update_status(decided.deployment)
        if decided.look_again is not None:
            self.enqueue_after(key, decided.look_again)
        return decided

    def _claim(self, deployment: Object) -> list[Object]:
        """Adopt and release ReplicaSets. Kubernetes: getReplicaSetsForDeployment"""
        place = namespace(deployment)
        found = [o for o in self.informer.list(_REPLICA_SETS) if namespace(o) == place]
        own = [o for o in found if controller_uid(o) == uid(deployment)]
        foreign = releasable(deployment, own)
        for replica_set in foreign:
            release(self.client, deployment, replica_set)
        kept = [o for o in own if o not in foreign]
        if is_deleting(deployment):
            return kept
        orphans = adoptable(deployment, found)
        if orphans:
            self._check_can_adopt(deployment)
        return kept + [adopt(self.client, deployment, o) for o in orphans]

    def _check_can_adopt(self, deployment: Object) -> None:
        # Read live: one that is gone or going must take nothing. Kubernetes: canAdoptFunc
        fresh = self.client.get("Deployment", name(deployment), namespace(deployment))
        if fresh is None or uid(fresh) != uid(deployment) or is_deleting(fresh):
            raise conflict("deployments.apps", name(deployment))

    def _pods_run(self, replica_set: Object) -> bool:
        """Whether it still has Pods that have not ended. Kubernetes: recreate.go, oldPodsRunning"""
        for pod in self.informer.cache.get("Pod", {}).values():
            if controller_uid(pod) == uid(replica_set) and not is_pod_terminal(pod):
                return True
        return False

    def _carry_out(self, deployment: Object, step: Step) -> None:
        replica_set = step.replica_set
        if step.do == "create":
            self._create(deployment, replica_set)
        elif step.do == "delete":
            self.client.delete(_REPLICA_SETS, name(replica_set), namespace(replica_set))
        else:
            self.client.update(replica_set)
        for told in step.told:
            self.recorder.record(deployment, "Normal", "ScalingReplicaSet", told)

    def _create(self, deployment: Object, replica_set: Object) -> None:
        """Raises ApiError; a refusal is told in the status as well. Kubernetes: getNewReplicaSet"""
        try:
            self.client.create(replica_set)
        except ApiError as refused:
            if refused.reason == "AlreadyExists":
                self._collide(deployment)
            else:
                self._tell_refusal(deployment, replica_set, refused)
            raise

    def _collide(self, deployment: Object) -> None:
        """Another template has this name: count it, and the next sync tries another one."""
        status = deployment.get("status", {})
        count = status.get("collisionCount", 0) + 1
        self._update_status({**deployment, "status": {**status, "collisionCount": count}})  # fmt: skip

    def _tell_refusal(
        self, deployment: Object, replica_set: Object, refused: ApiError
    ) -> None:
        text = f'Failed to create new replica set "{name(replica_set)}": {refused}'
        if progress.has_deadline(deployment):
            about = (progress.PROGRESSING, "False", progress.CREATE_FAILED, text)
            told = progress.with_condition(deployment, *about, self.clock.now)
            self._update_status(told)
        self.recorder.record(deployment, "Warning", progress.CREATE_FAILED, text)

    def _update_status(self, deployment: Object) -> None:
        """Write the status and the revision where they differ."""
        address = ("Deployment", name(deployment), namespace(deployment))
        fresh = self.client.get(*address)
        if fresh is None or uid(fresh) != uid(deployment):
            return
        parts = [(o["metadata"].get("annotations"), o.get("status")) for o in (deployment, fresh)]  # fmt: skip
        if parts[0] != parts[1]:
            self.client.update_status({**deployment, "metadata": _revised(fresh, deployment)})  # fmt: skip


def _revised(fresh: Object, deployment: Object) -> Object:
    """The metadata as they are now, with the annotations that were decided."""
    metadata = {**fresh["metadata"]}
    if "annotations" in deployment["metadata"]:
        metadata["annotations"] = deployment["metadata"]["annotations"]
    return metadata

"""What all controllers share whose objects own Pods: finding owners, adoption, release, creation and deletion.

Invariants: Pods are read from its own cache alone, and nothing that it writes changes that cache before the watch tells
of it (save what it adopts, releases or relabels, as upstream). A cluster without an owner of this kind has it follow
no Pods at all. Kubernetes: pkg/controller/controller_utils.go, controller_ref_manager.go
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from k8slearn.apimachinery.errors import ApiError, conflict
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    Readable,
    controller_ref,
    controller_uid,
    full_name,
    is_deleting,
    name,
    namespace,
    same_owners,
    uid,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.adoption import adopt, adoptable, releasable, release, selects
from k8slearn.controllers.pod_index import PodIndex
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller, Expectations
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.pod.state import available_at, is_pod_ready, is_pod_terminal


class PodOwner(Controller):
    """A controller of one kind of owners. `dependents` are the kinds that it follows once there is an owner."""

    owner_kind: str
    dependents: Sequence[str] = ("Pod",)
    source: str = ""
    """The source of its Events, where that is not its name."""

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.recorder = Recorder(self.client, self.source or self.name)
        self.expectations = Expectations(clock)
        self.pods = PodIndex()
        self.informer.on(self.owner_kind, self.on_owner)
        self.informer.on("Pod", self.on_pod)

    # What it watches -------------------------------------------------------------------------------------------

    def on_owner(self, change: Change) -> None:
        """Every change of an owner is looked at."""
        for kind in self.dependents:
            self.informer.follow(kind, self.client.registry.store)
        if change.type == "DELETED":
            self.expectations.forget(full_name(change.object))
        self.enqueue(full_name(change.object))

    def on_pod(self, change: Change) -> None:
        """A Pod belongs to its controller; one without a controller may be adopted by any that matches.

        Kubernetes: addPod, updatePod and deletePod of pkg/controller/replicaset and pkg/controller/daemon.
        """
        nodes = self.pods.update(change)
        pod = change.object
        before = change.previous
        owner = self.owner_of(pod)
        key = ""
        if owner is not None:
            key = full_name(owner)
            self.touched(owner, nodes)
            self.enqueue(key)
        if before is not None and not same_owners(before, pod):
            self._left(before, pod, nodes)
        if owner is None:
            self.orphan_seen(pod, change)
            return
        self._expect_no_more(change, key)
        min_ready = owner["spec"].get("minReadySeconds")
        if min_ready and before is not None:
            became_ready = is_pod_ready(pod) and not is_pod_ready(before)
            # A second more than asked for, as updatePod does: timestamps of conditions have whole seconds.
            if became_ready:
                self.enqueue_after(key, min_ready + 1)

    def _left(self, before: Object, pod: Object, nodes: set[str]) -> None:
        """Have the owner that has lost a Pod looked at as well."""
        former = self.owner_of(before)
        if former is not None and controller_uid(before) != controller_uid(pod):
            self.touched(former, nodes)
            self.enqueue(full_name(former))

    def touched(self, owner: Object, nodes: set[str]) -> None:
        """Something happened to a Pod of this owner on these Nodes; it is looked at in any case."""

    def _expect_no_more(self, change: Change, key: str) -> None:
        if change.type == "ADDED":
            self.expectations.created(key)
        # Marked or gone, whichever is seen first; a Pod with a grace period is told of twice and counts once.
        before = change.previous
        if is_deleting(change.object) and (before is None or not is_deleting(before)):
            self.expectations.deleted(key)

    def orphan_seen(self, o: Object, change: Change) -> None:
        """Have each owner that may adopt this object looked at."""
        if change.type == "DELETED" or is_deleting(o) or controller_ref(o):
            return
        for owner in self.informer.list(self.owner_kind):
            if selects(owner, o) and self.may_adopt(owner, o):
                self.enqueue(full_name(owner))

    def owner_of(self, o: Object) -> Object | None:
        """The owner that controls an object, by uid: a later one of the same name does not."""
        ref = controller_ref(o)
        if ref is None or ref["kind"] != self.owner_kind:
            return None
        # By hand: every change of each Pod asks.
        place = self.owner_kind, o["metadata"].get("namespace", ""), ref["name"]
        owner = self.informer.cache[self.owner_kind].get(place)
        if owner is None or owner["metadata"]["uid"] != ref["uid"]:
            return None
        return owner

    def may_adopt(self, owner: Object, pod: Object) -> bool:
        """Whether a Pod meets what, besides the selector, adoption asks for."""
        return True

    def present(self, key: str) -> Object | None:
        """The owner that a key means, as this component knows it."""
        place, _, owner_name = key.partition("/")
        return self.informer.get(self.owner_kind, owner_name, place)

    # Pods that it takes or lets go -------------------------------------------------------------------------------

    def claim_pods(self, owner: Object) -> list[Object]:
        """Adopt matching Pods without a controller, release own ones that no longer match; returns its own.

        Kubernetes: pkg/controller/controller_ref_manager.go, ClaimPods.
        """
        self.adopt_orphans(owner)
        self.release_strangers(owner, self.pods.all_of(uid(owner)))
        return self.pods.all_of(uid(owner))

    def adopt_orphans(self, owner: Object) -> None:
        """Adopt the Pods without a controller that the selector matches."""
        if is_deleting(owner):
            return
        found = adoptable(owner, self.pods.all_of(""))
        orphans = [pod for pod in found if self.may_adopt(owner, pod)]
        if orphans:
            self._check_can_adopt(owner)
        for pod in orphans:
            self.took(owner, adopt(self.client, owner, pod))

    def release_strangers(self, owner: Object, own: Iterable[Object]) -> None:
        """Release those of its Pods that the selector no longer matches."""
        for pod in releasable(owner, own):
            self.took(owner, release(self.client, owner, pod))

    def _check_can_adopt(self, owner: Object) -> None:
        """Read the owner live: one that is gone or going must take nothing. Raises ApiError Conflict.

        Kubernetes: RecheckDeletionTimestamp
        """
        fresh = self.client.get(self.owner_kind, name(owner), namespace(owner))
        if fresh is None or uid(fresh) != uid(owner) or is_deleting(fresh):
            raise conflict(BY_KIND[self.owner_kind].qualified, name(owner))

    def took(self, owner: Object, pod: Object) -> None:
        """Count on a Pod as it was just written: upstream too goes on with what ClaimPods returned, not the cache."""
        self.touched(owner, self.pods.replace(pod))

    # Creating and deleting -----------------------------------------------------------------------------------------

    def create_pod(self, owner: Object, pod: Object) -> Object:
        """Create a Pod and tell of it. Raises ApiError. Kubernetes: RealPodControl.createPods"""
        try:
            created = self.client.create(pod)
        except ApiError as refused:
            message = f"Error creating: {refused}"
            self.recorder.record(owner, "Warning", "FailedCreate", message)
            raise
        message = f"Created pod: {name(created)}"
        self.recorder.record(owner, "Normal", "SuccessfulCreate", message)
        return created

    def delete_pod(self, owner: Object, pod: Object) -> None:
        """Delete a Pod and tell of it. Kubernetes: RealPodControl.DeletePod"""
        # Read live: one that somebody else deleted meanwhile is no failure, and nobody will see it go again.
        own, place = name(pod), namespace(pod)
        if self.client.get("Pod", own, place) is None:
            self.expectations.deleted(full_name(owner))
            return
        self.client.delete("Pod", own, place)
        message = f"Deleted pod: {own}"
        self.recorder.record(owner, "Normal", "SuccessfulDelete", message)


def slow_start(
    count: int, create: Callable[[int], object]
) -> tuple[int, ApiError | None]:
    """Create one, then two, then four, …; the first batch with a refusal is the last. Returns how many came through.

    So a template that is refused costs one request instead of hundreds. Kubernetes: slowStartBatch.
    """
    done = 0
    start = 0
    batch = 1
    refused: ApiError | None = None
    while start < count and refused is None:
        end = min(start + batch, count)
        for number in range(start, end):
            try:
                create(number)
            except ApiError as error:
                # The others of the batch are under way already.
                refused = refused or error
            else:
                done += 1
        start = end
        batch = 2 * batch
    return done, refused


def active(pods: Iterable[Object]) -> list[Object]:
    """The Pods that have neither ended nor are being deleted. Kubernetes: FilterActivePods"""
    return [pod for pod in pods if not is_deleting(pod) and not is_pod_terminal(pod)]


def terminating(pods: Iterable[Object]) -> list[Object]:
    """The Pods that are being deleted and have not ended. Kubernetes: FilterTerminatingPods"""
    return [pod for pod in pods if is_deleting(pod) and not is_pod_terminal(pod)]


def next_available(owner: Readable, pods: Iterable[Object], now: float) -> float | None:
    """Seconds until the next ready Pod has been ready for the owner's minReadySeconds; None where there is none."""
    min_ready = owner["spec"].get("minReadySeconds", 0)
    if not min_ready:
        return None
    moments = [available_at(pod, min_ready) for pod in pods]
    left = [moment - now for moment in moments if moment is not None and moment > now]
    return min(left, default=None)

"""The DaemonSet controller: watches, decides in pure functions, and carries out what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
    controller_ref,
    full_name,
    is_deleting,
    labels,
    name,
    namespace,
    uid,
    with_metadata,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.backoff import Backoff
from k8slearn.controllers.claims import adopt, adoptable, releasable, release, selects
from k8slearn.controllers.daemon.history import History
from k8slearn.controllers.daemon.placement import (
    node_should_run_daemon_pod,
    pod_for,
    same_for_placement,
)
from k8slearn.controllers.daemon.pods import NodePods, Removal
from k8slearn.controllers.daemon.revisions import Revisions
from k8slearn.controllers.daemon.status import daemon_set_status
from k8slearn.controllers.daemon.update import Rollout, rolling_update
from k8slearn.controllers.daemon.view import DaemonView, PodIndex
from k8slearn.controllers.recorder import Recorder
from k8slearn.controllers.runtime import Controller, Expectations
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready

ACTOR = "daemonset-controller"
BURST_REPLICAS = 250
KINDS = ("DaemonSet", "Pod", "Node", "ControllerRevision")


@dataclass(frozen=True, slots=True)
class Sync:
    """What one sync decided: Nodes that get a Pod, Pods that go, the round of the rolling update, the status.

    `waiting` means that earlier creations or deletions were not yet seen, so that only the status was brought up.
    """

    create: tuple[str, ...]
    delete: tuple[Removal, ...]
    rollout: Rollout | None
    status: Object
    waiting: bool = False


class DaemonSetController(Controller):
    """Kubernetes: pkg/controller/daemon/daemon_controller.go, DaemonSetsController."""

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(ACTOR, priority, registry, clock, KINDS)
        self.recorder = Recorder(self.client, ACTOR)
        self.expectations = Expectations(clock)
        self.backoff = Backoff(clock)
        self.revisions = Revisions(self.client)
        self.pods = PodIndex()
        self.views: dict[str, DaemonView] = {}
        self.informer.on("DaemonSet", self.on_daemon_set)
        self.informer.on("Pod", self.on_pod)
        self.informer.on("Node", self.on_node)
        self.informer.on("ControllerRevision", self.on_revision)

    # What it watches -------------------------------------------------------------------------------------------

    def on_daemon_set(self, change: Change) -> None:
        """Every change of a DaemonSet is looked at."""
        if change.type == "DELETED":
            self.views.pop(uid(change.object), None)
            self.expectations.forget(full_name(change.object))
        self.enqueue(full_name(change.object))

    def on_pod(self, change: Change) -> None:
        """A Pod belongs to its controller; one without a controller may be adopted by any that matches."""
        self.pods.update(change)
        pod, owner = change.object, self._owner(change.object)
        before = self._owner(change.previous) if change.previous else None
        for each in {uid(o): o for o in (owner, before) if o}.values():
            view = self.views.get(uid(each))
            if view is not None:
                view.dirty |= {
                    get_target_node_name(p) for p in (pod, change.previous) if p
                }
            self.enqueue(full_name(each))
        if owner is None:
            self._orphan_seen(pod, change)
            return
        self._expect_no_more(change, full_name(owner))
        became_ready = (
            change.previous is not None
            and not is_pod_ready(change.previous)
            and is_pod_ready(pod)
        )
        if became_ready and owner["spec"].get("minReadySeconds"):
            self.enqueue_after(full_name(owner), owner["spec"]["minReadySeconds"] + 1)

    def _expect_no_more(self, change: Change, key: str) -> None:
        if change.type == "ADDED":
            self.expectations.created(key)
        newly_deleting = is_deleting(change.object) and not (
            change.previous and is_deleting(change.previous)
        )
        if newly_deleting:
            self.expectations.deleted(key)

    def _orphan_seen(self, o: Object, change: Change) -> None:
        if change.type == "DELETED" or is_deleting(o) or controller_ref(o):
            return
        for daemon_set in self.informer.list("DaemonSet"):
            if selects(daemon_set, o):
                self.enqueue(full_name(daemon_set))

    def on_node(self, change: Change) -> None:
        """Labels and taints call for a sync where a wanted Pod lacks, an unwanted one is, or the status may be wrong.

        A deleted Node never does. Kubernetes: pkg/controller/daemon/daemon_controller.go, syncNodeUpdate.
        """
        node, before = change.object, change.previous
        for daemon_set in self.informer.list("DaemonSet"):
            view = self.views.get(uid(daemon_set))
            if view is not None:
                view.dirty.add(name(node))
            if change.type == "DELETED" or (
                before is not None and same_for_placement(before, node)
            ):
                continue
            placement = node_should_run_daemon_pod(daemon_set, node)
            pods = self.pods.of(uid(daemon_set)).get(name(node), {})
            scheduled = any(pod["spec"].get("nodeName") for pod in pods.values())
            lacking = placement.should_run and not scheduled
            unwanted = scheduled and not placement.should_continue_running
            miscounted = (
                scheduled
                and daemon_set.get("status", {}).get("numberMisscheduled", 0) > 0
            )
            if lacking or unwanted or miscounted:
                self.enqueue(full_name(daemon_set))

    def on_revision(self, change: Change) -> None:
        """A revision that changed or went calls for a sync of its owner; one without owner, of whoever may adopt it."""
        owner = self._owner(change.object)
        if owner is not None and change.type != "ADDED":
            self.enqueue(full_name(owner))
        elif owner is None:
            self._orphan_seen(change.object, change)

    def _owner(self, o: Object) -> Object | None:
        ref = controller_ref(o)
        if ref is None or ref["kind"] != "DaemonSet":
            return None
        found = self.informer.get("DaemonSet", ref["name"], namespace(o))
        return found if found is not None and uid(found) == ref["uid"] else None

    # One sync --------------------------------------------------------------------------------------------------

    def sync(self, key: str) -> Sync | None:
        """Bring one DaemonSet nearer to its spec. Kubernetes: daemon_controller.go, syncDaemonSet."""
        place, _, daemon_set_name = key.partition("/")
        daemon_set = self.informer.get("DaemonSet", daemon_set_name, place)
        if daemon_set is None or is_deleting(daemon_set):
            return None
        self._claim_pods(daemon_set)
        history = self._construct_history(daemon_set)
        assert history.current is not None
        revision_hash = labels(history.current)[HASH_LABEL]
        nodes = self._assess(daemon_set, revision_hash)
        if not self.expectations.satisfied(key):
            status = self._update_status(daemon_set, nodes, observe=False)
            return Sync((), (), None, status, waiting=True)
        create, delete = self._manage(daemon_set, nodes, revision_hash)
        rollout = None
        if (
            self.expectations.satisfied(key)
            and _strategy(daemon_set) == "RollingUpdate"
        ):
            rollout = rolling_update(daemon_set, nodes)
            self._sync_nodes(daemon_set, rollout.create, rollout.delete, revision_hash)
        self._cleanup_history(daemon_set, history)
        return Sync(
            create,
            delete,
            rollout,
            self._update_status(daemon_set, nodes, observe=True),
        )

    def _assess(self, daemon_set: Object, revision_hash: str) -> list[NodePods]:
        view = self.views.setdefault(uid(daemon_set), DaemonView())
        pods = self.pods.of(uid(daemon_set))
        backing_off = self.backoff.waiting(_backoff_key(daemon_set))
        found = view.refresh(
            daemon_set,
            self.informer.cache["Node"],
            pods,
            revision_hash,
            self.clock.now,
            backing_off,
        )
        for node in found:
            if node.in_backoff and node.node in backing_off:
                self.enqueue_after(full_name(daemon_set), backing_off[node.node])
        return list(found)

    def _manage(
        self, daemon_set: Object, nodes: Iterable[NodePods], revision_hash: str
    ) -> tuple[tuple[str, ...], tuple[Removal, ...]]:
        create: list[str] = []
        delete: list[Removal] = []
        for node in nodes:
            if node.create:
                create.append(node.node)
            if node.delete:
                delete.extend(node.delete)
        for removal in delete:
            self._tell_why(daemon_set, removal)
        return self._sync_nodes(daemon_set, create, delete, revision_hash)

    def _tell_why(self, daemon_set: Object, removal: Removal) -> None:
        if removal.why not in ("failed", "succeeded"):
            return
        node, pod = get_target_node_name(removal.pod), full_name(removal.pod)
        if removal.why == "failed":
            self.backoff.next(_backoff_key(daemon_set), node)
            message = (
                f"Found failed daemon pod {pod} on node {node}, will try to kill it"
            )
            self.recorder.record(daemon_set, "Warning", "FailedDaemonPod", message)
        else:
            message = f"Found succeeded daemon pod {pod} on node {node}, will try to delete it"
            self.recorder.record(daemon_set, "Normal", "SucceededDaemonPod", message)

    def _sync_nodes(
        self,
        daemon_set: Object,
        create: Sequence[str],
        delete: Sequence[Removal],
        revision_hash: str,
    ) -> tuple[tuple[str, ...], tuple[Removal, ...]]:
        """Create and delete, at most 250 of each at a time. Kubernetes: daemon_controller.go, syncNodes."""
        create, delete = tuple(create[:BURST_REPLICAS]), tuple(delete[:BURST_REPLICAS])
        self.expectations.set(full_name(daemon_set), len(create), len(delete))
        failure = self._create_pods(daemon_set, create, revision_hash)
        for removal in delete:
            self._delete_pod(daemon_set, removal.pod)
        if failure is not None:
            raise failure
        return create, delete

    def _create_pods(
        self, daemon_set: Object, nodes: Sequence[str], revision_hash: str
    ) -> ApiError | None:
        """Create a Pod for each Node; the first refusal ends it, since the others would fare no better."""
        for done, node in enumerate(nodes):
            try:
                pod = self.client.create(pod_for(daemon_set, node, revision_hash))
            except ApiError as refused:
                self.expectations.created(full_name(daemon_set), len(nodes) - done)
                self.recorder.record(
                    daemon_set, "Warning", "FailedCreate", f"Error creating: {refused}"
                )
                return refused
            self.recorder.record(
                daemon_set, "Normal", "SuccessfulCreate", f"Created pod: {name(pod)}"
            )
        return None

    def _delete_pod(self, daemon_set: Object, pod: Object) -> None:
        if self.client.get("Pod", name(pod), namespace(pod)) is None:
            self.expectations.deleted(full_name(daemon_set))
            return
        self.client.delete("Pod", name(pod), namespace(pod))
        self.recorder.record(
            daemon_set, "Normal", "SuccessfulDelete", f"Deleted pod: {name(pod)}"
        )

    def _update_status(
        self, daemon_set: Object, nodes: Iterable[NodePods], *, observe: bool
    ) -> Object:
        status = daemon_set_status(daemon_set, nodes, observe_generation=observe)
        fresh = self.client.get("DaemonSet", name(daemon_set), namespace(daemon_set))
        if fresh is not None and status != fresh.get("status"):
            self.client.update_status({**fresh, "status": status})
        wait = daemon_set["spec"].get("minReadySeconds")
        if wait and (
            status.get("numberAvailable", 0) != status["numberReady"]
            or any(map(_is_waiting, nodes))
        ):
            self.enqueue_after(full_name(daemon_set), wait)
        return status

    # Pods and revisions that it takes or lets go -----------------------------------------------------------------

    def _claim_pods(self, daemon_set: Object) -> None:
        """Adopt matching Pods without a controller, release own ones that no longer match.

        Kubernetes: pkg/controller/controller_ref_manager.go, ClaimPods.
        """
        for pod in adoptable(
            daemon_set, [p for pods in self.pods.of("").values() for p in pods.values()]
        ):
            adopt(self.client, daemon_set, pod)
        view = self.views.get(uid(daemon_set))
        own = self.pods.of(uid(daemon_set))
        for node in sorted(
            own if view is None or view.basis is None else view.dirty & own.keys()
        ):
            for pod in releasable(daemon_set, own[node].values()):
                release(self.client, daemon_set, pod)
        self.informer.deliver()

    def _construct_history(self, daemon_set: Object) -> History:
        history = self.revisions.construct(daemon_set)
        if history.duplicates and history.current is not None:
            self._relabel_pods(daemon_set, labels(history.current)[HASH_LABEL])
        for duplicate in history.duplicates:
            self.revisions.delete(duplicate)
        return history

    def _relabel_pods(self, daemon_set: Object, revision_hash: str) -> None:
        for pod in [
            p for pods in self.pods.of(uid(daemon_set)).values() for p in pods.values()
        ]:
            if labels(pod).get(HASH_LABEL) != revision_hash:
                self.client.update(
                    with_metadata(
                        pod, labels={**labels(pod), HASH_LABEL: revision_hash}
                    ),
                )
        self.informer.deliver()

    def _cleanup_history(self, daemon_set: Object, history: History) -> None:
        if len(history.old) > daemon_set["spec"].get("revisionHistoryLimit", 10):
            pods = (
                pod
                for pods in self.pods.of(uid(daemon_set)).values()
                for pod in pods.values()
            )
            self.revisions.clean_up(
                daemon_set, history, {labels(pod).get(HASH_LABEL, "") for pod in pods}
            )


def _is_waiting(node: NodePods) -> bool:
    """Whether the new Pod is ready and not yet available.

    Deviation: Kubernetes looks again once, and an earlier look that is planned already swallows that one.
    """
    return (
        node.new_pod is not None
        and not node.new_available
        and is_pod_ready(node.new_pod)
    )


def _backoff_key(daemon_set: Object) -> str:
    """A new generation starts without a wait. Kubernetes: daemon_controller.go, failedPodsBackoffKey."""
    return (
        f"{uid(daemon_set)}/{daemon_set.get('status', {}).get('observedGeneration', 0)}"
    )


def _strategy(daemon_set: Object) -> Any:
    return (daemon_set["spec"].get("updateStrategy") or {}).get("type", "RollingUpdate")

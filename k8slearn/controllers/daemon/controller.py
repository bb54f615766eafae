"""The DaemonSet controller: watches, has one pure function decide, and carries out what was decided.

Invariants: Pods and Nodes are read from its own cache alone, and nothing that it writes changes that cache before the
watch tells of it (save what it adopts, releases or relabels, as upstream); a sync begins with whatever the cache has.
It reads live, past the cache, where upstream does: before it adopts (canAdoptFunc), before it writes a status, for the
revisions that it is about to number, and for a Pod that it is about to delete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    HASH_LABEL,
    Object,
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
from k8slearn.controllers.daemon.backoff import FailedPodsBackoff
from k8slearn.controllers.daemon.decide import Sync, decide
from k8slearn.controllers.daemon.placement import (
    create_pod_template,
    node_should_run_daemon_pod,
    pod_for,
    same_for_placement,
)
from k8slearn.controllers.daemon.pods import Removal
from k8slearn.controllers.daemon.tally import Tally
from k8slearn.controllers.daemon.view import DaemonView
from k8slearn.controllers.history import History
from k8slearn.controllers.pod_owner import PodOwner
from k8slearn.controllers.revisions import Revisions
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.kinds.types import AnyDaemonSet

ACTOR = "daemonset-controller"
KINDS = ("DaemonSet", "Pod", "Node", "ControllerRevision")
BURST_REPLICAS = 250
"""As many Pods at most are created, and as many deleted, in one go, so that one DaemonSet cannot flood the API server.

Kubernetes: pkg/controller/daemon/daemon_controller.go, BurstReplicas.
"""


class DaemonSetController(PodOwner):
    """Kubernetes: pkg/controller/daemon/daemon_controller.go, DaemonSetsController."""

    name = ACTOR
    kinds = KINDS
    owner_kind = "DaemonSet"

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.backoff = FailedPodsBackoff(clock)
        self.revisions = Revisions(self.client)
        self.views: dict[str, DaemonView] = {}
        self.informer.on("Node", self.on_node)
        self.informer.on("ControllerRevision", self.on_revision)

    # What it watches -------------------------------------------------------------------------------------------

    def on_owner(self, change: Change) -> None:
        """What was known of the Nodes goes with the DaemonSet."""
        if change.type == "DELETED":
            self.views.pop(uid(change.object), None)
        super().on_owner(change)

    def touched(self, owner: Object, nodes: set[str]) -> None:
        """Its Nodes are assessed again."""
        view = self.views.get(uid(owner))
        if view is not None:
            view.dirty |= nodes

    def on_node(self, change: Change) -> None:
        """Labels and taints call for a sync where a wanted Pod lacks, an unwanted one is, or the status may be wrong.

        A deleted Node never does. Kubernetes: pkg/controller/daemon/daemon_controller.go, syncNodeUpdate.
        """
        node = change.object
        before = change.previous
        gone = change.type == "DELETED"
        # Heartbeats come all the time; most changes of a Node bear on no DaemonSet.
        alike = before is not None and same_for_placement(before, node)
        for daemon_set in self.informer.list("DaemonSet"):
            view = self.views.get(uid(daemon_set))
            if view is not None and (gone or not alike):
                view.node_changed(name(node))
            if not gone and not alike and self._concerns(daemon_set, node):
                self.enqueue(full_name(daemon_set))

    def _concerns(self, daemon_set: Object, node: Object) -> bool:
        """Whether a Node as it is now calls for a sync."""
        placement = node_should_run_daemon_pod(daemon_set, node)
        pods = self.pods.of(uid(daemon_set)).get(name(node), {})
        scheduled = any(pod["spec"].get("nodeName") for pod in pods.values())
        if not scheduled:
            return placement.should_run
        miscounted = daemon_set.get("status", {}).get("numberMisscheduled", 0) > 0
        return miscounted or not placement.should_continue_running

    def on_revision(self, change: Change) -> None:
        """A revision that changed or went calls for a sync of its owner; one without owner, of whoever may adopt it."""
        owner = self.owner_of(change.object)
        if owner is not None and change.type != "ADDED":
            self.enqueue(full_name(owner))
        elif owner is None:
            self.orphan_seen(change.object, change)

    # One sync --------------------------------------------------------------------------------------------------

    def sync(self, key: str) -> Sync | None:
        """Bring one DaemonSet nearer to its spec; returns what was decided.

        Kubernetes: pkg/controller/daemon/daemon_controller.go, syncDaemonSet.
        """
        daemon_set = self.present(key)
        if daemon_set is None or is_deleting(daemon_set):
            return None
        self._claim_pods(daemon_set)
        history = self._construct_history(daemon_set)
        revision_hash = _hash_of(history)
        nodes = self._assess(daemon_set, revision_hash)
        waiting = not self.expectations.satisfied(key)
        decided = decide(daemon_set, nodes, waiting=waiting)
        try:
            if not waiting:
                decided = self._update_daemon_set(daemon_set, decided, revision_hash)
                self._cleanup_history(daemon_set, history)
        finally:
            # Upstream writes the status even when Pods were refused: else nobody could read that they are missing.
            self._update_daemon_set_status(daemon_set, decided.status, nodes)
        return decided

    def _assess(self, daemon_set: Object, revision_hash: str) -> Tally:
        """What is known of its Nodes; where a failed Pod must wait for its successor, look again after the wait."""
        view = self.views.setdefault(uid(daemon_set), DaemonView())
        backing_off = self.backoff.waiting(_backoff_key(daemon_set))
        nodes = view.refresh(
            daemon_set,
            self.informer.cache["Node"],
            self.pods.of(uid(daemon_set)),
            revision_hash,
            self.clock.now,
            backing_off,
        )
        for node, seconds in backing_off.items():
            if node in nodes.nodes and nodes.nodes[node].in_backoff:
                self.enqueue_after(full_name(daemon_set), seconds)
        return nodes

    def _update_daemon_set(
        self, daemon_set: Object, decided: Sync, revision_hash: str
    ) -> Sync:
        """Carry out what was decided; returns it without the round that had to wait.

        Kubernetes: pkg/controller/daemon/daemon_controller.go, updateDaemonSet.
        """
        for removal in decided.delete:
            self._tell_why(daemon_set, removal)
        self._sync_nodes(daemon_set, decided.create, decided.delete, revision_hash)
        # What manage asked for must be seen before a round counts Pods: else it would take more than the limit leaves.
        satisfied = self.expectations.satisfied(full_name(daemon_set))
        if decided.rollout is None or not satisfied:
            return replace(decided, rollout=None)
        rollout = decided.rollout
        self._sync_nodes(daemon_set, rollout.create, rollout.delete, revision_hash)
        return decided

    def _tell_why(self, daemon_set: Object, removal: Removal) -> None:
        """Events about Pods that ended by themselves. Kubernetes: daemon_controller.go, podsShouldBeOnNode."""
        if removal.why not in ("failed", "succeeded"):
            return
        node = get_target_node_name(removal.pod)
        pod = full_name(removal.pod)
        if removal.why == "failed":
            self.backoff.next(_backoff_key(daemon_set), node)
            # From now on the Node is backing off, also when the burst has no room for its Pod in this sync.
            self.views[uid(daemon_set)].dirty.add(node)
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
    ) -> None:
        """Create and delete, at most 250 of each at a time; the rest comes when these were seen.

        Kubernetes: pkg/controller/daemon/daemon_controller.go, syncNodes.
        """
        create = create[:BURST_REPLICAS]
        delete = delete[:BURST_REPLICAS]
        # Before the first write: what is asked for may be seen while the next is being asked for.
        self.expectations.set(full_name(daemon_set), len(create), len(delete))
        failure = self._create_pods(daemon_set, create, revision_hash)
        for removal in delete:
            self.delete_pod(daemon_set, removal.pod)
        if failure is not None:
            raise failure

    def _create_pods(
        self, daemon_set: Object, nodes: Sequence[str], revision_hash: str
    ) -> ApiError | None:
        """Create a Pod for each Node; the first refusal ends it, since the others would fare no better."""
        if not nodes:
            return None
        template = create_pod_template(daemon_set, revision_hash)
        for done, node in enumerate(nodes):
            try:
                self.create_pod(daemon_set, pod_for(template, node))
            except ApiError as refused:
                # Nobody will see those that are not even tried.
                self.expectations.created(full_name(daemon_set), len(nodes) - done)
                return refused
        return None

    def _update_daemon_set_status(
        self, daemon_set: AnyDaemonSet, status: Object, nodes: Tally
    ) -> None:
        """Write the status where it differs. Kubernetes: daemon_controller.go, updateDaemonSetStatus."""
        # Read live, as storeDaemonSetStatus does when it has to try again: only the status is replaced, and not with
        # an old version of the rest.
        fresh = self.client.get("DaemonSet", name(daemon_set), namespace(daemon_set))
        if fresh is not None and status != fresh.get("status"):
            self.client.update_status({**fresh, "status": status})
        min_ready = daemon_set["spec"].get("minReadySeconds")
        unavailable = status.get("numberAvailable", 0) != status["numberReady"]
        # Deviation: Kubernetes looks again once, and an earlier look that is planned already swallows that one.
        if min_ready and (unavailable or nodes.settling):
            self.enqueue_after(full_name(daemon_set), min_ready)

    # Pods and revisions that it takes or lets go -----------------------------------------------------------------

    def _claim_pods(self, daemon_set: Object) -> None:
        """Adopt matching Pods without a controller, release own ones that no longer match.

        Kubernetes: pkg/controller/controller_ref_manager.go, ClaimPods.
        """
        self.adopt_orphans(daemon_set)
        view = self.views.get(uid(daemon_set))
        own = self.pods.of(uid(daemon_set))
        # Whoever did not change since the last sync matched then and still does.
        changed = own.keys() if view is None or not view.basis else view.dirty
        for node in sorted(own.keys() & changed):
            self.release_strangers(daemon_set, list(own[node].values()))

    def _construct_history(self, daemon_set: Object) -> History:
        """Its revisions, with the present template stored and numbered. Kubernetes: update.go, constructHistory."""
        history = self.revisions.construct(daemon_set)
        if history.duplicates:
            self._relabel_pods(daemon_set, _hash_of(history))
        for duplicate in history.duplicates:
            self.revisions.delete(duplicate)
        return history

    def _relabel_pods(self, daemon_set: Object, revision_hash: str) -> None:
        """Before duplicates of a revision go, their Pods get the label of the one that stays: they are not old.

        Kubernetes: pkg/controller/daemon/update.go, dedupCurHistories.
        """
        for pod in self.pods.all_of(uid(daemon_set)):
            if labels(pod).get(HASH_LABEL) == revision_hash:
                continue
            marks = {**labels(pod), HASH_LABEL: revision_hash}
            after = self.client.update(with_metadata(pod, labels=marks))
            self.took(daemon_set, after)

    def _cleanup_history(self, daemon_set: AnyDaemonSet, history: History) -> None:
        """Kubernetes: pkg/controller/daemon/update.go, cleanupHistory."""
        if len(history.old) <= daemon_set["spec"].get("revisionHistoryLimit", 10):
            return
        pods = self.pods.all_of(uid(daemon_set))
        live_hashes = {labels(pod).get(HASH_LABEL, "") for pod in pods}
        self.revisions.clean_up(daemon_set, history, live_hashes)


def _hash_of(history: History) -> str:
    """The hash that Pods of the present template carry."""
    assert history.current is not None, "Revisions.construct stores what is missing"
    return labels(history.current)[HASH_LABEL]


def _backoff_key(daemon_set: AnyDaemonSet) -> str:
    """A new generation starts without a wait. Kubernetes: daemon_controller.go, failedPodsBackoffKey."""
    observed = daemon_set.get("status", {}).get("observedGeneration", 0)
    return f"{uid(daemon_set)}/{observed}"

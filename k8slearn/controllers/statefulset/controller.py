"""The StatefulSet controller: watches, has `decide` decide, and carries it out."""

from __future__ import annotations

from collections.abc import Iterable

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import (
    Object,
    full_name,
    name,
    namespace,
    uid,
)
from k8slearn.apiserver.registry import Registry
from k8slearn.clock import Clock
from k8slearn.controllers.history import History
from k8slearn.controllers.pod_owner import PodOwner, next_available
from k8slearn.controllers.revisions import Revisions
from k8slearn.controllers.statefulset.claims import Claims
from k8slearn.controllers.statefulset.decide import (
    PodStep,
    StatefulSync,
    decide,
    truncated,
)
from k8slearn.controllers.statefulset.identity import (
    ordinal_of,
    revision_of,
    with_identity,
)

ACTOR = "statefulset-controller"
REVISION_HASH = "controller.kubernetes.io/hash"
"""The label of a StatefulSet's revisions; the DaemonSet's have another one. Kubernetes: pkg/controller/history"""
_LEFT_OVER_SECONDS = 1.0


class StatefulSetController(PodOwner):
    """Kubernetes: pkg/controller/statefulset/stateful_set.go, StatefulSetController."""

    name = ACTOR
    kinds = ("StatefulSet",)
    owner_kind = "StatefulSet"

    def __init__(self, registry: Registry, clock: Clock, priority: int) -> None:
        super().__init__(registry, clock, priority)
        self.revisions = Revisions(self.client, REVISION_HASH)
        self.claims = Claims(self.client, self.recorder)

    def may_adopt(self, owner: Object, pod: Object) -> bool:
        """Only one that is named as a Pod of the set is one. Kubernetes: isMemberOf"""
        return ordinal_of(owner, pod) is not None

    def sync(self, key: str) -> StatefulSync | None:
        """Bring one StatefulSet nearer to its spec; returns what was decided. Kubernetes: UpdateStatefulSet."""
        stateful_set = self.present(key)
        if stateful_set is None:
            return None
        pods = self.claim_pods(stateful_set)
        # Upstream reads its Pods from the cache, and finds those of its last sync there: creating one waits for that.
        if not self.expectations.satisfied(key):
            return None
        history = self.revisions.construct(stateful_set)
        update = history.current
        assert update is not None, "Revisions.construct stores what is missing"
        current = self._current(stateful_set, history, update)
        decided = decide(stateful_set, pods, current, update, self.clock.now)
        try:
            self._establish(stateful_set, decided)
            self._carry_out(stateful_set, decided)
        finally:
            self._update_status(stateful_set, decided.status)
        self._truncate(stateful_set, history, decided.status, pods)
        again = next_available(stateful_set, pods, self.clock.now)
        if again is not None:
            self.enqueue_after(key, again)
        return decided

    def _current(
        self, stateful_set: Object, history: History, update: Object
    ) -> Object:
        """The revision that the status calls current; the new one where there is none such."""
        wanted = stateful_set.get("status", {}).get("currentRevision")
        for revision in (*history.old, *history.duplicates, update):
            if name(revision) == wanted:
                return revision
        return update

    def _carry_out(self, stateful_set: Object, decided: StatefulSync) -> None:
        for step in decided.steps:
            if step.do == "create":
                self._create(stateful_set, step)
            else:
                self._delete(stateful_set, step)

    def _create(self, stateful_set: Object, step: PodStep) -> None:
        """Its claims first, then the Pod. Raises ApiError. Kubernetes: CreateStatefulPod"""
        pod = step.pod
        key = full_name(stateful_set)
        if self.claims.hold_up(stateful_set, pod):
            # The garbage collector is about to take it: upstream relies on another change, here it is looked at again.
            self.enqueue_after(key, _LEFT_OVER_SECONDS)
            return
        self.expectations.set(key, 1, 0)
        try:
            # The Pod names them: without them it could not be scheduled.
            self.claims.create(stateful_set, pod)
            self.client.create(pod)
        except ApiError as refused:
            self.expectations.created(key)
            self._tell(stateful_set, pod, "Create", str(refused))
            raise
        self.claims.keep(stateful_set, pod, tell=True)
        self._tell(stateful_set, pod, "Create")

    def _delete(self, stateful_set: Object, step: PodStep) -> None:
        address = ("Pod", name(step.pod), namespace(step.pod))
        if self.client.get(*address) is not None:
            self.client.delete(*address)
            self._tell(stateful_set, step.pod, "Delete")

    def _establish(self, stateful_set: Object, decided: StatefulSync) -> None:
        """What Pods have besides themselves. Kubernetes: processReplica, fixPodClaim"""
        for pod in decided.pending:
            self.claims.create(stateful_set, pod)
            self.claims.keep(stateful_set, pod, tell=True)
        for pod in decided.settled:
            self._make_true(stateful_set, pod)
        for pod in decided.condemned:
            # Before they go: a claim that goes with its Pod must name it while it is there.
            self.claims.keep(stateful_set, pod)

    def _make_true(self, stateful_set: Object, pod: Object) -> None:
        """Its labels and its claims' owners as they are to be. Kubernetes: UpdateStatefulPod"""
        marked = with_identity(stateful_set, pod)
        if marked is not pod:
            self.client.update(marked)
        if self.claims.keep(stateful_set, pod) or marked is not pod:
            self._tell(stateful_set, pod, "Update")

    def _tell(
        self, stateful_set: Object, pod: Object, verb: str, refused: str = ""
    ) -> None:
        """Kubernetes: recordPodEvent"""
        about = f"{verb} Pod {name(pod)} in StatefulSet {name(stateful_set)}"
        if refused:
            text = f"{about} failed error: {refused}"
            self.recorder.record(stateful_set, "Warning", f"Failed{verb}", text)
        else:
            text = f"{about} successful"
            self.recorder.record(stateful_set, "Normal", f"Successful{verb}", text)

    def _update_status(self, stateful_set: Object, status: Object) -> None:
        address = ("StatefulSet", name(stateful_set), namespace(stateful_set))
        fresh = self.client.get(*address)
        if fresh is None or uid(fresh) != uid(stateful_set):
            return
        if status != fresh.get("status"):
            self.client.update_status({**fresh, "status": status})

    def _truncate(
        self,
        stateful_set: Object,
        history: History,
        status: Object,
        pods: Iterable[Object],
    ) -> None:
        live = {status["currentRevision"], status["updateRevision"]}
        live |= {revision_of(pod) for pod in pods}
        limit = stateful_set["spec"].get("revisionHistoryLimit", 10)
        for revision in truncated((*history.old, *history.duplicates), live, limit):
            self.revisions.delete(revision)

"""What the Deployment controller decides in one sync, composed here and nowhere else.

It depends on its arguments alone. What upstream writes step by step and reads back is one list of steps here, each
decided on what the ones before it leave; the status is the last of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    condition,
    is_deleting,
    name,
    with_metadata,
)
from k8slearn.controllers.deployment import bookkeeping, progress, scaling
from k8slearn.controllers.deployment.limits import (
    counted,
    max_unavailable,
    new_size,
    strategy_of,
    wanted_of,
)
from k8slearn.controllers.deployment.replica_sets import (
    find_new,
    new_replica_set,
    with_size,
)
from k8slearn.kinds.workload import replicas_of


@dataclass(frozen=True, slots=True)
class Step:
    """`create`, `update` or `delete` a ReplicaSet; `told` are the Events about it."""

    do: str
    replica_set: Object
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeploymentSync:
    """What one sync decides. `way` is paused, scaling, recreate, rolling or deleting; `deployment` as it is to be.

    `why` has the arithmetic of a rolling round: how many may go, how many of the new ones are not available.
    """

    way: str
    steps: tuple[Step, ...]
    deployment: Object
    look_again: float | None
    why: Mapping[str, int]


@dataclass
class Round:
    """A sync that is being decided: the ReplicaSets by name as they will be after the steps so far."""

    deployment: Object
    replica_sets: dict[str, Object]
    now: float
    steps: list[Step] = field(default_factory=list)
    why: dict[str, int] = field(default_factory=dict)
    new_name: str = ""

    # Which is which -------------------------------------------------------------------------------------

    @property
    def new(self) -> Object | None:
        """The ReplicaSet of the present template."""
        return self.replica_sets.get(self.new_name)

    @property
    def old(self) -> list[Object]:
        """All others, the oldest first."""
        found = [rs for own, rs in self.replica_sets.items() if own != self.new_name]
        return sorted(found, key=scaling.created)

    @property
    def every(self) -> list[Object]:
        """All of them."""
        return list(self.replica_sets.values())

    def sync_revision(self, *, create: bool) -> None:
        """Find the new ReplicaSet, number it, or make it. Kubernetes: getAllReplicaSetsAndSyncRevision"""
        found = find_new(self.deployment, self.every)
        if found is not None:
            self.new_name = name(found)
            self._number(found)
        elif create:
            self._create()

    def _number(self, found: Object) -> None:
        revision = bookkeeping.max_revision(self.old) + 1
        marked = bookkeeping.with_revision(found, self.deployment, revision)
        min_ready = self.deployment["spec"].get("minReadySeconds", 0)
        if marked["spec"].get("minReadySeconds", 0) != min_ready:
            spec = {**marked["spec"], "minReadySeconds": min_ready}
            marked = {**marked, "spec": spec}
        if marked is not found:
            self._put("update", marked)
        self._set_revision(annotations_of(marked)[bookkeeping.REVISION])
        text = f'Found new replica set "{name(found)}"'
        self._first_progress(progress.FOUND, text)

    def _create(self) -> None:
        made = new_replica_set(self.deployment)
        size = new_size(self.deployment, [*self.every, made], made)
        made = with_size(made, size)
        revision = bookkeeping.max_revision(self.every) + 1
        made = bookkeeping.with_revision(made, self.deployment, revision)
        made = bookkeeping.with_replicas(made, self.deployment)
        self.new_name = name(made)
        told = f"Scaled up replica set {name(made)} from 0 to {size}" if size else ""
        self._put("create", made, told)
        self._set_revision(str(revision))
        if progress.has_deadline(self.deployment):
            about = (progress.CREATED, f'Created new replica set "{name(made)}"')
            self._progress(*about)

    def _first_progress(self, reason: str, text: str) -> None:
        if not progress.has_deadline(self.deployment):
            return
        if condition(self.deployment, progress.PROGRESSING) is None:
            self._progress(reason, text)

    def _progress(self, reason: str, text: str) -> None:
        about = (progress.PROGRESSING, "True", reason, text)
        self.deployment = progress.with_condition(self.deployment, *about, self.now)

    def _set_revision(self, revision: str) -> None:
        present = annotations_of(self.deployment)
        if present.get(bookkeeping.REVISION) != revision:
            marked = {**present, bookkeeping.REVISION: revision}
            self.deployment = with_metadata(self.deployment, annotations=marked)

    # Sizes ----------------------------------------------------------------------------------------------

    def scale(self, replica_set: Object, size: int) -> bool:
        """Give a ReplicaSet this size; whether it had another one. Kubernetes: scaleReplicaSet"""
        before = replicas_of(replica_set)
        changed = bookkeeping.with_replicas(replica_set, self.deployment)
        told = ""
        if size != before:
            way = "up" if size > before else "down"
            about = f"{name(replica_set)} from {before} to {size}"
            told = f"Scaled {way} replica set {about}"
            changed = with_size(changed, size)
        if changed is not replica_set:
            self._put("update", changed, told)
        return size != before

    def scale_if_other(self, replica_set: Object, size: int) -> bool:
        """As `scale`, but one that has this size is left alone. Kubernetes: scaleReplicaSetAndRecordEvent"""
        return size != replicas_of(replica_set) and self.scale(replica_set, size)

    def delete(self, replica_set: Object) -> None:
        """Delete a ReplicaSet that is beyond the history limit."""
        del self.replica_sets[name(replica_set)]
        self.steps.append(Step("delete", replica_set))

    def _put(self, do: str, replica_set: Object, told: str = "") -> None:
        """One more step; where one about this ReplicaSet is planned, both are one write."""
        own, texts = name(replica_set), (told,) if told else ()
        self.replica_sets[own] = replica_set
        for number, step in enumerate(self.steps):
            if name(step.replica_set) == own:
                self.steps[number] = Step(step.do, replica_set, step.told + texts)
                return
        self.steps.append(Step(do, replica_set, texts))

    # The end --------------------------------------------------------------------------------------------

    def end(self, way: str, status: Callable[..., Object]) -> DeploymentSync:
        """What was decided, with the status that is told of it."""
        told = status(self.deployment, self.every, self.new, self.now)
        again = None
        if way in ("rolling", "recreate"):
            again = progress.look_again(told, told, self.now)
        return DeploymentSync(way, tuple(self.steps), told, again, self.why)


def decide(
    deployment: Object,
    replica_sets: Sequence[Object],
    now: float,
    pods_run: Callable[[Object], bool] = lambda replica_set: False,
) -> DeploymentSync:
    """Decide one sync from the Deployment's own ReplicaSets; `pods_run` says whether one of these still has Pods.

    Kubernetes: pkg/controller/deployment/deployment_controller.go, syncDeployment
    """
    own = {name(each): each for each in sorted(replica_sets, key=scaling.created)}
    decided = Round(deployment, own, now)
    if is_deleting(deployment):
        decided.sync_revision(create=False)
        return decided.end("deleting", progress.counted_status)
    decided.deployment = progress.pause_told(deployment, now)
    if deployment["spec"].get("paused"):
        return _scaled(decided, "paused")
    if _is_scaling(deployment, replica_sets):
        return _scaled(decided, "scaling")
    if strategy_of(deployment) == "Recreate":
        _recreate(decided, pods_run)
        return decided.end("recreate", progress.rollout_status)
    _roll(decided)
    return decided.end("rolling", progress.rollout_status)


# Scaling ---------------------------------------------------------------------------------------------


def _is_scaling(deployment: Object, replica_sets: Sequence[Object]) -> bool:
    """Whether the Deployment wants another number than its ReplicaSets were told. Kubernetes: isScalingEvent"""
    for replica_set in scaling.active_ones(replica_sets):
        desired = bookkeeping.desired_of(replica_set)
        if desired is not None and desired != replicas_of(deployment):
            return True
    return False


def _scaled(decided: Round, way: str) -> DeploymentSync:
    """Only scale the ReplicaSets; a new template waits. Kubernetes: sync.go, sync"""
    decided.sync_revision(create=False)
    wanted = scaling.sizes(decided.deployment, decided.new, decided.old)
    one = len(wanted) == 1
    for own, size in wanted.items():
        replica_set = decided.replica_sets[own]
        if one:
            decided.scale_if_other(replica_set, size)
        else:
            decided.scale(replica_set, size)
    if way == "paused":
        _clean_up(decided)
    return decided.end(way, progress.counted_status)


# Recreate --------------------------------------------------------------------------------------------


def _recreate(decided: Round, pods_run: Callable[[Object], bool]) -> None:
    """All old Pods go, and only then come the new ones. Kubernetes: recreate.go, rolloutRecreate"""
    decided.sync_revision(create=False)
    shrinking = scaling.active_ones(decided.old)
    for replica_set in shrinking:
        decided.scale_if_other(replica_set, 0)
    if shrinking or any(pods_run(each) for each in decided.old):
        return
    if decided.new is None:
        decided.sync_revision(create=True)
    assert decided.new is not None, "sync_revision makes what is missing"
    decided.scale_if_other(decided.new, replicas_of(decided.deployment))
    _clean_up_if_complete(decided)


# Rolling ---------------------------------------------------------------------------------------------


def _roll(decided: Round) -> None:
    """One round: the new one grows, or the old ones shrink. Kubernetes: rolling.go, rolloutRolling"""
    decided.sync_revision(create=True)
    if _grow(decided) or _shrink(decided):
        return
    _clean_up_if_complete(decided)


def _grow(decided: Round) -> bool:
    # Kubernetes: reconcileNewReplicaSet
    new, total = decided.new, replicas_of(decided.deployment)
    assert new is not None, "sync_revision makes what is missing"
    if replicas_of(new) >= total:
        return decided.scale_if_other(new, total)
    size = new_size(decided.deployment, decided.every, new)
    return decided.scale_if_other(new, size)


def _shrink(decided: Round) -> bool:
    """Old Pods that do not work go first, of the others as many as may go. Kubernetes: reconcileOldReplicaSets"""
    new = decided.new
    assert new is not None, "sync_revision makes what is missing"
    if not wanted_of(decided.old):
        return False
    least = replicas_of(decided.deployment) - max_unavailable(decided.deployment)
    not_yet = replicas_of(new) - counted([new], "availableReplicas")
    may_go = wanted_of(decided.every) - least - not_yet
    decided.why = {"least": least, "not_yet": not_yet, "may_go": max(may_go, 0)}
    if may_go <= 0:
        return False
    gone = _shrink_unhealthy(decided, may_go)
    return _shrink_available(decided, least) or gone


def _shrink_unhealthy(decided: Round, may_go: int) -> bool:
    # Kubernetes: cleanupUnhealthyReplicas
    left = may_go
    for replica_set in scaling.active_ones(decided.old):
        size = replicas_of(replica_set)
        unhealthy = size - counted([replica_set], "availableReplicas")
        count = min(left, unhealthy)
        if count > 0:
            decided.scale_if_other(replica_set, size - count)
            left -= count
    return left < may_go


def _shrink_available(decided: Round, least: int) -> bool:
    # Kubernetes: scaleDownOldReplicaSetsForRollingUpdate
    spare = counted(decided.every, "availableReplicas") - least
    done = False
    for replica_set in scaling.active_ones(decided.old):
        count = min(spare, replicas_of(replica_set))
        if count > 0:
            decided.scale_if_other(replica_set, replicas_of(replica_set) - count)
            spare -= count
            done = True
    return done


# What nobody goes back to ----------------------------------------------------------------------------


def _clean_up_if_complete(decided: Round) -> None:
    if progress.is_complete(decided.deployment, decided.deployment.get("status", {})):
        _clean_up(decided)


def _clean_up(decided: Round) -> None:
    """Old ReplicaSets beyond revisionHistoryLimit that have no Pods, the oldest revision first.

    Kubernetes: sync.go, cleanupDeployment
    """
    limit = decided.deployment["spec"].get("revisionHistoryLimit")
    if limit is None:
        return
    old = [each for each in decided.old if not is_deleting(each)]
    old.sort(key=lambda each: (bookkeeping.revision_of(each), scaling.created(each)))
    for replica_set in old[: max(len(old) - limit, 0)]:
        if _is_empty(replica_set):
            decided.delete(replica_set)


def _is_empty(replica_set: Object) -> bool:
    status = replica_set.get("status", {})
    generation = replica_set["metadata"].get("generation", 0)
    seen = status.get("observedGeneration", 0) >= generation
    return bool(seen) and not status.get("replicas") and not replicas_of(replica_set)

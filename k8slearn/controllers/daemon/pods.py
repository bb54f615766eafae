"""What one DaemonSet wants on one Node: which of its Pods are new or old, which go, and whether one must be made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from k8slearn.apimachinery.objects import (
    GENERATION_LABEL,
    HASH_LABEL,
    Object,
    is_deleting,
    labels,
)
from k8slearn.controllers.daemon.placement import (
    Placement,
    template_generation,
)
from k8slearn.controllers.daemon.status import counted
from k8slearn.kinds.pod.state import (
    is_pod_available,
    is_pod_ready,
    is_pod_terminal,
    phase,
)
from k8slearn.kinds.types import AnyDaemonSet, AnyPod

# Present and alive, and by id which of them are ready and which available.
Standing = tuple[list[Object], list[Object], set[int], set[int]]


class Removal(NamedTuple):
    """A Pod that goes, and why: not-wanted, failed, succeeded, excess, old-not-ready, new-available or rollout."""

    pod: Object
    why: str


class NodePods(NamedTuple):
    """A Node as one DaemonSet sees it. `placement` is None when the Node no longer exists.

    `new_pod` and `old_pod` are the Pods of the present and of an older template that are not terminating; `excess`
    means that there is more than one of either, `terminating` that a Pod is on its way out, `timed` that time alone
    will change this assessment. `counts` are the fields of the status in which the Node counts, `settling` is whether
    the new Pod is ready and, within its minReadySeconds, not yet available.
    """

    node: str
    placement: Placement | None
    pods: tuple[Object, ...]
    create: bool
    delete: tuple[Removal, ...]
    in_backoff: bool
    new_pod: Object | None
    old_pod: Object | None
    excess: bool
    terminating: bool
    timed: bool
    new_available: bool
    old_available: bool
    counts: tuple[str, ...]
    settling: bool

    @property
    def wanted(self) -> bool:
        """Whether a Pod may start here."""
        return self.placement is not None and self.placement.should_run


def allows_surge(daemon_set: AnyDaemonSet) -> bool:
    """Whether a rolling update starts the new Pod before the old one ends. Kubernetes: daemon/util, AllowsSurge."""
    strategy = daemon_set["spec"].get("updateStrategy") or {}
    surge = (strategy.get("rollingUpdate") or {}).get("maxSurge", 0)
    return strategy.get("type") == "RollingUpdate" and surge not in (0, "0", "0%", None)


def is_pod_updated(pod: Object, revision_hash: str, generation: str) -> bool:
    """Whether the Pod is of the present template. Kubernetes: pkg/controller/daemon/util, IsPodUpdated."""
    found = labels(pod)
    by_generation = generation != "" and found.get(GENERATION_LABEL) == generation
    return by_generation or (
        revision_hash != "" and found.get(HASH_LABEL) == revision_hash
    )


def by_creation(pod: AnyPod) -> tuple[bool, str, str]:
    """Sort key: bound Pods first, then the oldest. Kubernetes: podByCreationTimestampAndPhase."""
    meta = pod["metadata"]
    return (
        not pod["spec"].get("nodeName"),
        meta.get("creationTimestamp", ""),
        meta["name"],
    )


def find_updated_pods_on_node(
    pods: Sequence[Object], revision_hash: str, generation: str
) -> tuple[Object | None, Object | None, bool]:
    """The new Pod, the old Pod, and whether there is at most one of each, of Pods that are not terminating.

    Kubernetes: pkg/controller/daemon/update.go, findUpdatedPodsOnNode.
    """
    new: Object | None = None
    old: Object | None = None
    for pod in pods:
        updated = is_pod_updated(pod, revision_hash, generation)
        # Of several none is known to be the one: manage will delete what is too many, and the round waits for that.
        if (new if updated else old) is not None:
            return None, None, False
        if updated:
            new = pod
        else:
            old = pod
    return new, old, True


def _surplus(
    running: list[Object],
    surging: bool,
    revision_hash: str,
    min_ready: int,
    now: float,
) -> list[Removal]:
    """Of several Pods on a Node the oldest stays; while surging, the oldest of each version may stay for a while."""
    if len(running) <= 1:
        return []
    running = sorted(running, key=by_creation)
    if not surging:
        return [Removal(pod, "excess") for pod in running[1:]]
    # By the hash alone: unlike IsPodUpdated, podsShouldBeOnNode does not ask for the template's generation here.
    new = [pod for pod in running if labels(pod).get(HASH_LABEL) == revision_hash]
    old = [pod for pod in running if labels(pod).get(HASH_LABEL) != revision_hash]
    surplus = new[1:] + old[1:]
    gone = [Removal(pod, "excess") for pod in running if pod in surplus]
    if new and old and not is_pod_ready(old[0]):
        gone.append(Removal(old[0], "old-not-ready"))
    elif new and old and is_pod_available(new[0], min_ready, now):
        gone.append(Removal(old[0], "new-available"))
    return gone


def pods_should_be_on_node(
    daemon_set: AnyDaemonSet,
    placement: Placement,
    pods: Sequence[Object],
    revision_hash: str,
    now: float,
    in_backoff: bool,
) -> tuple[bool, list[Removal]]:
    """Whether the Node needs a Pod, and which of its Pods go. `in_backoff`: a failed Pod was replaced here just now.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, podsShouldBeOnNode.
    """
    if placement.should_run and not pods:
        return True, []
    alive = [pod for pod in pods if not is_deleting(pod)]
    if not placement.should_continue_running:
        return False, [Removal(pod, "not-wanted") for pod in alive]
    # One at a time, and not before its Node's back-off is over: else a Pod that fails at once would be made in a loop.
    failed = [pod for pod in alive if phase(pod) == "Failed"]
    gone = [Removal(pod, "failed") for pod in failed[:1] if not in_backoff]
    gone += [Removal(pod, "succeeded") for pod in alive if phase(pod) == "Succeeded"]
    running = [pod for pod in alive if not is_pod_terminal(pod)]
    surging = allows_surge(daemon_set)
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    # With surge a Pod that is ending does not hold up its successor: that is what maxSurge is for.
    create = surging and not running and placement.should_run
    surplus = _surplus(running, surging, revision_hash, min_ready, now)
    return create, gone + surplus


def _standing(daemon_set: AnyDaemonSet, pods: Sequence[Object], now: float) -> Standing:
    """The Pods that are not gone for all purposes; a plain tuple, for each Node is assessed again and again."""
    min_ready = daemon_set["spec"].get("minReadySeconds", 0)
    present: list[Object] = []
    alive: list[Object] = []
    ready: set[int] = set()
    available: set[int] = set()
    for pod in pods:
        if not is_deleting(pod):
            alive.append(pod)
        elif is_pod_terminal(pod):
            # One that has finished and is being deleted is gone for all purposes: daemon_controller.go,
            # getNodesToDaemonPods.
            continue
        present.append(pod)
        if is_pod_ready(pod):
            ready.add(id(pod))
            if not min_ready or is_pod_available(pod, min_ready, now):
                available.add(id(pod))
    return present, alive, ready, available


def assess_node(
    daemon_set: AnyDaemonSet,
    placement: Placement | None,
    node_name: str,
    pods: Sequence[Object],
    revision_hash: str,
    now: float,
    in_backoff: bool = False,
) -> NodePods:
    """All that the three decisions need to know of one Node (`placement` is None when it is gone) and its Pods."""
    generation = template_generation(daemon_set)
    present, alive, ready, available = _standing(daemon_set, pods, now)
    held = in_backoff and "Failed" in map(phase, alive)
    create, delete = _to_do(
        daemon_set, placement, present, alive, revision_hash, now, in_backoff
    )
    new, old, single = find_updated_pods_on_node(alive, revision_hash, generation)
    first = _first(present)
    # One that is on its way out is neither.
    ended = first is not new and first is not old
    updated = first is new or (ended and _is_updated(first, revision_hash, generation))
    return NodePods(
        node=node_name,
        placement=placement,
        pods=tuple(present),
        create=create,
        delete=tuple(delete),
        in_backoff=held,
        new_pod=new,
        old_pod=old,
        excess=not single,
        terminating=len(alive) < len(present),
        # A Pod that is ready and not available becomes so by waiting.
        timed=held or len(available) < len(ready),
        new_available=id(new) in available,
        old_available=id(old) in available,
        counts=counted(placement, first, ready, available, updated=updated),
        settling=id(new) in ready and id(new) not in available,
    )


def _is_updated(pod: Object | None, revision_hash: str, generation: str) -> bool:
    return pod is not None and is_pod_updated(pod, revision_hash, generation)


def _first(present: list[Object]) -> Object | None:
    """The Pod that counts in the status. Kubernetes: daemon_controller.go, updateDaemonSetStatus"""
    if len(present) > 1:
        return min(present, key=by_creation)
    if present:
        return present[0]
    return None


def _to_do(
    daemon_set: AnyDaemonSet,
    placement: Placement | None,
    pods: Sequence[Object],
    alive: Sequence[Object],
    revision_hash: str,
    now: float,
    in_backoff: bool,
) -> tuple[bool, list[Removal]]:
    """As `pods_should_be_on_node`, where the Node may be gone; `alive` are those that nobody deletes."""
    if placement is None:
        return False, _pods_without_node(pods)
    # Nearly every Node at nearly every sync: one Pod, which runs or is about to, and there is nothing to decide.
    plain = len(pods) == len(alive) == 1 and not is_pod_terminal(alive[0])
    if placement.should_continue_running and plain:
        return False, []
    return pods_should_be_on_node(
        daemon_set, placement, pods, revision_hash, now, in_backoff
    )


def _pods_without_node(pods: Sequence[Object]) -> list[Removal]:
    """Unbound Pods go with their Node; bound ones are the Pod garbage collector's.

    Kubernetes: pkg/controller/daemon/daemon_controller.go, getUnscheduledPodsWithoutNode.
    """
    unbound = [pod for pod in pods if not pod["spec"].get("nodeName")]
    return [Removal(pod, "not-wanted") for pod in unbound]

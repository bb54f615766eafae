"""Measures which Nodes are without a working Pod, and when, from the writes of a rollout.

A Node is "away" while it should have a Pod of the DaemonSet and has none that is available and not being deleted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import inf

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Object,
    controller_uid,
    is_deleting,
    name,
    uid,
)
from k8slearn.kinds.pod.state import (
    available_at,
    get_target_node_name,
    is_pod_terminal,
)

Step = tuple[float, int]
"""(second since the beginning, how many Nodes are away from then on)"""


class Absences:
    """Hears of every write and records which Nodes are away. `before` are the Pods at the start."""

    def __init__(
        self, daemon_set: Object, wanted: Iterable[str], before: Iterable[Object]
    ) -> None:
        self.uid = uid(daemon_set)
        self.wanted = frozenset(wanted)
        self.new: set[str] = set()
        """Names of the Pods created since the start; all are of the new version."""
        self.progress = -inf
        """The last time at which a Pod of the new version became available."""
        self.moved = -inf
        """The last time at which one of the DaemonSet's Pods was written."""
        self.daemon_set = daemon_set
        self._pods: dict[str, dict[str, Object]] = defaultdict(dict)
        # By Node, (time of a write, time from which the Node has an available Pod as known then).
        self._states: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for pod in before:
            self._pods[get_target_node_name(pod)][name(pod)] = pod
        for node in self.wanted:
            self._states[node].append((-inf, self._available_from(node)))

    def hear(self, change: Change) -> None:
        """Take in one write."""
        kind = change.key[0]
        if kind == "DaemonSet" and uid(change.object) == self.uid:
            self.daemon_set = change.object
        elif kind == "Pod" and controller_uid(change.object) == self.uid:
            self._hear_pod(change)

    def _hear_pod(self, change: Change) -> None:
        pod = change.object
        node = get_target_node_name(pod)
        self.moved = change.time
        if change.type == "ADDED":
            self.new.add(name(pod))
        if change.type == "DELETED":
            self._pods[node].pop(name(pod), None)
        else:
            self._pods[node][name(pod)] = pod
        back = self._available_from(node)
        states = self._states[node]
        if not states or states[-1][1] != back:
            states.append((change.time, back))
        if name(pod) in self.new and change.type != "DELETED":
            due = self._due(pod)
            if due < inf:
                # Nothing else may happen while minReadySeconds pass: the wait counts as progress.
                self.progress = max(self.progress, change.time, due)

    def _due(self, pod: Object) -> float:
        """The time from which a Pod is available; infinity where that needs a further write."""
        if is_deleting(pod) or is_pod_terminal(pod):
            return inf
        spec = self.daemon_set["spec"]
        due = available_at(pod, spec.get("minReadySeconds") or 0)
        if due is None:
            return inf
        return due

    def _available_from(self, node: str) -> float:
        """The time from which one of the Node's Pods is available; infinity where that needs a further write."""
        dues = [self._due(pod) for pod in self.pods_on(node)]
        return min(dues, default=inf)

    @property
    def complete(self) -> bool:
        """Whether `kubectl rollout status` would end: the change is observed, all Pods are new and available.

        Kubernetes: staging/src/k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go, DaemonSetStatusViewer
        """
        status = self.daemon_set.get("status", {})
        seen = status.get("observedGeneration", 0)
        desired = status.get("desiredNumberScheduled", 0)
        if seen < self.daemon_set["metadata"].get("generation", 0):
            return False
        updated = status.get("updatedNumberScheduled", 0)
        return bool(updated >= desired and status.get("numberAvailable", 0) >= desired)

    def done(self, now: float) -> set[str]:
        """The wanted Nodes that have an available Pod of the new version and no other."""
        found = set()
        for node in self.wanted:
            # A Pod that has ended and is being deleted does not count; a finalizer may keep it for ever.
            pods = [pod for pod in self.pods_on(node) if not _has_ended(pod)]
            new = [pod for pod in pods if name(pod) in self.new]
            works = any(self._due(pod) <= now for pod in new)
            if works and len(new) == len(pods):
                found.add(node)
        return found

    def pods_on(self, node: str) -> list[Object]:
        """The Node's Pods of the DaemonSet."""
        return list(self._pods[node].values())

    # Afterwards ------------------------------------------------------------------------------------------------

    def spells(self, start: float, end: float) -> dict[str, list[tuple[float, float]]]:
        """By Node, the intervals (from, to) in which it was away between `start` and `end`."""
        found = {}
        for node in sorted(self.wanted):
            spells = _intervals_away(self._states[node], start, end)
            if spells:
                found[node] = spells
        return found


def _has_ended(pod: Object) -> bool:
    return is_deleting(pod) and is_pod_terminal(pod)


def _intervals_away(
    states: list[tuple[float, float]], start: float, end: float
) -> list[tuple[float, float]]:
    spells: list[tuple[float, float]] = []
    changes = [since for since, _ in states[1:]]
    # The last state lasts.
    changes.append(inf)
    for (since, back), until in zip(states, changes, strict=True):
        gone = max(since, start)
        returns = min(back, until, end)
        if returns <= gone:
            continue
        if spells and spells[-1][1] == gone:
            spells[-1] = (spells[-1][0], returns)
        else:
            spells.append((gone, returns))
    return spells


def steps(
    spells: Mapping[str, Iterable[tuple[float, float]]], start: float, end: float
) -> list[Step]:
    """The number of Nodes away as steps, one for each change of the number."""
    change: Counter[float] = Counter()
    for each in spells.values():
        for gone, returns in each:
            change[gone] += 1
            # A Node that is away at the end has not come back.
            if returns < end:
                change[returns] -= 1
    # Changes at the very beginning make up the first step.
    found = [(0.0, change.pop(start, 0))]
    for at in sorted(change):
        _, count = found[-1]
        step = at - start, count + change[at]
        found.append(step)
    return found


def most_by_zone(
    spells: Mapping[str, Iterable[tuple[float, float]]],
    zones: Mapping[str, str],
    start: float,
    end: float,
) -> dict[str, int]:
    """By zone, the largest number of its Nodes that were away at one time."""
    grouped: dict[str, dict[str, Iterable[tuple[float, float]]]] = defaultdict(dict)
    for node, each in spells.items():
        grouped[zones.get(node, "")][node] = each
    found = {}
    for zone in sorted(grouped):
        found[zone] = most(steps(grouped[zone], start, end))
    return found


def most(counted: Iterable[Step]) -> int:
    """The largest number of Nodes that were away at one time."""
    return max([count for _, count in counted])

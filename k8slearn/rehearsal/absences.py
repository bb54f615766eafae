"""Who is away, when and where: read off a rollout's writes while it goes on.

A Node is away while it should have a Pod of the DaemonSet and has none that is available and nobody is ending.
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
"""(second since the beginning, how many are away from then on)"""


class Absences:
    """Hears of every write, and knows afterwards who was away. `before` are the Pods that are there at the start."""

    def __init__(
        self, daemon_set: Object, wanted: Iterable[str], before: Iterable[Object]
    ) -> None:
        self.uid = uid(daemon_set)
        self.wanted = frozenset(wanted)
        self.new: set[str] = set()
        """Names of the Pods that were made since, all of the new version."""
        self.progress = -inf
        """When a Node last got a Pod of the new version that is available."""
        self.moved = -inf
        """When one of its Pods was last written at all."""
        self.daemon_set = daemon_set
        self._pods: dict[str, dict[str, Object]] = defaultdict(dict)
        # By Node: from when on it has an available Pod, as far as was known at a moment.
        self._states: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for pod in before:
            self._pods[get_target_node_name(pod)][name(pod)] = pod
        for node in self.wanted:
            self._states[node].append((-inf, self._back(node)))

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
        back = self._back(node)
        states = self._states[node]
        if not states or states[-1][1] != back:
            states.append((change.time, back))
        if name(pod) in self.new and change.type != "DELETED":
            due = self._due(pod)
            if due < inf:
                # minReadySeconds are waited for as well, before anything else can happen.
                self.progress = max(self.progress, change.time, due)

    def _due(self, pod: Object) -> float:
        """From when on a Pod is available; infinity where it will not be by itself."""
        if is_deleting(pod) or is_pod_terminal(pod):
            return inf
        spec = self.daemon_set["spec"]
        due = available_at(pod, spec.get("minReadySeconds") or 0)
        if due is None:
            return inf
        return due

    def _back(self, node: str) -> float:
        """From when on one of the Node's Pods is available; infinity where none will be by itself."""
        dues = [self._due(pod) for pod in self.pods_on(node)]
        return min(dues, default=inf)

    @property
    def complete(self) -> bool:
        """What `kubectl rollout status` waits for: the change is seen, all Pods are new, all are available.

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
        """The wanted Nodes whose Pod of the new version is available, and that have no other."""
        found = set()
        for node in self.wanted:
            # One that has ended and is being deleted is gone for all purposes; a finalizer may keep it for ever.
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
        """By Node, from when to when it was away between two moments."""
        found = {}
        for node in sorted(self.wanted):
            spells = _away(self._states[node], start, end)
            if spells:
                found[node] = spells
        return found


def _has_ended(pod: Object) -> bool:
    return is_deleting(pod) and is_pod_terminal(pod)


def _away(
    states: list[tuple[float, float]], start: float, end: float
) -> list[tuple[float, float]]:
    spells: list[tuple[float, float]] = []
    changes = [since for since, _ in states[1:]]
    # The last state holds on and on.
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
    """How many were away, each time that changed."""
    change: Counter[float] = Counter()
    for each in spells.values():
        for gone, returns in each:
            change[gone] += 1
            # Who is still away at the end does not come back there.
            if returns < end:
                change[returns] -= 1
    # What changes at the very beginning is what it begins with.
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
    """By zone, how many of its Nodes were away at a time at most."""
    grouped: dict[str, dict[str, Iterable[tuple[float, float]]]] = defaultdict(dict)
    for node, each in spells.items():
        grouped[zones.get(node, "")][node] = each
    found = {}
    for zone in sorted(grouped):
        found[zone] = most(steps(grouped[zone], start, end))
    return found


def most(counted: Iterable[Step]) -> int:
    """How many were away at a time at most."""
    return max([count for _, count in counted])

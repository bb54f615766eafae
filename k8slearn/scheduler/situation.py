"""What the scheduler looks at besides one Pod."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import (
    Object,
    controller_ref,
    full_name,
    labels,
    name,
    namespace,
    uid,
)
from k8slearn.apimachinery.selectors import REQUIRED
from k8slearn.kinds.pod.state import is_pod_terminal

Running = Mapping[str, Mapping[Any, Object]]
"""The Pods that hold something, by their Node."""


@dataclass(frozen=True, slots=True)
class Situation:
    """The cluster as one decision sees it.

    `nominated` are waiting Pods by the Node on which room is being made for them, `guards` those running ones that
    keep others away by a required anti-affinity. `reader` is asked for what only a few Pods call for.
    """

    nodes: Mapping[str, Object]
    running: Running
    nominated: Mapping[str, Sequence[Object]] = field(default_factory=dict)
    guards: Mapping[str, Object] = field(default_factory=dict)
    reader: Reader | None = None

    @property
    def budgets(self) -> list[Object]:
        """The PodDisruptionBudgets."""
        return self._list("PodDisruptionBudget")

    @property
    def services(self) -> list[Object]:
        """The Services of all Namespaces."""
        return self._list("Service")

    def _list(self, kind: str) -> list[Object]:
        if self.reader is not None:
            return self.reader.list(kind)
        return []

    def labels_of(self, place: str) -> dict[str, str]:
        """The labels of a Namespace."""
        if self.reader is None:
            return {}
        found = self.reader.get("Namespace", place)
        if found:
            return labels(found)
        return {}

    def manager_of(self, pod: Object) -> Object | None:
        """The object that manages a Pod, as far as it is there."""
        ref = controller_ref(pod)
        if ref is None or self.reader is None:
            return None
        return self.reader.get(ref["kind"], ref["name"], namespace(pod))

    def pods_on(self, node: str) -> list[Object]:
        """The Pods that hold something on a Node."""
        return list(self.running.get(node, {}).values())

    def waiting_for(self, node: str, pod: Object) -> list[Object]:
        """The nominated Pods of a Node that are at least as important as this one."""
        mine = priority_of(pod)
        found = []
        for other in self.nominated.get(node, ()):
            if priority_of(other) >= mine and uid(other) != uid(pod):
                found.append(other)
        return found

    def with_pods(self, node: str, pods: Sequence[Object]) -> Situation:
        """The same situation with these as the Pods on a Node."""
        staying = {full_name(pod): pod for pod in pods}
        guards = {}
        for key, pod in self.guards.items():
            is_elsewhere = pod["spec"].get("nodeName") != node
            if is_elsewhere or key in staying:
                guards[key] = pod
        running = {**self.running, node: staying}
        return replace(self, running=running, guards=guards)


def priority_of(pod: Object) -> int:
    """How important a Pod is."""
    return int(pod["spec"].get("priority") or 0)


def guards(pod: Object) -> bool:
    """Whether a Pod keeps others away wherever it runs."""
    affinity = pod["spec"].get("affinity") or {}
    anti = affinity.get("podAntiAffinity") or {}
    return bool(anti.get(REQUIRED))


def observed(reader: Reader) -> Situation:
    """The situation as it is, read from all that is there."""
    running: dict[str, dict[str, Object]] = defaultdict(dict)
    nominated: dict[str, list[Object]] = defaultdict(list)
    watching: dict[str, Object] = {}
    for pod in reader.list("Pod"):
        node = pod["spec"].get("nodeName")
        if not node:
            kept_for = pod["status"].get("nominatedNodeName")
            if kept_for:
                nominated[kept_for].append(pod)
            continue
        # As the scheduler counts: a Pod that has finished holds nothing any more, though it is still listed.
        if is_pod_terminal(pod):
            continue
        key = full_name(pod)
        running[node][key] = pod
        if guards(pod):
            watching[key] = pod
    return Situation(
        nodes={name(node): node for node in reader.list("Node")},
        running=running,
        nominated=nominated,
        guards=watching,
        reader=reader,
    )

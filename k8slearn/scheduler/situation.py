"""What the scheduler looks at besides one Pod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from k8slearn.apimachinery.log import Reader
from k8slearn.apimachinery.objects import Object, full_name, labels, name, uid
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

    def labels_of(self, namespace: str) -> dict[str, str]:
        """The labels of a Namespace."""
        found = self.reader and self.reader.get("Namespace", namespace)
        return labels(found) if found else {}

    def pods_on(self, node: str) -> list[Object]:
        """The Pods that hold something on a Node."""
        return list(self.running.get(node, {}).values())

    def waiting_for(self, node: str, pod: Object) -> list[Object]:
        """The Pods to come that a Node is kept for, as far as this Pod must respect them."""
        found = self.nominated.get(node, ())
        mine = priority_of(pod)
        return [
            other
            for other in found
            if priority_of(other) >= mine and uid(other) != uid(pod)
        ]

    def with_pods(self, node: str, pods: Sequence[Object]) -> Situation:
        """As if these were the Pods on a Node."""
        changed = {**self.running, node: {full_name(pod): pod for pod in pods}}
        staying = changed[node]
        guards = {}
        for key, pod in self.guards.items():
            if pod["spec"].get("nodeName") != node or key in staying:
                guards[key] = pod
        return replace(self, running=changed, guards=guards)


def priority_of(pod: Object) -> int:
    """How important a Pod is."""
    return int(pod["spec"].get("priority") or 0)


def guards(pod: Object) -> bool:
    """Whether a Pod keeps others away wherever it runs."""
    affinity = pod["spec"].get("affinity") or {}
    anti = affinity.get("podAntiAffinity") or {}
    return bool(anti.get("requiredDuringSchedulingIgnoredDuringExecution"))


def observed(reader: Reader) -> Situation:
    """The situation as it is, read from all that is there."""
    running: dict[str, dict[str, Object]] = {}
    nominated: dict[str, list[Object]] = {}
    watching: dict[str, Object] = {}
    for other in reader.list("Pod"):
        node = other["spec"].get("nodeName")
        # As the scheduler counts: a Pod that has finished holds nothing any more, though it is still listed.
        if node and not is_pod_terminal(other):
            running.setdefault(node, {})[full_name(other)] = other
            if guards(other):
                watching[full_name(other)] = other
        elif not node and other["status"].get("nominatedNodeName"):
            nominated.setdefault(other["status"]["nominatedNodeName"], []).append(other)
    nodes = {name(node): node for node in reader.list("Node")}
    return Situation(
        nodes=nodes,
        running=running,
        nominated=nominated,
        guards=watching,
        reader=reader,
    )


def missing_claim(pod: Object, reader: Reader | None) -> str:
    """The first PersistentVolumeClaim that a Pod's volumes name and that is not there."""
    if reader is None:
        return ""
    for volume in pod["spec"].get("volumes") or ():
        claim = volume.get("persistentVolumeClaim") or {}
        wanted = claim.get("claimName", "")
        place = pod["metadata"].get("namespace", "")
        if wanted and reader.get("PersistentVolumeClaim", wanted, place) is None:
            return str(wanted)
    return ""

"""Pods by their controller and their Node, as a component knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, controller_uid, same_owners
from k8slearn.controllers.informer import Cache
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.kinds.types import AnyPod

PodKey = tuple[str, str]
PodsByNode = Mapping[str, Mapping[PodKey, Object]]


@dataclass
class PodIndex:
    """Pods by the uid of their controller ('' for none) and by Node, kept up to date change by change."""

    by_owner: Cache[str, Cache[str, Cache[PodKey, Object]]] = field(
        default_factory=Cache
    )

    def update(self, change: Change) -> set[str]:
        """Take in one change of a Pod; returns the Nodes that it is about."""
        pod = change.object
        before = change.previous
        if change.type == "DELETED":
            return {self._remove(pod if before is None else before)}
        if before is None or _stays(before, pod):
            return {self._add(pod)}
        return self.replace(before, pod)

    def replace(self, before: Object, after: Object) -> set[str]:
        """As `update`, of what the controller just wrote; the watch will tell of it again, which changes nothing."""
        return {self._remove(before), self._add(after)}

    def of(self, owner: str) -> PodsByNode:
        """The Pods of one controller by Node ('' where no Node is named)."""
        return self.by_owner.get(owner) or {}

    def all_of(self, owner: str) -> list[Object]:
        """The Pods of one controller, Node by Node."""
        return [pod for pods in self.of(owner).values() for pod in pods.values()]

    def _add(self, pod: Object) -> str:
        owner = controller_uid(pod) or ""
        nodes = self.by_owner.get(owner)
        if nodes is None:
            nodes = self.by_owner[owner] = Cache()
        node = get_target_node_name(pod)
        pods = nodes.get(node)
        if pods is None:
            pods = nodes[node] = Cache()
        pods[_key(pod)] = pod
        return node

    def _remove(self, pod: Object) -> str:
        nodes = self.by_owner.get(controller_uid(pod) or "", Cache())
        node = get_target_node_name(pod)
        pods = nodes.get(node)
        if pods is not None:
            pods.pop(_key(pod), None)
            if not pods:
                del nodes[node]
        return node


def _key(pod: AnyPod) -> PodKey:
    metadata = pod["metadata"]
    return metadata["namespace"], metadata["name"]


def _stays(before: AnyPod, pod: AnyPod) -> bool:
    """Whether a Pod has the Node and the owner that it had: true of every change of its status or of its deletion."""
    # By identity, which is enough: what was not written is the very same object.
    return before["spec"] is pod["spec"] and same_owners(before, pod)

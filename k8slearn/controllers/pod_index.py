"""Pods by their controller and their Node, as a component knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import (
    Key,
    Object,
    controller_uid,
    key,
    same_owners,
)
from k8slearn.controllers.informer import Cache
from k8slearn.kinds.pod.state import get_target_node_name
from k8slearn.kinds.types import AnyPod

PodsByNode = Mapping[str, Mapping[Key, Object]]
_Home = tuple[str, str]
"""The uid of a Pod's controller ('' for none) and its Node ('' where none is named)."""


@dataclass
class PodIndex:
    """Pods by the uid of their controller ('' for none) and by Node, kept up to date change by change."""

    by_owner: Cache[str, Cache[str, Cache[Key, Object]]] = field(default_factory=Cache)
    _homes: Cache[Key, _Home] = field(default_factory=Cache)

    def update(self, change: Change) -> set[str]:
        """Take in one change of a Pod; returns the Nodes that it is about."""
        place = change.key
        if change.type == "DELETED":
            return self._remove(place)
        home = self._homes.get(place)
        if home is not None:
            owner, node = home
            pods = self.by_owner[owner][node]
            if _stays(pods[place], change.object):
                pods[place] = change.object
                return {node}
        return self._put(place, change.object)

    def replace(self, after: Object) -> set[str]:
        """As `update`, of what the controller just wrote; the watch will tell of it again, which changes nothing."""
        return self._put(key(after), after)

    def of(self, owner: str) -> PodsByNode:
        """The Pods of one controller by Node ('' where no Node is named)."""
        return self.by_owner.get(owner) or {}

    def all_of(self, owner: str) -> list[Object]:
        """The Pods of one controller, Node by Node."""
        return [pod for pods in self.of(owner).values() for pod in pods.values()]

    def _put(self, place: Key, pod: Object) -> set[str]:
        home = owner, node = controller_uid(pod) or "", get_target_node_name(pod)
        former = self._homes.get(place)
        nodes = {node}
        if former != home:
            nodes |= self._remove(place)
            self._homes[place] = home
        by_node = self.by_owner.get(owner)
        if by_node is None:
            by_node = self.by_owner[owner] = Cache()
        pods = by_node.get(node)
        if pods is None:
            pods = by_node[node] = Cache()
        pods[place] = pod
        return nodes

    def _remove(self, place: Key) -> set[str]:
        home = self._homes.pop(place, None)
        if home is None:
            return set()
        owner, node = home
        by_node = self.by_owner[owner]
        del by_node[node][place]
        if not by_node[node]:
            del by_node[node]
        return {node}


def _stays(before: AnyPod, pod: AnyPod) -> bool:
    """Whether a Pod kept its Node and its owners, as it does when only its status or its deletion changed."""
    # By identity, which is enough: what was not written is the very same object.
    return before["spec"] is pod["spec"] and same_owners(before, pod)

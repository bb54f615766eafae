"""The DaemonSet controller's memory: its Pods by Node, and an assessment of each Node, redone where it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.log import Change
from k8slearn.apimachinery.objects import Object, controller_uid, name
from k8slearn.controllers.daemon.placement import template_generation
from k8slearn.controllers.daemon.pods import NodePods, assess_node
from k8slearn.controllers.runtime import Cache
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready

PodPlace = tuple[str, str]


@dataclass
class PodIndex:
    """Pods by the uid of their controller ('' for none) and by Node, kept up to date change by change."""

    by_owner: Cache[str, Cache[str, Cache[PodPlace, Object]]] = field(
        default_factory=Cache
    )

    def update(self, change: Change) -> None:
        """Take in one change of a Pod."""
        if change.previous is not None:
            self._remove(change.previous)
        if change.type != "DELETED":
            self._add(change.object)

    def of(self, owner: str) -> Mapping[str, Mapping[PodPlace, Object]]:
        """The Pods of one controller by Node ('' where no Node is named)."""
        return self.by_owner.get(owner) or {}

    def _add(self, pod: Object) -> None:
        nodes = self.by_owner.setdefault(controller_uid(pod) or "", Cache())
        nodes.setdefault(get_target_node_name(pod), Cache())[_place(pod)] = pod

    def _remove(self, pod: Object) -> None:
        owner, node = controller_uid(pod) or "", get_target_node_name(pod)
        pods = self.by_owner.get(owner, Cache()).get(node)
        if pods is None:
            return
        pods.pop(_place(pod), None)
        if not pods:
            del self.by_owner[owner][node]


@dataclass
class DaemonView:
    """One DaemonSet's Nodes as last assessed, and which of them must be looked at again."""

    basis: Any = None
    nodes: Cache[str, NodePods] = field(default_factory=Cache)
    dirty: set[str] = field(default_factory=set)

    def refresh(
        self,
        daemon_set: Object,
        nodes: Mapping[tuple[str, str], Object],
        pods: Mapping[str, Mapping[PodPlace, Object]],
        revision_hash: str,
        now: float,
        backing_off: Mapping[str, float],
    ) -> Iterable[NodePods]:
        """Assess again what changed and return all Nodes; `backing_off` are Nodes with a recent failure."""
        basis = (daemon_set["spec"], template_generation(daemon_set), revision_hash)
        if self.basis is None or any(
            a is not b and a != b for a, b in zip(self.basis, basis, strict=True)
        ):
            self.dirty |= {node for _, node in nodes} | pods.keys()
            self.basis = basis
        for node_name in sorted(self.dirty | self._waiting(daemon_set)):
            self._assess(
                daemon_set,
                node_name,
                nodes,
                pods,
                revision_hash,
                now,
                node_name in backing_off,
            )
        self.dirty.clear()
        return self.nodes.values()

    def _assess(
        self,
        daemon_set: Object,
        node_name: str,
        nodes: Mapping[tuple[str, str], Object],
        pods: Mapping[str, Mapping[PodPlace, Object]],
        revision_hash: str,
        now: float,
        in_backoff: bool,
    ) -> None:
        node = nodes.get(("", node_name))
        found = list(pods.get(node_name, {}).values())
        if not node_name or (node is None and not found):
            self.nodes.pop(node_name, None)
            return
        self.nodes[node_name] = assess_node(
            daemon_set, node, node_name, found, revision_hash, now, in_backoff
        )

    def _waiting(self, daemon_set: Object) -> set[str]:
        """Nodes whose verdict depends on the time: Pods within minReadySeconds, failed Pods within their back-off."""
        timed = bool(daemon_set["spec"].get("minReadySeconds"))
        return {
            node.node
            for node in self.nodes.values()
            if node.in_backoff
            or (timed and any(is_pod_ready(pod) for pod in node.pods))
        }


def _place(pod: Object) -> PodPlace:
    return pod["metadata"]["namespace"], name(pod)

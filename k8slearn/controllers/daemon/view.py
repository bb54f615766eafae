"""The DaemonSet controller's cached view: each Node's assessment, redone where something changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from k8slearn.apimachinery.objects import Key, Object
from k8slearn.controllers.daemon.placement import (
    Placement,
    node_should_run_daemon_pod,
    placing_part,
    template_generation,
)
from k8slearn.controllers.daemon.pods import assess_node
from k8slearn.controllers.daemon.tally import Tally
from k8slearn.controllers.informer import Cache
from k8slearn.controllers.pod_index import PodsByNode


@dataclass
class DaemonView:
    """One DaemonSet's Nodes as last assessed, and which of them must be looked at again (`dirty`).

    Invariant: after `refresh` the tally equals one of all Nodes made from scratch. So a sync costs as much as changed
    since the last one, however many Nodes there are.
    """

    basis: Any = None
    placing: Object | None = None
    tally: Tally = field(default_factory=Tally)
    dirty: set[str] = field(default_factory=set)
    placements: Cache[str, Placement] = field(default_factory=Cache)

    def node_changed(self, node_name: str) -> None:
        """A Node came, changed or went."""
        self.dirty.add(node_name)
        self.placements.pop(node_name, None)

    def refresh(
        self,
        daemon_set: Object,
        nodes: Mapping[Key, Object],
        pods: PodsByNode,
        revision_hash: str,
        now: float,
        backing_off: Collection[str],
    ) -> Tally:
        """Assess again what changed; `backing_off` are Nodes with a recent failure."""
        basis = (daemon_set["spec"], template_generation(daemon_set), revision_hash)
        # Objects are never changed in place, so comparing usually ends at the identity of the spec.
        if self.basis != basis:
            self.dirty |= {node for _, _, node in nodes} | pods.keys()
        self.basis = basis
        placing = placing_part(daemon_set)
        if self.placing != placing:
            self.placements.clear()
        self.placing = placing
        for node_name in self.dirty | self.tally.timed:
            node = nodes.get(("Node", "", node_name))
            here = list(pods.get(node_name, {}).values())
            # A Pod that names no Node ('') is nowhere: upstream's getNodesToDaemonPods passes it over.
            if not node_name or (node is None and not here):
                self.tally.drop(node_name)
                continue
            placement = None
            if node is not None:
                placement = self._placement(daemon_set, node_name, node)
            in_backoff = node_name in backing_off
            assessed = assess_node(
                daemon_set, placement, node_name, here, revision_hash, now, in_backoff
            )
            self.tally.put(assessed)
        self.dirty.clear()
        return self.tally

    def _placement(
        self,
        daemon_set: Object,
        node_name: str,
        node: Object,
    ) -> Placement:
        """Pods come and go far more often than a Node's labels and taints change, so the verdict on those is kept."""
        placement = self.placements.get(node_name)
        if placement is None:
            placement = node_should_run_daemon_pod(daemon_set, node)
            self.placements[node_name] = placement
        return placement

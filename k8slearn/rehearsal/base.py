"""The cluster that all runs of a rehearsal fork from, and what of it must not be shown."""

from __future__ import annotations

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.dump import backup_of, hidden_values
from k8slearn.kinds import KINDS

# What holds no container and no Secret, and of which there may be thousands.
_HARMLESS = ("Event", "Lease", "Node", "EndpointSlice", "Endpoints")


def base_of(cluster: Cluster, seed: int) -> Cluster:
    """A cluster of its own to fork from, with simple kubelets, whose times can be set.

    Kubelets that do all that real ones do take their own times: such a cluster is read from its objects, as a dump is.
    """
    if cluster.kubelet.nodes is None:
        return cluster.fork()
    return Cluster.put_back(backup_of(_objects(cluster)), seed=seed)


def _objects(cluster: Cluster) -> list[Object]:
    """All that the API would give out; Endpoints are another view of what EndpointSlices say."""
    found = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind != "Endpoints":
            found += cluster.store.list(row.stored_kind)
    return [cluster.registry.shown(o) for o in found]


def hidden_in(cluster: Cluster) -> frozenset[str]:
    """The values that are shown nowhere: of Secrets, and what looks like a password among the containers' settings."""
    found: list[Object] = []
    for row in (*KINDS, *cluster.registry.custom.rows):
        if row.kind not in _HARMLESS:
            found += cluster.store.list(row.stored_kind)
    return hidden_values(found)

"""A cluster after a rollout."""

from __future__ import annotations

from k8slearn import Cluster
from k8slearn.manifests import manifest


def rolled_out(**limits: int) -> tuple[Cluster, int]:
    """A cluster of four Nodes with the new image, and the revision just before the image was set."""
    cluster = Cluster(nodes=4, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    cluster.set_strategy("filebeat-ds", "RollingUpdate", **limits)
    before = cluster.store.revision
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run_until_quiet()
    return cluster, before

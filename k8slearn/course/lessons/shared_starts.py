"""What many exercises begin with."""

from __future__ import annotations

from k8slearn.cluster import Cluster
from k8slearn.manifests import manifest


def with_filebeat(cluster: Cluster) -> Cluster:
    """The same cluster with the document's filebeat-ds, once all is quiet."""
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster

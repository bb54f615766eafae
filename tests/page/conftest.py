"""What the page's kubectl and the real one are tried at."""

from __future__ import annotations

import pytest

from k8slearn import Cluster
from k8slearn.manifests import manifest

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}, {name: side, image: "side:1"}]}
"""


@pytest.fixture(scope="module")
def both() -> Cluster:
    """A cluster of which each of the two gets a fork."""
    cluster = Cluster(nodes=3, seed=3, kubelet="auto")
    cluster.apply(manifest("filebeat-ds"))
    cluster.apply(WEB)
    cluster.run(30)
    # What serving writes is there for both.
    cluster.serve(pace=None).stop()
    return cluster

"""A dump of two hundred Nodes and three thousand Pods: how long it takes and what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from k8slearn.cluster import Cluster
from tests.support.dumps import listed, without_managed_fields, write

SECONDS = 5.0
MEGABYTES = 400
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent{number}}}
spec:
  selector: {{matchLabels: {{app: agent{number}}}}}
  template:
    metadata: {{labels: {{app: agent{number}}}}}
    spec:
      containers:
      - name: agent
        image: agent:1
        readinessProbe: {{httpGet: {{path: /, port: 80}}}}
        resources: {{requests: {{cpu: 10m, memory: 10Mi}}}}
        env: [{{name: LEVEL, value: info}}, {{name: ZONE, value: a}}]
      - name: exporter
        image: exporter:1
"""


# In a process of its own, for memory is counted by process; by its own clock, since others may be at work.
MEASURE = """
import resource, sys, time
from k8slearn.cluster import Cluster
began = time.process_time()
cluster = Cluster.load(sys.argv[1], kubelet=sys.argv[2])
print(time.process_time() - began)
before = cluster.store.revision
assert len(cluster.list("Pod")) == 3000
cluster.run(600)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
print(cluster.store.revision - before)
"""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cluster = Cluster(nodes=200, kubelet="instant", start=2e7)
    for number in range(15):
        cluster.apply(AGENT.format(number=number))
    cluster.run_until_quiet()
    path = tmp_path_factory.mktemp("dump") / "dump.yaml"
    return write(path, without_managed_fields(listed(cluster)))


@pytest.mark.slow
@pytest.mark.parametrize("kubelet", ["simple", "auto"])
def test_three_thousand_pods(dump: Path, kubelet: str) -> None:
    command = [sys.executable, "-c", dedent(MEASURE), str(dump), kubelet]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, megabytes, written = map(float, done.stdout.split())
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    # Heartbeats are no writes here.
    assert written == 0

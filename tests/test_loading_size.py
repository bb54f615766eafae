"""The time and memory for loading a dump of two hundred Nodes and three thousand Pods."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from k8slearn.cluster import Cluster
from tests.support.dumps import listed, without_managed_fields, write
from tests.support.paths import ROOT

SECONDS = 5.0
MEGABYTES = 400
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent0}
spec:
  selector: {matchLabels: {app: agent0}}
  template:
    metadata: {labels: {app: agent0}}
    spec:
      containers:
      - name: agent
        image: agent:1
        readinessProbe: {httpGet: {path: /, port: 80}}
        resources: {requests: {cpu: 10m, memory: 10Mi}}
        env: [{name: LEVEL, value: info}, {name: ZONE, value: a}]
      - name: exporter
        image: exporter:1
"""


# In a process of its own, for memory is counted by process.
MEASURE = """
import sys
from k8slearn.cluster import Cluster
from tests.support.stopwatch import timed
cluster, seconds = timed(lambda: Cluster.load(sys.argv[1], kubelet=sys.argv[2]))
print(seconds)
before = cluster.store.revision
assert len(cluster.list("Pod")) == 3000
cluster.run(600)
# Not `ru_maxrss`, which begins with what the parent had.
[peak] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak.split()[1]) / 1024)
print(cluster.store.revision - before)
"""


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cluster = Cluster(nodes=200, kubelet="instant", start=2e7)
    cluster.apply(AGENT)
    cluster.run_until_quiet()
    content = without_managed_fields(listed(cluster, without=("Event",)))
    content["items"] += copies(content["items"])
    return write(tmp_path_factory.mktemp("dump") / "dump.yaml", content)


def copies(items: list[Any]) -> list[Any]:
    """Fourteen more DaemonSets like the first, with their Pods: to make them all in a model takes a minute."""
    own = [o for o in items if o["metadata"]["name"].startswith("agent0")]
    text = json.dumps(own)
    made = []
    for number in range(1, 15):
        named = text.replace("agent0", f"agent{number}")
        # New uids, also in references.
        made += json.loads(re.sub(r'"uid": "........', f'"uid": "{number:08x}', named))
    return made


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
@pytest.mark.parametrize("kubelet", ["simple", "auto"])
def test_three_thousand_pods(dump: Path, kubelet: str) -> None:
    command = [sys.executable, "-c", dedent(MEASURE), str(dump), kubelet]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, megabytes, written = map(float, done.stdout.split())
    assert seconds < SECONDS
    assert megabytes < MEGABYTES
    # Heartbeats are no writes here.
    assert written == 0

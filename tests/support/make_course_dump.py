"""Makes the dump for lesson 11: `python -m tests.support.make_course_dump`.

A fictitious company's cluster of forty Nodes in four zones, with three DaemonSets. One rollout has been stuck since
this morning, because of a typo in its image. The format is that of `kubectl get … -A -o json`, gzipped.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

from k8slearn.apimachinery.objects import seconds_of
from k8slearn.cluster import Cluster
from tests.support.dumps import listed, without_managed_fields
from tests.support.paths import ROOT

TARGET = ROOT / "k8slearn" / "course" / "dumps" / "warehouse.json.gz"
ZONES = "abcd"
PER_ZONE = 10
SYSTEM = """
apiVersion: v1
kind: Namespace
metadata: {name: ops}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: log-agent, namespace: ops}
data: {level: info}
---
apiVersion: v1
kind: Secret
metadata: {name: log-agent, namespace: ops}
stringData: {token: made-up-and-never-kept}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  replicas: 2
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec:
      containers:
      - name: coredns
        image: registry.example/coredns:1.13
        resources: {requests: {cpu: 100m, memory: 70Mi}}
"""
DAEMON_SET = """
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: NAME
  namespace: ops
  labels: {app: NAME}
spec:
  minReadySeconds: SECONDS
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      tolerations: [{operator: Exists, effect: NoSchedule}]
      containers:
      - name: NAME
        image: registry.example/IMAGE
        resources: {requests: {cpu: 100m, memory: 64Mi}}
"""
TRUE_TAGS = {"registry.example/net-check": ("0.8",), "registry.example/net-chekc": ()}
KEPT_SECONDS = 3600
"""Kubernetes: kube-apiserver --event-ttl"""
LEFT_OUT = (
    # Kinds that are not in the recommended kubectl command.
    *("PriorityClass", "EndpointSlice", "Service", "Endpoints", "ServiceAccount"),
)


def daemon_set(name: str, image: str, seconds: int = 0) -> str:
    text = DAEMON_SET.replace("NAME", name).replace("IMAGE", image)
    return text.replace("SECONDS", str(seconds))


def warehouse() -> Cluster:
    """The cluster at the time of the dump."""
    start = seconds_of("2026-10-12T00:00:00Z")
    cluster = Cluster(seed=11, kubelet="auto", start=start)
    tags = dict(TRUE_TAGS)
    cluster.alter(lambda plane: plane.kubelet.faults.tags.update(tags))
    for zone in ZONES:
        for number in range(1, PER_ZONE + 1):
            labels = {"topology.kubernetes.io/zone": f"east-{zone}"}
            cluster.add_node(f"{zone}{number:02}", labels=labels)
    cluster.apply(SYSTEM)
    # minReadySeconds: its buffers fill up first.
    cluster.apply(daemon_set("log-agent", "log-agent:2.4", seconds=45))
    cluster.apply(daemon_set("node-exporter", "node-exporter:1.9"))
    cluster.apply(daemon_set("net-check", "net-check:0.8"))
    cluster.run_until_quiet()
    cluster.run(6 * 3600)
    cluster.set_image("net-check", "registry.example/net-chekc:0.9", namespace="ops")
    cluster.run(2 * 3600)
    return cluster


def dump() -> dict[str, Any]:
    """The dump of the cluster, without Events older than an hour, which an API server deletes."""
    cluster = warehouse()
    content = without_managed_fields(listed(cluster, without=LEFT_OUT))
    items = []
    for o in content["items"]:
        told = o.get("lastTimestamp") or o["metadata"]["creationTimestamp"]
        if o["kind"] != "Event" or cluster.now - seconds_of(told) < KEPT_SECONDS:
            items.append(o)
    return {**content, "items": items}


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    text = json.dumps(dump(), separators=(",", ":"))
    # Without a timestamp, so that the same objects make the same file.
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes of {len(text)}")

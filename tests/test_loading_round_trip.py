"""A cluster, dumped in the middle of something and loaded: both come to the same end."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from shutil import which
from typing import Any

import pytest

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import annotations_of, controller_ref, name
from k8slearn.cluster import Cluster
from tests.support.dumps import listed, write

MANIFEST = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers:
      - name: agent
        image: agent:1
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 2}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web:1}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db:1}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 3
  template:
    metadata: {annotations: {k8slearn/behaviour: exit=0@20}}
    spec: {restartPolicy: Never, containers: [{name: main, image: job:1}]}
"""
END = 1500.0


def image(kind: str, title: str, tag: int) -> tuple[Any, ...]:
    # A template that crashes, one that is never ready, and an image that is not there are the rollouts that stand.
    trouble = {2: "exit=1@3", 3: "ready=no"}.get(tag)
    reference = f"{title}:{tag}" if tag != 4 else f"does-not-exist/{title}:4"
    containers = [{"name": title, "image": reference}]
    about = {"annotations": {"k8slearn/behaviour": trouble}}
    return kind, title, {"spec": {"template": {"metadata": about, "spec": {"containers": containers}}}}  # fmt: skip


def disturb(cluster: Cluster, rng: Random) -> None:
    """Something that a user does."""
    nodes = [name(o) for o in cluster.list("Node")]
    pods = [name(o) for o in cluster.list("Pod")]
    deeds = [
        lambda: cluster.patch(*image("DaemonSet", "agent", rng.randint(1, 5))),
        lambda: cluster.patch(*image("DaemonSet", "agent", rng.randint(1, 5))),
        lambda: cluster.patch(*image("Deployment", "web", rng.randint(1, 5))),
        lambda: cluster.patch(*image("StatefulSet", "db", rng.choice((1, 5)))),
        lambda: cluster.patch("Deployment", "web", {"spec": {"replicas": rng.randint(1, 7)}}),
        lambda: cluster.delete("Pod", rng.choice(pods)),
        lambda: cluster.add_node(f"late{rng.randint(1, 9)}"),
        lambda: cluster.patch("Node", rng.choice(nodes), {"spec": {"unschedulable": True}}),
        lambda: cluster.patch("Node", rng.choice(nodes), {"spec": {"taints": [{"key": "a", "effect": "NoExecute"}]}}),
        lambda: cluster.delete("DaemonSet", "agent", propagation="Foreground") if rng.random() < 0.2 else None,
        lambda: cluster.stop_kubelet(rng.choice(nodes)) if rng.random() < 0.4 else None,
    ]  # fmt: skip
    try:
        rng.choice(deeds)()
    except (ApiError, IndexError, ValueError):
        return


def walked(seed: int) -> Cluster:
    """A cluster in the middle of something."""
    rng = Random(seed)
    cluster = Cluster(nodes=rng.randint(3, 6), seed=seed, kubelet="auto", start=2e7)
    cluster.apply(MANIFEST)
    cluster.run(rng.choice((3, 30, 120)))
    for _ in range(rng.randint(2, 5)):
        disturb(cluster, rng)
        cluster.run(rng.uniform(0.5, 25))
    disturb(cluster, rng)
    cluster.run(rng.uniform(0.1, 12))
    return cluster


def states(cluster: Cluster) -> dict[str, Any]:
    """What a cluster has come to: all but names by lot, versions and moments."""
    pods: Counter[str] = Counter()
    for pod in cluster.list("Pod"):
        owner = controller_ref(pod) or {"kind": "", "name": ""}
        status = pod["status"]
        node = pod["spec"].get("nodeName") if owner["kind"] == "DaemonSet" else ""
        reasons = []
        for entry in status.get("containerStatuses", ()):
            waiting = entry["state"].get("waiting", {}).get("reason", "")
            # A crash and an image that is missing go round in circles.
            looping = waiting in (
                "CrashLoopBackOff",
                "ImagePullBackOff",
                "ErrImagePull",
            )
            ended = (
                "terminated" in entry["state"] and not status["phase"] == "Succeeded"
            )
            reasons.append(str((looping or ended, entry["ready"])))
        seen = [owner["kind"], owner["name"].rpartition("-")[0] or owner["name"], node, status["phase"], *reasons]  # fmt: skip
        seen += [c["image"] for c in pod["spec"]["containers"]]
        pods[json.dumps(seen)] += 1
    statuses = {}
    for kind in ("DaemonSet", "Deployment", "StatefulSet", "Job"):
        for o in cluster.list(kind):
            numbers = {k: v for k, v in o["status"].items() if isinstance(v, int)}
            statuses[f"{kind}/{name(o)}"] = numbers
    nodes = {}
    for node in cluster.list("Node"):
        ready = [
            c["status"] for c in node["status"]["conditions"] if c["type"] == "Ready"
        ]
        taints = sorted(t["key"] for t in node["spec"].get("taints", ()))
        nodes[name(node)] = (ready, taints)
    revisions = Counter(annotations_of(o).get("x", "") for o in cluster.list("ControllerRevision"))  # fmt: skip
    slices = Counter(len(o.get("endpoints") or ()) for o in cluster.list("EndpointSlice"))  # fmt: skip
    return {"pods": pods, "statuses": statuses, "nodes": nodes, "revisions": revisions, "slices": slices}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_both_come_to_the_same_end(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 24))
def test_both_come_to_the_same_end_at_twenty_moments_each(
    tmp_path: Path, seed: int
) -> None:
    check(tmp_path, seed)


def check(folder: Path, seed: int) -> None:
    cluster = walked(seed)
    twin = Cluster.load(write(folder / "dump.json", listed(cluster)), kubelet="auto")
    cluster.run(END)
    twin.run(END)
    assert states(twin) == states(cluster)
    assert not twin.failures

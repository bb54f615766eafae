"""Clusters in the middle of changes, and the comparison of their ends with those of clusters loaded from dumps."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from k8slearn.apimachinery.errors import ApiError
from k8slearn.apimachinery.objects import condition, controller_ref, name
from k8slearn.cluster import Cluster

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
CRASHES = "exit=1@3"


def image(kind: str, title: str, tag: int) -> tuple[Any, ...]:
    # Stuck rollouts: a template that crashes, one that is never ready, and a missing image.
    trouble = {2: CRASHES, 3: "ready=no"}.get(tag)
    reference = f"{title}:{tag}" if tag != 4 else f"does-not-exist/{title}:4"
    containers = [{"name": title, "image": reference}]
    about = {"annotations": {"k8slearn/behaviour": trouble}}
    return kind, title, {"spec": {"template": {"metadata": about, "spec": {"containers": containers}}}}  # fmt: skip


def disturb(cluster: Cluster, rng: Random) -> None:
    """Make a random change, as a user would."""
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
        lambda: silence(cluster, rng.choice(nodes)) if rng.random() < 0.5 else None,
    ]  # fmt: skip
    try:
        rng.choice(deeds)()
    except (ApiError, IndexError, ValueError):
        return


def silence(cluster: Cluster, node: str) -> None:
    """Stop a kubelet, and wait until its Lease is late, which is what a dump shows."""
    cluster.stop_kubelet(node)
    cluster.run(40)


def walk(seed: int, moments: int) -> Iterator[Cluster]:
    """A cluster at `moments` moments, each in the middle of changes."""
    rng = Random(seed)
    cluster = Cluster(nodes=rng.randint(3, 6), seed=seed, kubelet="auto", start=2e7)
    cluster.apply(MANIFEST)
    cluster.run(rng.choice((3, 30, 120)))
    for _ in range(moments):
        for _ in range(rng.randint(1, 3)):
            disturb(cluster, rng)
            cluster.run(rng.uniform(0.5, 25))
        disturb(cluster, rng)
        cluster.run(rng.uniform(0.1, 12))
        yield cluster.fork()


def states(cluster: Cluster) -> dict[str, Any]:
    """The state of a cluster without random names, versions and times."""
    statuses = {}
    for kind in ("DaemonSet", "Deployment", "StatefulSet", "Job"):
        for o in cluster.list(kind):
            numbers = {k: v for k, v in o["status"].items() if isinstance(v, int)}
            if loops(o["spec"]["template"]):
                # It is ready for three seconds of each round, so the present number is chance.
                numbers = {k: v for k, v in numbers.items() if k in WHATEVER_RUNS}
            statuses[f"{kind}/{name(o)}"] = numbers
    nodes = {}
    for node in cluster.list("Node"):
        ready = condition(node, "Ready") or {}
        taints = sorted(t["key"] for t in node["spec"].get("taints", ()))
        nodes[name(node)] = (ready["status"], taints)
    # A server that was asked publishes itself.
    slices = [o for o in cluster.list("EndpointSlice") if name(o) != "kubernetes"]
    return {
        "pods": Counter(state_of(pod) for pod in cluster.list("Pod")),
        "statuses": statuses,
        "nodes": nodes,
        "revisions": len(cluster.list("ControllerRevision")),
        "slices": Counter(len(o.get("endpoints") or ()) for o in slices),
    }


WHATEVER_RUNS = (
    *("replicas", "updatedReplicas", "terminatingReplicas", "updatedNumberScheduled"),
    *("desiredNumberScheduled", "currentNumberScheduled", "numberMisscheduled"),
)


def loops(o: dict[str, Any]) -> bool:
    """Whether a Pod, or the Pods of a template, crash repeatedly."""
    notes = o["metadata"].get("annotations") or {}
    return notes.get("k8slearn/behaviour") == CRASHES


LOOPING = ("CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull")


def state_of(pod: dict[str, Any]) -> str:
    """A Pod's owner, Node and state as text."""
    owner = controller_ref(pod) or {"kind": "", "name": ""}
    status = pod["status"]
    node = pod["spec"].get("nodeName") if owner["kind"] == "DaemonSet" else ""
    found = [owner["kind"], owner["name"].rpartition("-")[0], node, status["phase"]]
    for entry in status.get("containerStatuses", ()):
        # Crashes and missing images alternate between two states.
        reason = entry["state"].get("waiting", {}).get("reason", "")
        fell = "terminated" in entry["state"] and status["phase"] != "Succeeded"
        found += (
            ["loops"] if loops(pod) else [reason in LOOPING or fell, entry["ready"]]
        )
    found += [container["image"] for container in pod["spec"]["containers"]]
    return json.dumps(found)


def check(cluster: Cluster, dump: Path, *left_out: str) -> None:
    """Check that a cluster and one loaded from its dump come to the same end, except for the kinds `left_out`."""
    twin = Cluster.load(dump, kubelet="auto")
    for each in (cluster, twin):
        each.run(END)
        # A controller that starts syncs everything; one that runs recounts an unreachable Node only at the next
        # change, so both get one.
        for daemon_set in each.list("DaemonSet"):
            note = {"metadata": {"annotations": {"called": "1"}}}
            each.patch("DaemonSet", name(daemon_set), note)
        each.run(10)
    here = states(cluster)
    for what, found in states(twin).items():
        if what not in left_out:
            assert found == here[what], f"{what}: {found} and not {here[what]}"
    assert not twin.failures, twin.failures

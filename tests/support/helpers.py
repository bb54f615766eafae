"""Helpers for the tests of the model: small manifests, and short queries of a cluster."""

from __future__ import annotations

import json
from typing import Any

from k8slearn import Cluster
from k8slearn.apimachinery.objects import controller_ref, is_deleting
from k8slearn.apiserver.client import Client
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready, phase

DS = "agent"
LABELS = {"app": "agent"}
KUBELET_DUTY = ("ready", "gone")


def daemon_set(
    name: str = DS,
    *,
    image: str = "agent:1",
    pod: Any = None,
    labels: Any = None,
    **spec: Any,
) -> Any:
    """A DaemonSet; `pod` adds to the Pod's spec, other arguments to the DaemonSet's."""
    marks = labels or {"app": name}
    template = {
        "metadata": {"labels": marks},
        "spec": {"containers": [{"name": "main", "image": image}], **(pod or {})},
    }
    body = {"selector": {"matchLabels": marks}, "template": template, **spec}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": name},
        "spec": body,
    }


def rolling(max_unavailable: Any = None, max_surge: Any = None) -> Any:
    """An updateStrategy with these limits; with a surge, maxUnavailable is 0 by default."""
    if max_surge and max_unavailable is None:
        max_unavailable = 0
    limits = {"maxUnavailable": max_unavailable, "maxSurge": max_surge}
    return {
        "type": "RollingUpdate",
        "rollingUpdate": {
            field: value for field, value in limits.items() if value is not None
        },
    }


def owner_of_pods(kind: str, **pod: Any) -> Any:
    """A workload with one Pod that has a nodeName, so that the scheduler ignores it."""
    marks = {"app": "web"}
    spec = {
        "nodeName": "node1",
        "containers": [{"name": "main", "image": "app:1"}],
        **pod,
    }
    template = {"metadata": {"labels": marks}, "spec": spec}
    body: Any = {"selector": {"matchLabels": marks}, "template": template}
    if kind == "StatefulSet":
        body["serviceName"] = "web"
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": body,
    }


def bare_pod(name: str = "bare", *, labels: Any = None, **spec: Any) -> Any:
    """A Pod without an owner."""
    body = {"containers": [{"name": "main", "image": "app:1"}], **spec}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": body,
    }


def service(name: str = "svc", *, selector: Any = None, **spec: Any) -> Any:
    """A Service over the daemon Pods."""
    body = {
        "selector": selector or LABELS,
        "ports": [{"port": 80, "targetPort": 8080}],
        **spec,
    }
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": body,
    }


def client_of(cluster: Cluster, component: str = "user") -> Client:
    """A client of the cluster's API server that writes as a component does."""
    return Client(cluster.registry, component, component)


def running(
    nodes: int = 3, *, seed: int = 0, kubelet: str = "instant", **about: Any
) -> Cluster:
    """A cluster with a DaemonSet that runs on all Nodes."""
    cluster = Cluster(nodes, seed=seed, kubelet=kubelet)
    cluster.apply(daemon_set(**about))
    cluster.run_until_quiet()
    if kubelet == "manual":
        by_hand(cluster)
    return cluster


def by_hand(cluster: Cluster, *states: str, on: str | None = None) -> None:
    """Act as the kubelet for all Pods (or those on one Node), then run until all is quiet."""
    for state in states or ("ready",):
        for pod in cluster.list("Pod"):
            if on in (None, pod["spec"].get("nodeName")):
                cluster.become(
                    pod["metadata"]["name"],
                    state,
                    namespace=pod["metadata"]["namespace"],
                )
    cluster.run(1)


def finish(cluster: Cluster, rounds: int = 300) -> None:
    """Act as a healthy kubelet until nothing changes any more and no timer is due."""
    for _ in range(rounds):
        before = cluster.store.revision
        by_hand(cluster, *KUBELET_DUTY)
        if cluster.store.revision == before and cluster.quiet:
            return


def status(cluster: Cluster, name: str = DS) -> Any:
    """The DaemonSet's status."""
    return cluster.get("DaemonSet", name)["status"]


def owned(reader: Any, name: str = DS) -> list[Any]:
    """The DaemonSet's Pods, in a cluster or a snapshot."""
    return [
        pod
        for pod in reader.list("Pod")
        if (controller_ref(pod) or {}).get("name") == name
    ]


def alive(reader: Any, name: str = DS) -> list[Any]:
    """The DaemonSet's Pods that are not being deleted."""
    return [pod for pod in owned(reader, name) if not is_deleting(pod)]


def available_nodes(reader: Any, name: str = DS) -> set[str]:
    """The Nodes with a ready Pod of the DaemonSet that is not being deleted."""
    return {pod["spec"]["nodeName"] for pod in alive(reader, name) if is_pod_ready(pod)}


def by_node(reader: Any, name: str = DS) -> dict[str, list[str]]:
    """Image and state of the DaemonSet's Pods by Node, as in `{"node1": ["agent:1 Running"]}`."""
    found: dict[str, list[str]] = {}
    for pod in owned(reader, name):
        state = "ending" if is_deleting(pod) else phase(pod)
        image = pod["spec"]["containers"][0]["image"]
        found.setdefault(get_target_node_name(pod), []).append(f"{image} {state}")
    return {node: sorted(states) for node, states in sorted(found.items())}


def taints(cluster: Cluster, node: str) -> list[str]:
    """The taints of a Node as `key:effect`."""
    return sorted(
        f"{t['key']}:{t['effect']}"
        for t in cluster.get("Node", node)["spec"].get("taints") or ()
    )


def revisions(cluster: Cluster) -> list[int]:
    """The numbers of all ControllerRevisions."""
    return sorted(
        revision["revision"] for revision in cluster.list("ControllerRevision")
    )


def events(cluster: Cluster, reason: str) -> int:
    """The total count of the Events with this reason."""
    return sum(
        event.get("count", 1)
        for event in cluster.list("Event")
        if event["reason"] == reason
    )


def lines(cluster: Cluster) -> list[str]:
    """The log as text, one line a write."""
    return [
        json.dumps(
            [c.revision, c.time, c.actor, c.type, c.object, c.previous], sort_keys=True
        )
        for c in cluster.store.log.changes
    ]


def told(error: Any) -> list[str]:
    """The causes of a refusal, each as a sentence."""
    return [str(cause) for cause in error.causes]

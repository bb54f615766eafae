"""The exercises of lesson 14b."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object, is_deleting, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    node_of,
    pod_spec,
    rule,
    strategy_of,
)
from k8slearn.kinds.pod.state import is_pod_ready
from k8slearn.manifests import manifest
from k8slearn.network import request

NODES = 3
ON_HOST = "      hostNetwork: true\n"

# A daemon on its Node's network finds a Service by its name --------------------------------------------------

FILEBEAT = "filebeat-ds"
REDIS = "redis.default.svc.cluster.local"


def deaf() -> Cluster:
    """filebeat on its Node's network, where the names of Services do not resolve."""
    cluster = Cluster(nodes=NODES, seed=14)
    cluster.apply(manifest("redis"))
    cluster.apply(manifest(FILEBEAT) + f"\n{ON_HOST}")
    cluster.run_until_quiet()
    return cluster


@rule("host-dns", deaf)
def dns(attempt: Attempt) -> Iterator[Missing]:
    """Each filebeat reaches redis by its name, still on its Node's network."""
    if attempt.replaced("Service", "redis"):
        yield missing("redis")
    daemon = attempt.daemon_set(FILEBEAT)
    spec = pod_spec(daemon)
    if not spec.get("hostNetwork"):
        yield missing("pod-network")
    if _target(container_of(daemon)) != REDIS:
        yield missing("address")
    yield from _cannot_reach_redis(attempt, spec)
    if len(attempt.homes(FILEBEAT)) < NODES:
        yield missing("left-out", nodes=attempt.homes(FILEBEAT))


def _cannot_reach_redis(attempt: Attempt, spec: Any) -> Iterator[Missing]:
    """The Pods that do not reach redis, with the reason in their spec."""
    failed = set()
    for pod in attempt.pods(FILEBEAT):
        if not request(attempt.cluster, f"pod/{name(pod)}", f"{REDIS}:6379").ok:
            failed.add(node_of(pod))
    if not failed:
        return
    policy = spec["dnsPolicy"]
    if policy == "ClusterFirstWithHostNet":
        yield missing("old-pods", nodes=failed)
    if policy == "Default":
        yield missing("default-policy")
    if (spec.get("dnsConfig") or {}).get("nameservers"):
        yield missing("second-server")
    yield missing("node-resolver", nodes=failed)


def _target(main: Object) -> str:
    """The address in filebeat's environment."""
    for variable in main.get("env") or ():
        if variable["name"] == "REDIS_HOST":
            return str(variable.get("value", ""))
    return ""


# An update that waits for a port -----------------------------------------------------------------------------

EXPORTER = "node-exporter"
OLD = "quay.io/prometheus/node-exporter:v1.9.1"
NEW = "quay.io/prometheus/node-exporter:v1.10.0"
PORT = 9100


def waits_for_itself() -> Cluster:
    """An update that makes the new Pod first, while the old one holds the port."""
    cluster = Cluster(nodes=NODES, seed=14)
    cluster.apply(manifest(EXPORTER))
    cluster.run_until_quiet()
    surge = {"type": "RollingUpdate"} | {
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}
    }
    cluster.patch("DaemonSet", EXPORTER, {"spec": {"updateStrategy": surge}})
    cluster.set_image(EXPORTER, NEW)
    cluster.run(300)
    return cluster


@rule("host-update", waits_for_itself)
def update(attempt: Attempt) -> Iterator[Missing]:
    """The new version on each Node, one Node at a time; and the next update will not get stuck either."""
    if attempt.rebuilt(EXPORTER):
        yield missing("rebuilt")
    daemon = attempt.daemon_set(EXPORTER)
    if not pod_spec(daemon).get("hostNetwork"):
        yield missing("pod-network")
    main = container_of(daemon)
    if PORT not in [port["containerPort"] for port in main.get("ports") or ()]:
        yield missing("port")
    if main["image"] != NEW:
        yield missing("rolled-back")
    updated = set()
    for pod in attempt.pods(EXPORTER):
        if image_of(pod) == NEW and is_pod_ready(pod) and not is_deleting(pod):
            updated.add(node_of(pod))
    if len(updated) < NODES:
        yield missing("waiting", nodes=updated)
    if attempt.fewest_ready() < NODES - 1:
        yield missing("too-many", count=attempt.fewest_ready())
    if strategy_of(daemon) == "OnDelete":
        yield missing("on-delete")
    rolling = daemon["spec"]["updateStrategy"].get("rollingUpdate") or {}
    if rolling.get("maxSurge") not in (None, 0, "0%"):
        yield missing("by-hand")

"""The patients of lesson 08: clusters in which something got stuck, and what is to be seen when they are well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import (
    name,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    node_of,
    pod_spec,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.lesson_08_fixtures import (
    FILEBEAT,
    MINUTE,
    a_quiet_day,
    change_template,
    changed,
    cpu_of,
    keep_tags,
    ready_on,
    rolled_out,
    same_patient,
    stuck,
    taints_changed,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set, pod

# What was meant, and what ran before.
GOOD_IMAGES = (f"{FILEBEAT}:5.6.5-alpine", f"{FILEBEAT}:5.6.6-alpine")
NODES = ("node1", "node2", "node3", "node4")


# 1: too little CPU ------------------------------------------------------------------------------------------------


def with_a_large_request() -> Cluster:
    """Four Nodes where a shop takes most of the CPU, and an update that asks for 3 CPUs where 300m were meant."""
    cluster = Cluster(nodes=4, seed=8)
    # 3 of a Node's 4 CPUs: what is left has room for 300m, and not for 3.
    shop = container("shop", "example.com/shop:3.7", "3")
    for number, node in enumerate(NODES, start=1):
        marks = {"app": "shop"}
        one = pod(f"shop-{number}", shop, labels=marks, nodeName=node)
        cluster.create(one)
    agent = container("agent", "example.com/log-agent:1.0", "200m")
    metrics = container("metrics", "example.com/metrics:1.4", "50m")
    cluster.apply(daemon_set("log-agent", agent, metrics))
    a_quiet_day(cluster)
    agent = container("agent", "example.com/log-agent:2.0", "3")
    change_template(cluster, "log-agent", agent)
    cluster.run(10 * MINUTE)
    return cluster


@rule("clinic-cpu", with_a_large_request)
def too_little_cpu(attempt: Attempt) -> Iterator[Missing]:
    """2.0 on every Node with the request that was agreed on, paid neither by the shop nor by the limits."""
    yield from same_patient(attempt, "log-agent")
    lost = set(NODES) - ready_on(attempt, "shop")
    if lost:
        yield missing("shop-gone", nodes=lost)
    daemon = attempt.daemon_set("log-agent")
    # A surge needs room for two at once, so it makes matters worse; it is a changed strategy too, and told apart.
    strategy = daemon["spec"]["updateStrategy"]
    if (strategy.get("rollingUpdate") or {}).get("maxSurge"):
        yield missing("surge")
    if changed(attempt, "log-agent", "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes("log-agent")))
    if container_of(daemon)["image"] == "example.com/log-agent:1.0":
        yield missing("rolled-back")
    # `kubectl set resources` without -c changes every container.
    if cpu_of(daemon, "metrics") != "50m":
        yield missing("wrong-container")
    if not cpu_of(daemon, "agent"):
        yield missing("unlimited")
    yield from stuck(attempt, "log-agent", "pending")
    if cpu_of(daemon, "agent") != "300m":
        yield missing("not-agreed", cpu=cpu_of(daemon, "agent"))


# 2: an image that does not exist ----------------------------------------------------------------------------------


def with_a_wrong_image() -> Cluster:
    """Four Nodes with filebeat, and an update to a tag with two letters exchanged."""
    cluster = Cluster(nodes=4, seed=8)
    keep_tags(cluster, FILEBEAT, "5.6.5-alpine", "5.6.6-alpine", "latest")
    good = container("filebeat", f"{FILEBEAT}:5.6.5-alpine")
    cluster.apply(daemon_set("filebeat-ds", good))
    a_quiet_day(cluster)
    misspelled = container("filebeat", f"{FILEBEAT}:5.6.6-apline")
    change_template(cluster, "filebeat-ds", misspelled)
    for _ in range(3):
        # Somebody who hopes that the next one will do.
        cluster.run(2 * MINUTE)
        cluster.delete_pod(_pending(cluster))
        cluster.run_until_quiet()
    cluster.run(2 * MINUTE)
    return cluster


def _pending(cluster: Cluster) -> str:
    pods = cluster.list("Pod")
    return next(name(each) for each in pods if each["status"]["phase"] == "Pending")


@rule("clinic-image", with_a_wrong_image)
def wrong_image(attempt: Attempt) -> Iterator[Missing]:
    """An image that is there, named by its version; back or forward is the learner's choice."""
    yield from same_patient(attempt, "filebeat-ds")
    daemon = attempt.daemon_set("filebeat-ds")
    if strategy_of(daemon) == "OnDelete":
        yield missing("frozen")
    if changed(attempt, "filebeat-ds", "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes("filebeat-ds")))
    image = container_of(daemon)["image"]
    # Before whether it runs: "latest" does run, and is another image tomorrow.
    if image in (FILEBEAT, f"{FILEBEAT}:latest"):
        yield missing("floating")
    before = attempt.at_start("DaemonSet", "filebeat-ds") or daemon
    another = image != container_of(before)["image"]
    if another and not rolled_out(attempt, "filebeat-ds"):
        yield missing("still-missing", image=image)
    yield from stuck(attempt, "filebeat-ds", "not-pulled")
    if image not in GOOD_IMAGES:
        yield missing("another", image=image)


# 3: a taint without a toleration ----------------------------------------------------------------------------------

GPU = {"gpu1", "gpu2"}
ORDINARY = {"node1", "node2", "node3"}


def with_taints() -> Cluster:
    """Three ordinary Nodes, two with GPUs that keep others off, and one that is being repaired."""
    cluster = Cluster(nodes=3, seed=8)
    for node in sorted(GPU):
        cluster.add_node(node, taints=["dedicated=gpu:NoSchedule"])
    cluster.add_node("repair1", taints=["repair=disk:NoExecute"])
    agent = container("agent", "example.com/log-agent:2.0")
    cluster.apply(daemon_set("log-agent", agent))
    a_quiet_day(cluster)
    return cluster


@rule("clinic-taint", with_taints)
def no_toleration(attempt: Attempt) -> Iterator[Missing]:
    """On the GPU Nodes too, by a toleration of that taint; not on the one under repair, no taint touched."""
    yield from same_patient(attempt, "log-agent")
    tainted = {*GPU, "repair1"}
    freed = [node for node in tainted if taints_changed(attempt, node)]
    if freed:
        yield missing("taint-gone", nodes=freed)
    spec = pod_spec(attempt.daemon_set("log-agent"))
    tolerations = spec.get("tolerations") or []
    # A toleration without a key tolerates everything, the repair included.
    if any(not toleration.get("key") for toleration in tolerations):
        yield missing("everything")
    homes = attempt.homes("log-agent")
    if "repair1" in homes:
        yield missing("in-repair")
    lost = ORDINARY - homes
    if lost:
        yield missing("lost", nodes=lost)
    if GPU - homes:
        yield missing(_why_not_on_gpus(attempt, homes, tolerations))


def _why_not_on_gpus(attempt: Attempt, homes: set[str], tolerations: Any) -> str:
    places = {node_of(pod) for pod in attempt.cluster.list("Pod")}
    # Somebody's Pods are there, and none of the DaemonSet's: they were made by hand.
    if places & GPU and not homes & GPU:
        return "bare-pod"
    if tolerations:
        return "no-match"
    return "nothing-there"

"""The patients of lesson 08b: clusters in which something got stuck, and what is to be seen when they are well."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    Object,
    annotations_of,
    labels,
    name,
)
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    pod_spec,
    rule,
)
from k8slearn.course.lessons.lesson_08_fixtures import (
    MINUTE,
    a_quiet_day,
    change_template,
    changed,
    deleted_by_hand,
    opened_ports,
    ready_on,
    rolled_out,
    same_patient,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set

HOUR = 3600
NODES = ("node1", "node2", "node3", "node4")


# 5: minReadySeconds and a wrong clock -----------------------------------------------------------------------------

# China's clocks are eight hours ahead of UTC.
AHEAD = 8 * HOUR
MIN_READY = 30


def with_a_wrong_clock() -> Cluster:
    """An update that waits for node2, whose clock took the local time for UTC."""
    cluster = Cluster(nodes=4, seed=8)
    agent = container("agent", "example.com/log-agent:1.0")
    cluster.apply(daemon_set("log-agent", agent, minReadySeconds=MIN_READY))
    a_quiet_day(cluster)
    cluster.skew_clock("node2", AHEAD)
    agent = container("agent", "example.com/log-agent:2.0")
    change_template(cluster, "log-agent", agent)
    return cluster


@rule("clinic-clock", with_a_wrong_clock)
def wrong_clock(attempt: Attempt) -> Iterator[Missing]:
    """Everything available, the wait of 30 seconds kept, and the clock right."""
    yield from same_patient(attempt, "log-agent")
    if changed(attempt, "log-agent", "minReadySeconds"):
        yield missing("guard-gone")
    if changed(attempt, "log-agent", "updateStrategy"):
        yield missing("loosened")
    lost = set(NODES) - attempt.homes("log-agent")
    if lost:
        yield missing("lost", nodes=lost)
    skew = attempt.cluster.kubelet.faults.skew.get("node2", 0)
    done = rolled_out(attempt, "log-agent")
    # The eight hours pass by themselves, and then all is available; the clock is as wrong as before.
    if skew and done:
        yield missing("waited")
    if skew:
        yield missing("by-hand" if deleted_by_hand(attempt) else "late")
    # The clock is right, but a Pod keeps the time at which it became ready by the wrong one.
    if not done:
        yield missing("old-stamp")


# 6: two DaemonSets on one hostPort --------------------------------------------------------------------------------

PORT = 9100


def with_one_port_for_two() -> Cluster:
    """node-exporter has port 9100 of every Node, in a namespace of its own; a new agent wants it too."""
    cluster = Cluster(nodes=4, seed=8)
    cluster.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}}
    )
    ports = [{"name": "metrics", "containerPort": PORT, "hostPort": PORT}]
    image = "quay.io/prometheus/node-exporter:v1.9.1"
    exporter = container("node-exporter", image, ports=ports)
    cluster.apply(daemon_set("node-exporter", exporter, namespace="monitoring"))
    # The first to be there has the port; namespaces do not divide a Node's ports.
    cluster.run_until_quiet()
    a_quiet_day(cluster)
    agent = container("agent", "example.com/agent:1.0", ports=ports)
    cluster.apply(daemon_set("agent", agent))
    cluster.run(5 * MINUTE)
    return cluster


@rule("clinic-port", with_one_port_for_two)
def port_conflict(attempt: Attempt) -> Iterator[Missing]:
    """The agent can be reached on a port of every Node, and node-exporter still is on its own."""
    yield from _exporter_as_before(attempt)
    daemon = attempt.get("DaemonSet", "agent")
    if daemon is None:
        yield missing("deleted")
        return
    if changed(attempt, "agent", "updateStrategy"):
        yield missing("loosened")
    if not opened_ports(daemon):
        yield missing("no-port")
    if set(NODES) - attempt.homes("agent"):
        yield missing(_why_no_agent(attempt, daemon))


def _why_no_agent(attempt: Attempt, daemon: Object) -> str:
    spec = pod_spec(daemon)
    # On the host's network every containerPort is a port of the Node.
    if spec.get("hostNetwork"):
        return "on-host"
    inside = set()
    for each in spec["containers"]:
        for port in each.get("ports") or ():
            inside.add(port["containerPort"])
    # The program listens on 9100 whatever the manifest says; the hostPort is what had to change.
    if PORT not in inside:
        return "wrong-field"
    if deleted_by_hand(attempt):
        return "by-hand"
    return "no-room"


def _exporter_as_before(attempt: Attempt) -> Iterator[Missing]:
    exporter = attempt.get("DaemonSet", "node-exporter", "monitoring")
    if exporter is None:
        yield missing("exporter-gone")
        return
    homes = attempt.homes("node-exporter", "monitoring")
    if set(NODES) - homes:
        yield missing("exporter-gone")
    if opened_ports(exporter) != {PORT}:
        yield missing("exporter-moved")


# 7: on no Node at all ---------------------------------------------------------------------------------------------

WITH_SSD = {"node1", "node2", "node3"}


def with_a_wrong_selector() -> Cluster:
    """A cache for the Nodes with an ssd, and an update that asks for an sdd."""
    cluster = Cluster(nodes=4, seed=8)
    for node in sorted(WITH_SSD):
        cluster.label(node, {"disk": "ssd"})
    cache = container("cache", "example.com/cache:1.0")
    right = {"disk": "ssd"}
    misspelled = {"disk": "sdd"}
    cluster.apply(daemon_set("cache", cache, pod={"nodeSelector": right}))
    a_quiet_day(cluster)
    cache = container("cache", "example.com/cache:1.1")
    change_template(cluster, "cache", cache, nodeSelector=misspelled)
    cluster.run(3 * MINUTE)
    return cluster


@rule("clinic-nowhere", with_a_wrong_selector)
def on_no_node(attempt: Attempt) -> Iterator[Missing]:
    """1.1 on every Node with an ssd and on no other, by a selector that is spelled right."""
    daemon = attempt.daemon_set("cache")
    # The label could be misspelled on the Nodes as well: that runs, and is wrong for everybody else.
    bent = []
    for node in attempt.cluster.list("Node"):
        before = attempt.at_start("Node", name(node)) or {}
        if labels(node) != labels(before):
            bent.append(name(node))
    if bent:
        yield missing("labels-bent", nodes=bent)
    if container_of(daemon)["image"] != "example.com/cache:1.1":
        yield missing("rolled-back")
    homes = attempt.homes("cache")
    extra = homes - WITH_SSD
    if extra:
        yield missing("everywhere", nodes=extra)
    if not homes and ready_on(attempt, "cache"):
        yield missing("bare-pod")
    if not homes:
        # What `kubectl rollout restart` leaves behind.
        marks = annotations_of(daemon["spec"]["template"])
        restarted = "kubectl.kubernetes.io/restartedAt" in marks
        yield missing("restarted" if restarted else "nobody")
    lost = WITH_SSD - homes
    if lost:
        yield missing("some", nodes=lost)

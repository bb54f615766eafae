"""The patients of lesson 08c: clusters in which a Node is ill, and the checks of their cure."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object, name
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    missing,
    no_global_default,
    pod_spec,
    requests_of,
    rule,
)
from k8slearn.course.lessons.lesson_08_fixtures import (
    MINUTE,
    NODES,
    OWN_LOG_AGENT,
    OWN_NODES,
    a_quiet_day,
    change_template,
    changed,
    deleted_by_hand,
    own_nodes,
    rolled_out,
    same_patient,
    with_nodes,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set, priority_class
from k8slearn.course.variants import PLAIN, Variant

HOUR = 3600


# 10: a Node that filled up before the agent came -----------------------------------------------------------------

WEB, AGENTS, CPU = 1000, 500, "500m"


def with_a_class_that_waits(own: Variant = PLAIN) -> Cluster:
    """A Node was replaced; jobs without a priority were there first, and the agent's class does not preempt."""
    cluster = with_nodes(own, NODES[:3])
    cluster.apply(priority_class("web", WEB))
    cluster.apply(priority_class("agents", AGENTS, preemptionPolicy="Never"))
    for named, cpu, kind in (("web", "2", "web"), ("log-agent", CPU, "agents")):
        main = container(named, own(f"example.com/{named}:2.0"), cpu=cpu)
        cluster.apply(daemon_set(own(named), main, pod={"priorityClassName": kind}))
    a_quiet_day(cluster)
    cluster.remove_node(own("node3"))
    # Beside web and the agent a Node has room for one job; the empty Node takes more of them before web comes.
    cluster.apply(_jobs(6, "900m"))
    cluster.run(2 * MINUTE)
    cluster.add_node(own("node3"))
    cluster.run(HOUR)
    return cluster


def _jobs(replicas: int, cpu: str) -> Object:
    """A Deployment of jobs that take what room there is."""
    main = container("batch", "example.com/batch:1.0", cpu=cpu)
    marks = {"app": "batch"}
    template = {"metadata": {"labels": marks}, "spec": {"containers": [main]}}
    spec = {
        "replicas": replicas,
        "selector": {"matchLabels": marks},
        "template": template,
    }
    kind = {"apiVersion": "apps/v1", "kind": "Deployment"}
    return {**kind, "metadata": {"name": "batch"}, "spec": spec}


@rule("clinic-full", with_a_class_that_waits, varied=(OWN_LOG_AGENT, OWN_NODES))
def full_node(attempt: Attempt) -> Iterator[Missing]:
    """The agent is everywhere because it may preempt the jobs, and it will never preempt web."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    jobs = attempt.need("Deployment", "batch")
    if jobs["spec"] != (attempt.at_start("Deployment", "batch") or {})["spec"]:
        yield missing("jobs-changed")
    if requests_of(container_of(attempt.daemon_set(agents))).get("cpu") != CPU:
        yield missing("shrunk")
    yield from no_global_default(attempt)
    specs = [pod["spec"] for pod in attempt.pods(agents)]
    highest = max(spec.get("priority", 0) for spec in specs)
    if highest > WEB:
        yield missing("above-web", value=highest)
    waits = _only_waits(attempt)
    nodes = {name(node) for node in attempt.cluster.list("Node")}
    if nodes - attempt.homes(agents):
        yield missing("waits" if waits else "low", value=highest)
    if waits:
        yield missing("by-luck")
    lost = nodes - attempt.homes("web")
    if lost:
        yield missing("web", nodes=lost)


def _only_waits(attempt: Attempt) -> bool:
    """Whether the agent's class has preemptionPolicy Never."""
    agents = attempt.own("log-agent")
    kind = pod_spec(attempt.daemon_set(agents)).get("priorityClassName", "")
    found = attempt.get("PriorityClass", kind, "")
    return found is not None and found["preemptionPolicy"] == "Never"


# 11: a disk that is nearly full -----------------------------------------------------------------------------------

FULL = "node2"
# Of 80Gi: less than a tenth is left, and the kubelet evicts.
TAKEN = "76Gi"


def with_a_full_disk(own: Variant = PLAIN) -> Cluster:
    """One Node's disk is nearly full: its kubelet evicts the agent, and takes no other one in."""
    cluster = with_nodes(own, kubelet="auto")
    agent = container("agent", own("example.com/log-agent:2.0"))
    cluster.apply(daemon_set(own("log-agent"), agent))
    a_quiet_day(cluster)
    cluster.set_usage(own(FULL), disk=TAKEN)
    cluster.run(30 * MINUTE)
    return cluster


# The full Node is not always the second one.
OWN_FULL = (
    "node1, node2, node3, node4",
    "bj3, bj4, bj1, bj2",
    "rack11, rack13, rack12, rack14",
    "host-d, host-a, host-b, host-c",
)


@rule("clinic-disk", with_a_full_disk, varied=(OWN_LOG_AGENT, OWN_FULL))
def full_disk(attempt: Attempt) -> Iterator[Missing]:
    """The disk has room again, and the agent returns by itself, without a higher priority."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    nodes = own_nodes(attempt)
    gone = {node for node in nodes if attempt.get("Node", node, "") is None}
    if gone:
        yield missing("node-gone", nodes=gone)
    spec = pod_spec(attempt.daemon_set(agents))
    if spec.get("priorityClassName"):
        yield missing("critical")
    if spec.get("tolerations"):
        yield missing("tolerated")
    if spec.get("affinity") or spec.get("nodeSelector"):
        yield missing("left-out")
    # The pressure lasts 5 minutes more, then the controller retries, at most 15 minutes after its last try.
    later = attempt.fork()
    later.cluster.run(20 * MINUTE)
    if nodes <= later.homes(agents):
        return
    machine = attempt.cluster.kubelets("set_usage").machines[attempt.own(FULL)]
    if machine.used["disk"] != TAKEN:
        yield missing("still-low", used=machine.used["disk"])
    yield missing("by-hand" if deleted_by_hand(attempt) else "no-room")


# 12: a Node that has gone silent ----------------------------------------------------------------------------------

SILENT = "node3"
FIVE = (*NODES, "node5")


def with_a_silent_node(own: Variant = PLAIN) -> Cluster:
    """A machine has died in the night; the update in the morning takes its Pod first, and waits for it for ever."""
    cluster = with_nodes(own, FIVE, kubelet="auto")
    agent = container("agent", own("example.com/log-agent:1.0"))
    everywhere = {"tolerations": [{"operator": "Exists"}]}
    cluster.apply(daemon_set(own("log-agent"), agent, pod=everywhere))
    a_quiet_day(cluster)
    cluster.stop_kubelet(own(SILENT))
    cluster.run(6 * HOUR)
    cluster.set_image(own("log-agent"), own("example.com/log-agent:2.0"))
    cluster.run(30 * MINUTE)
    return cluster


OWN_FIVE = (
    "node1, node2, node3, node4, node5",
    "bj1, bj2, bj5, bj3, bj4",
    "rack12, rack13, rack11, rack14, rack15",
    "host-a, host-b, host-d, host-c, host-e",
)


@rule("clinic-silent", with_a_silent_node, varied=(OWN_LOG_AGENT, OWN_FIVE))
def silent_node(attempt: Attempt) -> Iterator[Missing]:
    """The dead machine's Node was deleted, and the four others run 2.0 with an unchanged update strategy."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    silent = attempt.own(SILENT)
    alive = set(map(attempt.own, FIVE)) - {silent}
    lost = {node for node in alive if attempt.get("Node", node, "") is None}
    if lost:
        yield missing("lost", nodes=lost)
    if changed(attempt, agents, "updateStrategy"):
        yield missing("loosened")
    daemon = attempt.daemon_set(agents)
    if container_of(daemon)["image"] != attempt.own("example.com/log-agent:2.0"):
        yield missing("rolled-back")
    if pod_spec(daemon).get("affinity") or pod_spec(daemon).get("nodeSelector"):
        yield missing("named")
    if attempt.get("Node", silent, "") is not None:
        yield missing("by-hand" if deleted_by_hand(attempt) else "stuck")
    if alive - attempt.homes(agents):
        yield missing("not-yet")


# 13: minReadySeconds and a wrong clock-----------------------------------------------------------------------------

# China's clocks are eight hours ahead of UTC.
AHEAD = 8 * HOUR
MIN_READY = 30


def with_a_wrong_clock(own: Variant = PLAIN) -> Cluster:
    """An update that waits for node2, whose clock took the local time for UTC."""
    cluster = with_nodes(own)
    agent = container("agent", own("example.com/log-agent:1.0"))
    daemon = daemon_set(own("log-agent"), agent, minReadySeconds=MIN_READY)
    cluster.apply(daemon)
    a_quiet_day(cluster)
    cluster.skew_clock(own("node2"), AHEAD)
    agent = container("agent", own("example.com/log-agent:2.0"))
    change_template(cluster, own("log-agent"), agent)
    return cluster


@rule("clinic-clock", with_a_wrong_clock, varied=(OWN_LOG_AGENT, OWN_NODES))
def wrong_clock(attempt: Attempt) -> Iterator[Missing]:
    """Everything available, the wait of 30 seconds kept, and the clock right."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    if changed(attempt, agents, "minReadySeconds"):
        yield missing("guard-gone")
    if changed(attempt, agents, "updateStrategy"):
        yield missing("loosened")
    lost = own_nodes(attempt) - attempt.homes(agents)
    if lost:
        yield missing("lost", nodes=lost)
    skew = attempt.cluster.kubelet.faults.skew.get(attempt.own("node2"), 0)
    done = rolled_out(attempt, agents)
    # After eight hours all is available by itself, with the clock as wrong as before.
    if skew and done:
        yield missing("waited")
    if skew:
        yield missing("by-hand" if deleted_by_hand(attempt) else "late")
    # The clock is right, but a Pod's condition still has the time by the wrong one.
    if not done:
        yield missing("old-stamp")

"""The patients of lesson 08b: clusters in which something got stuck, and what is to be seen when they are well."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import (
    HASH_LABEL,
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
    FILEBEAT,
    MINUTE,
    a_quiet_day,
    change_template,
    changed,
    deleted_by_hand,
    keep_tags,
    opened_ports,
    ready_on,
    same_patient,
    stuck,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set

CHANGE_CAUSE = "kubernetes.io/change-cause"
HOUR = 3600
NODES = ("node1", "node2", "node3", "node4")


# 5: three bad updates in a row ------------------------------------------------------------------------------------

RELEASES = (
    ("5.6.4-alpine", "", "5.6.4：首次上线"),
    ("5.6.5-alpine", "100m", "5.6.5：修补安全漏洞"),
    ("5.6.6-apline", "100m", "5.6.6：新的日志格式"),
    ("5.6.6-alpne", "100m", "5.6.6：改正镜像名"),
    ("5.6.6-alpine", "100", "5.6.6：再改镜像名，顺手把 CPU 也写好"),
)
GOOD = 2
# What is said of the others; 0 is a template that was none of them.
BAD_REVISIONS = {0: "mixture", 1: "too-far", 3: "also-bad", 4: "undo-once"}


def with_three_bad_updates() -> Cluster:
    """Five revisions: an old one with a hole, the good one, and three that each tried to mend the one before."""
    cluster = Cluster(nodes=4, seed=8)
    keep_tags(cluster, FILEBEAT, "5.6.4-alpine", "5.6.5-alpine", "5.6.6-alpine")
    for number, (tag, cpu, cause) in enumerate(RELEASES):
        release = container("filebeat", f"{FILEBEAT}:{tag}", cpu)
        manifest = daemon_set("filebeat-ds", release)
        manifest["metadata"]["annotations"] = {CHANGE_CAUSE: cause}
        cluster.apply(manifest)
        cluster.run_until_quiet()
        # The good ones lasted an hour; after the second the updates followed one another in haste.
        cluster.run(HOUR if number < GOOD else 120)
    return cluster


def hashes(revisions: list[Object]) -> dict[int, str]:
    """The hash of each revision of filebeat-ds by its number."""
    return {
        int(revision["revision"]): labels(revision)[HASH_LABEL]
        for revision in revisions
    }


@rule("clinic-three-updates", with_three_bad_updates)
def three_bad_updates(attempt: Attempt) -> Iterator[Missing]:
    """The very template of the revision that worked last, on every Node."""
    yield from same_patient(attempt, "filebeat-ds")
    if changed(attempt, "filebeat-ds", "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes("filebeat-ds")))
    known = hashes(attempt.before.list("ControllerRevision"))
    present = hashes(attempt.cluster.list("ControllerRevision"))
    # A rollback gives an old template a new number, so the newest is looked up by its hash.
    newest = present[max(present)]
    old_numbers = {found: number for number, found in known.items()}
    number = old_numbers.get(newest, 0)
    if number == len(RELEASES):
        # Back and forth again; if nothing was done at all, `stuck` says so.
        if present != known:
            yield missing("to-and-fro")
    elif number != GOOD:
        yield missing(BAD_REVISIONS[number])
    yield from stuck(attempt, "filebeat-ds", "stuck")


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

"""The patients of lesson 08b: clusters in which something is stuck, and the checks of their cure."""

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
    image_of,
    missing,
    pod_spec,
    rule,
)
from k8slearn.course.lessons.lesson_08_fixtures import (
    FILEBEAT,
    MINUTE,
    OWN_CACHE,
    OWN_CACHE_VERSIONS,
    OWN_DISK,
    OWN_FILEBEAT,
    OWN_HEALTH_PORTS,
    OWN_LOG_AGENT,
    OWN_NODES,
    OWN_SINK,
    OWN_SSD_NODES,
    a_quiet_day,
    change_template,
    changed,
    deleted_by_hand,
    keep_tags,
    opened_ports,
    own_nodes,
    ready_on,
    rolled_out,
    same_patient,
    stuck,
    with_nodes,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set
from k8slearn.course.variants import PLAIN, Variant

CHANGE_CAUSE = "kubernetes.io/change-cause"
HOUR = 3600


# 5: three bad updates in a row ------------------------------------------------------------------------------------

# The vulnerable version has one to three revisions by variant, so that the good one's number differs.
WITH_A_HOLE = (
    ("5.6.4-alpine", "", "5.6.4：首次上线"),
    ("5.6.4-alpine", "50m", "5.6.4：写上 CPU request"),
    ("5.6.4-alpine", "80m", "5.6.4：调高 CPU request"),
)
GOOD = ("5.6.5-alpine", "100m", "5.6.5：修补安全漏洞")
BAD = (
    ("5.6.6-apline", "100m", "5.6.6：新的日志格式"),
    ("5.6.6-alpne", "100m", "5.6.6：改正镜像名"),
    ("5.6.6-alpine", "100", "5.6.6：再改镜像名，顺手把 CPU 也写好"),
)
GOOD_REVISION = "--to-revision=2"
OWN_REVISIONS = (
    f'{GOOD_REVISION}, 号码是 2, "revision"] == 2, 版本 3, 版本 4, 版本 5, 五个版本, --to-revision=3',
    '--to-revision=3, 号码是 3, "revision"] == 3, 版本 4, 版本 5, 版本 6, 六个版本, --to-revision=4',
    '--to-revision=4, 号码是 4, "revision"] == 4, 版本 5, 版本 6, 版本 7, 七个版本, --to-revision=5',
)
OWN_VERSIONS = (
    "5.6.4, 5.6.5, 5.6.6",
    "5.6.7, 5.6.8, 5.6.9",
    "6.2.2, 6.2.3, 6.2.4",
    "7.1.4, 7.1.5, 7.1.6",
)


def good_revision(own: Variant) -> int:
    """The number of the last working revision in a variant."""
    _, _, number = own(GOOD_REVISION).partition("=")
    return int(number)


def with_three_bad_updates(own: Variant = PLAIN) -> Cluster:
    """One or more old revisions with a hole, the good one, and three that each tried to mend the one before."""
    cluster = with_nodes(own)
    tags = map(own, ("5.6.4-alpine", "5.6.5-alpine", "5.6.6-alpine"))
    keep_tags(cluster, FILEBEAT, *tags)
    good = good_revision(own)
    releases = (*WITH_A_HOLE[: good - 1], GOOD, *BAD)
    for number, (tag, cpu, cause) in enumerate(releases):
        release = container("filebeat", own(f"{FILEBEAT}:{tag}"), cpu)
        manifest = daemon_set(own("filebeat-ds"), release)
        manifest["metadata"]["annotations"] = {CHANGE_CAUSE: own(cause)}
        cluster.apply(manifest)
        cluster.run_until_quiet()
        # The good revisions lasted an hour each, the bad ones followed one another quickly.
        cluster.run(HOUR if number < good else 120)
    return cluster


def hashes(revisions: list[Object]) -> dict[int, str]:
    """The hash of each revision of filebeat-ds by its number."""
    return {
        int(revision["revision"]): labels(revision)[HASH_LABEL]
        for revision in revisions
    }


@rule(
    "clinic-three-updates",
    with_three_bad_updates,
    varied=(OWN_FILEBEAT, OWN_NODES, OWN_REVISIONS, OWN_VERSIONS),
)
def three_bad_updates(attempt: Attempt) -> Iterator[Missing]:
    """The template of the last working revision is on every Node."""
    beats = attempt.own("filebeat-ds")
    yield from same_patient(attempt, beats)
    if changed(attempt, beats, "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes(beats)))
    known = hashes(attempt.before.list("ControllerRevision"))
    present = hashes(attempt.cluster.list("ControllerRevision"))
    # A rollback gives an old template a new number, so the newest is looked up by its hash.
    newest = present[max(present)]
    old_numbers = {found: number for number, found in known.items()}
    number = old_numbers.get(newest, 0)
    good = good_revision(attempt.own)
    if number == good + len(BAD):
        # It was changed and changed back; if nothing was done, `stuck` says so.
        if present != known:
            yield missing("to-and-fro")
    elif number != good:
        yield missing(_wrong_revision_key(number, good), number=number)
    yield from stuck(attempt, beats, "stuck")


def _wrong_revision_key(number: int, good: int) -> str:
    """The message's key for a wrong revision; 0 is a template that was none of them."""
    if not number:
        return "mixture"
    if number < good:
        return "too-far"
    return "also-bad" if number == good + 1 else "undo-once"


# 6: two DaemonSets on one hostPort --------------------------------------------------------------------------------

PORT = "9100"
OWN_PORTS = (f"{PORT}, 9101", "9110, 9111", "9200, 9201", "19100, 19101")
OWN_AGENT = ("agent", "scout", "beacon", "watcher")


def own_port(own: Variant) -> int:
    """The port that both DaemonSets want, in a variant."""
    return int(own(PORT))


def with_one_port_for_two(own: Variant = PLAIN) -> Cluster:
    """node-exporter has port 9100 of every Node, in a namespace of its own; a new agent wants it too."""
    cluster = with_nodes(own)
    cluster.create(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}}
    )
    port = own_port(own)
    ports = [{"name": "metrics", "containerPort": port, "hostPort": port}]
    image = "quay.io/prometheus/node-exporter:v1.9.1"
    exporter = container("node-exporter", image, ports=ports)
    cluster.apply(daemon_set("node-exporter", exporter, namespace="monitoring"))
    # The first Pod gets the port: a Node's ports are shared by all namespaces.
    cluster.run_until_quiet()
    a_quiet_day(cluster)
    agent = container(own("agent"), own("example.com/agent:1.0"), ports=ports)
    cluster.apply(daemon_set(own("agent"), agent))
    cluster.run(5 * MINUTE)
    return cluster


@rule(
    "clinic-port",
    with_one_port_for_two,
    varied=(OWN_AGENT, OWN_NODES, OWN_PORTS),
)
def port_conflict(attempt: Attempt) -> Iterator[Missing]:
    """The agent can be reached on a port of every Node, and node-exporter still is on its own."""
    yield from _exporter_as_before(attempt)
    agents = attempt.own("agent")
    daemon = attempt.get("DaemonSet", agents)
    if daemon is None:
        yield missing("deleted")
        return
    if changed(attempt, agents, "updateStrategy"):
        yield missing("loosened")
    if not opened_ports(daemon):
        yield missing("no-port")
    if own_nodes(attempt) - attempt.homes(agents):
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
    # The program listens on 9100 in any case; only the hostPort had to change.
    if own_port(attempt.own) not in inside:
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
    if own_nodes(attempt) - homes:
        yield missing("exporter-gone")
    if opened_ports(exporter) != {own_port(attempt.own)}:
        yield missing("exporter-moved")


# 7: on no Node at all ---------------------------------------------------------------------------------------------

WITH_SSD = {"node1", "node2", "node3"}


def with_a_wrong_selector(own: Variant = PLAIN) -> Cluster:
    """A cache for the Nodes with an ssd, and an update that asks for an sdd."""
    cluster = with_nodes(own)
    right = {own("disk"): "ssd"}
    misspelled = {own("disk"): "sdd"}
    for node in sorted(WITH_SSD):
        cluster.label(own(node), {own("disk"): "ssd"})
    cache = container(own("cache"), own("example.com/cache:1.0"))
    cluster.apply(daemon_set(own("cache"), cache, pod={"nodeSelector": right}))
    a_quiet_day(cluster)
    cache = container(own("cache"), own("example.com/cache:1.1"))
    change_template(cluster, own("cache"), cache, nodeSelector=misspelled)
    cluster.run(3 * MINUTE)
    return cluster


@rule(
    "clinic-nowhere",
    with_a_wrong_selector,
    varied=(OWN_CACHE, OWN_SSD_NODES, OWN_DISK, OWN_CACHE_VERSIONS),
)
def on_no_node(attempt: Attempt) -> Iterator[Missing]:
    """1.1 on every Node with an ssd and on no other, by a selector that is spelled right."""
    caches = attempt.own("cache")
    with_ssd = set(map(attempt.own, WITH_SSD))
    daemon = attempt.daemon_set(caches)
    # Misspelling the label on the Nodes as well would work, but is wrong for other selectors.
    bent = []
    for node in attempt.cluster.list("Node"):
        before = attempt.at_start("Node", name(node)) or {}
        if labels(node) != labels(before):
            bent.append(name(node))
    if bent:
        yield missing("labels-bent", nodes=bent)
    if container_of(daemon)["image"] != attempt.own("example.com/cache:1.1"):
        yield missing("rolled-back")
    homes = attempt.homes(caches)
    extra = homes - with_ssd
    if extra:
        yield missing("everywhere", nodes=extra)
    if not homes and ready_on(attempt, caches):
        yield missing("bare-pod")
    if not homes:
        # The annotation of `kubectl rollout restart`.
        marks = annotations_of(daemon["spec"]["template"])
        restarted = "kubectl.kubernetes.io/restartedAt" in marks
        yield missing("restarted" if restarted else "nobody")
    lost = with_ssd - homes
    if lost:
        yield missing("some", nodes=lost)


# 8: a program that ends as soon as it has begun -------------------------------------------------------------------

OLD_IMAGE = "example.com/log-agent:1.0"
NEW_IMAGE = "example.com/log-agent:2.0"
SINK = "redis.default:6379"
RENAMED = "FATAL unknown flag --output (renamed to --sink in 2.0)"
NO_SINK = "FATAL no sink given: set --sink=HOST:PORT"


def with_a_removed_flag(own: Variant = PLAIN) -> Cluster:
    """An update to a program that knows one of its flags under another name, and ends because of it."""
    cluster = with_nodes(own, kubelet="auto")
    ours = own("app=log-agent")
    # The latest matching rule applies: 1.0 runs; 2.0 runs with the new flag, and ends with the old one or with none.
    cluster.behave(f"exit=2@1 log={NO_SINK}", selector=ours)
    cluster.behave("run", selector=ours, runs="--sink=")
    cluster.behave(f"exit=2@1 log={RENAMED}", selector=ours, runs="--output=")
    cluster.behave("run", selector=ours, runs=own(OLD_IMAGE))
    agent = container("agent", own(OLD_IMAGE), args=[own(f"--output={SINK}")])
    cluster.apply(daemon_set(own("log-agent"), agent, minReadySeconds=30))
    a_quiet_day(cluster)
    cluster.set_image(own("log-agent"), own(NEW_IMAGE))
    cluster.run(10 * MINUTE)
    return cluster


@rule(
    "clinic-crash",
    with_a_removed_flag,
    varied=(OWN_LOG_AGENT, OWN_NODES, OWN_SINK),
)
def crash_loop(attempt: Attempt) -> Iterator[Missing]:
    """2.0 on every Node, with the same target as 1.0; the settings that stopped the update are unchanged."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    yield from _update_as_it_was(attempt)
    if changed(attempt, agents, "minReadySeconds"):
        yield missing("guard-gone")
    args = container_of(attempt.daemon_set(agents)).get("args") or []
    sink = attempt.own(SINK)
    if f"--output={sink}" not in args and f"--sink={sink}" not in args:
        yield missing("elsewhere" if args else "no-sink")
    yield from stuck(attempt, agents, "crashing")


def _update_as_it_was(attempt: Attempt) -> Iterator[Missing]:
    """The image is still 2.0, and the update strategy as careful as before."""
    agents = attempt.own("log-agent")
    if changed(attempt, agents, "updateStrategy"):
        yield missing("loosened", ready=len(attempt.homes(agents)))
    if container_of(attempt.daemon_set(agents))["image"] == attempt.own(OLD_IMAGE):
        yield missing("rolled-back")


# 9: a probe that asks where nobody listens ------------------------------------------------------------------------

OLD_PORT, NEW_PORT = 9100, 9200
# A version that starts and does not answer, which the probe must detect.
IDLE_IMAGE = "example.com/log-agent:3.0"


def with_a_probe_of_the_old_port(own: Variant = PLAIN) -> Cluster:
    """An update to a program that answers on another port than the one the probe asks."""
    cluster = with_nodes(own, kubelet="auto")
    ours = own("app=log-agent")
    answers = f"listen={NEW_PORT}; log@0=log-agent 2.0 started, health on :{NEW_PORT}"
    cluster.behave(own(answers), selector=ours, runs=own(NEW_IMAGE))
    cluster.behave("ready=no", selector=ours, runs=own(IDLE_IMAGE))
    probe = {
        "httpGet": {"path": "/healthz", "port": int(own(str(OLD_PORT)))},
        "periodSeconds": 5,
    }
    agent = container("agent", own(OLD_IMAGE), readinessProbe=probe)
    cluster.apply(daemon_set(own("log-agent"), agent))
    a_quiet_day(cluster)
    cluster.set_image(own("log-agent"), own(NEW_IMAGE))
    cluster.run(20 * MINUTE)
    return cluster


@rule(
    "clinic-probe",
    with_a_probe_of_the_old_port,
    varied=(OWN_LOG_AGENT, OWN_NODES, OWN_HEALTH_PORTS),
)
def probe_of_the_old_port(attempt: Attempt) -> Iterator[Missing]:
    """2.0 is ready on every Node by a probe that would still stop a version that does not answer."""
    agents = attempt.own("log-agent")
    yield from same_patient(attempt, agents)
    yield from _update_as_it_was(attempt)
    agent = container_of(attempt.daemon_set(agents))
    if "readinessProbe" not in agent:
        yield missing("liveness" if "livenessProbe" in agent else "no-probe")
    before = container_of(attempt.at_start("DaemonSet", agents) or {})
    waits = agent["readinessProbe"] != before["readinessProbe"]
    if not rolled_out(attempt, agents) and waits:
        yield missing("no-answer")
    yield from stuck(attempt, agents, "not-ready")
    later = attempt.fork()
    later.cluster.set_image(agents, attempt.own(IDLE_IMAGE))
    later.cluster.run(5 * MINUTE)
    pods = later.pods(agents)
    reached = sum(image_of(pod) == attempt.own(IDLE_IMAGE) for pod in pods)
    if reached > 1:
        yield missing("asks-nothing", count=reached)

"""The exercises of lesson 10: one cluster of 30 Nodes; each step begins where the step before it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from k8slearn.apimachinery.objects import Object, labels, name, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    names,
    node_of,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.lesson_10_cluster import (
    AGENT,
    DEAD,
    IMAGE,
    LEEWAY,
    WARM,
    agents,
    at_home,
    careful,
    mixed,
    placed,
    with_bad_image,
    with_dead_spots,
)
from k8slearn.kinds.pod.state import is_pod_ready

PORT = 24224
# What the lesson asks for: of 24 Nodes 21 with a ready agent at any moment, an update within four minutes, three
# canaries and a minute in which nothing but they runs the new version.
TARGET, LONGEST = 21, 240.0
CANARIES, PROBATION = {"spot1", "spot2", "spot3"}, 60.0

# What the checks look at ---------------------------------------------------------------------------------------


def _belongs(node: Object) -> bool:
    return labels(node).get("site") != "edge"


def _wanted(cluster: Cluster) -> set[str]:
    return {name(node) for node in cluster.list("Node") if _belongs(node)}


def _lost(attempt: Attempt) -> Iterator[Missing]:
    """Nodes that lack a ready agent, or have one that should not."""
    homes, wanted = attempt.homes(AGENT), _wanted(attempt.cluster)
    if homes != wanted:
        lacking, extra = names(wanted - homes), names(homes - wanted)
        yield missing("lost", lacking=lacking, extra=extra)


def _history(cluster: Cluster, since: int) -> Iterator[tuple[float, dict[str, float]]]:
    """After each write to a Pod since then: the moment, and since when which Node has a ready agent."""
    pods = {uid(pod): pod for pod in agents(cluster.at(since).list("Pod"))}
    # Whoever was ready at the beginning counts as warm: it has been so for longer than is looked at.
    ready = dict.fromkeys(_ready_nodes(pods.values()), float("-inf"))
    for change in cluster.store.log.changes[since:]:
        pod = change.object
        if pod["kind"] != "Pod" or not agents([pod]):
            continue
        pods[uid(pod)] = pod
        if change.type == "DELETED":
            del pods[uid(pod)]
        now = _ready_nodes(pods.values())
        ready = {node: ready.get(node, change.time) for node in now}
        yield change.time, ready


def _ready_nodes(pods: Iterable[Object]) -> set[str]:
    return {node_of(pod) for pod in pods if is_pod_ready(pod)}


def _fewest(cluster: Cluster, since: int) -> int:
    """The smallest number of Nodes with a ready agent."""
    counts = [len(ready) for _, ready in _history(cluster, since)]
    # No write to a Pod at all: then nothing was lost either.
    return min(counts, default=TARGET)


def _fewest_warm(cluster: Cluster, since: int) -> int:
    """The same, where an agent counts only when it has been ready for a while."""
    counts = []
    for now, ready in _history(cluster, since):
        warm = [node for node, at in ready.items() if now - at >= WARM]
        counts.append(len(warm))
    return min(counts, default=TARGET)


def _image_is(attempt: Attempt, version: str) -> bool:
    return attempt.images(AGENT) == {IMAGE + version}


# Step 1: where it runs -----------------------------------------------------------------------------------------


@rule("capstone-place", mixed)
def place(attempt: Attempt) -> Iterator[Missing]:
    """Everywhere but at the edge, modest, and neither on strange Nodes nor bound to names."""
    daemon_set = attempt.get("DaemonSet", AGENT)
    if daemon_set is None:
        yield missing("nothing")
        return
    homes, wanted = attempt.homes(AGENT), _wanted(attempt.cluster)
    extra = homes - wanted
    if extra:
        yield missing("edge", nodes=names(extra))
    pods = attempt.pods(AGENT)
    # Before those that lack one: on the full GPU Nodes the Pods are there, and find no room.
    pending = [pod for pod in pods if not node_of(pod)]
    if pending:
        yield missing("pending", count=len(pending))
    lacking = wanted - homes
    if lacking:
        yield missing("blocked", nodes=names(lacking))
    requests = (container_of(daemon_set).get("resources") or {}).get("requests") or {}
    if not {"cpu", "memory"} <= requests.keys():
        yield missing("no-requests")
    yield from _places_tomorrow(attempt)


def _places_tomorrow(attempt: Attempt) -> Iterator[Missing]:
    """Two Nodes join a fork: one that is for databases alone, one that is like the others."""
    later = attempt.cluster.fork()
    later.add_node("db1", taints=["dedicated=db:NoSchedule"])
    later.add_node("app10")
    later.run_until_quiet()
    homes = Attempt(later, attempt.since).homes(AGENT)
    if "db1" in homes:
        yield missing("everything")
    if "app10" not in homes:
        yield missing("by-name")


# Step 2: what it knows of its Node ----------------------------------------------------------------------------


@rule("capstone-home", placed)
def home(attempt: Attempt) -> Iterator[Missing]:
    """Its Node's name, logs, a place that outlives the Pod, and a port."""
    daemon_set = attempt.daemon_set(AGENT)
    yield from _knows_its_node(container_of(daemon_set))
    mounts = _host_mounts(daemon_set)
    logs = mounts.pop("/var/log", None)
    if logs is None:
        yield missing("no-logs")
    elif not logs.get("readOnly"):
        yield missing("writable")
    # Any other folder of the Node will do, if it can be written to.
    if all(mount.get("readOnly") for path, mount in mounts.items() if path):
        yield missing("no-state")
    if PORT not in _host_ports(daemon_set):
        yield missing("no-port")
    yield from _lost(attempt)


def _knows_its_node(container: Object) -> Iterator[Missing]:
    entries = {entry["name"]: entry for entry in container.get("env") or ()}
    entry = entries.get("NODE_NAME")
    if entry is None:
        yield missing("no-name")
        return
    path = ((entry.get("valueFrom") or {}).get("fieldRef") or {}).get("fieldPath", "")
    # A value that is written down is the same on all Nodes, so it is wrong on all but one.
    if not path:
        yield missing("fixed-name", value=entry.get("value", ""))
    elif path != "spec.nodeName":
        yield missing("other-field", path=path)


def _host_mounts(daemon_set: Object) -> dict[str, Object]:
    """The agent's mounts by the Node's folder that is mounted; "" for one that is no folder of the Node."""
    spec = daemon_set["spec"]["template"]["spec"]
    folders = {}
    for volume in spec.get("volumes") or ():
        folders[volume["name"]] = (volume.get("hostPath") or {}).get("path", "")
    mounts = container_of(daemon_set).get("volumeMounts") or ()
    return {folders.get(mount["name"], ""): mount for mount in mounts}


def _host_ports(daemon_set: Object) -> list[int | None]:
    ports = container_of(daemon_set).get("ports") or ()
    return [port.get("hostPort") for port in ports]


# Step 3: how it is updated ------------------------------------------------------------------------------------


@rule("capstone-strategy", at_home)
def strategy(attempt: Attempt) -> Iterator[Missing]:
    """An update of it, tried on a fork, keeps to the target and ends in time."""
    daemon_set = attempt.daemon_set(AGENT)
    # With a hostPort no surge is possible; to give the port up for one would undo step 2.
    if PORT not in _host_ports(daemon_set):
        yield missing("port-gone")
    if strategy_of(daemon_set) == "OnDelete":
        yield missing("by-hand")
    yield from _lost(attempt)
    yield from _trial(attempt)


def _trial(attempt: Attempt) -> Iterator[Missing]:
    """What goes wrong with an update on a fork; what the strategy says is not looked at, only what it does."""
    trial, since = attempt.cluster.fork(), attempt.cluster.store.revision
    begin = trial.now
    trial.set_image(AGENT, IMAGE + "1.0-trial")
    # Far longer than is allowed, so that what is merely slow is not called stuck.
    trial.run_until_quiet(2000)
    after = Attempt(trial, since)
    if not _image_is(after, "1.0-trial") or after.homes(AGENT) != _wanted(trial):
        yield missing("stuck")
    fewest = _fewest(trial, since)
    if fewest < TARGET:
        yield missing("below", fewest=fewest)
    fewest = _fewest_warm(trial, since)
    if fewest < TARGET:
        yield missing("cold", fewest=fewest)
    moments = [at for _, ready in _history(trial, since) for at in ready.values()]
    took = max(moments) - begin
    if took > LONGEST:
        yield missing("slow", seconds=round(took))


# Step 4: an upgrade with canaries -----------------------------------------------------------------------------


@rule("capstone-upgrade", careful)
def upgrade(attempt: Attempt) -> Iterator[Missing]:
    """Three Nodes first, then a while nothing, then the others, and never too few."""
    became_ready = _became_ready(attempt, "1.1")
    if not became_ready:
        yield missing("untouched")
    fewest = _fewest(attempt.cluster, attempt.since)
    if fewest < TARGET:
        yield missing("below", fewest=fewest)
    first, rest = became_ready[: len(CANARIES)], became_ready[len(CANARIES) :]
    nodes = {node for _, node in first}
    if nodes != CANARIES:
        yield missing("no-canary", nodes=names(nodes - CANARIES))
    # From the last canary to the next Node: an error that shows after a while must have time to show.
    if rest and (waited := rest[0][0] - first[-1][0]) < PROBATION:
        yield missing("hasty", seconds=round(waited))
    if not _image_is(attempt, "1.1"):
        new = [pod for pod in attempt.pods(AGENT) if image_of(pod) == IMAGE + "1.1"]
        yield missing("half", count=len(new))
    yield from _lost(attempt)


def _became_ready(attempt: Attempt, version: str) -> list[tuple[float, str]]:
    """When which Node's agent of a version became ready, in order."""
    found = []
    for change in attempt.cluster.store.log.changes[attempt.since :]:
        pod, before = change.object, change.previous
        if pod["kind"] != "Pod" or not agents([pod]):
            continue
        if before is not None and is_pod_ready(before):
            continue
        if is_pod_ready(pod) and image_of(pod) == IMAGE + version:
            found.append((change.time, node_of(pod)))
    return found


# Step 5: a bad image ------------------------------------------------------------------------------------------


@rule("capstone-rollback", with_bad_image)
def rollback(attempt: Attempt) -> Iterator[Missing]:
    """Back to 1.1, by no more harm than was done, and without touching what is well."""
    fewest = _fewest(attempt.cluster, attempt.since)
    if fewest < TARGET:
        yield missing("more-hurt", fewest=fewest)
    pods = attempt.pods(AGENT)
    bad = [pod for pod in pods if image_of(pod).endswith("broken")]
    if bad:
        yield missing(_why_still_bad(attempt, bad), count=len(bad))
    if not _image_is(attempt, "1.1"):
        yield missing("other-version", images=names(attempt.images(AGENT)))
    # What ran well all the time must be the very same Pods: a rollback has no need to touch them.
    before = agents(attempt.before.list("Pod"))
    well = {uid(pod) for pod in before if is_pod_ready(pod)}
    gone = well - set(map(uid, pods))
    if gone:
        yield missing("restarted", count=len(gone))
    yield from _lost(attempt)


def _why_still_bad(attempt: Attempt, bad: list[Object]) -> str:
    daemon_set = attempt.daemon_set(AGENT)
    if strategy_of(daemon_set) == "OnDelete":
        return "halted"
    before = set(map(uid, attempt.before.list("Pod")))
    # Deleted, and made anew from the same bad template.
    renewed = set(map(uid, bad)) - before
    return "again" if renewed else "stuck"


# Step 6: Nodes come and go meanwhile --------------------------------------------------------------------------


@rule("capstone-spot", with_dead_spots)
def spot(attempt: Attempt) -> Iterator[Missing]:
    """1.2 on every Node that lives, no dead Node left, and of the living never more than three without an agent."""
    there = set(map(name, attempt.cluster.list("Node")))
    before = set(map(name, attempt.before.list("Node")))
    gone = before - there - {*DEAD}
    if gone:
        yield missing("gone-too", nodes=names(gone))
    # The dead ones count neither for nor against: what was lost with them is not the learner's doing.
    living = _wanted(attempt.cluster) - {*DEAD}
    moments = _history(attempt.cluster, attempt.since)
    counts = [len(ready.keys() & living) for _, ready in moments]
    least = min(counts, default=len(living))
    if least < len(living) - LEEWAY:
        yield missing("below", fewest=least, living=len(living))
    image = container_of(attempt.daemon_set(AGENT))["image"]
    if image != IMAGE + "1.2":
        yield missing("other-version", image=image)
    old = [pod for pod in attempt.pods(AGENT) if image_of(pod) != IMAGE + "1.2"]
    if old:
        yield missing("stuck", count=len(old))
    dead = there & {*DEAD}
    if dead:
        yield missing("dead-left", nodes=names(dead))
    yield from _lost(attempt)

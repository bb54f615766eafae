"""The exercises of lesson 10: one cluster of 30 Nodes; each step begins where the step before it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k8slearn.apimachinery.objects import Object, labels, name, uid
from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, names, rule
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
        yield missing(
            "lost",
            lacking=names(wanted - homes),
            extra=names(homes - wanted),
        )


def _history(cluster: Cluster, since: int) -> Iterator[tuple[float, dict[str, float]]]:
    """After each write to a Pod since then: the moment, and since when which Node has a ready agent."""
    pods = {uid(pod): pod for pod in agents(cluster.at(since).list("Pod"))}
    ready = {
        pod["spec"]["nodeName"]: float("-inf")
        for pod in pods.values()
        if is_pod_ready(pod)
    }
    for change in cluster.store.log.changes[since:]:
        pod = change.object
        if pod["kind"] == "Pod" and agents([pod]):
            pods[uid(pod)] = pod
            if change.type == "DELETED":
                del pods[uid(pod)]
            now = {
                each["spec"].get("nodeName", "")
                for each in pods.values()
                if is_pod_ready(each)
            }
            ready = {node: ready.get(node, change.time) for node in now}
            yield change.time, ready


def _fewest(cluster: Cluster, since: int) -> int:
    """The smallest number of Nodes with a ready agent."""
    return min((len(ready) for _, ready in _history(cluster, since)), default=TARGET)


def _fewest_warm(cluster: Cluster, since: int) -> int:
    """The same, where an agent counts only when it has been ready for a while."""
    moments = _history(cluster, since)
    return min(
        (sum(now - at >= WARM for at in ready.values()) for now, ready in moments),
        default=TARGET,
    )


def _container(daemon_set: Object) -> Any:
    return daemon_set["spec"]["template"]["spec"]["containers"][0]


def _image_is(attempt: Attempt, *versions: str) -> bool:
    return attempt.images(AGENT) == {IMAGE + version for version in versions}


# Step 1: where it runs -----------------------------------------------------------------------------------------


@rule("capstone-place", mixed)
def place(attempt: Attempt) -> Iterator[Missing]:
    """Everywhere but at the edge, modest, and neither on strange Nodes nor bound to names."""
    if attempt.get("DaemonSet", AGENT) is None:
        yield missing("nothing")
    pods, homes, wanted = (
        attempt.pods(AGENT),
        attempt.homes(AGENT),
        _wanted(attempt.cluster),
    )
    if extra := homes - wanted:
        yield missing("edge", nodes=names(extra))
    if pending := [pod for pod in pods if not pod["spec"].get("nodeName")]:
        yield missing("pending", count=len(pending))
    if lacking := wanted - homes:
        yield missing("blocked", nodes=names(lacking))
    asked = (_container(attempt.need("DaemonSet", AGENT)).get("resources") or {}).get(
        "requests"
    ) or {}
    if not {"cpu", "memory"} <= asked.keys():
        yield missing("no-requests")
    later = attempt.cluster.fork()
    later.add_node("db1", taints=["dedicated=db:NoSchedule"])
    later.add_node("app10")
    later.run_until_quiet()
    homes = Attempt(later, attempt.since).homes(AGENT)
    if "db1" in homes:
        yield missing("everything")
    if "app10" not in homes:
        yield missing("by-name")


# Step 2: what it knows of its Node -----------------------------------------------------------------------------


@rule("capstone-home", placed)
def home(attempt: Attempt) -> Iterator[Missing]:
    """Its Node's name, logs, a place that outlives the Pod, and a port."""
    spec = attempt.need("DaemonSet", AGENT)["spec"]["template"]["spec"]
    container = spec["containers"][0]
    yield from _knows_its_node(container)
    paths = {
        v["name"]: (v.get("hostPath") or {}).get("path", "")
        for v in spec.get("volumes") or ()
    }
    mounts = {paths.get(m["name"], ""): m for m in container.get("volumeMounts") or ()}
    if "/var/log" not in mounts:
        yield missing("no-logs")
    if not mounts.get("/var/log", {}).get("readOnly"):
        yield missing("writable")
    if not any(
        path and path != "/var/log" and not mount.get("readOnly")
        for path, mount in mounts.items()
    ):
        yield missing("no-state")
    if PORT not in [port.get("hostPort") for port in container.get("ports") or ()]:
        yield missing("no-port")
    yield from _lost(attempt)


def _knows_its_node(container: Object) -> Iterator[Missing]:
    entry = next(
        (e for e in container.get("env") or () if e["name"] == "NODE_NAME"), None
    )
    if entry is None:
        yield missing("no-name")
        return
    path = ((entry.get("valueFrom") or {}).get("fieldRef") or {}).get("fieldPath", "")
    if not path:
        yield missing("fixed-name", value=entry.get("value", ""))
    elif path != "spec.nodeName":
        yield missing("other-field", path=path)


# Step 3: how it is updated -------------------------------------------------------------------------------------


@rule("capstone-strategy", at_home)
def strategy(attempt: Attempt) -> Iterator[Missing]:
    """An update of it, tried on a fork, keeps to the target and ends in time."""
    daemon_set = attempt.need("DaemonSet", AGENT)
    if PORT not in [
        port.get("hostPort") for port in _container(daemon_set).get("ports") or ()
    ]:
        yield missing("port-gone")
    if daemon_set["spec"]["updateStrategy"]["type"] == "OnDelete":
        yield missing("by-hand")
    yield from _lost(attempt)
    trial, since = attempt.cluster.fork(), attempt.cluster.store.revision
    begin = trial.now
    trial.set_image(AGENT, IMAGE + "1.0-trial")
    trial.run_until_quiet(2000)
    if not _image_is(Attempt(trial, since), "1.0-trial") or Attempt(trial, since).homes(
        AGENT
    ) != _wanted(trial):
        yield missing("stuck")
    if (fewest := _fewest(trial, since)) < TARGET:
        yield missing("below", fewest=fewest)
    if (fewest := _fewest_warm(trial, since)) < TARGET:
        yield missing("cold", fewest=fewest)
    took = (
        max(at for _, ready in _history(trial, since) for at in ready.values()) - begin
    )
    if took > LONGEST:
        yield missing("slow", seconds=round(took))


# Step 4: an upgrade with canaries ------------------------------------------------------------------------------


@rule("capstone-upgrade", careful)
def upgrade(attempt: Attempt) -> Iterator[Missing]:
    """Three Nodes first, then a while nothing, then the others, and never too few."""
    new = [
        (change.time, change.object["spec"]["nodeName"])
        for change in attempt.cluster.store.log.changes[attempt.since :]
        if change.object["kind"] == "Pod"
        and _has_become_ready(change.object, change.previous, "1.1")
    ]
    if not new:
        yield missing("untouched")
    if (fewest := _fewest(attempt.cluster, attempt.since)) < TARGET:
        yield missing("below", fewest=fewest)
    first = {node for _, node in new[: len(CANARIES)]}
    if first != CANARIES:
        yield missing("no-canary", nodes=names(first - CANARIES))
    if (
        len(new) > len(first)
        and (waited := new[len(first)][0] - new[len(first) - 1][0]) < PROBATION
    ):
        yield missing("hasty", seconds=round(waited))
    if not _image_is(attempt, "1.1"):
        yield missing(
            "half",
            count=sum(
                _container_image(pod) == IMAGE + "1.1" for pod in attempt.pods(AGENT)
            ),
        )
    yield from _lost(attempt)


def _has_become_ready(pod: Object, before: Object | None, version: str) -> bool:
    ready = is_pod_ready(pod) and not (before and is_pod_ready(before))
    return (
        ready
        and labels(pod).get("app") == AGENT
        and _container_image(pod) == IMAGE + version
    )


def _container_image(pod: Object) -> str:
    return str(pod["spec"]["containers"][0]["image"])


# Step 5: a bad image -------------------------------------------------------------------------------------------


@rule("capstone-rollback", with_bad_image)
def rollback(attempt: Attempt) -> Iterator[Missing]:
    """Back to 1.1, by no more harm than was done, and without touching what is well."""
    before = agents(attempt.before.list("Pod"))
    if (fewest := _fewest(attempt.cluster, attempt.since)) < TARGET:
        yield missing("more-hurt", fewest=fewest)
    bad = [
        pod for pod in attempt.pods(AGENT) if _container_image(pod).endswith("broken")
    ]
    if bad:
        renewed = {uid(pod) for pod in bad} - {uid(pod) for pod in before}
        halted = (
            attempt.need("DaemonSet", AGENT)["spec"]["updateStrategy"]["type"]
            == "OnDelete"
        )
        yield missing(
            "halted" if halted else "again" if renewed else "stuck", count=len(bad)
        )
    if not _image_is(attempt, "1.1"):
        yield missing("other-version", images=names(attempt.images(AGENT)))
    well = {uid(pod) for pod in before if is_pod_ready(pod)}
    if gone := len(well - {uid(pod) for pod in attempt.pods(AGENT)}):
        yield missing("restarted", count=gone)
    yield from _lost(attempt)


# Step 6: Nodes come and go meanwhile ---------------------------------------------------------------------------


@rule("capstone-spot", with_dead_spots)
def spot(attempt: Attempt) -> Iterator[Missing]:
    """1.2 on every Node that lives, no dead Node left, and of the living never more than three without an agent."""
    there = {name(node) for node in attempt.cluster.list("Node")}
    before = {name(node) for node in attempt.before.list("Node")}
    if gone := before - there - {*DEAD}:
        yield missing("gone-too", nodes=names(gone))
    living = _wanted(attempt.cluster) - {*DEAD}
    least = min(
        (
            len(ready.keys() & living)
            for _, ready in _history(attempt.cluster, attempt.since)
        ),
        default=99,
    )
    if least < len(living) - LEEWAY:
        yield missing("below", fewest=least, living=len(living))
    daemon_set = attempt.need("DaemonSet", AGENT)
    if _container(daemon_set)["image"] != IMAGE + "1.2":
        yield missing("other-version", image=_container(daemon_set)["image"])
    old = [pod for pod in attempt.pods(AGENT) if _container_image(pod) != IMAGE + "1.2"]
    if old:
        yield missing("stuck", count=len(old))
    if dead := there & {*DEAD}:
        yield missing("dead-left", nodes=names(dead))
    yield from _lost(attempt)

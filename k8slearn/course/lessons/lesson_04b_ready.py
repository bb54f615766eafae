"""The exercises of lesson 04b."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import Object
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    address_of,
    command_of,
    container_of,
    image_of,
    missing,
    probes_of,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.shared_rollouts import pushed_to
from k8slearn.course.lessons.shared_starts import with_filebeat
from k8slearn.manifests import manifest

DS = "filebeat-ds"
OLD = "ikubernetes/filebeat:5.6.5-alpine"
NEW = "ikubernetes/filebeat:5.6.8-alpine"
BROKEN = "ikubernetes/filebeat:5.6.9-broken"
AGENT = "agent"
# Where the program answers: (port, path), "" for a TCP connection.
ANSWERED = (9100, "/healthz"), (9100, "")
# Two bad versions: one that never answers, one that is ready for five seconds and then crashes.
IDLE = "ready=no"
CRASH = "exit=1@5"
BAD_IMAGE = "example.com/agent:2.0"
# Seconds: longer than an unhindered rollout on all six Nodes.
WATCHED = 300.0


def running(nodes: int) -> Cluster:
    """Filebeat, up on all Nodes."""
    return with_filebeat(Cluster(nodes=nodes, seed=4))


def stuck() -> Cluster:
    """Four Nodes, and an update that got stuck on the first of them."""
    cluster = running(4)
    cluster.set_image(DS, BROKEN)
    # Ten minutes, so that it is clearly stuck and not slow.
    cluster.run(600)
    return cluster


@rule("update-two-at-once", lambda: running(6))
def two_at_once(attempt: Attempt) -> Iterator[Missing]:
    """All new, two missing at the worst moment, by a strategy that does the same the next time."""
    if attempt.images(DS) != {NEW}:
        yield missing("old")
    daemon_set = attempt.daemon_set(DS)
    if strategy_of(daemon_set) != "RollingUpdate":
        yield missing("by-hand")
    # The effect is checked, not the strategy's fields: 33% of six is two as well.
    nodes = attempt.cluster.list("Node")
    lost = len(nodes) - attempt.fewest_ready()
    if lost == 0:
        yield missing("surge")
    if lost > 2:
        yield missing("too-many", lost=lost)
    if lost < 2:
        yield missing("slow", lost=lost)


@rule("update-rescue", stuck)
def rescue(attempt: Attempt) -> Iterator[Missing]:
    """Every Node has a ready Pod of the old image, and those that were healthy were left alone."""
    daemon_set = attempt.daemon_set(DS)
    image = image_of(daemon_set["spec"]["template"])
    kept = len(attempt.kept(DS))
    if image == BROKEN:
        yield _how_stuck(attempt, daemon_set)
    # Three of four were healthy; the fourth Pod must go, for it is of the broken template.
    if kept < 3:
        yield missing("restarted", count=kept)
    if image != OLD:
        yield missing("other-image", image=image)
    if len(attempt.homes(DS)) < 4:
        yield missing("not-ready")


def _how_stuck(attempt: Attempt, daemon_set: Object) -> Missing:
    """The message about what was tried while the template is still broken."""
    broken = [pod for pod in attempt.pods(DS) if image_of(pod) == BROKEN]
    if len(broken) > 1:
        return missing("pushed")
    if strategy_of(daemon_set) == "OnDelete":
        return missing("on-delete")
    untouched = len(attempt.kept(DS)) == 4
    return missing("stuck" if untouched else "deleted")


# A brake that holds ------------------------------------------------------------------------------------------


def without_brake() -> Cluster:
    """The agent on six Nodes, without a probe; long enough that all of them are available however long one waits."""
    cluster = Cluster(nodes=6, seed=4, kubelet="auto")
    cluster.apply(manifest(AGENT))
    cluster.run(60)
    return cluster


@rule("update-brake", without_brake)
def brake(attempt: Attempt) -> Iterator[Missing]:
    """All are ready, and of two bad versions that are pushed on forks neither comes further than one Node."""
    daemon_set = attempt.daemon_set(AGENT)
    if strategy_of(daemon_set) == "OnDelete":
        yield missing("on-delete")
    ready = len(attempt.homes(AGENT))
    if ready < len(attempt.cluster.list("Node")):
        yield missing("lost", count=ready)
    # In the model every port answers, in a real cluster only the program's own.
    container = container_of(daemon_set)
    for probe in probes_of(container).values():
        address = address_of(container, probe)
        if address is None:
            yield missing("command", command=command_of(probe))
        elif address not in ANSWERED:
            yield missing("address", asked=":{}{}".format(*address))
    reached = _reached(attempt, IDLE)
    if reached > 1:
        only_restarts = "livenessProbe" in container
        yield missing("liveness" if only_restarts else "idle", count=reached)
    reached = _reached(attempt, CRASH)
    if reached > 1:
        yield missing("crash", count=reached)


def _reached(attempt: Attempt, behaviour: str) -> int:
    """The number of Nodes that a bad version reaches within WATCHED seconds."""
    return pushed_to(attempt.fork(), AGENT, BAD_IMAGE, behaviour, WATCHED)

"""The exercises of lesson 16."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.apimachinery.objects import labels
from k8slearn.apimachinery.selectors import selector_matches
from k8slearn.cluster import Cluster
from k8slearn.course.checking import (
    Attempt,
    Missing,
    container_of,
    image_of,
    missing,
    rule,
    strategy_of,
)
from k8slearn.course.lessons.shared_rollouts import duration, nodes_without, versions
from k8slearn.manifests import manifest

DS = "collector"
CANARY = "collector-canary"
PLACE = "default"
OLD = "play.example/pull-20:1.0"
NEW = "play.example/pull-20:2.0"

# Sixty Nodes in ten minutes ----------------------------------------------------------------------------------

NODES = 60
MINUTE = 60.0
LONGEST = 10 * MINUTE
# Five at a time with a pull in each round take 12 minutes, six take 10: pulling ahead is needed.
MOST_AWAY = 5


def sixty() -> Cluster:
    """The lesson's collector on sixty Nodes, one at a time."""
    cluster = Cluster(NODES, seed=16, kubelet="auto")
    cluster.apply(manifest(DS))
    cluster.run_until_quiet()
    return cluster


@rule("rollout-sixty", sixty)
def in_ten_minutes(attempt: Attempt) -> Iterator[Missing]:
    """The new version is everywhere in ten minutes, at most five Nodes were without, and all safeguards are kept."""
    daemon_set = attempt.daemon_set(DS)
    away = max(map(len, nodes_without(attempt, DS, PLACE)), default=0)
    # A DaemonSet that was created anew and has adopted the Pods has done no harm.
    if away > MOST_AWAY and attempt.rebuilt(DS):
        yield missing("rebuilt")
    if image_of(daemon_set["spec"]["template"]) != NEW:
        yield missing("nothing")
    yield from _brakes(attempt)
    wanted = daemon_set["status"]["desiredNumberScheduled"]
    if wanted < NODES:
        yield missing("left-out", count=NODES - wanted)
    if away > MOST_AWAY:
        by_hand = strategy_of(daemon_set) == "OnDelete"
        yield missing("at-once" if by_hand else "away", count=away)
    changes = attempt.cluster.store.log.changes[attempt.since :]
    seconds = duration(changes, PLACE, DS, NEW)
    if seconds is None or seconds > LONGEST:
        # Either the limit was too small, or each round pulled the image.
        yield missing("timid" if away < MOST_AWAY else "pulling", most=away)


def _brakes(attempt: Attempt) -> Iterator[Missing]:
    """The safeguards that were removed at any moment since the new image was set."""
    before = attempt.at_start("DaemonSet", DS)
    assert before is not None, "the exercise begins with it"
    seconds = before["spec"]["minReadySeconds"]
    probe = container_of(before)["readinessProbe"]
    for each in versions(attempt, PLACE, DS, NEW):
        if each["spec"].get("minReadySeconds") != seconds:
            yield missing("hurried", seconds=seconds)
        if container_of(each).get("readinessProbe") != probe:
            yield missing("blind")


# Two Nodes by a second DaemonSet -----------------------------------------------------------------------------

CHOSEN = {"node1", "node2"}
AVOID = """\
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: canary, operator: DoesNotExist}
"""


def avoiding() -> Cluster:
    """A collector that stays away from Nodes with the label `canary`; none has it yet."""
    cluster = Cluster(6, seed=16, kubelet="auto")
    cluster.apply(manifest(DS) + AVOID)
    cluster.run_until_quiet()
    return cluster


@rule("rollout-canary", avoiding)
def two_by_a_second(attempt: Attempt) -> Iterator[Missing]:
    """The new version on exactly two Nodes, by a second DaemonSet; the other Pods are unchanged."""
    stable = attempt.daemon_set(DS)
    if image_of(stable["spec"]["template"]) != OLD:
        yield missing("all")
    canary = attempt.get("DaemonSet", CANARY)
    if canary is None:
        yield missing("nothing")
        return
    others = {f"node{number}" for number in range(3, 7)}
    restarted = others - attempt.kept(DS)
    if restarted:
        yield missing("restarted", nodes=restarted)
    marks = labels(canary["spec"]["template"])
    if selector_matches(stable["spec"]["selector"], marks):
        yield missing("selector")
    if image_of(canary["spec"]["template"]) != NEW:
        yield missing("old")
    homes = attempt.homes(CANARY)
    if homes - CHOSEN:
        yield missing("many", nodes=homes - CHOSEN)
    if homes & attempt.homes(DS):
        yield missing("doubled", nodes=homes & attempt.homes(DS))
    if CHOSEN - homes:
        yield missing("few", nodes=CHOSEN - homes)

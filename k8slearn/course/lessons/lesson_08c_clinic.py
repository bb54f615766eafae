"""The patients of lesson 08c: clusters in which a Node is ill, and what is to be seen when they are well."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.course.lessons.lesson_08_fixtures import (
    a_quiet_day,
    change_template,
    changed,
    deleted_by_hand,
    rolled_out,
    same_patient,
)
from k8slearn.course.lessons.shared_starts import container, daemon_set

HOUR = 3600
NODES = ("node1", "node2", "node3", "node4")


# 13: minReadySeconds and a wrong clock-----------------------------------------------------------------------------

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

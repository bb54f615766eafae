"""The patients of lesson 08c: clusters in which a Node is ill, and what is to be seen when they are well."""

from __future__ import annotations

from collections.abc import Iterator

from k8slearn.cluster import Cluster
from k8slearn.course.checking import Attempt, Missing, missing, rule
from k8slearn.course.lessons.lesson_08_fixtures import (
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
from k8slearn.course.lessons.shared_starts import container, daemon_set
from k8slearn.course.variants import PLAIN, Variant

HOUR = 3600


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
    # The eight hours pass by themselves, and then all is available; the clock is as wrong as before.
    if skew and done:
        yield missing("waited")
    if skew:
        yield missing("by-hand" if deleted_by_hand(attempt) else "late")
    # The clock is right, but a Pod keeps the time at which it became ready by the wrong one.
    if not done:
        yield missing("old-stamp")

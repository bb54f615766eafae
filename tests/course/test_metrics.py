"""Figures about a cluster's past."""

from __future__ import annotations

import pytest

from k8slearn.cluster import Cluster
from k8slearn.course.metrics import Stop, fewest_ready, stops
from k8slearn.lesson import manifest
from tests.support.rollouts import rolled_out


@pytest.mark.parametrize(
    ("limits", "fewest"),
    [
        ({"max_unavailable": 1}, 3),
        ({"max_unavailable": 2}, 2),
        ({"max_unavailable": 0, "max_surge": 1}, 4),
    ],
)
def test_the_fewest_ready_pods_of_a_past(limits: dict[str, int], fewest: int) -> None:
    assert fewest_ready(*rolled_out(**limits)) == fewest


def test_the_fewest_ready_pods_of_one_label() -> None:
    cluster, since = rolled_out(max_unavailable=1)
    assert fewest_ready(cluster, since, "app=nobody") == 0


@pytest.mark.parametrize(
    ("seconds", "grace", "end"),
    [
        (20, None, Stop("node1", 20, 0)),
        (45, None, Stop("node1", 30, 137)),
        (45, 60, Stop("node1", 45, 0)),
    ],
)
def test_how_a_pod_ended(seconds: int, grace: int | None, end: Stop) -> None:
    cluster = Cluster(1, seed=1, kubelet="auto")
    cluster.behave(f"term={seconds}", selector="app=agent")
    cluster.apply(manifest("agent"))
    cluster.run(60)
    since = cluster.store.revision
    (pod,) = cluster.list("Pod")
    cluster.delete("Pod", pod["metadata"]["name"], grace=grace)
    cluster.run(15)
    assert stops(cluster, since) == []
    cluster.run(60)
    assert stops(cluster, since) == [end]
    assert stops(cluster, cluster.store.revision) == []

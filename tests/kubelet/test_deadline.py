"""When a Pod's activeDeadlineSeconds are over, counted from the startTime in its status."""

import pytest

from k8slearn import Cluster
from tests.support.helpers import bare_pod


def running(*, seed=0, **spec):
    cluster = Cluster(1, kubelet="auto", seed=seed)
    cluster.create(bare_pod("p", **spec))
    cluster.run(20)
    return cluster


def end_of(cluster):
    return cluster.get("Pod", "p")["status"].get("reason")


def changed(cluster, seconds):
    pod = cluster.get("Pod", "p")
    pod["spec"]["activeDeadlineSeconds"] = seconds
    cluster.update(pod)


@pytest.mark.parametrize("seed", range(6))
def test_it_ends_a_pod_that_has_nothing_else_to_do(seed):
    cluster = running(seed=seed, activeDeadlineSeconds=30)
    assert end_of(cluster) is None
    cluster.run(14)
    assert end_of(cluster) == "DeadlineExceeded"


def test_one_that_is_set_later_counts_from_the_start_too():
    cluster = running()
    changed(cluster, 40)
    cluster.run(10)
    assert end_of(cluster) is None
    cluster.run(14)
    assert end_of(cluster) == "DeadlineExceeded"


def test_one_that_is_brought_nearer_may_be_over_already():
    cluster = running(activeDeadlineSeconds=1000)
    changed(cluster, 5)
    cluster.run(3)
    assert end_of(cluster) == "DeadlineExceeded"

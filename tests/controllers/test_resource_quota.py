"""The ResourceQuota controller: what it counts, and when quota is free again."""

import pytest

from k8slearn import Cluster
from tests.support.helpers import bare_pod

REQUEST = [
    {"name": "c", "image": "x", "resources": {"requests": {"cpu": "100m"}}},
    {"name": "d", "image": "x", "resources": {"limits": {"memory": "1Gi"}}},
]


@pytest.fixture
def cluster():
    return Cluster(1, kubelet="manual")


def quota(cluster, **hard):
    meta = {"name": "q", "namespace": "default"}
    names = {name.replace("_", "."): amount for name, amount in hard.items()}
    kind = {"apiVersion": "v1", "kind": "ResourceQuota"}
    cluster.create({**kind, "metadata": meta, "spec": {"hard": names}})
    cluster.settle()


def used(cluster):
    return cluster.get("ResourceQuota", "q")["status"]["used"]


def test_what_was_there_before_it_is_counted(cluster):
    cluster.create(bare_pod("p", containers=REQUEST))
    quota(cluster, pods="5", requests_cpu="1", limits_memory="2Gi", cpu="1")
    assert used(cluster) == {
        "pods": "1",
        "requests.cpu": "100m",
        "limits.memory": "1Gi",
        "cpu": "100m",
    }


def test_a_changed_quota_is_counted_anew(cluster):
    cluster.create(bare_pod("p"))
    quota(cluster, pods="5")
    cluster.patch("ResourceQuota", "q", {"spec": {"hard": {"configmaps": "9"}}})
    cluster.settle()
    assert used(cluster) == {"pods": "1", "configmaps": "1"}


@pytest.mark.parametrize("state", ["failed", "succeeded"])
def test_what_has_ended_makes_room(cluster, state):
    quota(cluster, pods="1", **{"count/pods": "5"})
    cluster.create(bare_pod("p"))
    assert used(cluster) == {"pods": "1", "count/pods": "1"}
    cluster.settle()
    cluster.become("p", state)
    cluster.settle()
    # It is stored as before.
    assert used(cluster) == {"pods": "0", "count/pods": "1"}


def test_a_pod_that_should_be_long_gone_does_not_count(cluster):
    quota(cluster, pods="2", **{"count/pods": "5"})
    for name in ("p", "q"):
        cluster.create(bare_pod(name, terminationGracePeriodSeconds=5))
    cluster.settle()
    cluster.delete("Pod", "p")
    cluster.run(11)
    cluster.delete("Pod", "q", grace=0)
    cluster.settle()
    assert used(cluster) == {"pods": "0", "count/pods": "1"}


def test_other_namespaces_do_not_count(cluster):
    quota(cluster, pods="1")
    elsewhere = {**bare_pod("p"), "metadata": {"name": "p", "namespace": "kube-system"}}
    cluster.create(elsewhere)
    cluster.settle()
    assert used(cluster) == {"pods": "0"}

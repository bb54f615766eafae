"""The shared part of the controllers of Pods' owners; Pods without an owner cost them nothing."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.helpers import daemon_set

OWNERS = {
    "ReplicaSet": "replicaset-controller",
    "StatefulSet": "statefulset-controller",
    "Job": "job-controller",
}


def owner(kind):
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web", "image": "nginx:1"}]},
    }
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    version = "apps/v1"
    if kind == "Job":
        version = "batch/v1"
        del spec["selector"]
        template["spec"]["restartPolicy"] = "Never"
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": "web"},
        "spec": spec,
    }


@pytest.mark.parametrize("kind", OWNERS)
def test_pods_are_followed_from_the_first_owner_on(kind):
    cluster = Cluster(2, kubelet="instant")
    cluster.create(daemon_set())
    cluster.run(5)
    controller = cluster.control_plane.named(OWNERS[kind])
    assert "Pod" not in controller.informer.cache
    cluster.create(owner(kind))
    cluster.run(5)
    # Those that were there before are known as well.
    assert len(controller.informer.cache["Pod"]) == 3


@pytest.mark.parametrize("kind", OWNERS)
def test_a_controller_that_was_stopped_makes_up_for_what_it_missed(kind):
    cluster = Cluster(2, kubelet="instant")
    cluster.stop_controller(OWNERS[kind])
    cluster.create(owner(kind))
    cluster.run(5)
    assert cluster.list("Pod") == []
    cluster.start_controller(OWNERS[kind])
    cluster.run(5)
    assert len(cluster.list("Pod")) == 1


@pytest.mark.parametrize("kind", OWNERS)
def test_a_fork_lives_on_its_own(kind):
    cluster = Cluster(2, kubelet="instant")
    cluster.create(owner(kind))
    cluster.run(5)
    fork = cluster.fork()
    (pod,) = fork.list("Pod")
    fork.delete_pod(pod["metadata"]["name"])
    fork.run(20)
    assert len(cluster.list("Pod")) == 1 and not cluster.control_plane.failures
    (after,) = fork.list("Pod")
    assert after["metadata"]["uid"] != pod["metadata"]["uid"]

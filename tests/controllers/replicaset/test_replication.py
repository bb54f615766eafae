"""ReplicationControllers behave like ReplicaSets, with the older kind's selector and status."""

import pytest

from k8slearn.cluster import Cluster

CONTROLLER = {
    "apiVersion": "v1",
    "kind": "ReplicationController",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 3,
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "nginx:1"}]},
        },
    },
}


@pytest.fixture
def cluster():
    found = Cluster(2, kubelet="instant")
    found.apply(CONTROLLER)
    found.run_until_quiet()
    return found


def own(cluster):
    pods = cluster.list("Pod", selector="app=web")
    refs = [pod["metadata"].get("ownerReferences") for pod in pods]
    return [ref[0]["kind"] for ref in refs if ref], len(pods)


def status(cluster):
    return cluster.get("ReplicationController", "web")["status"]


def test_it_keeps_as_many_pods_as_it_is_told(cluster):
    assert own(cluster) == (["ReplicationController"] * 3, 3)
    assert status(cluster) == {
        "replicas": 3,
        "fullyLabeledReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "observedGeneration": 1,
    }
    cluster.delete_pod(cluster.list("Pod")[0]["metadata"]["name"])
    cluster.run_until_quiet()
    assert own(cluster)[1] == 3
    cluster.patch("ReplicationController", "web", {"spec": {"replicas": 1}})
    cluster.run_until_quiet()
    assert own(cluster)[1] == status(cluster)["replicas"] == 1


def test_its_pods_go_with_it_or_stay_and_are_taken_again(cluster):
    cluster.delete("ReplicationController", "web", propagation="Orphan")
    cluster.run_until_quiet()
    assert own(cluster) == ([], 3)
    cluster.apply(CONTROLLER)
    cluster.run_until_quiet()
    assert own(cluster) == (["ReplicationController"] * 3, 3)
    cluster.delete("ReplicationController", "web")
    cluster.run_until_quiet()
    assert own(cluster) == ([], 0)


def test_what_it_cannot_make_is_a_condition():
    cluster = Cluster(1, kubelet="instant")
    spec = {"serviceAccountName": "ghost", **CONTROLLER["spec"]["template"]["spec"]}
    template = {**CONTROLLER["spec"]["template"], "spec": spec}
    cluster.apply({**CONTROLLER, "spec": {"replicas": 1, "template": template}})
    cluster.run(1)
    (condition,) = status(cluster)["conditions"]
    assert (condition["type"], condition["reason"]) == (
        "ReplicaFailure",
        "FailedCreate",
    )

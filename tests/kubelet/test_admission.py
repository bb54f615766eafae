"""Whether a kubelet admits a Pod for its operating system, by upstream's own tables."""

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.admission import can_admit
from tests.support.helpers import owner_of_pods

OS = "kubernetes.io/os"
SELECTOR, FIELD = "PodOSSelectorNodeLabelDoesNotMatch", "PodOSNotSupported"


def refused(labels=None, **spec):
    pod = {"metadata": {"name": "p", "labels": labels or {}}, "spec": {"containers": [], **spec}}  # fmt: skip
    node = {"metadata": {"name": "n", "labels": {OS: "linux"}}, "spec": {}, "status": {}}  # fmt: skip
    found = can_admit(pod, node, [], [])
    return found and found.reason


@pytest.mark.parametrize(
    ("labels", "spec", "reason"),
    [
        ({}, {}, None),
        ({OS: "linux"}, {}, None),
        # The label of the Pod itself, whatever its name says.
        ({OS: "windows"}, {}, SELECTOR),
        ({}, {"nodeSelector": {OS: "windows"}}, "NodeAffinity"),
        ({}, {"os": {"name": "linux"}}, None),
        ({}, {"os": {"name": "windows"}}, FIELD),
        ({OS: "windows"}, {"os": {"name": "windows"}}, SELECTOR),
    ],
)
def test_a_pod_of_another_system_is_refused(labels, spec, reason):
    assert refused(labels, **spec) == reason


def goes_on(cluster):
    """Whether time goes on although Pods are recreated again and again."""
    start = cluster.now
    for _ in range(200):
        cluster.step()
    return cluster.now > start + 0.3


@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet"])
def test_time_goes_on_while_refused_pods_are_made_anew(kind):
    cluster = Cluster(1, kubelet="auto")
    resources = {"requests": {"cpu": "99"}}
    container = {"name": "main", "image": "app:1", "resources": resources}
    cluster.create(owner_of_pods(kind, containers=[container]))
    assert goes_on(cluster)


def test_refused_pods_come_no_faster_than_their_owner_may_write():
    cluster = Cluster(1, kubelet="auto")
    resources = {"requests": {"cpu": "99"}}
    container = {"name": "main", "image": "app:1", "resources": resources}
    cluster.create(owner_of_pods("ReplicaSet", containers=[container]))
    cluster.run(20)
    assert 100 < len(cluster.list("Pod")) < 160


@pytest.mark.parametrize("kind", ["ReplicaSet", "StatefulSet"])
def test_time_goes_on_where_a_node_under_pressure_refuses_them(kind):
    cluster = Cluster(1)
    node = cluster.get("Node", "node1")
    for entry in node["status"]["conditions"]:
        if entry["type"] == "MemoryPressure":
            entry["status"] = "True"
    cluster.control_plane.kubelet.client.update_status(node)
    cluster.create(owner_of_pods(kind))
    assert goes_on(cluster)

"""What happens to machines: a kubelet that stops, a disk that fills, a registry that is down, a reboot."""

import pytest

from k8slearn.apimachinery.objects import condition, uid
from k8slearn.cluster import Cluster
from tests.support.helpers import bare_pod, taints


@pytest.fixture
def cluster():
    made = Cluster(2, kubelet="auto", seed=1)
    made.create(bare_pod("p", nodeName="node1"))
    made.run(30.0)
    return made


def ready(cluster, kind="Node", name="node1"):
    return condition(cluster.get(kind, name), "Ready")["status"]


def reasons(cluster):
    return {event["reason"] for event in cluster.list("Event")}


def container(cluster, pod="p"):
    return cluster.get("Pod", pod)["status"]["containerStatuses"][0]


@pytest.mark.parametrize(
    ("told", "seconds", "becomes"),
    [("Unknown", 60.0, "Unknown"), ("False", 15.0, "False")],
)
def test_not_ready_by_button_is_a_kubelet_or_a_runtime_that_stops(
    cluster, told, seconds, becomes
):
    cluster.set_node_ready("node1", told)
    cluster.run(1.0)
    assert ready(cluster) == "True"
    cluster.run(seconds)
    assert ready(cluster) == becomes
    cluster.set_node_ready("node1", "True")
    cluster.run(20.0)
    assert ready(cluster) == "True" and not taints(cluster, "node1")
    assert ready(cluster, "Pod", "p") == "True"


def test_a_full_disk_is_told_and_taints_the_node(cluster):
    cluster.set_usage("node1", disk="79Gi")
    cluster.run(30.0)
    assert "node.kubernetes.io/disk-pressure:NoSchedule" in taints(cluster, "node1")
    assert "EvictionThresholdMet" in reasons(cluster)


def test_a_registry_that_is_down_holds_up_new_images_alone(cluster):
    cluster.registry_down()
    cluster.create(bare_pod("old", nodeName="node1"))
    new = bare_pod("new", nodeName="node1")
    new["spec"]["containers"][0]["image"] = "app:2"
    cluster.create(new)
    cluster.run(60.0)
    assert ready(cluster, "Pod", "old") == "True"
    reason = container(cluster, "new")["state"]["waiting"]["reason"]
    assert reason in ("ErrImagePull", "ImagePullBackOff")
    assert "i/o timeout" in container(cluster, "new")["state"]["waiting"]["message"]
    cluster.registry_down(False)
    cluster.run(120.0)
    assert ready(cluster, "Pod", "new") == "True"


def test_a_reboot_starts_the_same_pods_again(cluster):
    before = uid(cluster.get("Pod", "p"))
    cluster.reboot("node1", 20.0)
    cluster.run(60.0)
    assert uid(cluster.get("Pod", "p")) == before
    assert container(cluster)["restartCount"] == 1
    assert ready(cluster, "Pod", "p") == "True"
    assert "Rebooted" in reasons(cluster)


def test_a_node_that_left_meanwhile_does_not_come_back(cluster):
    cluster.reboot("node1", 20.0)
    cluster.remove_node("node1")
    cluster.run(60.0)
    assert [node["metadata"]["name"] for node in cluster.list("Node")] == ["node2"]


def test_machines_of_simple_kubelets_cannot_be_broken_so():
    simple = Cluster(1)
    for call in (lambda: simple.reboot("node1"), simple.registry_down):
        with pytest.raises(ValueError, match="auto"):
            call()

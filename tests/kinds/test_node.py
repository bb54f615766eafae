"""A Node as its kubelet reports it."""

import pytest

from k8slearn import Cluster
from k8slearn.kinds.node import new_node

PRESSURES = {"MemoryPressure", "DiskPressure", "PIDPressure"}
LEASES = "kube-node-lease"


def told(cluster, name="node1"):
    conditions = cluster.get("Node", name)["status"]["conditions"]
    return {c["type"]: (c["status"], c["reason"]) for c in conditions}


@pytest.mark.parametrize("pace", ["simple", "instant", "manual", "auto"])
def test_what_every_node_has(pace):
    cluster = Cluster(1, kubelet=pace)
    cluster.run(1)
    node = cluster.get("Node", "node1")
    labels, status = node["metadata"]["labels"], node["status"]
    for prefix in ("", "beta."):
        assert labels[f"{prefix}kubernetes.io/arch"] == "amd64"
        assert labels[f"{prefix}kubernetes.io/os"] == "linux"
    assert node["metadata"]["annotations"]["node.alpha.kubernetes.io/ttl"] == "0"
    assert status["allocatable"]["ephemeral-storage"] == "80Gi"
    assert all(status["nodeInfo"][f] for f in ("machineID", "osImage", "kernelVersion"))
    conditions = [c["type"] for c in status["conditions"]]
    assert set(conditions[:-1]) == PRESSURES and conditions[-1] == "Ready"
    lease = cluster.get("Lease", "node1", LEASES)
    assert lease["spec"]["holderIdentity"] == "node1"


def test_its_lease_is_renewed_and_goes_with_it():
    cluster = Cluster(1, kubelet="simple")
    first = cluster.get("Lease", "node1", LEASES)["spec"]["renewTime"]
    cluster.run(60)
    assert cluster.get("Lease", "node1", LEASES)["spec"]["renewTime"] > first
    cluster.remove_node("node1")
    cluster.run(1)
    assert cluster.list("Lease", namespace=LEASES) == []


def test_a_silent_kubelet_says_nothing_of_pressures_either():
    cluster = Cluster(1, kubelet="simple")
    cluster.set_node_ready("node1", "Unknown")
    unknown = ("Unknown", "NodeStatusUnknown")
    assert told(cluster) == dict.fromkeys((*PRESSURES, "Ready"), unknown)
    cluster.set_node_ready("node1", "True")
    assert told(cluster)["DiskPressure"] == ("False", "KubeletHasNoDiskPressure")


def test_one_made_by_hand_has_no_kubelet():
    cluster = Cluster(1, kubelet="simple")
    metadata = {"name": "extra"}
    cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": metadata})
    cluster.run(61)
    assert told(cluster, "extra")["Ready"][1] == "NodeStatusNeverUpdated"
    assert len(cluster.list("Lease", namespace=LEASES)) == 1


def test_a_made_up_one_has_no_machine():
    node = new_node("a1", 0.0, made_up=True)
    assert "addresses" not in node["status"] and "annotations" not in node["metadata"]
    assert "kubernetes.io/arch" not in node["metadata"]["labels"]

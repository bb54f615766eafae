"""Pods get addresses from the /24 of their Node."""

from k8slearn import Cluster
from k8slearn.apimachinery.objects import name
from k8slearn.kubelet.pod_network import PodNetwork

NODES = Cluster(10).store


def test_a_node_has_a_subnet_by_its_number_and_gives_one_address_after_another() -> (
    None
):
    network = PodNetwork()
    found = [network.address(node, NODES) for node in ("node2", "node2", "node10")]
    assert found == ["10.244.2.2", "10.244.2.3", "10.244.10.2"]


def test_a_node_that_joins_later_gets_the_next_subnet() -> None:
    network = PodNetwork()
    network.address("node1", NODES)
    assert network.address("control1", NODES) == "10.244.11.2"


def test_addresses_begin_anew_when_a_subnet_is_used_up() -> None:
    network = PodNetwork()
    found = [network.address("node1", NODES) for _ in range(254)]
    assert found[0] == found[253]
    assert found[252] == "10.244.1.254"


def test_more_than_256_nodes_have_subnets_of_their_own() -> None:
    network = PodNetwork()
    store = Cluster(600).store
    found = {network.address(name(node), store) for node in store.list("Node")}
    assert len(found) == 600

"""Pods get addresses from the /24 of their Node."""

from k8slearn.kubelet.pod_network import PodNetwork


def nodes() -> list[str]:
    return ["node1", "node10", "node2"]


def test_a_node_has_a_subnet_by_its_number_and_gives_one_address_after_another() -> (
    None
):
    network = PodNetwork()
    found = [network.address(node, nodes) for node in ("node2", "node2", "node10")]
    assert found == ["10.244.2.2", "10.244.2.3", "10.244.3.2"]


def test_a_node_that_joins_later_gets_the_next_subnet() -> None:
    network = PodNetwork()
    network.address("node1", nodes)
    assert network.address("control1", nodes) == "10.244.4.2"


def test_addresses_begin_anew_when_a_subnet_is_used_up() -> None:
    network = PodNetwork()
    found = [network.address("node1", nodes) for _ in range(254)]
    assert found[0] == found[253]
    assert found[252] == "10.244.1.254"


def test_more_than_256_nodes_have_subnets_of_their_own() -> None:
    network = PodNetwork()
    many = [f"node{i}" for i in range(1, 601)]
    assert len({network.address(node, lambda: many) for node in many}) == 600

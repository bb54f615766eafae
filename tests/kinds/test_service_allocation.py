"""Addresses and Node ports: each once, from its range, by the words of v1.36."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.errors import ApiError

PORT = {"port": 80}
IP = "spec.clusterIPs: Invalid value: [{}]: failed to allocate IP {}: {}"
NODE_PORT = "spec.ports[0].nodePort: Invalid value: {}: provided port is {}"


@pytest.fixture
def cluster():
    return Cluster(kubelet="manual")


def create(cluster, name="s", **spec):
    metadata = {"name": name, "namespace": "default"}
    o = {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
    given = spec if spec.get("type") == "ExternalName" else {"ports": [PORT], **spec}
    return cluster.create({**o, "spec": given})["spec"]


def change(cluster, name="s", **spec):
    return cluster.patch("Service", name, {"spec": spec}, type="merge")["spec"]


def numbers(spec):
    return [port.get("nodePort") for port in spec["ports"]]


def refusal(call, *about, **spec):
    with pytest.raises(ApiError) as caught:
        call(*about, **spec)
    return caught.value.message.partition("is invalid: ")[2]


@pytest.mark.parametrize(
    ("ip", "why"),
    [
        ("10.96.0.7", "provided IP is already allocated"),
        ("192.168.1.1", "the provided network does not match the current range"),
        ("10.96.0.0", "the provided IP (10.96.0.0) is not in the valid range. "
         "The range of valid IPs is 10.96.0.0/12"),
    ],
)  # fmt: skip
def test_addresses_that_are_not_to_be_had(cluster, ip, why):
    create(cluster, "first", clusterIP="10.96.0.7")
    told = refusal(create, cluster, clusterIP=ip)
    assert told == IP.format(f'"{ip}"', ip, why)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"clusterIP": "fd00::1"}, 'clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster'),
        ({"ipFamilies": ["IPv6"]}, 'ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'),
        (
            {"ipFamilyPolicy": "RequireDualStack"},
            'ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
        ),
        (
            {"ipFamilyPolicy": "SingleStack", "ipFamilies": ["IPv4", "IPv6"]},
            "ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when "
            "multiple IP families are specified",
        ),
    ],
)  # fmt: skip
def test_families_that_the_cluster_does_not_have(cluster, spec, told):
    assert refusal(create, cluster, **spec) == f"spec.{told}"


def test_node_ports_come_from_their_range_and_once(cluster):
    first = create(cluster, "first", type="NodePort")
    assert numbers(first) == [30086]
    taken = [{"port": 80, "nodePort": 30086}]
    told = refusal(create, cluster, type="NodePort", ports=taken)
    assert told == NODE_PORT.format(30086, "already allocated")
    outside = [{"port": 80, "nodePort": 20}]
    told = refusal(create, cluster, type="NodePort", ports=outside)
    why = "not in the valid range. The range of valid ports is 30000-32767"
    assert told == NODE_PORT.format(20, why)
    two = [{"name": "a", **PORT}, {"name": "b", **PORT, "protocol": "UDP"}]
    assert numbers(create(cluster, type="NodePort", ports=two)) == [30087, 30087]
    cluster.delete("Service", "first")
    assert numbers(create(cluster, "third", type="LoadBalancer")) == [30086]


def test_a_type_that_changes_takes_and_gives_back(cluster):
    create(cluster)
    assert numbers(change(cluster, type="NodePort")) == [30086]
    # A manifest that is sent again does not know the number.
    assert numbers(change(cluster, ports=[PORT])) == [30086]
    back = change(cluster, type="ClusterIP")
    assert numbers(back) == [None] and "externalTrafficPolicy" not in back
    named = change(cluster, type="ExternalName", externalName="a.b")
    assert not {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"} & set(named)
    again = change(cluster, type="ClusterIP", externalName=None)
    assert again["clusterIPs"] == [again["clusterIP"]] == ["10.96.0.1"]
    assert again["ipFamilies"] == ["IPv4"] and again["ipFamilyPolicy"] == "SingleStack"


def test_a_headless_one_becomes_a_name(cluster):
    create(cluster, clusterIP="None")
    named = change(cluster, type="ExternalName", externalName="a.b")
    assert "clusterIPs" not in named


def test_a_balancer_asks_for_health_where_nodes_differ(cluster):
    spec = create(cluster, type="LoadBalancer", externalTrafficPolicy="Local")
    assert numbers(spec) == [30086] and spec["healthCheckNodePort"] == 30087
    everywhere = change(cluster, externalTrafficPolicy="Cluster")
    assert "healthCheckNodePort" not in everywhere
    assert change(cluster, externalTrafficPolicy="Local")["healthCheckNodePort"]
    bare = change(cluster, type="ClusterIP")
    assert "allocateLoadBalancerNodePorts" not in bare and numbers(bare) == [None]
    spec = create(cluster, "t", type="LoadBalancer", allocateLoadBalancerNodePorts=False)  # fmt: skip
    assert numbers(spec) == [None]


def test_what_is_allocated_is_nobody_s_own(cluster):
    create(cluster)
    owned = str(cluster.get("Service", "s")["metadata"]["managedFields"])
    assert "f:ports" in owned and "f:ipFamilies" not in owned

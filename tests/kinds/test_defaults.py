"""Defaults of the API server: rows of upstream's defaults_test.go."""

import pytest

from k8slearn.apiserver.plugins.default_tolerations import mutate
from k8slearn.kinds import BY_KIND
from k8slearn.kinds.node import default as node_default
from k8slearn.kinds.pod_template.defaults import pod_spec, pod_template

AZURE = {
    "cachingMode": "ReadWrite",
    "fsType": "ext4",
    "kind": "Shared",
    "readOnly": False,
}
RBD = {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"}
SOURCES = [
    ("azureDisk", AZURE),
    ("hostPath", {"type": ""}),
    ("iscsi", {"iscsiInterface": "default"}),
    ("rbd", RBD),
    ("scaleIO", {"storageMode": "ThinProvisioned", "fsType": "xfs"}),
]


@pytest.mark.parametrize(("kind", "expected"), SOURCES)
def test_sources_of_volumes(kind, expected):
    spec = pod_spec({"containers": [], "volumes": [{"name": "v", kind: {}}]})
    assert spec["volumes"] == [{"name": "v", kind: expected}]
    volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}}
    made = BY_KIND["PersistentVolume"].default({**volume, "spec": {kind: {}}})
    assert made["spec"][kind].items() >= expected.items()


def test_ports_of_endpoints():
    ports = [{"port": 1}, {"port": 2, "protocol": "UDP"}]
    found = BY_KIND["Endpoints"].default({"subsets": [{"ports": ports}]})
    protocols = [port["protocol"] for port in found["subsets"][0]["ports"]]
    assert protocols == ["TCP", "UDP"]
    found = BY_KIND["EndpointSlice"].default({"ports": ports})
    assert found["ports"] == [
        {"name": "", "protocol": "TCP", "port": 1},
        {"name": "", "protocol": "UDP", "port": 2},
    ]


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ({"ip": "1.2.3.4"}, "VIP"),
        ({"ip": "1.2.3.4", "ipMode": "Proxy"}, "Proxy"),
        ({"hostname": "a.example"}, None),
    ],
)
def test_how_a_balancer_is_reached(address, mode):
    status = {"loadBalancer": {"ingress": [address]}}
    found = BY_KIND["Service"].default({"spec": {"type": "LoadBalancer"}, "status": status})  # fmt: skip
    assert found["status"]["loadBalancer"]["ingress"][0].get("ipMode") == mode
    assert BY_KIND["Service"].default_status(status) == found["status"]


NOT_READY, UNREACHABLE = (
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
)


@pytest.mark.parametrize(
    ("own", "added"),
    [
        ([], [NOT_READY, UNREACHABLE]),
        ([{"key": "foo", "value": "bar"}], [NOT_READY, UNREACHABLE]),
        ([{"key": NOT_READY, "operator": "Exists"}], [UNREACHABLE]),
        ([{"key": UNREACHABLE, "effect": "NoExecute", "operator": "Exists"}], [NOT_READY]),
        ([{"key": NOT_READY, "effect": "NoSchedule", "operator": "Exists"}], [NOT_READY, UNREACHABLE]),
        ([{"operator": "Exists"}], []),
        ([{"key": NOT_READY, "value": "soon", "effect": "NoExecute"}], [UNREACHABLE]),
    ],
)  # fmt: skip
def test_who_speaks_of_a_failing_node_is_asked_nothing_more(own, added):
    spec = {"tolerations": own} if own else {}
    found = mutate({"spec": spec})["spec"].get("tolerations", [])
    assert [each["key"] for each in found[len(own) :]] == added


ONE = "10.0.0.0/24"
OTHER = "10.1.0.0/24"


@pytest.mark.parametrize(
    ("given", "first", "ranges"),
    [
        ({}, None, None),
        ({"podCIDR": ONE}, ONE, [ONE]),
        ({"podCIDRs": [ONE]}, ONE, [ONE]),
        ({"podCIDR": OTHER, "podCIDRs": [ONE]}, OTHER, [OTHER]),
        ({"podCIDR": ONE, "podCIDRs": [ONE, "fd00::/64"]}, ONE, [ONE, "fd00::/64"]),
    ],
)
def test_the_range_of_a_node_and_the_list_of_them_say_the_same(given, first, ranges):
    spec = node_default({"spec": given})["spec"]
    assert (spec.get("podCIDR"), spec.get("podCIDRs")) == (first, ranges)


@pytest.mark.parametrize("stage", ["alpha", "beta"])
@pytest.mark.parametrize("what", ["init-containers", "init-container-statuses"])
def test_what_init_containers_were_is_dropped_from_a_template(stage, what):
    annotations = {f"pod.{stage}.kubernetes.io/{what}": "[]", "a": "b"}
    metadata = {"annotations": annotations}
    found = pod_template({"metadata": metadata, "spec": {}})["metadata"]
    assert found == {"annotations": {"a": "b"}}

"""The downward API, by upstream's own tables: fields, amounts, names."""

import pytest

from k8slearn import Cluster
from k8slearn.kubelet.downward_api import field_of, items_of
from k8slearn.kubelet.environment import environment
from k8slearn.kubelet.hosts import hostname, hosts_file
from tests.support.helpers import bare_pod

ASKS = {
    "requests": {"cpu": "250m", "memory": "32Mi"},
    "limits": {"cpu": "1250m", "memory": "64Mi", "ephemeral-storage": "2Gi"},
}
NODE_S = {"cpu": "4", "memory": "8Gi"}


@pytest.fixture(scope="module")
def store():
    return Cluster(1, kubelet="instant").store


def pod_of(asks, **spec):
    container = {"name": "main", "image": "app:1", "resources": asks}
    return bare_pod("p", containers=[container], nodeName="node1", **spec)


def told(store, resource, divisor=None, asks=ASKS, **spec):
    """The same amount as a variable and as a file."""
    ref = {"resource": resource, "containerName": "main"}
    if divisor is not None:
        ref["divisor"] = divisor
    pod = pod_of(asks, **spec)
    (container,) = pod["spec"]["containers"]
    container["env"] = [{"name": "X", "valueFrom": {"resourceFieldRef": ref}}]
    source = {"items": [{"path": "x", "resourceFieldRef": ref}]}
    value = environment(store, pod, container, 0.0)["X"]
    assert items_of(store, pod, source) == {"x": value}
    return value


@pytest.mark.parametrize(
    ("resource", "divisor", "amount"),
    [
        ("limits.cpu", None, "2"),
        ("limits.cpu", "0", "2"),
        ("limits.cpu", "1", "2"),
        ("limits.cpu", "1m", "1250"),
        ("requests.cpu", "1", "1"),
        ("requests.cpu", "1m", "250"),
        ("limits.memory", None, "67108864"),
        ("limits.memory", "1Mi", "64"),
        ("limits.memory", "1Gi", "1"),
        ("requests.memory", "1Ki", "32768"),
        ("limits.ephemeral-storage", "1Mi", "2048"),
        ("requests.ephemeral-storage", None, "0"),
    ],
)
def test_an_amount_is_told_in_units_of_its_divisor(store, resource, divisor, amount):
    assert told(store, resource, divisor) == amount


@pytest.mark.parametrize(
    ("resource", "whole", "amount"),
    [
        ("limits.cpu", None, "4"),
        ("limits.memory", None, str(8 * 2**30)),
        ("limits.cpu", {"cpu": "2"}, "2"),
        ("limits.memory", {"cpu": "2"}, str(8 * 2**30)),
        ("requests.cpu", None, "0"),
        ("requests.memory", None, "0"),
    ],
)
def test_who_has_no_limit_may_use_what_the_node_gives_away(
    store, resource, whole, amount
):
    spec = {} if whole is None else {"resources": {"limits": whole}}
    assert told(store, resource, None, {}, **spec) == amount


FIELDS = {
    "metadata": {
        "name": "p",
        "namespace": "shop",
        "labels": {"tier": "back", "app": "web"},
        "annotations": {"note": 'say "hi"\nthen go'},
    },
    "spec": {"nodeName": "node1", "serviceAccountName": "robot"},
    "status": {
        "podIP": "10.0.0.7",
        "podIPs": [{"ip": "10.0.0.7"}, {"ip": "fd00::7"}],
        "hostIP": "192.168.0.11",
        "hostIPs": [{"ip": "192.168.0.11"}],
    },
}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("metadata.namespace", "shop"),
        ("metadata.labels", 'app="web"\ntier="back"'),
        ("metadata.labels['tier']", "back"),
        ("metadata.labels['none']", ""),
        ("metadata.annotations", 'note="say \\"hi\\"\\nthen go"'),
        ("metadata.annotations['note']", 'say "hi"\nthen go'),
        ("spec.serviceAccountName", "robot"),
        ("status.podIP", "10.0.0.7"),
        ("status.podIPs", "10.0.0.7,fd00::7"),
        ("status.hostIPs", "192.168.0.11"),
    ],
)
def test_a_field_is_told_as_text(path, text):
    assert field_of(FIELDS, path) == text


LONG = "a" * 62 + ".b"


@pytest.mark.parametrize(
    ("named", "spec", "wanted"),
    [
        ("p", {}, "p"),
        ("p", {"hostname": "web"}, "web"),
        (LONG, {}, "a" * 62),
        ("p", {"subdomain": "db"}, "p"),
        ("p", {"subdomain": "db", "setHostnameAsFQDN": True}, "p.db.shop.svc.cluster.local"),
        ("p", {"setHostnameAsFQDN": True}, "p"),
        ("p", {"hostname": "web", "hostnameOverride": "own.name"}, "own.name"),
        ("p", {"hostNetwork": True, "nodeName": "node1"}, "node1"),
    ],
)  # fmt: skip
def test_what_a_pod_is_called(named, spec, wanted):
    pod = bare_pod(named, **spec)
    pod["metadata"]["namespace"] = "shop"
    assert hostname(pod) == wanted


@pytest.mark.parametrize(
    ("spec", "lines"),
    [
        ({}, ["10.0.0.7\tp"]),
        ({"subdomain": "db"}, ["10.0.0.7\tp.db.shop.svc.cluster.local\tp"]),
        (
            {"hostAliases": [{"ip": "1.2.3.4", "hostnames": ["a", "b"]}]},
            ["10.0.0.7\tp", "", "# Entries added by HostAliases.", "1.2.3.4\ta\tb"],
        ),
    ],
)
def test_the_names_that_a_pod_knows_without_asking(spec, lines):
    pod = {**bare_pod("p", **spec), "status": {"podIP": "10.0.0.7"}}
    pod["metadata"]["namespace"] = "shop"
    assert hosts_file(pod).splitlines()[7:] == lines


def test_a_name_that_the_kernel_has_no_room_for_starts_no_sandbox():
    cluster = Cluster(1, kubelet="auto")
    names = {"hostname": "h" * 30, "subdomain": "s" * 20}
    cluster.create(bare_pod("p", setHostnameAsFQDN=True, **names))
    cluster.run(10)
    full = f"{'h' * 30}.{'s' * 20}.default.svc.cluster.local"
    told = [e["message"] for e in cluster.list("Event") if e["type"] == "Warning"]
    assert told == [
        "Failed to create pod sandbox: failed to construct FQDN from pod hostname and cluster domain, "
        f"FQDN {full} is too long (64 is the max, 77 characters requested)"
    ]
    assert cluster.get("Pod", "p")["status"]["phase"] == "Pending"

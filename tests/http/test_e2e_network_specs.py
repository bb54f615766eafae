"""Specs of Kubernetes' own end-to-end suite on Services, their endpoints and addresses; as in `test_e2e_specs`."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import events
from tests.support.go_client import (
    MARKED,
    GoClient,
    by_title,
    controlled,
    made,
    whole_life,
)

CORE = "/api/v1/namespaces/default"
PODS = f"{CORE}/pods"
RCS = f"{CORE}/replicationcontrollers"
NETWORKING = "/apis/networking.k8s.io/v1"
SPECS = {}
spec = by_title(SPECS)


SLICES = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
MIRRORED = {"labelSelector": "kubernetes.io/service-name=s"}


def endpoints(*ips, name="s", ports=(80,)):
    subset = {
        "addresses": [{"ip": ip} for ip in ips],
        "ports": [{"name": f"p{port}", "port": port} for port in ports],
    }
    return made("v1", "Endpoints", name, subsets=[subset])


def selectorless(go):
    ports = [{"name": "p80", "port": 80}]
    go.make(f"{CORE}/services", made("v1", "Service", "s", spec={"ports": ports}))


def addresses(go):
    slices = go.get(SLICES, **MIRRORED)["items"]
    return sorted(
        ip for s in slices for e in s["endpoints"] or () for ip in e["addresses"]
    )


@spec(
    "EndpointSliceMirroring should mirror a custom Endpoints resource "
    "through create update and delete"
)
def mirrored(go):
    selectorless(go)
    go.make(f"{CORE}/endpoints", endpoints("10.1.2.3"))
    go.until(lambda: addresses(go) == ["10.1.2.3"])
    go.put(f"{CORE}/endpoints/s", endpoints("10.2.3.4"))
    go.until(lambda: addresses(go) == ["10.2.3.4"])
    go.remove(f"{CORE}/endpoints/s")
    go.until(lambda: not go.count(SLICES, **MIRRORED))


@spec(
    "EndpointSliceMirroring should mirror a custom Endpoint with multiple "
    "subsets and same IP address"
)
def mirrored_subsets(go):
    selectorless(go)
    one, two = (endpoints("10.1.2.3", ports=(port,)) for port in (80, 90))
    one["subsets"] += two["subsets"]
    go.make(f"{CORE}/endpoints", one)
    go.until(lambda: addresses(go) == ["10.1.2.3", "10.1.2.3"])


@spec("Endpoints should test the lifecycle of an Endpoint")
def endpoints_life(go):
    path = f"{CORE}/endpoints"
    o = {
        **endpoints("10.0.0.24", name="e"),
        "metadata": {"name": "e", "labels": {"test": "e"}},
    }
    watch = go.watch(path, labelSelector="test=e")
    watch.first()
    go.make(path, o)
    o["metadata"]["labels"]["updated"] = "true"
    assert go.put(f"{path}/e", o)["metadata"]["labels"]["updated"] == "true"
    patch = {
        "subsets": [
            {
                "addresses": [{"ip": "10.0.0.25"}],
                "ports": [{"name": "http-test", "port": 8080}],
            }
        ]
    }
    found = go.change(f"{path}/e", patch, "strategic")
    assert found["subsets"][0]["addresses"] == [{"ip": "10.0.0.25"}]
    go.remove(path, labelSelector="test=e")
    assert [kind for kind, _ in events(watch.news())] == [
        "ADDED",
        "MODIFIED",
        "MODIFIED",
        "DELETED",
    ]
    assert go.call("GET", f"{path}/e")[0] == 404


@spec("ServiceCIDR and IPAddress API should support ServiceCIDR API operations")
def service_cidrs(go):
    cidrs = ("10.10.0.0/24", "10.11.0.0/24", "10.10.0.1/24")
    one, other, wrong = (
        made("networking.k8s.io/v1", "ServiceCIDR", name, spec={"cidrs": [cidr]})
        for name, cidr in zip("abc", cidrs, strict=True)
    )
    path = f"{NETWORKING}/servicecidrs"
    whole_life(go, path, one, other)
    assert go.refused("POST", path, wrong)[0] == 422


@spec("ServiceCIDR and IPAddress API should support IPAddress API operations")
def ip_addresses(go):
    body = {
        "parentRef": {"resource": "services", "name": "foo", "namespace": "default"}
    }
    o = made("networking.k8s.io/v1", "IPAddress", "192.168.1.1", spec=body)
    path = f"{NETWORKING}/ipaddresses"
    go.make(path, o)
    assert go.get(f"{path}/192.168.1.1")["spec"] == body
    go.change(f"{path}/192.168.1.1", MARKED)
    found = go.change(f"{path}/192.168.1.1", {"metadata": {"annotations": {"a": "b"}}})
    found["metadata"].pop("managedFields")
    assert go.put(f"{path}/192.168.1.1", found)["metadata"]["annotations"] == {"a": "b"}
    assert go.count(path, labelSelector="patched=true") == 1
    go.remove(path)
    assert not go.count(path)


@spec("Services should be able to change the type from ClusterIP to ExternalName")
def external_name(go):
    ports = [{"port": 80}]
    path = f"{CORE}/services"
    made_one = go.make(path, made("v1", "Service", "s", spec={"ports": ports}))
    assert made_one["spec"]["clusterIP"]
    go.make(RCS, controlled("ReplicationController", replicas=1))
    patch = {"spec": {"type": "ExternalName", "externalName": "a.b.c"}}
    found = go.change(f"{path}/s", patch)["spec"]
    assert "clusterIP" not in found and "clusterIPs" not in found


@spec(
    "Services should be possible to connect to a service via ExternalIP "
    "when the external IP is not assigned to a node"
)
def external_ip(go):
    body = {"ports": [{"port": 80}], "externalIPs": ["203.0.113.250"]}
    found = go.make(f"{CORE}/services", made("v1", "Service", "s", spec=body))
    assert found["spec"]["externalIPs"] == ["203.0.113.250"]
    go.make(RCS, controlled("ReplicationController", replicas=1))
    go.until(lambda: go.count(PODS) == 1)


@pytest.mark.parametrize("wire", ["json", "protobuf"])
@pytest.mark.parametrize("title", SPECS)
def test_the_spec_passes(title, wire):
    SPECS[title](GoClient(Cluster(2, kubelet="instant"), wire))

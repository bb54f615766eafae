"""The old Endpoints of a Service: who is in them, and what they are labelled with.

Kubernetes: pkg/controller/endpoint/endpoints_controller.go, played by test/integration/endpoints
"""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import PODS, Client

DEFAULT = "/api/v1/namespaces/default"
READY = {"type": "Ready", "status": "True"}


@pytest.fixture
def client():
    return Client(Cluster(1, kubelet="manual"))


def pod(client, name, **spec):
    body = {"nodeName": "node1", "containers": [{"name": "c", "image": "i"}], **spec}
    client.post(PODS, {"metadata": {"name": name, "labels": {"a": "b"}}, "spec": body})
    status = {"phase": "Running", "podIP": "10.0.0.1", "conditions": [READY]}
    client.patch(f"{PODS}/{name}/status", {"status": status})


def service(client, labels=None, **spec):
    metadata = {"name": "web", "labels": labels or {}}
    wanted = {"selector": {"a": "b"}, "ports": [{"port": 80}], **spec}
    client.post(f"{DEFAULT}/services", {"metadata": metadata, "spec": wanted})
    client.cluster.run(1)


def endpoints(client, name="web"):
    return client.get(f"{DEFAULT}/endpoints/{name}")


@pytest.mark.parametrize(("wanted", "stays"), [(False, False), (True, True)])
def test_who_is_on_its_way_out_is_in_none_but_where_anybody_is_wanted(
    client, wanted, stays
):
    pod(client, "p")
    service(client, publishNotReadyAddresses=wanted)
    assert endpoints(client)["subsets"]
    client.call("DELETE", f"{PODS}/p")
    client.cluster.run(1)
    assert ("subsets" in endpoints(client)) is stays


@pytest.mark.parametrize(
    ("ip", "more"), [("", {}), ("None", {"service.kubernetes.io/headless": ""})]
)
def test_they_are_labelled_as_their_service_and_by_whom_they_are_made(client, ip, more):
    service(client, {"app": "web"}, **({"clusterIP": ip} if ip else {}))
    assert endpoints(client)["metadata"]["labels"] == {
        "app": "web",
        "endpoints.kubernetes.io/managed-by": "endpoint-controller",
        **more,
    }
    asked = client.get(f"{DEFAULT}/endpoints", labelSelector="app=web")
    assert [o["metadata"]["name"] for o in asked["items"]] == ["web"]


def test_nobody_mirrors_those_of_the_api_server(client):
    # The server publishes where it is reached when it begins to serve.
    marks = {"kubernetes.io/service-name": "kubernetes"}
    published = {"metadata": {"name": "kubernetes", "labels": marks}}
    slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
    client.post(slices, {**published, "addressType": "IPv4", "endpoints": []})
    assert endpoints(client, "kubernetes")["metadata"]["labels"] == {
        "endpointslice.kubernetes.io/skip-mirror": "true"
    }


def test_a_pod_with_a_name_of_its_own_has_it_there_and_no_ports_are_none(client):
    pod(client, "p", hostname="first", subdomain="web")
    service(client, clusterIP="None", ports=[])
    (subset,) = endpoints(client)["subsets"]
    assert subset["addresses"][0]["hostname"] == "first" and "ports" not in subset


def test_a_service_that_is_but_a_name_has_no_endpoints(client):
    pod(client, "p")
    service(client, type="ExternalName", externalName="db.example.com")
    assert client.call("GET", f"{DEFAULT}/endpoints/web")[0] == 404
    inside = {"type": "ClusterIP", "externalName": None}
    client.patch(f"{DEFAULT}/services/web", {"spec": inside}, "merge")
    client.cluster.run(1)
    assert endpoints(client)["subsets"]

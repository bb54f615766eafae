"""The Service `kubernetes` and its slice come back."""

import pytest

from k8slearn import Cluster

NAME = "kubernetes"


@pytest.fixture
def cluster():
    found = Cluster(1)
    with found.serve(environment=False):
        pass
    return found


@pytest.mark.parametrize("kind", ["Service", "EndpointSlice"])
def test_what_is_deleted_comes_back(cluster, kind):
    before = cluster.get(kind, NAME)
    cluster.delete(kind, NAME)
    cluster.run(11)
    after = cluster.get(kind, NAME)
    assert before["metadata"]["uid"] != after["metadata"]["uid"]
    for part in ("spec", "endpoints", "ports"):
        assert before.get(part) == after.get(part)


def test_a_slice_that_was_edited_is_put_right(cluster):
    before = cluster.get("EndpointSlice", NAME)
    cluster.patch("EndpointSlice", NAME, {"endpoints": [], "ports": []}, type="merge")
    cluster.run(11)
    after = cluster.get("EndpointSlice", NAME)
    assert (after["endpoints"], after["ports"]) == (before["endpoints"], before["ports"])  # fmt: skip


def test_one_of_that_name_elsewhere_is_nobody_s():
    cluster = Cluster(1)
    spec = {"ports": [{"port": 80}]}
    metadata = {"name": NAME, "namespace": "kube-public"}
    cluster.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})  # fmt: skip
    cluster.delete("Service", NAME, namespace="kube-public")
    cluster.run(30)
    assert cluster.list("Service") == []


def made(cluster, name, **spec):
    body = {"ports": [{"port": 80}], **spec}
    metadata = {"name": name, "namespace": "default"}
    cluster.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": body})  # fmt: skip
    return cluster.get("Service", name)["spec"]["clusterIP"]


def test_its_address_is_nobody_else_s_while_it_is_away(cluster):
    cluster.delete("Service", NAME)
    assert made(cluster, "web") != "10.96.0.1"
    cluster.run(11)
    assert cluster.get("Service", NAME)["spec"]["clusterIP"] == "10.96.0.1"


def test_it_comes_back_where_its_address_was_asked_for_by_number(cluster):
    cluster.delete("Service", NAME)
    made(cluster, "web", clusterIP="10.96.0.1")
    cluster.run(11)
    assert cluster.get("Service", NAME)["spec"]["clusterIP"] not in ("", "10.96.0.1")

"""Encoded objects are cached, by object and second."""

import json

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import DAEMON_SETS, PODS, Client, daemon_set

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


@pytest.fixture
def client():
    cluster = Cluster(2, kubelet="auto")
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    return Client(cluster)


def asked(client, path, accept="application/json"):
    return client.ask("GET", path, headers={"accept": accept})


@pytest.mark.parametrize("accept", ["application/json", TABLE, METADATA])
def test_what_is_remembered_is_what_would_be_written_anew(client, accept):
    first = asked(client, PODS, accept).payload()
    again = asked(client, PODS, accept)
    assert again.payload() == first
    assert json.loads(first) == again.body
    fresh = asked(Client(client.cluster), PODS, accept)
    assert fresh.payload() == first


def test_a_changed_object_is_written_anew(client):
    path = f"{DAEMON_SETS}/web"
    before = asked(client, path).payload()
    client.cluster.patch("DaemonSet", "web", {"metadata": {"labels": {"a": "b"}}})
    after = json.loads(asked(client, path).payload())
    assert after != json.loads(before) and after["metadata"]["labels"] == {"a": "b"}
    items = json.loads(asked(client, DAEMON_SETS).payload())["items"]
    assert items[0]["metadata"] == after["metadata"]


def test_ages_go_on(client):
    def age():
        table = asked(client, PODS, TABLE).body
        titles = [column["name"] for column in table["columnDefinitions"]]
        return table["rows"][0]["cells"][titles.index("Age")]

    before = age()
    client.cluster.run(7)
    assert int(age()[:-1]) == int(before[:-1]) + 7


def test_a_lease_that_is_renewed_says_so(client):
    def renewed():
        items = json.loads(asked(client, LEASES).payload())["items"]
        return items[0]["spec"]["renewTime"]

    before = renewed()
    client.cluster.run(60)
    assert renewed() > before

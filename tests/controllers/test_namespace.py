"""Namespaces: what each has from the start, and how one ends."""

import pytest

from k8slearn import ApiError, Cluster
from tests.support.helpers import daemon_set

NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}


@pytest.fixture
def cluster():
    made = Cluster(2, kubelet="instant")
    made.create(NAMESPACE)
    made.run_until_quiet()
    return made


def names(cluster, kind):
    return [o["metadata"]["name"] for o in cluster.list(kind, "team")]


def test_a_namespace_has_its_account_and_certificate(cluster):
    assert names(cluster, "ServiceAccount") == ["default"] and names(
        cluster, "ConfigMap"
    ) == ["kube-root-ca.crt"]
    found = cluster.get("Namespace", "team")
    assert found["metadata"]["labels"]["kubernetes.io/metadata.name"] == "team"
    assert found["status"]["phase"] == "Active"


@pytest.mark.parametrize(
    ("kind", "name"), [("ServiceAccount", "default"), ("ConfigMap", "kube-root-ca.crt")]
)
def test_they_come_back_when_deleted(cluster, kind, name):
    cluster.delete(kind, name, namespace="team")
    cluster.run_until_quiet()
    assert names(cluster, kind) == [name]


def test_a_namespace_ends_when_it_is_empty(cluster):
    owner = daemon_set()
    owner["metadata"]["namespace"] = "team"
    cluster.create(owner)
    cluster.run_until_quiet()
    assert len(names(cluster, "Pod")) == 2
    cluster.delete("Namespace", "team")
    assert cluster.get("Namespace", "team")["status"]["phase"] == "Terminating"
    with pytest.raises(ApiError, match="because it is being terminated"):
        cluster.create(
            {**daemon_set("late"), "metadata": {"name": "late", "namespace": "team"}}
        )
    cluster.run_until_quiet()
    kinds = (
        "Namespace",
        "Pod",
        "DaemonSet",
        "ControllerRevision",
        "ServiceAccount",
        "ConfigMap",
    )
    assert [
        o for kind in kinds for o in cluster.list(kind) if "team" in str(o["metadata"])
    ] == []


def test_a_namespace_waits_for_pods_that_still_end():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(NAMESPACE)
    cluster.create({**daemon_set(), "metadata": {"name": "agent", "namespace": "team"}})
    cluster.run(1)
    cluster.delete("Namespace", "team")
    cluster.run(60)
    [pod] = cluster.list("Pod", "team")
    assert "deletionTimestamp" in pod["metadata"] and cluster.get("Namespace", "team")
    cluster.become(pod["metadata"]["name"], "gone", namespace="team")
    cluster.run(60)
    assert [
        n["metadata"]["name"]
        for n in cluster.list("Namespace")
        if n["metadata"]["name"] == "team"
    ] == []

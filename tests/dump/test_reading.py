"""Dumps of managed clusters and of other versions: objects are unchanged, and no controller has anything to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from k8slearn.cluster import Cluster
from tests.support.dumps import write
from tests.support.managed_clusters import CLOUDS, NOW, dump


@pytest.mark.parametrize("revisions", [True, False])
@pytest.mark.parametrize("kubelet", ["auto", "simple"])
@pytest.mark.parametrize("cloud", list(CLOUDS))
def test_a_managed_cluster_stays_as_it_is(
    tmp_path: Path, cloud: str, kubelet: str, revisions: bool
) -> None:
    content = dump(cloud, revisions=revisions)
    cluster = Cluster.load(write(tmp_path / "dump.yaml", content), kubelet=kubelet)
    before = cluster.store.revision
    cluster.run(600)
    written = [(c.actor, c.type, c.key) for c in cluster.store.log.changes[before:]]
    assert written == []
    assert not cluster.failures
    [node] = cluster.list("Node")
    assert node["spec"] == content["items"][0]["spec"]
    assert node["status"] == content["items"][0]["status"]


def test_what_others_act_on_is_not_told_of_anew(tmp_path: Path) -> None:
    content = dump("gke")
    metadata = {"name": "web", "namespace": "monitoring"}
    about = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress"}
    content["items"].append({**about, "metadata": metadata, "spec": {}})
    cluster = Cluster.load(write(tmp_path / "dump.json", content))
    before = cluster.store.revision
    cluster.run(600)
    assert cluster.store.revision == before
    # One that somebody makes here is.
    backend = {"service": {"name": "a", "port": {"number": 80}}}
    spec = {"defaultBackend": backend}
    cluster.create({**about, "metadata": {"name": "new"}, "spec": spec})
    cluster.run(10)
    assert [o["reason"] for o in cluster.list("Event")] == ["NotModelled"]


def test_time_begins_at_the_newest_moment(tmp_path: Path) -> None:
    cluster = Cluster.load(write(tmp_path / "dump.json", dump("gke")))
    assert cluster.get("Node", "gke-node-1")["status"]["conditions"][0]["lastHeartbeatTime"] == NOW  # fmt: skip
    cluster.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}})
    assert cluster.get("ConfigMap", "x")["metadata"]["creationTimestamp"] == NOW


@pytest.mark.parametrize("cloud", list(CLOUDS))
def test_a_pod_of_another_runtime_keeps_what_it_told_when_it_ends(
    tmp_path: Path, cloud: str
) -> None:
    content = dump(cloud)
    cluster = Cluster.load(write(tmp_path / "dump.yaml", content), kubelet="auto")
    cluster.delete("Pod", "agent-x7k2p", namespace="monitoring")
    cluster.run(5)
    told = [c.object["status"] for c in cluster.store.log.changes if c.key[2] == "agent-x7k2p"]  # fmt: skip
    given = content["items"][2]["status"]["containerStatuses"][0]
    [entry] = told[-1]["containerStatuses"]
    for field in ("imageID", "image", "containerID", "resources", "user"):
        assert entry[field] == given[field]
    cluster.run_until_quiet()
    [fresh] = cluster.list("Pod")
    assert fresh["status"]["phase"] == "Running"
    if content["items"][0]["spec"].get("podCIDR"):
        network = content["items"][0]["spec"]["podCIDR"].rpartition(".")[0]
        assert fresh["status"]["podIP"].startswith(network)
    assert fresh["status"]["podIP"] != "10.0.12.77"


def test_versions_of_two_etcds_do_not_clash(tmp_path: Path) -> None:
    cluster = Cluster.load(write(tmp_path / "dump.json", dump("eks")))
    versions = []
    for kind in ("Node", "Pod", "DaemonSet", "ControllerRevision"):
        versions += [o["metadata"]["resourceVersion"] for o in cluster.list(kind)]
    assert len({*versions}) == len(versions)
    pod = cluster.get("Pod", "agent-x7k2p", "monitoring")
    assert pod["metadata"]["resourceVersion"] == "900200"

"""Trying a template's selection on a fork, and the controller's explanation of a Node."""

from __future__ import annotations

from k8slearn.cluster import Cluster
from k8slearn.course.placing import nodes_with, why
from k8slearn.manifests import manifest


def two_disks() -> Cluster:
    cluster = Cluster(nodes=2, seed=1)
    cluster.label("node1", {"disk": "ssd"})
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    return cluster


def test_the_nodes_are_those_of_the_changed_template_and_the_cluster_stays() -> None:
    cluster = two_disks()
    before = cluster.store.revision
    assert nodes_with(cluster, "nodeSelector: {disk: ssd}") == ["node1"]
    assert nodes_with(cluster, "{}") == ["node1", "node2"]
    assert cluster.store.revision == before


def test_pods_of_others_are_not_counted() -> None:
    cluster = two_disks()
    cluster.apply(manifest("node-exporter"))
    cluster.run_until_quiet()
    assert nodes_with(cluster, "nodeSelector: {disk: ssd}") == ["node1"]


def test_why_tells_of_the_node_that_was_asked_for() -> None:
    cluster = two_disks()
    spec = {"nodeSelector": {"disk": "ssd"}}
    cluster.patch("DaemonSet", "filebeat-ds", {"spec": {"template": {"spec": spec}}})
    cluster.run_until_quiet()
    assert "node2" in str(why(cluster, "node2")).splitlines()[0]
    assert str(why(cluster, "node1")) != str(why(cluster, "node2"))

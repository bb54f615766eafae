"""How the DaemonSet controller carries decisions out: refused Pods, and adoption."""

from unittest.mock import patch

from k8slearn import Cluster
from k8slearn.apimachinery.errors import forbidden
from tests.support.helpers import DS, bare_pod, daemon_set, owned, status

STRAY = ("Pod", "default", "stray")


def test_when_pods_are_refused_the_status_says_that_they_are_missing():
    cluster = Cluster(2)
    refused = forbidden("pods", DS, "no more of them")
    with patch.object(
        cluster.controller("daemonset-controller"), "_create_pods", return_value=refused
    ):
        cluster.create(daemon_set())
        cluster.run(1)
    assert owned(cluster) == []
    assert status(cluster)["desiredNumberScheduled"] == 2
    assert status(cluster)["observedGeneration"] == 1


def test_a_daemon_set_that_is_gone_takes_no_pod_though_the_cache_still_has_it():
    cluster = Cluster(1, kubelet="manual")
    cluster.create(daemon_set())
    cluster.run(1)
    cluster.lag_cache(5)
    cluster.create(bare_pod("stray", labels={"app": DS}))
    cluster.run(1)
    cluster.delete("DaemonSet", DS, propagation="Orphan")
    cluster.run(60)
    assert "ownerReferences" not in cluster.get("Pod", "stray")["metadata"]
    strangers = [change.actor for change in cluster.store.log.changes_of(STRAY)]
    assert "daemonset-controller" not in strangers

"""The manifests have a comment on their purpose, can be applied, and run."""

from __future__ import annotations

import pytest
import yaml

from k8slearn import Cluster
from k8slearn.manifests import manifest, manifest_names
from tests.support.manifests import USES


@pytest.mark.parametrize("name", manifest_names())
def test_a_manifest_is_one_or_more_objects_and_says_what_it_is_for(name: str) -> None:
    objects = list(yaml.safe_load_all(manifest(name)))
    assert all({"apiVersion", "kind", "metadata", "spec"} <= set(o) for o in objects)
    assert name == "filebeat-ds" or manifest(name).startswith("# ")


def test_every_typical_use_has_a_daemon_set() -> None:
    assert set(USES) <= set(manifest_names())
    assert {yaml.safe_load(manifest(name))["kind"] for name in USES} == {"DaemonSet"}


def test_an_unknown_manifest_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(KeyError, match="filebeat-ds"):
        manifest("nothing")


@pytest.mark.parametrize("name", manifest_names())
def test_a_manifest_applies_cleanly_and_runs_where_it_may(name: str) -> None:
    cluster = Cluster(seed=1)
    cluster.add_node("node1", labels={"storage": "gluster"})
    cluster.add_node("node2", labels={"storage": "ceph"})
    cluster.add_node("node3", labels={"nvidia.com/gpu.present": "true"})
    cluster.apply(manifest(name))
    cluster.run_until_quiet()
    for daemon_set in cluster.list("DaemonSet"):
        status = daemon_set["status"]
        assert status["numberReady"] == status["desiredNumberScheduled"] >= 1

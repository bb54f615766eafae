"""Three bad versions of filebeat on ten Nodes: what stops a rollout is readiness, and only readiness."""

import pytest

from k8slearn.cluster import Cluster

NODES = 10
PROBE = {"httpGet": {"path": "/", "port": 5066}, "periodSeconds": 10}
NOTHING = "ready=no"
CRASH = "exit=1@5"


def filebeat(image="filebeat:1", words=None, probe=None, min_ready=0):
    """A DaemonSet with one container with this behaviour."""
    container = {"name": "filebeat", "image": image}
    if probe:
        container["readinessProbe"] = probe
    metadata = {"labels": {"app": "filebeat"}}
    if words:
        metadata["annotations"] = {"k8slearn/behaviour": words}
    rolling = {"maxUnavailable": 1}
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "filebeat", "namespace": "default"},
        "spec": {
            "minReadySeconds": min_ready,
            "selector": {"matchLabels": {"app": "filebeat"}},
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling},
            "template": {"metadata": metadata, "spec": {"containers": [container]}},
        },
    }


def updated(seconds=900, **about):
    """(Nodes that a bad version has reached after 15 minutes, Nodes that still have a ready Pod)."""
    words, image = about.pop("words", None), about.pop("image", "filebeat:2")
    cluster = Cluster(NODES, kubelet="auto", seed=1)
    cluster.apply(filebeat(**about))
    cluster.run(120)
    assert cluster.get("DaemonSet", "filebeat")["status"]["numberAvailable"] == NODES
    cluster.apply(filebeat(image, words, **about))
    cluster.run(seconds)
    assert cluster.failures == []
    status = cluster.get("DaemonSet", "filebeat")["status"]
    return status["updatedNumberScheduled"], status["numberReady"]


def test_a_version_that_cannot_be_pulled_stops_at_one():
    assert updated(image="broken:2") == (1, 9)


def test_a_version_that_crashes_after_five_seconds_goes_on_without_min_ready_seconds():
    came_to, ready = updated(words=CRASH)
    assert came_to > 5
    assert ready < NODES - 1


def test_a_version_that_crashes_after_five_seconds_stops_at_one_with_min_ready_seconds():
    assert updated(words=CRASH, min_ready=10) == (1, 9)


@pytest.mark.parametrize(("probe", "came_to"), [(None, (10, 10)), (PROBE, (1, 9))])
def test_a_version_that_does_nothing_is_stopped_by_a_readiness_probe_alone(
    probe, came_to
):
    assert updated(words=NOTHING, probe=probe) == came_to

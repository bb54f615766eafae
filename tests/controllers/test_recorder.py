"""How Events are counted, held back and written again, where the records say nothing."""

import pytest

from k8slearn import Cluster
from k8slearn.controllers.recorder import Recorder
from tests.support.helpers import bare_pod


@pytest.fixture
def cluster():
    found = Cluster(1, kubelet="manual")
    found.create(bare_pod("p1"))
    return found


@pytest.fixture
def tell(cluster):
    recorder = Recorder(cluster.controller("daemonset-controller").client, "tester")
    pod = cluster.get("Pod", "p1")

    def told(times=1):
        for _ in range(times):
            recorder.record(pod, "Normal", "Told", "something happened")

    return told


def stored(cluster):
    found = [event for event in cluster.list("Event") if event["reason"] == "Told"]
    assert len(found) < 2
    return found and found[0]


def test_what_the_filter_held_back_is_counted_once_it_passes(cluster, tell):
    tell(30)
    assert stored(cluster)["count"] == 25
    cluster.run(301)
    tell()
    assert stored(cluster)["count"] == 31


def test_one_that_was_deleted_comes_back_with_its_count(cluster, tell):
    tell(2)
    before = stored(cluster)
    cluster.delete("Event", before["metadata"]["name"])
    cluster.run(60)
    tell()
    after = stored(cluster)
    assert after["metadata"]["name"] == before["metadata"]["name"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]
    assert (after["count"], after["firstTimestamp"]) == (3, before["firstTimestamp"])
    assert after["lastTimestamp"] > before["lastTimestamp"]

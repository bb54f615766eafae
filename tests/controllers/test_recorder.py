"""Counting, limiting and rewriting Events, where the records have no example."""

from datetime import UTC, datetime

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import START
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


def test_a_list_of_events_has_them_in_the_order_of_telling():
    cluster = Cluster(1, kubelet="auto")
    cluster.create(bare_pod("p1"))
    cluster.run(5)
    told = cluster.list("Event")
    about = [each["reason"] for each in told if each["involvedObject"]["kind"] == "Pod"]
    # Most of them within one second: `kubectl describe` sorts by seconds, and leaves the rest as it is listed.
    assert about == ["Scheduled", "Pulling", "Pulled", "Created", "Started"]


def test_the_name_of_an_event_ends_in_its_nanosecond():
    cluster = Cluster(1, kubelet="manual")
    cluster.run(3600)
    cluster.create(bare_pod("p1"))
    cluster.settle()
    name = cluster.list("Event")[-1]["metadata"]["name"]
    moment = datetime.fromtimestamp(int(name.removeprefix("p1."), 16) / 1e9, UTC)
    assert abs((moment - START).total_seconds() - 3600) < 1

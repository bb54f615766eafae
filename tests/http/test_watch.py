"""Watches in process: what a client sees of the changes, and how a watch may begin."""

import pytest

from k8slearn.cluster import Cluster
from tests.support.api_client import (
    DAEMON_SETS,
    PODS,
    Client,
    config_map,
    daemon_set,
    events,
)

MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def client():
    found = Client(Cluster(2, kubelet="instant"))
    found.post(
        MAPS, {**config_map("a"), "metadata": {"name": "a", "labels": {"x": "1"}}}
    )
    return found


def label(client, value):
    client.patch(f"{MAPS}/a", {"metadata": {"labels": {"x": value}}}, "merge")


def told(data):
    return [(kind, o["metadata"].get("name")) for kind, o in events(data)]


def test_a_watch_from_a_list_sees_only_what_came_after(client):
    version = client.get(MAPS)["metadata"]["resourceVersion"]
    watch = client.watch(MAPS, resourceVersion=version)
    assert watch.first() == b"" and watch.news() == b""
    client.post(MAPS, config_map("b"))
    client.patch(f"{MAPS}/b", {"data": {"k": "v"}}, "merge")
    client.call("DELETE", f"{MAPS}/b")
    assert told(watch.news()) == [("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "b")]


def test_a_watch_begins_with_what_came_since_the_list(client):
    version = client.get(MAPS)["metadata"]["resourceVersion"]
    client.post(MAPS, config_map("b"))
    watch = client.watch(MAPS, resourceVersion=version)
    assert told(watch.first()) == [("ADDED", "b")] and watch.news() == b""


def test_a_watch_without_a_version_begins_with_what_is_there(client):
    assert ("ADDED", "a") in told(client.watch(MAPS).first())
    assert ("ADDED", "a") in told(client.watch(MAPS, resourceVersion="0").first())
    assert told(client.watch(f"{MAPS}/a").first()) == [("ADDED", "a")]


def test_an_object_comes_and_goes_with_its_labels(client):
    version = client.get(MAPS)["metadata"]["resourceVersion"]
    watch = client.watch(MAPS, resourceVersion=version, labelSelector="x=1")
    label(client, "2")
    label(client, "1")
    assert told(watch.news()) == [("DELETED", "a"), ("ADDED", "a")]


def test_a_streaming_list_ends_with_a_marked_bookmark(client):
    query = {
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
    }
    *first, (kind, mark) = events(client.watch(MAPS, **query).first())
    assert [kind for kind, _ in first] == ["ADDED", "ADDED"]
    assert kind == "BOOKMARK" and mark["metadata"]["annotations"] == {
        "k8s.io/initial-events-end": "true"
    }
    assert mark["metadata"]["resourceVersion"] == str(client.cluster.store.revision)


@pytest.mark.parametrize(
    "query", [{"sendInitialEvents": "true"}, {"resourceVersionMatch": "NotOlderThan"}]
)
def test_a_streaming_list_must_be_asked_for_wholly(client, query):
    assert client.call("GET", MAPS, watch="true", **query)[0] == 422


def test_a_bookmark_tells_how_far_the_watch_has_come(client):
    watch = client.watch(DAEMON_SETS, allowWatchBookmarks="true")
    watch.first()
    client.post(MAPS, config_map("c"))
    assert watch.news() == b""
    ((_, mark),) = events(watch.bookmark())
    assert mark["metadata"]["resourceVersion"] == str(client.cluster.store.revision)


def test_a_watch_of_tables_sends_one_row_an_event(client):
    accept = {"accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    watch = client.ask("GET", PODS, headers=accept, watch="true")
    assert watch.first() == b""
    client.post(DAEMON_SETS, daemon_set())
    client.cluster.settle()
    kinds = {(o["kind"], len(o["rows"])) for _, o in events(watch.news())}
    assert kinds == {("Table", 1)}


def test_every_change_is_seen_once_and_in_order(client):
    watch = client.watch(PODS)
    watch.first()
    client.post(DAEMON_SETS, daemon_set())
    client.cluster.run_until_quiet()
    seen = [
        int(o["metadata"]["resourceVersion"])
        for _, o in events(watch.news() + watch.news())
    ]
    written = [
        c.revision
        for c in client.cluster.store.log.changes
        if c.object["kind"] == "Pod"
    ]
    assert seen == written

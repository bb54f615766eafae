"""Following a cluster: pages, lost connections, refusals, and actors."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from k8slearn.apimachinery.errors import failure
from k8slearn.cluster import Cluster
from k8slearn.explain import why_this_pod
from k8slearn.pacing import seconds_now
from k8slearn.watching import NotConnected, WatchedCluster, connected, follower
from k8slearn.watching.kinds import READ
from tests.support.api_server import ApiServer, forbidden, gone, same, versions
from tests.support.fakes import DAEMON_SET, NEWER_IMAGE
from tests.support.waiting import eventually

PODS = "/api/v1/pods"


def rolled(nodes: int = 3) -> Cluster:
    """A cluster of today in which all is quiet."""
    made = Cluster(nodes=nodes, seed=1, start=seconds_now())
    made.apply(DAEMON_SET)
    made.run_until_quiet()
    return made


@pytest.fixture
def server() -> ApiServer:
    return ApiServer(rolled())


@pytest.fixture
def watched(server: ApiServer) -> Iterator[WatchedCluster]:
    made = server.watched()
    yield made
    made.close()


def test_it_begins_with_what_is_there_and_follows(watched, server):
    assert same(watched, server.cluster) and len(watched.actions) == 0
    server.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    server.cluster.run_until_quiet()
    eventually(lambda: same(watched, server.cluster))
    assert {verb for verb, _ in server.requests} == {"list", "watch"}


WRITES = {
    ("kubectl-set", "MODIFIED", "DaemonSet"),
    ("daemonset-controller", "ADDED", "ControllerRevision"),
    ("daemonset-controller", "ADDED", "Pod"),
    ("daemonset-controller", "MODIFIED", "Pod"),
    ("daemonset-controller", "MODIFIED", "DaemonSet"),
    ("daemonset-controller", "ADDED", "Event"),
    ("scheduler", "MODIFIED", "Pod"),
    ("kubelet", "MODIFIED", "Pod"),
    ("kubelet", "DELETED", "Pod"),
}


def test_each_write_has_the_name_of_who_made_it(watched, server):
    server.cluster.set_image("filebeat-ds", NEWER_IMAGE)
    server.cluster.run_until_quiet()
    eventually(lambda: same(watched, server.cluster))
    told = set()
    for change in watched.store.log.changes:
        kind = change.object["kind"]
        if kind != "Event" or change.actor == "daemonset-controller":
            told.add((change.actor, change.type, kind))
    assert told == WRITES
    steps = [action.component for action in watched.actions]
    assert steps == [change.actor for change in watched.store.log.changes]


def test_many_objects_come_in_pages(monkeypatch, server):
    monkeypatch.setattr(follower, "PAGE", 2)
    server.cluster.add_node()
    server.cluster.run_until_quiet()
    watched = server.watched()
    assert same(watched, server.cluster)
    assert server.requests["list", PODS] == 2
    watched.close()


def test_a_list_that_is_too_old_to_go_on_is_asked_for_in_one_piece(monkeypatch, server):
    monkeypatch.setattr(follower, "PAGE", 2)
    asked = []

    def refuse(path, query):
        asked.append((path, query))
        return gone() if "continue" in query else None

    server.refuse = refuse
    watched = server.watched()
    assert same(watched, server.cluster)
    of_pods = [set(query) for path, query in asked if path == PODS]
    assert of_pods[:3] == [{"limit"}, {"continue", "limit"}, set()]
    watched.close()


def test_a_watch_that_is_too_old_begins_anew_with_a_list(watched, server):
    lists = server.requests["list", PODS]
    server.refuse = lambda path, query: gone() if "watch" in query else None
    server.restart()
    server.cluster.add_node()
    server.cluster.run_until_quiet()
    eventually(lambda: server.requests["list", PODS] > lists + 1)
    eventually(lambda: same(watched, server.cluster))
    assert watched.lost_since is None


@pytest.mark.parametrize("silent", [False, True])
def test_a_watch_that_ends_goes_on_where_it_was(watched, server, silent):
    server.silent = silent
    lists = server.requests["list", PODS]
    watches = server.requests["watch", PODS]
    server.restart()
    eventually(lambda: server.requests["watch", PODS] > watches)
    server.cluster.delete_pod(server.cluster.list("Pod")[0]["metadata"]["name"])
    eventually(lambda: same(watched, server.cluster))
    assert server.requests["list", PODS] == lists


def test_a_lost_connection_is_said_and_that_it_is_back(watched, server):
    server.up = False
    eventually(lambda: watched.lost_since is not None)
    assert "起连接断了" in watched.about().notices[0]
    assert "connection refused" in watched.about().notices[0]
    dials = server.dials
    eventually(lambda: server.dials > dials + 1)
    server.cluster.add_node()
    server.cluster.run_until_quiet()
    server.up = True
    eventually(lambda: watched.lost_since is None)
    assert "重新连上了" in watched.about().notices[0]
    # What was made meanwhile was not seen being made.
    types = {change.object["kind"]: change.type for change in watched.store.log.changes}
    assert types["Pod"] == "LISTED"
    assert same(watched, server.cluster)
    server.cluster.add_node()
    eventually(lambda: same(watched, server.cluster, "Node"))


def test_what_comes_back_as_another_cluster_is_seen_as_one(watched, server):
    before = {o["metadata"]["uid"] for o in watched.store.list("Pod")}
    server.up = False
    eventually(lambda: watched.lost_since is not None)
    server.restart(rolled(2))
    server.up = True
    eventually(lambda: watched.lost_since is None)
    assert same(watched, server.cluster)
    assert len(watched.store.list("Node")) == 2
    assert before.isdisjoint(o["metadata"]["uid"] for o in watched.store.list("Pod"))


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (forbidden("events"), "Event（没有权限）"),
        (failure(404, "NotFound", "not found"), "Event（集群里没有这种对象）"),
    ],
)
def test_a_kind_that_cannot_be_read_is_left_out_in_one_sentence(server, refusal, why):
    server.refuse = lambda path, query: refusal if path.endswith("/events") else None
    watched = server.watched()
    assert watched.about().notices == (f"没有读到 {why}，图和解释里都没有它们。",)
    assert same(watched, server.cluster, "Node", "Pod", "DaemonSet")
    watched.close()


def test_where_nothing_may_be_read_there_is_no_cluster(server):
    server.refuse = lambda path, query: forbidden("nodes")
    with pytest.raises(NotConnected, match="什么也不让读（403）：nodes is forbidden"):
        server.watched()


def test_a_server_that_is_away_at_first_is_no_cluster(server):
    server.up = False
    with pytest.raises(NotConnected, match="connection refused"):
        server.watched()


def test_a_failure_of_the_server_is_tried_again(watched, server):
    error = failure(500, "InternalError", "etcd is away")
    server.refuse = lambda path, query: error
    server.restart()
    eventually(lambda: watched.lost_since is not None)
    assert "etcd is away" in watched.about().notices[0]
    server.refuse = lambda path, query: None
    eventually(lambda: watched.lost_since is None)


def test_its_past_is_kept_within_a_bound(server):
    watched = server.watched(history=10)
    for round in range(5):
        for node in server.cluster.list("Node"):
            for number in range(30):
                text = str(number + 100 * round)
                server.cluster.label(node["metadata"]["name"], {"n": text})
    eventually(lambda: same(watched, server.cluster))
    kept = len(list(watched.store.log.changes))
    assert 10 <= kept <= 10 + 256 and len(watched.store.log.changes) > 450
    assert watched.store.at(watched.store.log.oldest).list("Pod")
    watched.close()


def test_what_did_not_change_is_kept_once(watched, server):
    server.cluster.label("node1", {"disk": "ssd"})
    eventually(lambda: same(watched, server.cluster))
    change = watched.store.log.changes[-1]
    assert change.object["status"] is change.previous["status"]


def test_a_failure_of_our_own_is_said_and_begun_anew(watched, server, monkeypatch):
    failed = []

    def fails(*_):
        if not failed:
            failed.append(True)
            raise RuntimeError("ours")
        return "helm"

    monkeypatch.setattr(connected, "actor_of", fails)
    server.cluster.label("node1", {"a": "1"})
    eventually(lambda: failed)
    server.cluster.label("node1", {"a": "2"})
    eventually(lambda: watched._back)
    assert "ours" in watched._why_lost and same(watched, server.cluster)


def test_nobody_who_looks_leaves_no_thread(server):
    watched = server.watched()
    thread, gone = watched._background, weakref.ref(watched)
    del watched
    gc.collect()
    assert gone() is None
    thread.join()
    assert not thread.alive


def test_secrets_and_config_maps_are_never_asked_for(watched, server):
    paths = " ".join(path for _, path in server.requests)
    assert "secrets" not in paths and "configmaps" not in paths
    assert len({path for _, path in server.requests}) == len(READ)
    kinds = {o["kind"] for o in watched.dump()["items"]}
    assert not kinds & {"Secret", "ConfigMap"}


def test_a_dump_has_all_that_was_read(watched, server, tmp_path):
    items = watched.dump()["items"]
    assert len([o for o in items if o["kind"] == "Pod"]) == 3
    assert all(o["apiVersion"] and o["metadata"]["uid"] for o in items)
    assert all("managedFields" in o["metadata"] for o in items if o["kind"] == "Pod")
    path = watched.dump(tmp_path / "dump.json")
    assert '"kind": "DaemonSet"' in path.read_text()


def test_what_was_dumped_goes_on_as_it_was(watched, server, tmp_path):
    loaded = Cluster.load(watched.dump(tmp_path / "dump.json"))
    loaded.run_until_quiet()
    assert versions(loaded.list("Pod")) == versions(server.cluster.list("Pod"))
    pod = loaded.list("Pod")[0]
    told = str(why_this_pod(loaded, loaded.store, pod, loaded.now))
    # A dump has no log, so the Pod's creator is unknown.
    assert "创建了它" not in told and "就绪，而且可用" in told


def test_it_can_do_nothing_but_look(watched):
    for verb in ("create", "patch", "delete", "apply", "set_image", "label", "cordon"):
        assert not hasattr(watched, verb)

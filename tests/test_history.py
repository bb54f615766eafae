"""A cluster with a limited history: the rest of its past is right, and asking for dropped parts gives an error."""

import threading

import pytest

from k8slearn.apimachinery import bulk
from k8slearn.apimachinery.log import PIECE
from k8slearn.apimachinery.window import Released
from k8slearn.cluster import Cluster
from k8slearn.course.narration import narrate
from k8slearn.explain import why_created
from k8slearn.journal import NotReplayable
from k8slearn.lab.app import Lab
from tests.support.api_client import Client, config_map, daemon_set, events

BOUND = 300
KINDS = ("Pod", "Node", "DaemonSet", "ControllerRevision", "ConfigMap", "Event")
LONG = "x" * 50_000
MAPS = "/api/v1/namespaces/default/configmaps"


def lived(history):
    """A cluster that has been through some 1,500 writes; what is there from the start is written seldom."""
    cluster = Cluster(3, history=history)
    cluster.apply(config_map("old", x="1") | {"apiVersion": "v1"})
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    for round in range(36):
        cluster.set_image("web", f"web:{round}")
        cluster.run_until_quiet()
        cluster.apply(config_map("new", x=str(round)) | {"apiVersion": "v1"})
        if round % 3 == 0:
            cluster.delete("ConfigMap", "new")
    return cluster


@pytest.fixture(scope="module")
def whole():
    return lived(None)


@pytest.fixture
def cut():
    return lived(BOUND)


def test_so_many_writes_are_kept(cut, whole):
    assert cut.store.revision == whole.store.revision > 2 * (BOUND + PIECE)
    log = cut.store.log
    assert BOUND <= len(list(log.changes)) < BOUND + PIECE
    assert len(log.changes) == cut.store.revision
    assert len(list(log.base)) <= sum(len(whole.list(kind)) for kind in KINDS) + 20
    assert len(list(cut.actions)) < BOUND + PIECE
    assert len(cut.actions) == len(whole.actions)
    assert len(cut.control_plane.journal) < PIECE


def test_every_moment_that_is_left_is_what_it_was(cut, whole):
    oldest, latest = cut.store.log.oldest, cut.store.revision
    for revision in (oldest, oldest + 1, oldest + 57, latest - 1, latest):
        then, again = whole.at(revision), cut.at(revision)
        assert then.time == again.time
        for kind in KINDS:
            assert then.list(kind) == again.list(kind), (revision, kind)
    for action in cut.actions:
        assert cut.changes(action) == list(whole.changes(whole.actions[action.number]))
        assert cut.at(action.first).revision == action.first


def test_managed_fields_stay_true(cut, whole):
    for kind in KINDS:
        for o in whole.list(kind):
            name, place = o["metadata"]["name"], o["metadata"].get("namespace", "")
            assert cut.get(kind, name, place) == whole.get(kind, name, place)
    assert cut.get("ConfigMap", "old")["metadata"]["managedFields"]
    twin = cut.fork()
    assert twin.get("DaemonSet", "web") == whole.get("DaemonSet", "web")
    assert twin.get("ConfigMap", "old") == whole.get("ConfigMap", "old")


def test_what_is_gone_is_told(cut):
    with pytest.raises(Released, match="历史"):
        cut.at(cut.store.log.oldest - 1)
    with pytest.raises(NotReplayable, match="history"):
        cut.fork(at=len(cut.actions) - 1)


def test_a_fork_goes_on_as_the_cluster_does(cut):
    twin = cut.fork()
    for cluster in (cut, twin):
        cluster.set_image("web", "web:last")
        cluster.run_until_quiet()
    assert list(twin.store.log.changes) == list(cut.store.log.changes)


def test_a_lesson_keeps_all():
    cluster = Cluster(2)
    assert cluster.control_plane.history == 50_000
    assert "`history`" in Cluster.__doc__


def test_explanations_and_the_lab_live_with_what_is_left(cut):
    lab = Lab(cut)
    lab.go_to(0)
    lab.go_to(len(cut.actions) - 3)
    for pod in cut.list("Pod"):
        assert why_created(cut, pod)
    assert str(narrate(cut))
    lab.go_to(0)
    for round in range(10):
        cut.set_image("web", f"web:again-{round}")
        cut.run_until_quiet()
    lab.go_to(cut.actions.first)
    lab.close()


def test_a_client_that_comes_too_late_begins_anew():
    client = Client(Cluster(history=20))
    client.post(MAPS, config_map("a", x="0"))
    old = client.get(MAPS)["metadata"]["resourceVersion"]
    slow, quick = (client.watch(MAPS, resourceVersion=old) for _ in range(2))
    assert slow.first() == quick.first() == b""
    seen = 0
    for number in range(PIECE + 30):
        client.patch(f"{MAPS}/a", {"data": {"x": str(number + 1)}})
        seen += len(events(quick.news()))
    assert seen == PIECE + 30 and not quick.over
    ((kind, status),) = events(slow.news())
    assert (kind, status["code"], status["reason"]) == ("ERROR", 410, "Expired")
    assert slow.over
    for query in (
        {"resourceVersion": old, "resourceVersionMatch": "Exact"},
        {"resourceVersion": old, "limit": "1"},
    ):
        code, status = client.call("GET", MAPS, **query)
        assert (code, status["reason"]) == (410, "Expired")
    ((kind, status),) = events(client.watch(MAPS, resourceVersion=old).first())
    assert (kind, status["code"]) == ("ERROR", 410)
    assert client.get(MAPS)["items"]


def test_owners_are_true_while_history_goes():
    """A watch asks for the owners of fields without the lock."""
    cluster = Cluster(history=10)
    cluster.apply(config_map("a", x="0") | {"apiVersion": "v1"})
    wanted = cluster.get("ConfigMap", "a")["metadata"]["managedFields"]
    seen, end = [], threading.Event()

    def ask():
        while not end.is_set():
            live = cluster.store.get("ConfigMap", "a", "default")
            shown = cluster.registry.shown(live)["metadata"]
            # An object whose history was dropped before is shown without owners.
            seen.append(shown.get("managedFields", []))

    thread = threading.Thread(target=ask)
    thread.start()
    for number in range(3 * PIECE):
        cluster.patch("ConfigMap", "a", {"data": {"x": f"{number}"}}, manager="me")
    end.set()
    thread.join()
    managers = {tuple(sorted(each["manager"] for each in fields)) for fields in seen}
    assert len(wanted) == 1 and managers <= {
        (),
        ("kubectl-client-side-apply",),
        ("kubectl-client-side-apply", "me"),
    }


def test_large_objects_are_kept_up_to_so_many_bytes(monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 400_000)
    monkeypatch.setattr(bulk, "SPARE", 50_000)
    cluster = Cluster()
    client = Client(cluster)
    client.post(MAPS, config_map("large"))
    log = cluster.store.log
    for number in range(40):
        client.patch(f"{MAPS}/large", {"data": {"x": f"{number} {LONG}"}})
        assert log.bulk.size <= 450_000
    kept = [change for change in log.changes if change.key[2] == "large"]
    assert 7 <= len(kept) <= 9
    with pytest.raises(Released):
        cluster.at(log.oldest - 1)
    assert cluster.fork().get("ConfigMap", "large")["data"]["x"].startswith("39 ")

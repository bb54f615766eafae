"""When a served cluster acts on what a client writes, and how its time runs."""

import time
from math import inf

import pytest

from k8slearn.cluster import Cluster
from k8slearn.http.pacing import ServedTime
from tests.support.api_client import DAEMON_SETS, PODS, daemon_set, names
from tests.support.http_client import ClusterServer, JsonClient, Wire
from tests.support.waiting import eventually


@pytest.fixture
def server():
    with ClusterServer(Cluster(2), pace=None) as found:
        yield found


def posted(server):
    client = JsonClient(server)
    assert client.ask("POST", DAEMON_SETS, daemon_set())[0] == 201
    return client


def test_paused_it_stores_and_acts_when_time_goes_on(server):
    client = posted(server)
    time.sleep(0.3)
    assert client.get(PODS)["items"] == [] and server.cluster.now == 0
    server.cluster.run_until_quiet()
    assert len(client.get(PODS)["items"]) == 2


def test_it_acts_at_once_while_time_stands_still(server):
    server.pace = 0
    client = posted(server)
    assert [pod["spec"].get("nodeName") for pod in client.get(PODS)["items"]] == [
        "node2",
        "node1",
    ]
    time.sleep(0.3)
    assert server.cluster.now == 0


def test_after_each_command_all_is_quiet(server):
    server.pace = inf
    client = posted(server)
    pods = client.get(PODS)["items"]
    assert [pod["status"]["phase"] for pod in pods] == ["Running"] * 2
    victim = pods[0]["metadata"]["name"]
    assert client.ask("DELETE", f"{PODS}/{victim}")[0] == 200
    assert victim not in names(client.get(PODS)) and len(client.get(PODS)["items"]) == 2


def test_time_runs_with_the_real_one_or_faster(server):
    server.pace = 1.0
    began, simulated = time.monotonic(), server.cluster.now
    time.sleep(0.5)
    asked = time.monotonic() - began
    Wire(server).ask("GET", PODS)
    passed = server.cluster.now - simulated
    # Whenever it was answered in between: a busy machine may take its time.
    assert asked - 0.05 <= passed <= time.monotonic() - began + 0.05
    server.pace = 50.0
    client = posted(server)
    eventually(
        lambda: all(
            pod["status"]["phase"] == "Running" for pod in client.get(PODS)["items"]
        )
    )
    assert server.cluster.now > 2


def test_a_component_that_fails_does_not_stop_time(server):
    def broken():
        raise RuntimeError("broken")

    cluster = server.cluster
    cluster.clock.schedule(cluster.now, 0, "broken", "x", broken)
    server.pace = 20.0
    eventually(lambda: server.time.failure is not None)
    client = posted(server)
    eventually(lambda: len(client.get(PODS)["items"]) == 2)


def test_a_cell_that_holds_the_cluster_delays_requests_but_not_health(server):
    wire = Wire(server)
    server.pace = 1.0
    with server.cluster.lock:
        assert wire.ask("GET", "/healthz") == (200, b"ok")
    assert wire.ask("GET", PODS)[0] == 200


def test_a_date_to_come_moves_no_time():
    """With an infinite pace a CronJob of every minute does not make time run on for ever."""
    cluster = Cluster(2)
    served = ServedTime(cluster.control_plane, inf)
    job = {
        "template": {
            "spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "c", "image": "i"}],
            }
        }
    }
    spec = {"schedule": "* * * * *", "jobTemplate": {"spec": job}}
    cluster.create(
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": "c"},
            "spec": spec,
        }
    )
    before = cluster.now
    served.wrote()
    assert cluster.now == before and not cluster.list("Job")
    # What follows from a write does happen, however long it takes.
    cluster.create(daemon_set())
    served.wrote()
    assert cluster.get("DaemonSet", "web")["status"]["numberReady"] == 2
    assert before < cluster.now < before + 60

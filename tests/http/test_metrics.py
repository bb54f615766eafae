"""kubectl top: the usage of Nodes and Pods by their scripts."""

import json
import os
import subprocess

import pytest

from k8slearn.cluster import Cluster
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.api_client import Client
from tests.support.http_client import ClusterServer

METRICS = "/apis/metrics.k8s.io/v1beta1"
POD = """
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  labels: {{team: a}}
  annotations: {{k8slearn/behaviour: "run cpu=250m mem=64Mi"}}
spec:
  nodeName: node1
  containers: [{{name: main, image: "nginx:1"}}]
"""


@pytest.fixture(scope="module")
def cluster():
    found = Cluster(2, kubelet="auto")
    found.apply(POD.format(name="busy"))
    found.run(60.0)
    return found


def top(cluster, *argv):
    with ClusterServer(cluster, pace=0) as server:
        return subprocess.run(
            [find_kubectl(), "top", *argv],
            env={**os.environ, **server.environment},
            capture_output=True,
            text=True,
            timeout=60,
        )


def test_top_pods(cluster):
    done = top(cluster, "pods")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines == [["NAME", "CPU(cores)", "MEMORY(bytes)"], ["busy", "250m", "64Mi"]]


def test_top_nodes(cluster):
    done = top(cluster, "nodes")
    lines = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert lines["node1"][0] == "250m" and lines["node1"][1] == "6%"
    # Its own processes alone.
    assert lines["node2"] == ["0m", "0%", "500Mi", "6%"]


def test_a_new_pod_and_a_silent_node_are_not_measured(cluster):
    twin = cluster.fork()
    twin.apply(POD.format(name="new"))
    twin.run(10.0)
    client = Client(twin)
    assert [o["metadata"]["name"] for o in client.get(f"{METRICS}/pods")["items"]] == [
        "busy"
    ]
    twin.stop_kubelet("node1")
    assert client.get(f"{METRICS}/pods")["items"] == []
    names = [o["metadata"]["name"] for o in client.get(f"{METRICS}/nodes")["items"]]
    assert names == ["node2"]


def test_selectors_and_single_ones(cluster):
    client = Client(cluster)
    pods = f"{METRICS}/namespaces/default/pods"
    assert len(client.get(pods, labelSelector="team=a")["items"]) == 1
    assert client.get(pods, labelSelector="team=b")["items"] == []
    found = client.get(f"{pods}/busy")
    assert found["containers"] == [
        {"name": "main", "usage": {"cpu": "250000000n", "memory": "65536Ki"}}
    ]
    assert client.call("GET", f"{pods}/no")[0] == 404
    assert client.call("DELETE", f"{pods}/busy")[0] == 405


def test_nobody_measures_what_is_not_simulated():
    done = top(Cluster(1, kubelet="instant"), "nodes")
    assert done.returncode and "Metrics API not available" in done.stderr


GROUP = METRICS.rpartition("/")[0]
PATHS = (GROUP, METRICS, f"{METRICS}/nodes", f"/openapi/v3{METRICS}")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_of_it_is_there_without_a_metrics_server(cluster, path):
    assert Client(cluster).call("GET", path)[0] == 200
    without = Client(Cluster(1, kubelet="instant"))
    for method in ("GET", "POST"):
        assert without.call(method, path)[0] == 404


def test_it_is_named_only_where_there_is_one(cluster):
    without = Client(Cluster(1, kubelet="instant"))
    for path in ("/apis", "/openapi/v3"):
        named = json.dumps(Client(cluster).get(path))
        assert "metrics.k8s.io" in named
        assert "metrics.k8s.io" not in json.dumps(without.get(path))

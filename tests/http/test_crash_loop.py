"""A Pod that crashes over and over, looked at with the real kubectl: get, logs, logs -p, exec, top, describe."""

import os
import re
import subprocess

import pytest

from k8slearn.cluster import Cluster
from k8slearn.pacing import seconds_now
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.http_client import ClusterServer

MANIFEST = """
apiVersion: v1
kind: Pod
metadata:
  name: loop
  annotations:
    k8slearn/behaviour: "exit=3@5; log@1=reading config; log@9=never; log=panic: no such file"
spec:
  containers:
  - name: main
    image: shop/api:1.2
    env: [{name: MODE, value: fast}]
    readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 5}
---
apiVersion: v1
kind: Pod
metadata:
  name: steady
  annotations: {k8slearn/behaviour: "run cpu=120m mem=64Mi; log-every=10:tick"}
spec: {containers: [{name: main, image: "shop/web:1"}]}
"""


def crashed(start):
    """A cluster in which the container has just ended for the fourth time, and its age in seconds."""
    cluster = Cluster(1, kubelet="auto", start=start, seed=1)
    cluster.apply(MANIFEST)
    age = 0.0
    while status_of(cluster).get("restartCount", 0) < 3 or "terminated" not in state_of(
        cluster
    ):
        cluster.run(1.0)
        age += 1.0
    return cluster, age


@pytest.fixture(scope="module")
def server():
    # kubectl computes ages by this computer's clock, so the cluster has to reach the present.
    _, age = crashed(0.0)
    cluster, _ = crashed(seconds_now() - age)
    with ClusterServer(cluster, pace=0) as found:
        yield found


def kubectl(server, *argv):
    done = subprocess.run(
        [find_kubectl(), *argv],
        env={**os.environ, **server.environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout if done.returncode == 0 else done.stderr


def test_get_tells_why_how_often_and_when_last(server):
    pattern = r"loop +0/1 +Error +3 \(\d+s ago\) +\d+s\n"
    assert re.search(pattern, kubectl(server, "get", "pods"))
    assert "steady   1/1     Running" in kubectl(server, "get", "pods")


def test_logs_are_those_of_this_life_and_of_the_one_before(server):
    assert kubectl(server, "logs", "loop") == "reading config\npanic: no such file\n"
    before = kubectl(server, "logs", "-p", "loop", "--timestamps").splitlines()
    now = kubectl(server, "logs", "loop", "--timestamps").splitlines()
    assert [line.split(" ", 1)[1] for line in before] == [
        "reading config",
        "panic: no such file",
    ]
    assert before[-1] < now[0]
    assert kubectl(server, "logs", "loop", "--tail=1") == "panic: no such file\n"
    whole = "reading config\npanic: no such file\n"
    assert kubectl(server, "logs", "loop", "--since=1h") == whole
    later = "--since-time=2100-01-01T00:00:00Z"
    assert kubectl(server, "logs", "loop", later) == ""


def test_logs_of_one_that_never_ended(server):
    assert kubectl(server, "logs", "steady").startswith("tick\ntick\n")
    assert kubectl(server, "logs", "-p", "steady") == (
        "Error from server (BadRequest): previous terminated container "
        '"main" in pod "steady" not found\n'
    )


def test_nothing_runs_that_a_command_could_run_in(server):
    told = kubectl(server, "exec", "loop", "--", "env")
    assert told == 'error: unable to upgrade connection: container not found ("main")\n'
    assert "HOSTNAME=steady" in kubectl(server, "exec", "steady", "--", "env")


def test_top_shows_what_runs(server):
    lines = [line.split() for line in kubectl(server, "top", "pods").splitlines()]
    assert lines == [
        ["NAME", "CPU(cores)", "MEMORY(bytes)"],
        ["steady", "120m", "64Mi"],
    ]
    told = kubectl(server, "top", "pod", "loop")
    assert "Metrics not available for pod default/loop" in told or "NotFound" in told


def test_describe_reads_as_the_real_one(server):
    told = kubectl(server, "describe", "pod", "loop")
    for line in (
        r"    State:          (Terminated\n      Reason:       Error|Waiting\n      Reason:       Crash)",
        r"    Last State:     Terminated\n      Reason:       Error\n      Exit Code:    3\n",
        r"    Restart Count:  3\n",
        r"    Container ID:   containerd://[0-9a-f]{64}\n",
        r"    Readiness: +http-get http://:8080/healthz delay=0s timeout=1s period=5s",
        r"  Ready                       False \n",
        r"  Normal   Started +\d+s \(x4 over \d+s\) +kubelet +spec.containers\{main\}: Container started\n",
        r"  Warning  BackOff +\d+s \(x\d over \d+s\) +kubelet +spec.containers\{main\}: "
        r"Back-off restarting failed container main in pod loop_default\([0-9a-f-]{36}\)\n",
    ):
        assert re.search(line, told), told


def test_a_followed_log_ends_with_its_container(server):
    twin = server.cluster.fork()
    twin.run(80.0)
    while "running" not in state_of(twin):
        twin.run(1.0)
    with ClusterServer(twin, pace=5.0) as other:
        told = kubectl(other, "logs", "-f", "loop")
    assert told == "reading config\npanic: no such file\n"


def status_of(cluster):
    """The container's status, {} before the kubelet has written it."""
    found = cluster.get("Pod", "loop").get("status", {}).get("containerStatuses")
    return found[0] if found else {}


def state_of(cluster):
    return status_of(cluster).get("state", {})

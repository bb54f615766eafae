"""The cluster of a kubectl: a lesson's own in its cells, the one served last in a terminal."""

import os
import signal
import subprocess
import sys
import threading

import pytest
import yaml

from k8slearn.cluster import Cluster
from k8slearn.http import kubeconfig
from k8slearn.locale import http as words
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.http_client import ClusterServer

KERNEL = """
import subprocess, sys
from k8slearn import Cluster
server = Cluster(int(sys.argv[1])).serve()
print("ready", flush=True)
for line in sys.stdin:
    done = subprocess.run(line, shell=True, capture_output=True, text=True)
    print(repr(done.stdout + done.stderr), flush=True)
"""


class Kernel:
    """A process that serves a cluster, and runs in itself what a cell would after an exclamation mark."""

    def __init__(self, nodes, shared, notebook=""):
        environment = os.environ | {
            "K8SLEARN_KUBECONFIG": str(shared),
            "KUBECONFIG": str(shared),
            "JPY_SESSION_NAME": notebook,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", KERNEL, str(nodes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.process.stdout.readline() == "ready\n"

    def run(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return eval(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


@pytest.fixture
def shared(tmp_path):
    return tmp_path / "kubeconfig"


@pytest.fixture
def start(shared):
    kernels = []

    def start(nodes, notebook=""):
        kernels.append(Kernel(nodes, shared, notebook))
        return kernels[-1]

    yield start
    for kernel in kernels:
        kernel.end()


def terminal(shared, line):
    """The output in a terminal of the course's JupyterLab."""
    command = [find_kubectl(), *line.split()[1:]]
    done = subprocess.run(
        command,
        env=os.environ | {"KUBECONFIG": str(shared)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


def test_two_kernels_and_a_terminal_each_have_their_own_cluster(shared, start):
    nodes = "kubectl get nodes -o name"
    first = start(2, "/lessons/04_update_strategy.ipynb")
    second = start(5, "/lessons/05_placement.ipynb")
    assert first.run(nodes).splitlines() == ["node/node1", "node/node2"]
    assert len(second.run(nodes).splitlines()) == 5
    assert first.run("kubectl config current-context") == "04_update_strategy\n"
    first.run("kubectl create configmap mine")
    assert "NotFound" in second.run("kubectl get configmap mine")
    assert terminal(shared, "kubectl config current-context") == "05_placement\n"
    assert len(terminal(shared, nodes).splitlines()) == 5
    second.end()
    assert terminal(shared, "kubectl config current-context") == "04_update_strategy\n"
    assert len(terminal(shared, nodes).splitlines()) == 2
    assert len(first.run(nodes).splitlines()) == 2
    first.end()
    assert words.NOBODY_SERVES in terminal(shared, nodes)


def test_a_killed_kernel_does_not_keep_the_terminals(shared, start):
    first, second = start(1), start(2)
    second.process.send_signal(signal.SIGKILL)
    second.process.wait()
    third = start(3)
    assert [
        each["name"] for each in yaml.safe_load(shared.read_text())["contexts"]
    ] == ["k8slearn", "k8slearn-2"]
    third.end()
    assert terminal(shared, "kubectl config current-context") == "k8slearn\n"
    first.end()
    assert yaml.safe_load(shared.read_text())["contexts"] == []


def test_a_terminal_may_choose_and_its_choice_stays(shared, monkeypatch):
    monkeypatch.setenv("K8SLEARN_KUBECONFIG", str(shared))
    with (
        ClusterServer(Cluster(1), name="one") as one,
        ClusterServer(Cluster(2), name="two") as two,
    ):
        assert (one.name, two.name) == ("one", "two")
        terminal(shared, "kubectl config use-context one")
        terminal(shared, "kubectl config set-context --current --namespace=kube-system")
        # kubectl takes our mark away, and the next server still knows the file.
        with ClusterServer(Cluster(3), name="two") as third:
            assert third.name == "two-2"
            assert terminal(shared, "kubectl config current-context") == "two-2\n"
        config = yaml.safe_load(shared.read_text())
        assert config["contexts"][0]["context"]["namespace"] == "kube-system"
    assert yaml.safe_load(shared.read_text())["contexts"] == []


def test_many_servers_at_once_are_all_entered(shared):
    with ClusterServer(Cluster()) as server:
        urls = [f"https://127.0.0.1:{server.port}/{number}" for number in range(20)]

        def enter(url):
            kubeconfig.enter(shared, "same", url, server._credentials)

        threads = [threading.Thread(target=enter, args=(url,)) for url in urls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        config = yaml.safe_load(shared.read_text())
    assert {each["cluster"]["server"] for each in config["clusters"]} == set(urls)
    assert len({each["name"] for each in config["contexts"]}) == 20
    assert config["current-context"] == config["contexts"][-1]["name"]
    assert [each.name for each in shared.parent.iterdir()] == ["kubeconfig"]


def test_a_lock_that_somebody_left_is_passed_over(shared, monkeypatch):
    monkeypatch.setattr(kubeconfig, "LOCK_SECONDS", 0.1)
    shared.with_name("kubeconfig.lock").touch()
    with ClusterServer(Cluster(), kubeconfig=shared) as server:
        assert server.token in shared.read_text()
    assert list(shared.parent.iterdir()) == []


def test_a_launcher_that_is_gone_stops_no_lesson(shared, monkeypatch):
    monkeypatch.setenv("K8SLEARN_KUBECONFIG", str(shared / "gone" / "kubeconfig"))
    with ClusterServer(Cluster()) as server:
        assert server.kubeconfig.exists()


@pytest.mark.parametrize(
    ("session", "name"),
    [
        ("/srv/me/04_update_strategy.ipynb", "04_update_strategy"),
        ("我的.ipynb", "我的"),
        ("console-1-2f1b", "k8slearn"),
        ("", "k8slearn"),
    ],
)
def test_a_cluster_is_called_after_its_notebook(monkeypatch, session, name):
    monkeypatch.setenv("JPY_SESSION_NAME", session)
    assert kubeconfig.lesson_name() == name

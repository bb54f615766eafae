"""The faults of a cluster: slow kubelets, full Nodes, wrong clocks, a lagging cache."""

import pytest

from k8slearn import ApiError, Cluster
from k8slearn.apimachinery.objects import is_deleting, seconds_of
from k8slearn.controllers.runtime import Expectations
from k8slearn.kinds.pod.state import get_target_node_name, is_pod_ready
from tests.support.helpers import DS, daemon_set, events, owned, rolling, running


def started(cluster, node):
    """The simulated second at which the daemon Pod of a Node got ready."""
    writes = (
        change for change in cluster.store.log.changes if change.object["kind"] == "Pod"
    )
    return next(
        c.time
        for c in writes
        if get_target_node_name(c.object) == node and is_pod_ready(c.object)
    )


def most_pods_on_a_node(cluster):
    """The largest number of daemon Pods, without those being deleted, that a Node had at one moment."""
    most = 0
    for revision in range(1, cluster.store.revision + 1):
        pods = [p for p in cluster.at(revision).list("Pod") if not is_deleting(p)]
        nodes = [get_target_node_name(p) for p in pods]
        most = max([most, *(nodes.count(node) for node in set(nodes))])
    return most


def test_a_slow_kubelet_takes_so_many_times_as_long():
    cluster = Cluster(2)
    cluster.slow_kubelet("node2", 10)
    cluster.apply(daemon_set())
    cluster.run_until_quiet()
    assert started(cluster, "node2") > 5 * started(cluster, "node1")


def test_a_full_node_refuses_who_asks_for_more_and_takes_who_asks_for_nothing():
    cluster = Cluster(1)
    cluster.fill_node("node1")
    asks = {
        "containers": [
            {"name": "main", "image": "a", "resources": {"requests": {"cpu": "100m"}}}
        ]
    }
    cluster.apply(daemon_set("greedy", pod=asks))
    cluster.apply(daemon_set("modest"))
    cluster.run_until_quiet()
    greedy, modest = owned(cluster, "greedy") + owned(cluster, "modest")
    assert "nodeName" not in greedy["spec"] and is_pod_ready(modest)
    cluster.delete_pod("filler-node1")
    cluster.run_until_quiet()
    assert is_pod_ready(owned(cluster, "greedy")[0])


def test_a_node_is_filled_once():
    cluster = Cluster(1)
    cluster.fill_node("node1")
    with pytest.raises(ApiError, match="already exists"):
        cluster.fill_node("node1")


@pytest.mark.parametrize(("skew", "waits"), [(0, 10), (30, 40), (-60, 0)])
def test_a_wrong_clock_moves_the_end_of_min_ready_seconds(skew, waits):
    """The controller holds its own clock against the time that the Node's kubelet wrote."""
    cluster = Cluster(1)
    cluster.skew_clock("node1", skew)
    cluster.apply(daemon_set(minReadySeconds=10))
    cluster.run_until_quiet()
    sets = [c for c in cluster.store.log.changes if c.object["kind"] == "DaemonSet"]
    available = next(
        c.time for c in sets if c.object.get("status", {}).get("numberAvailable")
    )
    ready = started(cluster, "node1")
    assert waits - 1 <= available - ready <= waits + 11
    wrote = next(
        c for c in owned(cluster, DS)[0]["status"]["conditions"] if c["type"] == "Ready"
    )["lastTransitionTime"]
    assert abs(seconds_of(wrote) - ready - skew) <= 1


@pytest.mark.parametrize("seconds", [0.5, 5.0, 40.0])
def test_a_lagging_cache_never_makes_a_second_pod(seconds):
    cluster = Cluster(4)
    cluster.lag_cache(seconds)
    cluster.apply(daemon_set(updateStrategy=rolling(2)))
    cluster.run(seconds / 2)
    cluster.label("node1", {"heard": "between"})
    cluster.run_until_quiet()
    cluster.delete_pod(owned(cluster, DS)[0]["metadata"]["name"])
    cluster.set_image(DS, "agent:2")
    cluster.run_until_quiet()
    assert most_pods_on_a_node(cluster) == 1
    assert [p["spec"]["containers"][0]["image"] for p in owned(cluster, DS)] == [
        "agent:2"
    ] * 4
    assert all(map(is_pod_ready, owned(cluster, DS)))


def test_it_is_the_expectations_that_prevent_it(monkeypatch):
    """Without expectations the controller trusts its old cache and creates Pods for Nodes that have one."""
    monkeypatch.setattr(Expectations, "satisfied", lambda self, key: True)
    cluster = Cluster(3)
    cluster.lag_cache(5)
    cluster.apply(daemon_set())
    cluster.run(2.0)
    cluster.label("node1", {"heard": "between"})
    cluster.run_until_quiet()
    assert most_pods_on_a_node(cluster) > 1


def test_a_lag_that_ends_delivers_all_at_once():
    cluster = running(2, kubelet="auto")
    cluster.lag_cache(1000)
    cluster.add_node("late")
    cluster.run(10)
    assert len(owned(cluster, DS)) == 2
    cluster.lag_cache(0)
    cluster.settle()
    assert len(owned(cluster, DS)) == 3
    assert events(cluster, "SuccessfulCreate") == 3


def test_a_fork_lags_by_itself():
    cluster = running(1, kubelet="auto")
    cluster.lag_cache(20)
    cluster.add_node("late")
    twin = cluster.fork()
    twin.lag_cache(0)
    twin.settle()
    assert (len(owned(twin, DS)), len(owned(cluster, DS))) == (2, 1)
    cluster.run(21)
    assert len(owned(cluster, DS)) == 2

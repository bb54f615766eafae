"""A Node whose kubelet stops: Unknown after 50 seconds, its Pods not ready, emptied slowly, undone at its return."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import (
    condition,
    micro_timestamp,
    name,
    with_status,
)
from k8slearn.apiserver.client import Client
from k8slearn.controllers.node_health import (
    GRACE_PERIOD,
    LEASES,
    not_ready,
    silent,
    silent_from,
)
from k8slearn.kinds.node import new_node, with_ready
from tests.support.helpers import events, taints

UNREACHABLE = "node.kubernetes.io/unreachable"


class Heartbeat:
    """The part of a Node's kubelet that renews its Lease."""

    def __init__(self, cluster, node):
        self.cluster, self.node = cluster, node
        self.client = Client(cluster.registry, "kubelet", "kubelet")
        self.key = ("Lease", LEASES, node)

    def start(self):
        now, renewals = self.cluster.now, self.cluster.registry.renewals
        with self.cluster.control_plane.acting("kubelet", self.node):
            self.write(now)
            renewals.begin(self.key, now, 10.0)
            node = self.client.require("Node", self.node)
            self.client.update_status(with_ready(node, "True", now))

    def stop(self):
        now, renewals = self.cluster.now, self.cluster.registry.renewals
        with self.cluster.control_plane.acting("kubelet", self.node):
            lease = self.client.require("Lease", self.node, LEASES)
            self.write(renewals.latest(lease, now))
            renewals.end(self.key)

    def write(self, at):
        spec = {"holderIdentity": self.node, "renewTime": micro_timestamp(at)}
        old = self.client.get("Lease", self.node, LEASES)
        if old:
            self.client.update({**old, "spec": spec})
            return
        meta = {"name": self.node, "namespace": LEASES}
        kind = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
        self.client.create({**kind, "metadata": meta, "spec": spec})


def cluster_of(nodes=3, **about):
    cluster = Cluster(nodes=nodes, kubelet="instant", **about)
    beats = {
        name(node): Heartbeat(cluster, name(node)) for node in cluster.list("Node")
    }
    for beat in beats.values():
        beat.start()
    cluster.create(pod("steady", "node1"))
    cluster.run(20.0)
    return cluster, beats


def pod(name, node):
    spec = {"nodeName": node, "containers": [{"name": "c", "image": "i"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def ready(cluster, kind="Node", name="node1"):
    return condition(cluster.get(kind, name), "Ready")["status"]


def run_to(cluster, second):
    cluster.run(second - cluster.now)


def test_a_node_that_is_heard_of_costs_nothing_and_stays_ready():
    cluster, _ = cluster_of()
    before = cluster.store.revision
    cluster.run(3600.0)
    assert cluster.store.revision == before
    assert ready(cluster) == "True"


def test_a_silent_node_is_unknown_after_fifty_seconds():
    cluster, beats = cluster_of()
    run_to(cluster, 23.0)
    beats["node1"].stop()
    # Renewed at 20, seen by the look at 20.
    run_to(cluster, 69.9)
    assert ready(cluster) == "True"
    run_to(cluster, 70.1)
    assert ready(cluster) == "Unknown"
    assert ready(cluster, "Pod", "steady") == "False"
    assert f"{UNREACHABLE}:NoSchedule" in taints(cluster, "node1")
    assert ready(cluster, name="node2") == "True"


def test_its_conditions_say_that_nothing_is_heard():
    cluster, beats = cluster_of()
    beats["node1"].stop()
    cluster.run(60.0)
    told = {
        (c["type"], c["status"], c["reason"])
        for c in cluster.get("Node", "node1")["status"]["conditions"]
    }
    assert ("Ready", "Unknown", "NodeStatusUnknown") in told
    # What it said of its memory does not count any more either.
    assert ("MemoryPressure", "Unknown", "NodeStatusUnknown") in told


def test_what_a_kubelet_never_said_is_told_apart():
    node = new_node("node1", 0.0)
    node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    reasons = {c["type"]: c["reason"] for c in silent(node, 60.0)["status"]["conditions"]}  # fmt: skip
    assert reasons["Ready"] == "NodeStatusUnknown"
    assert reasons["MemoryPressure"] == "NodeStatusNeverUpdated"


def test_events_tell_of_it_once():
    cluster, beats = cluster_of()
    beats["node1"].stop()
    cluster.run(600.0)
    told = [
        (e["involvedObject"]["kind"], e["message"], e.get("count"))
        for e in cluster.list("Event")
        if e["reason"] == "NodeNotReady"
    ]
    assert sorted(told) == [
        ("Node", "Node node1 status is now: NodeNotReady", 1),
        ("Pod", "Node is not ready", 1),
    ]


def test_pods_leave_after_the_seconds_that_they_tolerate_and_wait_for_their_kubelet():
    cluster = Cluster(nodes=3, kubelet="manual")
    beat = Heartbeat(cluster, "node1")
    beat.start()
    cluster.create(pod("steady", "node1"))
    cluster.become("steady", "ready")
    cluster.run(20.0)
    beat.stop()
    run_to(cluster, 369.0)
    assert "deletionTimestamp" not in cluster.get("Pod", "steady")["metadata"]
    run_to(cluster, 372.0)
    assert "deletionTimestamp" in cluster.get("Pod", "steady")["metadata"]
    cluster.run(3600.0)
    assert cluster.get("Pod", "steady")


def test_all_is_undone_when_it_is_back():
    cluster, beats = cluster_of()
    beats["node1"].stop()
    cluster.run(100.0)
    assert len(taints(cluster, "node1")) == 2
    beats["node1"].start()
    cluster.run(5.1)
    assert ready(cluster) == "True"
    assert not taints(cluster, "node1")
    assert events(cluster, "TaintManagerEviction") == 1
    assert "deletionTimestamp" not in cluster.get("Pod", "steady")["metadata"]


def test_of_several_one_in_ten_seconds_is_emptied():
    cluster, beats = cluster_of(nodes=6)
    for node in ("node1", "node2", "node3"):
        beats[node].stop()
    times = []
    while len(times) < 3:
        cluster.run(1.0)
        tainted = [
            node
            for node in ("node1", "node2", "node3")
            if f"{UNREACHABLE}:NoExecute" in taints(cluster, node)
        ]
        times += [cluster.now] * (len(tainted) - len(times))
    first, second, third = times
    assert (second - first, third - second) == (10.0, 10.0)


def test_when_all_are_silent_none_is_emptied():
    cluster, beats = cluster_of(nodes=2)
    for beat in beats.values():
        beat.stop()
    cluster.run(400.0)
    assert ready(cluster) == ready(cluster, name="node2") == "Unknown"
    assert taints(cluster, "node1") == [f"{UNREACHABLE}:NoSchedule"]


def test_a_fork_has_heartbeats_of_its_own():
    cluster, beats = cluster_of()
    twin = cluster.fork()
    Heartbeat(twin, "node1").stop()
    twin.run(60.0)
    cluster.run(60.0)
    assert (ready(twin), ready(cluster)) == ("Unknown", "True")
    assert beats


def test_a_lease_that_was_never_renewed_says_nothing():
    cluster = Cluster(kubelet="instant")
    cluster.create(new_node("node1", cluster.now))
    meta = {"name": "node1", "namespace": LEASES}
    kind = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease"}
    cluster.create({**kind, "metadata": meta})
    cluster.run(200.0)
    assert ready(cluster) == "True"
    assert not cluster.failures


@pytest.mark.parametrize(("renewed", "due"), [(20.0, 70.0), (20.1, 75.0), (24.9, 75.0)])
def test_the_monitor_counts_from_the_look_that_saw_the_heartbeat(renewed, due):
    assert silent_from(renewed) == due
    assert GRACE_PERIOD == 50.0


def test_what_others_report_of_a_node_stays():
    node = new_node("n", 0.0)
    mine = {"type": "NetworkUnavailable", "status": "False"}
    node["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z"
    node = with_status(node, conditions=[*node["status"]["conditions"], mine])
    assert condition(silent(node, 9.0), "NetworkUnavailable") == mine


def test_a_pod_that_was_not_ready_is_left_alone():
    waiting = pod("p", "n") | {"status": {}}
    assert not_ready(waiting, 1.0) is waiting
    entry = {"type": "Ready", "status": "False", "reason": "ContainersNotReady"}
    failed = with_status(waiting, conditions=[entry])
    assert not_ready(failed, 1.0) is failed

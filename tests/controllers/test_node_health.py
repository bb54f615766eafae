"""A Node whose kubelet stops: Unknown after 50 seconds, its Pods unready and evicted slowly, and its return."""

import pytest

from k8slearn import Cluster
from k8slearn.apimachinery.objects import (
    condition,
    micro_timestamp,
    name,
    timestamp,
    with_status,
)
from k8slearn.apiserver.client import Client
from k8slearn.controllers.node_health import (
    GRACE_PERIOD,
    KINDS,
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
    cluster.run(49.9)
    assert ready(cluster) == "True"
    cluster.run(0.2)
    assert ready(cluster) == "Unknown"
    assert not cluster.failures


@pytest.mark.parametrize(("heard", "due"), [(20.0, 70.0), (20.1, 75.0), (24.9, 75.0)])
def test_the_monitor_counts_from_the_look_that_saw_the_heartbeat(heard, due):
    assert silent_from(new_node("n", 0.0), heard) == due
    assert GRACE_PERIOD == 50.0


# Nodes that somebody writes down, with no kubelet behind them --------------------------------------------------


def by_hand(**more):
    meta = {"name": "paper"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, **more}


def posted(at):
    entry = {"type": "Ready", "status": "True", "lastHeartbeatTime": timestamp(at)}
    return {"status": {"conditions": [entry]}}


def reasons(cluster):
    entries = cluster.get("Node", "paper").get("status", {}).get("conditions", ())
    return {entry["type"]: (entry["status"], entry["reason"]) for entry in entries}


@pytest.mark.parametrize("kubelet", ["manual", "instant", "simple", "auto"])
@pytest.mark.parametrize(("made", "due"), [(0.0, 60.0), (5.4, 65.0), (6.5, 70.0)])
def test_one_that_never_posted_a_status_has_a_minute(kubelet, made, due):
    cluster = Cluster(1, kubelet=kubelet)
    cluster.run(made)
    cluster.create(by_hand())
    run_to(cluster, due - 0.1)
    assert reasons(cluster) == {}
    assert taints(cluster, "paper") == []
    run_to(cluster, due + 0.1)
    never = ("Unknown", "NodeStatusNeverUpdated")
    assert reasons(cluster) == dict.fromkeys(KINDS, never)
    found = taints(cluster, "paper")
    assert found == [f"{UNREACHABLE}:NoExecute", f"{UNREACHABLE}:NoSchedule"]
    # It was never ready, so there is no Event that it is not ready any more.
    assert events(cluster, "NodeNotReady") == 0


def test_a_quiet_cluster_has_waited_for_it_and_stays_quiet():
    cluster = Cluster(1, kubelet="simple")
    cluster.create(by_hand())
    cluster.run_until_quiet()
    assert cluster.now == 65.0
    assert reasons(cluster)["Ready"] == ("Unknown", "NodeStatusNeverUpdated")
    before = cluster.store.revision
    cluster.run(3600.0)
    assert cluster.store.revision == before


def test_one_whose_status_was_posted_once_by_hand_is_silent_after_fifty_seconds():
    cluster = Cluster(1, kubelet="simple")
    cluster.run(7.0)
    cluster.create(by_hand(**posted(7.0)))
    run_to(cluster, 59.9)
    assert condition(cluster.get("Node", "paper"), "Ready")["status"] == "True"
    run_to(cluster, 60.1)
    told = reasons(cluster)
    assert told["Ready"] == ("Unknown", "NodeStatusUnknown")
    assert told["MemoryPressure"] == ("Unknown", "NodeStatusNeverUpdated")
    assert events(cluster, "NodeNotReady") == 1


def test_each_heartbeat_that_somebody_posts_by_hand_counts():
    cluster = Cluster(1, kubelet="simple")
    cluster.create(by_hand())
    client = Client(cluster.registry, "kubectl-edit", "kubernetes-admin")
    for second in (40.0, 80.0):
        run_to(cluster, second)
        with cluster.control_plane.acting("learner", "paper"):
            node = client.require("Node", "paper")
            client.update_status({**node, **posted(second)})
    run_to(cluster, 129.9)
    assert condition(cluster.get("Node", "paper"), "Ready")["status"] == "True"
    run_to(cluster, 130.1)
    assert reasons(cluster)["Ready"] == ("Unknown", "NodeStatusUnknown")


def test_its_minute_goes_on_in_a_fork_and_is_lived_through_again():
    cluster = Cluster(1, kubelet="simple")
    cluster.create(by_hand())
    run_to(cluster, 30.0)
    twin = cluster.fork()
    done = len(cluster.actions)
    run_to(cluster, 70.0)
    again = cluster.fork(at=done)
    assert reasons(twin) == reasons(again) == {}
    for copy in (twin, again):
        run_to(copy, 70.0)
    assert reasons(twin) == reasons(again) == reasons(cluster) != {}


def test_one_that_is_gone_is_forgotten():
    cluster = Cluster(1, kubelet="simple")
    cluster.create(by_hand())
    run_to(cluster, 30.0)
    cluster.delete("Node", "paper")
    cluster.run_until_quiet()
    assert cluster.now < 60.0
    cluster.create(by_hand())
    run_to(cluster, 89.0)
    assert reasons(cluster) == {}


@pytest.mark.parametrize("kubelet", ["instant", "simple", "auto"])
def test_nothing_starts_a_pod_on_it(kubelet):
    cluster = Cluster(1, kubelet=kubelet)
    cluster.create(by_hand(**posted(0.0)))
    cluster.create(pod("steady", "paper"))
    cluster.run(30.0)
    assert cluster.get("Pod", "steady")["status"]["phase"] == "Pending"


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


@pytest.mark.parametrize("pace", ["auto", "simple"])
def test_a_lease_that_was_deleted_comes_back_with_its_next_renewal(pace):
    cluster = Cluster(2, kubelet=pace)
    cluster.run(5)
    cluster.delete("Lease", "node1", namespace="kube-node-lease")
    cluster.run(1)
    assert [o["metadata"]["name"] for o in cluster.list("Lease")] == ["node2"]
    cluster.fork().run(30)
    cluster.run(60)
    assert [o["metadata"]["name"] for o in cluster.list("Lease")] == ["node1", "node2"]
    conditions = cluster.get("Node", "node1")["status"]["conditions"]
    assert {c["type"]: c["status"] for c in conditions}["Ready"] == "True"


def test_the_lease_of_a_node_that_is_gone_or_silent_stays_away():
    cluster = Cluster(2, kubelet="auto")
    cluster.run(5)
    cluster.stop_kubelet("node1")
    cluster.delete("Lease", "node1", namespace="kube-node-lease")
    cluster.delete("Node", "node2")
    cluster.run(60)
    assert not cluster.list("Lease")

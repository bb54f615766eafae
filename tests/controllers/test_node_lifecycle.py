"""The Node lifecycle controller turns conditions of Nodes into taints."""

import pytest

from k8slearn import Cluster
from k8slearn.controllers.node_lifecycle import pause_between_evictions, with_taints
from k8slearn.kinds.node import new_node
from tests.support.helpers import by_node, running, taints

NOT_READY, UNREACHABLE = (
    "node.kubernetes.io/not-ready",
    "node.kubernetes.io/unreachable",
)


def nodes(ready, failing):
    return [new_node(f"r{i}", 0.0) for i in range(ready)] + [
        new_node(f"f{i}", 0.0, ready="False") for i in range(failing)
    ]


@pytest.mark.parametrize(
    ("ready", "failing", "pause"),
    [
        (3, 1, 10),
        (0, 2, 10),
        (2, 2, 10),
        (2, 3, None),
        (3, 3, 10),
        (20, 40, 100),
        (0, 60, 10),
    ],
)
def test_the_more_nodes_of_a_zone_fail_the_slower_pods_are_driven_off(
    ready, failing, pause
):
    assert pause_between_evictions(nodes(ready, failing)) == pause


@pytest.mark.parametrize(
    ("about", "effect", "expected"),
    [
        ({}, "NoSchedule", set()),
        ({"ready": "False"}, "NoSchedule", {NOT_READY}),
        ({"ready": "Unknown"}, "NoSchedule", {UNREACHABLE}),
        ({"ready": "Unknown"}, "NoExecute", {UNREACHABLE}),
        ({"unschedulable": True}, "NoSchedule", {"node.kubernetes.io/unschedulable"}),
        ({"unschedulable": True}, "NoExecute", set()),
        (
            {"taints": [f"{NOT_READY}:NoSchedule", "mine:NoSchedule"]},
            "NoSchedule",
            {"mine"},
        ),
        (
            {"taints": ["node.kubernetes.io/disk-pressure:NoExecute"]},
            "NoExecute",
            {"node.kubernetes.io/disk-pressure"},
        ),
    ],
)
def test_a_node_has_the_taints_of_what_it_reports_and_keeps_those_of_others(
    about, effect, expected
):
    found = (
        with_taints(new_node("n", 0.0, **about), effect, "2026-01-01T00:00:00Z")[
            "spec"
        ].get("taints")
        or []
    )
    assert {taint["key"] for taint in found} == expected


def test_pressure_is_a_taint():
    node = new_node("n", 0.0)
    node["status"]["conditions"].append({"type": "MemoryPressure", "status": "True"})
    [taint] = with_taints(node, "NoSchedule", "2026-01-01T00:00:00Z")["spec"]["taints"]
    assert taint["key"] == "node.kubernetes.io/memory-pressure"


def test_a_node_that_fails_is_closed_at_once_and_emptied_later():
    cluster = Cluster(2)
    cluster.run(1)
    cluster.set_node_ready("node1", "False")
    cluster.settle()
    assert taints(cluster, "node1") == [f"{NOT_READY}:NoSchedule"]
    cluster.run(5)
    assert taints(cluster, "node1") == [
        f"{NOT_READY}:NoExecute",
        f"{NOT_READY}:NoSchedule",
    ]
    cluster.set_node_ready("node1", "Unknown")
    cluster.run(5)
    assert taints(cluster, "node1") == [
        f"{UNREACHABLE}:NoExecute",
        f"{UNREACHABLE}:NoSchedule",
    ]
    cluster.set_node_ready("node1")
    cluster.run(5)
    assert taints(cluster, "node1") == [] and cluster.quiet


def test_failing_nodes_are_emptied_one_after_another():
    cluster = Cluster(5)
    for node in ("node1", "node2"):
        cluster.set_node_ready(node, "False")
    emptied = {}
    for second in range(1, 30):
        cluster.run(1)
        for node in ("node1", "node2"):
            if f"{NOT_READY}:NoExecute" in taints(cluster, node):
                emptied.setdefault(node, second)
    assert emptied == {"node1": 5, "node2": 15}


def test_when_all_nodes_fail_none_is_emptied():
    cluster = Cluster(2)
    cluster.set_node_ready("node1", "False")
    cluster.run(10)
    assert f"{NOT_READY}:NoExecute" in taints(cluster, "node1")
    cluster.set_node_ready("node2", "False")
    cluster.run(30)
    assert [taints(cluster, node) for node in ("node1", "node2")] == [
        [f"{NOT_READY}:NoSchedule"]
    ] * 2
    cluster.set_node_ready("node2")
    cluster.run(30)
    assert f"{NOT_READY}:NoExecute" in taints(cluster, "node1")


def test_nodes_that_are_not_counted_do_not_hold_up_the_others():
    cluster = Cluster(5)
    for node in ("node1", "node2", "node3"):
        cluster.set_node_ready(node, "False")
    cluster.run(30)
    assert f"{NOT_READY}:NoExecute" not in taints(cluster, "node1")
    # Of those that count two of four fail, which says nothing about the zone.
    cluster.label("node3", {"node.kubernetes.io/exclude-disruption": ""})
    cluster.run(30)
    assert f"{NOT_READY}:NoExecute" in taints(cluster, "node1")


def test_nodes_fail_as_a_whole_by_those_that_count():
    cluster = Cluster(3)
    cluster.label("node3", {"node.kubernetes.io/exclude-disruption": ""})
    for node in ("node1", "node2"):
        cluster.set_node_ready(node, "False")
    cluster.run(30)
    assert taints(cluster, "node1") == [f"{NOT_READY}:NoSchedule"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        (
            {"kubernetes.io/os": "linux"},
            {"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux"},
        ),
        (
            {"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "plan9"},
            {"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "linux"},
        ),
        (
            {"beta.kubernetes.io/arch": "arm64"},
            {"beta.kubernetes.io/arch": "arm64"},
        ),
    ],
)
def test_old_labels_say_what_new_ones_do(given, expected):
    cluster = Cluster()
    meta = {"name": "paper", "labels": given}
    cluster.create({"apiVersion": "v1", "kind": "Node", "metadata": meta})
    cluster.run(1)
    assert cluster.get("Node", "paper")["metadata"].get("labels", {}) == expected


def test_cordoning_adds_a_taint_that_daemon_pods_tolerate():
    cluster = running(1)
    cluster.cordon("node1")
    cluster.run_until_quiet()
    assert taints(cluster, "node1") == ["node.kubernetes.io/unschedulable:NoSchedule"]
    assert by_node(cluster) == {"node1": ["agent:1 Running"]}
    cluster.uncordon("node1")
    cluster.run_until_quiet()
    assert taints(cluster, "node1") == []


def test_nodes_that_come_and_go_are_told_of():
    cluster = Cluster(1)
    cluster.run_until_quiet()
    uid = cluster.get("Node", "node1", "")["metadata"]["uid"]
    cluster.remove_node("node1")
    cluster.run_until_quiet()
    told = {"RegisteredNode": uid, "RemovingNode": uid}
    found = [e for e in cluster.list("Event") if e["reason"] in told]
    assert {e["reason"]: e["involvedObject"]["uid"] for e in found} == told
    assert len(found) == 2

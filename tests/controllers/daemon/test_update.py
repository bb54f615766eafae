"""The rolling update: its arithmetic, its rounds, and how it looks in a cluster."""

import pytest

from k8slearn.controllers.daemon.tally import assess_nodes
from k8slearn.controllers.daemon.update import limits_of, rolling_update
from tests.support.daemon_pods import NOW, node, pod
from tests.support.helpers import (
    alive,
    available_nodes,
    by_hand,
    by_node,
    daemon_set,
    finish,
    owned,
    rolling,
    running,
    status,
)


@pytest.mark.parametrize(
    ("strategy", "desired", "unavailable", "surge"),
    [
        (rolling(1), 10, 1, 0),
        (rolling("10%"), 10, 1, 0),
        (rolling("30%"), 7, 3, 0),
        (rolling("1%"), 1, 1, 0),
        (rolling(0, 2), 5, 0, 2),
        (rolling(0, "50%"), 5, 0, 3),
        (rolling(0, 0), 5, 1, 0),
        (rolling(0, 0), 0, 0, 0),
        ({"type": "RollingUpdate"}, 5, 1, 0),
    ],
)
def test_limits_are_counted_on_the_nodes_that_want_a_pod(
    strategy, desired, unavailable, surge
):
    limits = limits_of(daemon_set(updateStrategy=strategy), desired)
    assert (limits.max_unavailable, limits.max_surge) == (unavailable, surge)


def round_of(strategy, *nodes, **spec):
    owner = daemon_set(updateStrategy=strategy, **spec)
    pods = {name: found for name, _, found in nodes}
    about = {name: about for name, about, _ in nodes}
    return rolling_update(owner, assess_nodes(owner, about, pods, "new", NOW))


def taken(found):
    return sorted(removal.pod["metadata"]["name"] for removal in found.delete)


@pytest.mark.parametrize(
    ("limit", "nodes", "count"),
    [
        (
            2,
            [("a", "old ready"), ("b", "old ready"), ("c", "old ready")],
            ["a-0", "b-0"],
        ),
        (2, [("a", "old ready"), ("b", "old ready"), ("c", "new unready")], ["a-0"]),
        (1, [("a", "old ready"), ("b", "new unready")], []),
        (1, [("a", "old ready"), ("b",)], []),
        (1, [("a", "old ready"), ("b", "old ready-ending")], []),
        (1, [("a", "old ready"), ("b", "old unready")], ["b-0"]),
        (
            1,
            [("a", "old unready"), ("b", "old unready"), ("c", "old failed")],
            ["a-0", "b-0", "c-0"],
        ),
        (1, [("a", "old ready"), ("b", "old ready", "new unready")], []),
        (2, [("a", "old ready"), ("b", "new ready", "new unready")], ["a-0"]),
        (1, [("a", "new ready"), ("b", "new ready")], []),
    ],
)
def test_a_round_without_surge(limit, nodes, count):
    found = round_of(rolling(limit), *(node(*each) for each in nodes))
    assert taken(found) == count and found.create == ()


def test_a_node_that_wants_no_pod_and_has_none_does_not_count():
    found = round_of(rolling(1), node("a", "old ready"), node("b", wanted=False))
    assert taken(found) == ["a-0"]


def test_a_pod_that_is_not_yet_available_counts_as_missing():
    fresh = (
        "b",
        {"kind": "Node", "metadata": {"name": "b"}, "spec": {}},
        [pod("b-0", "new", ready_for=3)],
    )
    assert (
        taken(round_of(rolling(1), node("a", "old ready"), fresh, minReadySeconds=10))
        == []
    )
    assert taken(
        round_of(rolling(1), node("a", "old ready"), fresh, minReadySeconds=2)
    ) == ["a-0"]


@pytest.mark.parametrize(
    ("surge", "nodes", "create", "delete"),
    [
        (1, [("a", "old ready"), ("b", "old ready")], ("a",), []),
        (
            2,
            [("a", "old ready"), ("b", "old ready"), ("c", "old ready")],
            ("a", "b"),
            [],
        ),
        (1, [("a", "old ready", "new unready"), ("b", "old ready")], (), []),
        (1, [("a", "old ready", "new ready"), ("b", "old ready")], ("b",), ["a-0"]),
        (1, [("a", "old unready"), ("b", "old unready")], ("a", "b"), []),
        (1, [("a", "new unready"), ("b", "old ready")], ("b",), []),
        (1, [("a", "old ready", "old ready"), ("b", "old ready")], (), []),
    ],
)
def test_a_round_with_surge(surge, nodes, create, delete):
    found = round_of(rolling(0, surge), *(node(*each) for each in nodes))
    assert (found.create, taken(found)) == (create, delete)


def test_with_surge_a_pod_on_a_closed_node_goes_only_when_there_are_enough_others():
    closed = node("c", "old ready", wanted=False)
    assert taken(round_of(rolling(0, 1), node("a", "old unready"), closed)) == []
    assert taken(round_of(rolling(0, 1), node("a", "new ready"), closed)) == ["c-0"]
    assert taken(
        round_of(
            rolling(0, 1),
            node("a", "new ready"),
            node("c", "old unready", wanted=False),
        )
    ) == ["c-0"]


def test_with_surge_an_old_pod_on_a_node_that_is_gone_stops_the_round():
    found = round_of(
        rolling(0, 1), node("a", "old ready"), node("x", "old ready", gone=True)
    )
    assert (found.blocked, found.create, found.delete) == ("x", (), ())


def test_the_arithmetic_is_told():
    found = round_of(
        rolling(3),
        node("a", "old ready"),
        node("b", "new unready"),
        node("c", "old unready"),
    )
    assert (found.limits.desired, found.busy, found.forced, found.candidates, found.free) == (
        3, ("b",), ("c-0",), 1, 1,
    )  # fmt: skip


# In a cluster -----------------------------------------------------------------------------------------------------


def test_one_after_another_by_default():
    cluster = running(3, kubelet="manual")
    cluster.set_image("agent", "agent:2")
    cluster.run(1)
    seen = [
        sum("ending" in text for texts in by_node(cluster).values() for text in texts)
    ]
    for _ in range(3):
        by_hand(cluster, "gone")
        by_hand(cluster, "ready")
        seen.append(
            sum(
                "ending" in text
                for texts in by_node(cluster).values()
                for text in texts
            )
        )
    assert seen == [1, 1, 1, 0]
    assert status(cluster)["updatedNumberScheduled"] == 3


def test_a_new_pod_that_never_gets_ready_holds_the_rollout():
    cluster = running(3, kubelet="manual")
    cluster.set_image("agent", "agent:2")
    cluster.run(1)
    by_hand(cluster, "gone")
    cluster.run(600)
    assert len(available_nodes(cluster)) == 2
    cluster.set_strategy("agent", "RollingUpdate", max_unavailable=3)
    cluster.run(1)
    assert len(available_nodes(cluster)) == 0


def test_on_delete_waits_for_the_user():
    cluster = running(2, updateStrategy={"type": "OnDelete"})
    cluster.set_image("agent", "agent:2")
    cluster.run_until_quiet()
    assert by_node(cluster) == {
        "node1": ["agent:1 Running"],
        "node2": ["agent:1 Running"],
    }
    cluster.delete_pod(cluster.list("Pod")[0]["metadata"]["name"])
    cluster.run_until_quiet()
    assert sorted(text for texts in by_node(cluster).values() for text in texts) == [
        "agent:1 Running",
        "agent:2 Running",
    ]


def test_surge_starts_the_new_pod_first_and_ends_with_one_a_node():
    cluster = running(3, kubelet="manual", updateStrategy=rolling(0, 1))
    cluster.set_image("agent", "agent:2")
    cluster.run(1)
    assert len(alive(cluster)) == 4 and len(available_nodes(cluster)) == 3
    finish(cluster)
    assert {text for texts in by_node(cluster).values() for text in texts} == {
        "agent:2 Running"
    }
    assert len(owned(cluster)) == 3


def test_min_ready_seconds_hold_back_the_next_wave():
    cluster = running(2, minReadySeconds=20)
    cluster.set_image("agent", "agent:2")
    updated = {}
    for second in range(1, 60):
        cluster.run(1)
        updated.setdefault(status(cluster).get("updatedNumberScheduled", 0), second)
    assert (updated[1], updated[2]) == (1, 20)


def test_a_rollout_goes_on_beside_a_node_that_is_down():
    cluster = running(3, kubelet="manual")
    cluster.set_node_ready("node1", "Unknown")
    cluster.become(
        next(
            p["metadata"]["name"]
            for p in owned(cluster)
            if p["spec"]["nodeName"] == "node1"
        ),
        "unready",
    )
    cluster.set_image("agent", "agent:2")
    cluster.run(10)
    assert by_node(cluster)["node1"] == ["agent:1 ending"]
    assert len(available_nodes(cluster)) == 2

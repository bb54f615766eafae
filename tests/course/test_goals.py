"""The goals of exercises: they have what a picture shows, are compared in plain words, and give no hint."""

from __future__ import annotations

from typing import Any

import pytest

from k8slearn import Cluster
from k8slearn.course.goal_view import Images, scene_now, scene_of_goal
from k8slearn.course.goals import (
    NodeState,
    PodState,
    State,
    differences,
    goal,
    goals,
    state_of,
    to_json,
)
from k8slearn.course.lessons import rules
from k8slearn.lesson import exercise, exercise_keys
from tests.support.helpers import daemon_set

OLD = PodState("agent", "agent:1", "ready")
NEW = PodState("agent", "agent:2", "ready")
STUCK = PodState("agent", "agent:2", "starting")


def nodes(*pods: tuple[PodState, ...]) -> State:
    return {f"node{number}": NodeState(own) for number, own in enumerate(pods, 1)}


def test_equal_states_differ_in_nothing() -> None:
    assert differences(nodes((OLD,), (NEW,)), nodes((OLD,), (NEW,))) == []


@pytest.mark.parametrize(
    ("now", "wanted", "said"),
    [
        ((), (OLD,), "目标里有 agent 的 Pod，现在没有"),
        ((OLD,), (), "目标里没有 agent 的 Pod，现在有"),
        ((OLD, OLD), (OLD,), "agent 的 Pod 比目标里多"),
        ((OLD,), (OLD, NEW), "agent 的 Pod 比目标里少"),
        ((OLD,), (NEW,), "agent 的 Pod 用的镜像和目标里的不同"),
        ((STUCK,), (NEW,), "agent 的 Pod 现在启动中，目标里就绪"),
    ],
)
def test_what_differs_is_said(now: Any, wanted: Any, said: str) -> None:
    assert differences(nodes(now), nodes(wanted)) == [f"node1：{said}"]


def test_nodes_that_differ_in_the_same_way_share_a_line() -> None:
    goal_of_six = nodes(*[(NEW,)] * 6)
    [line] = differences(nodes(*[(OLD,)] * 6), goal_of_six)
    assert line.startswith("node1、node2、node3、node4 等 6 个 Node：")
    # One more Node is named: "and more" would be no shorter.
    [line] = differences(nodes(*[(OLD,)] * 5), nodes(*[(NEW,)] * 5))
    assert line.startswith("node1、node2、node3、node4、node5：")


def test_what_a_node_itself_is_like_counts_and_its_labels_do_not() -> None:
    cluster = Cluster(nodes=3, seed=1)
    before = state_of(cluster)
    cluster.label("node1", {"disk": "ssd"})
    assert differences(state_of(cluster), before) == []
    cluster.cordon("node2")
    cluster.remove_node("node3")
    assert differences(state_of(cluster), before) == [
        "node2：目标里可以调度",
        "node3：目标里有这个 Node，现在没有",
    ]


def test_a_deployments_pods_are_called_as_in_the_pictures() -> None:
    """Not by the name of their ReplicaSet, which changes with the template."""
    task = exercise("ops-drain")
    view = task.card and task.goal_view
    assert view is not None
    assert "node3：目标里有 web 的 Pod，现在没有" in view._differences.value


@pytest.mark.parametrize("key", ["ops-drain", "clinic-full", "capstone-upgrade"])
def test_both_pictures_name_the_same_owners(key: str) -> None:
    task = exercise(key)
    wanted = goal(key)
    assert wanted is not None
    images = Images(task.cluster, wanted)
    now = scene_now(task.cluster, images)
    assert scene_of_goal(wanted, images, now).owners == now.owners


def test_what_is_stored_comes_back() -> None:
    for key in goals():
        state = goal(key)
        assert state is not None and to_json(state) == goals()[key]


def test_only_exercises_that_there_are_have_a_goal() -> None:
    assert set(goals()) <= set(exercise_keys())
    assert len(goals()) >= 20


@pytest.mark.parametrize("key", sorted(goals()))
def test_at_the_beginning_something_differs(key: str) -> None:
    wanted = goal(key)
    assert wanted is not None
    assert differences(state_of(rules()[key].start()), wanted)


def test_the_same_image_has_the_same_sign_in_both_pictures() -> None:
    cluster = Cluster(nodes=2, seed=1)
    cluster.apply(daemon_set(image="agent:1"))
    cluster.run_until_quiet()
    wanted = nodes((NEW,), (OLD,))
    images = Images(cluster, wanted)
    now = scene_now(cluster, images)
    then = scene_of_goal(wanted, images, now)
    signs = [
        [pod.revision for card in s.cards for pod in card.pods] for s in (now, then)
    ]
    assert signs == [[1, 1], [2, 1]]


def test_the_version_that_was_there_before_has_the_smaller_number() -> None:
    cluster = Cluster(nodes=1, seed=1)
    cluster.apply(daemon_set(image="agent:9"))
    cluster.run(60)
    main = {"name": "main", "image": "agent:1"}
    cluster.apply(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "a-newer-one"},
            "spec": {"containers": [main]},
        }
    )
    images = Images(cluster, nodes((NEW,)))
    assert [images.number(f"agent:{tag}") for tag in (9, 1)] == [1, 2]


def test_the_card_tells_what_differs_and_a_check_tells_it_anew() -> None:
    task = exercise("start-third-node")
    view = task.card and task.goal_view
    assert view is not None
    assert "node3：目标里有这个 Node" in view._differences.value
    task.cluster.add_node("node3")
    task.cluster.run_until_quiet()
    assert task.check().right
    assert "检查通过了" in view._differences.value
    assert "目标里" not in view._differences.value


def test_who_only_checks_draws_nothing() -> None:
    task = exercise("start-third-node")
    task.check()
    assert task.goal_view is None

"""The steps of lesson 17: each begins where the one before ends, with the numbers in the text."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.lessons import lesson_17_cluster as steps
from k8slearn.http.pacing import MOST_AT_ONCE
from k8slearn.lesson import exercise, fewest_ready
from tests.support.solutions import solution
from tests.support.store_outputs import course_notebook

FOLLOWS = {
    "capstone-place": steps.placed,
    "capstone-room": steps.in_budget,
    "capstone-home": steps.at_home,
    "capstone-health": steps.healthy,
    "capstone-strategy": steps.careful,
    "capstone-upgrade": steps.upgraded,
}


def wishes(cluster: Any) -> Any:
    return cluster.get("DaemonSet", steps.AGENT)["spec"]


@pytest.mark.parametrize("key", FOLLOWS)
def test_a_step_begins_where_the_one_before_ends(key: str) -> None:
    task = exercise(key)
    without_kubectl = exercise_words(key).without_kubectl
    pieces = [without_kubectl] if without_kubectl else dict(solution(key)).values()
    for code in pieces:
        exec(code, {"task": task, "cluster": task.cluster, "yaml": yaml})
    task.cluster.run_until_quiet()
    assert wishes(task.cluster) == wishes(FOLLOWS[key]())


def test_the_numbers_of_the_text() -> None:
    cluster = steps.mixed()
    nodes = [node["metadata"]["name"] for node in cluster.list("Node")]
    kinds = {
        kind: sum(node.startswith(kind) for node in nodes)
        for kind in ("app", "control", "gpu", "spot", "edge")
    }
    assert (
        kinds == {"app": 9, "control": 3, "gpu": 6, "spot": 6, "edge": 6}
        and len(nodes) == 30
    )


def test_the_bad_image_has_hurt_three_and_no_more() -> None:
    status = steps.with_bad_image().get("DaemonSet", steps.AGENT)["status"]
    assert (status["numberReady"], status["numberUnavailable"]) == (21, 3)


def test_without_its_probe_the_bad_version_goes_everywhere() -> None:
    cluster = steps.with_bad_image()
    probe = "/spec/template/spec/containers/0/readinessProbe"
    removal = [{"op": "remove", "path": probe}]
    cluster.patch("DaemonSet", steps.AGENT, removal, type="json")
    cluster.run(900)
    status = cluster.get("DaemonSet", steps.AGENT)["status"]
    assert status["updatedNumberScheduled"] == status["numberReady"] == 24


def test_dead_nodes_hold_the_upgrade_up_though_the_numbers_look_well() -> None:
    cluster = steps.with_dead_spots()
    status = cluster.get("DaemonSet", steps.AGENT)["status"]
    assert (
        status["desiredNumberScheduled"]
        == status["numberReady"]
        == status["numberAvailable"]
        == 23
    )
    cluster.run(3600)
    assert (
        cluster.get("DaemonSet", steps.AGENT)["status"]["updatedNumberScheduled"]
        == status["updatedNumberScheduled"]
    )


def test_kubectl_sees_the_end_of_step_three() -> None:
    task = exercise("capstone-home")
    began = task.cluster.now
    for code in dict(solution("capstone-home")).values():
        exec(code, {"task": task, "cluster": task.cluster, "yaml": yaml})
    status = task.cluster.get("DaemonSet", steps.AGENT)["status"]
    assert status["updatedNumberScheduled"] == 24
    # A write lives out no more: who looks then is to see the end, not an update that is half done.
    assert task.cluster.now - began < MOST_AT_ONCE


def test_a_rehearsal_right_after_the_answer_keeps_to_the_target(
    capsys: pytest.CaptureFixture[str],
) -> None:
    task = exercise("capstone-strategy")
    for code in dict(solution("capstone-strategy")).values():
        exec(code, {"task": task, "cluster": task.cluster})
    cells = course_notebook("17_capstone").cells
    rehearse = next(cell.source for cell in cells if "def rehearse" in cell.source)
    capsys.readouterr()
    names = {"fewest_ready": fewest_ready, "task": task}
    exec(rehearse + "\nrehearse(task.cluster, 3)", names)
    told = capsys.readouterr().out
    assert "换了 24 台，就绪数最低时 21 台" in told, told

"""Manifests that apply cleanly, questions with an answer to every choice, and the widget that asks them."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import pytest
import yaml

from k8slearn import Cluster, course
from k8slearn.lesson import (
    fewest_ready,
    manifest,
    manifest_names,
    narrate,
    predict,
    question,
    question_keys,
    quiz,
)
from tests.support.manifests import USES


@pytest.mark.parametrize("name", manifest_names())
def test_a_manifest_is_one_or_more_objects_and_says_what_it_is_for(name: str) -> None:
    objects = list(yaml.safe_load_all(manifest(name)))
    assert all({"apiVersion", "kind", "metadata", "spec"} <= set(o) for o in objects)
    assert name == "filebeat-ds" or manifest(name).startswith("# ")


def test_every_typical_use_has_a_daemon_set() -> None:
    assert set(USES) <= set(manifest_names())
    assert {yaml.safe_load(manifest(name))["kind"] for name in USES} == {"DaemonSet"}


def test_an_unknown_manifest_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(KeyError, match="filebeat-ds"):
        manifest("nothing")


@pytest.mark.parametrize("key", question_keys())
def test_a_question_has_one_right_answer_and_words_for_every_choice(key: str) -> None:
    asked = question(key)
    assert len(asked.options) >= 3
    assert sum(option.right for option in asked.options) == 1
    assert all(len(option.feedback) >= 8 for option in asked.options)
    assert len({option.feedback for option in asked.options}) == len(asked.options)


def test_the_right_answer_is_not_always_at_the_same_place() -> None:
    places = [
        [option.right for option in question(key).options].index(True)
        for key in question_keys()
    ]
    assert max(places.count(place) for place in set(places)) < 0.6 * len(places)


def test_an_unknown_question_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        question("nothing")


def letter_of(key: str, right: bool) -> str:
    return "ABCDEF"[[option.right for option in question(key).options].index(right)]


@pytest.mark.parametrize("right", [True, False])
def test_a_quiz_answers_at_once(right: bool) -> None:
    card = quiz("what-desired")
    card.choose(letter_of("what-desired", right))
    assert card.chosen is not None
    assert card.chosen.feedback in card.reply.value
    assert ("✔" in card.reply.value) == right
    assert ("✘" in card.reply.value) != right


def test_a_prediction_holds_its_answer_back() -> None:
    card = predict("what-leave")
    assert card.reveal.disabled
    card.choose("A")
    assert card.chosen is not None
    assert card.chosen.feedback not in card.reply.value
    assert "A" in card.reply.value
    card.reveal.click()
    assert card.chosen.feedback in card.reply.value


def test_a_new_choice_after_the_answer_is_noted_anew() -> None:
    card = predict("what-leave")
    card.choose("A")
    card.reveal.click()
    card.choose("B")
    assert "✘" not in card.reply.value


def test_the_plain_text_asks_and_does_not_tell() -> None:
    card = predict("what-leave")
    bundle = card._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert question("what-leave").text in data["text/plain"]
    assert all(
        option.text in data["text/plain"] for option in question("what-leave").options
    )
    assert not any(
        option.feedback in data["text/plain"]
        for option in question("what-leave").options
    )


def rolled_out(**limits: int) -> tuple[Cluster, int]:
    cluster = Cluster(nodes=4, seed=1)
    cluster.apply(manifest("filebeat-ds"))
    cluster.run_until_quiet()
    cluster.set_strategy("filebeat-ds", "RollingUpdate", **limits)
    before = cluster.store.revision
    cluster.set_image("filebeat-ds", "ikubernetes/filebeat:5.6.6-alpine")
    cluster.run_until_quiet()
    return cluster, before


@pytest.mark.parametrize(
    ("limits", "fewest"),
    [
        ({"max_unavailable": 1}, 3),
        ({"max_unavailable": 2}, 2),
        ({"max_unavailable": 0, "max_surge": 1}, 4),
    ],
)
def test_the_fewest_ready_pods_of_a_past(limits: dict[str, int], fewest: int) -> None:
    assert fewest_ready(*rolled_out(**limits)) == fewest


def test_a_telling_names_who_did_what_in_order() -> None:
    cluster, before = rolled_out(max_unavailable=1)
    lines = narrate(cluster, since=before).lines
    assert "你" in lines[0]
    assert "DaemonSet 控制器" in lines[1]
    assert len(lines) > 15


def test_a_telling_can_be_cut_and_says_so() -> None:
    cluster, before = rolled_out(max_unavailable=1)
    whole, cut = narrate(cluster, since=before), narrate(cluster, since=before, first=3)
    assert cut.lines[:3] == whole.lines[:3]
    assert str(len(whole.lines) - 3) in cut.lines[3]


def test_nothing_to_tell_is_said() -> None:
    cluster, _ = rolled_out(max_unavailable=1)
    assert str(narrate(cluster, since=cluster.store.revision)) == "什么也没发生"


@pytest.mark.parametrize("name", manifest_names())
def test_a_manifest_applies_cleanly_and_runs_where_it_may(name: str) -> None:
    cluster = Cluster(seed=1)
    cluster.add_node("node1", labels={"storage": "gluster"})
    cluster.add_node("node2", labels={"storage": "ceph"})
    cluster.add_node("node3", labels={"nvidia.com/gpu.present": "true"})
    cluster.apply(manifest(name))
    cluster.run_until_quiet()
    for daemon_set in cluster.list("DaemonSet"):
        status = daemon_set["status"]
        assert status["numberReady"] == status["desiredNumberScheduled"] >= 1


MODULES = sorted(
    f"k8slearn.course.{module.name}" for module in iter_modules(course.__path__)
)


def test_the_course_loads_nothing_that_draws_shows_or_serves() -> None:
    code = f"import {', '.join(MODULES)}, k8slearn.lesson, sys; print(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert {"k8slearn.course.quiz", "k8slearn.lesson"} <= {*said.stdout.split()}
    assert not {"matplotlib", "ipywidgets", "tornado"} & {*said.stdout.split()}

"""Progress is a small file that survives anything, and holds only what was really done."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from k8slearn.course import progress
from k8slearn.lab.cards.predict import PredictCard
from k8slearn.lesson import exercise, lab, question, quiz


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("K8SLEARN_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def right_letter(key: str) -> str:
    return "ABCDEF"[[option.right for option in question(key).options].index(True)]


def test_what_was_done_is_kept_once(place: Path) -> None:
    for _ in range(2):
        progress.record("05_placement", "exercises", "one")
    progress.record("05_placement", "questions", "two")
    assert progress.done() == {
        "05_placement": {"exercises": ["one"], "questions": ["two"]}
    }
    assert set(json.loads(place.read_text())) == {"version", "lessons"}


def test_an_exercise_that_was_refused_leaves_no_trace(place: Path) -> None:
    assert not exercise("what-control-plane").check().right
    assert not place.exists()


def test_an_exercise_that_is_right_is_noted(place: Path) -> None:
    task = exercise("what-control-plane")
    toleration = {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}
    task.cluster.patch(
        "DaemonSet",
        "filebeat-ds",
        {"spec": {"template": {"spec": {"tolerations": [toleration]}}}},
    )
    assert task.check().right
    assert progress.done() == {
        "01_what_is_daemonset": {"exercises": ["what-control-plane"]}
    }


def test_a_quiz_counts_when_the_right_answer_is_chosen(place: Path) -> None:
    card = quiz("what-desired")
    right = right_letter("what-desired")
    card.choose("A" if right != "A" else "B")
    assert progress.done() == {}
    card.choose(right)
    assert progress.done() == {"01_what_is_daemonset": {"questions": ["what-desired"]}}


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"version": 1, "lessons": 3}', '{"version": 99, "lessons": {}}'],
)
def test_a_broken_file_is_put_aside_and_not_lost(place: Path, content: str) -> None:
    place.write_text(content)
    assert progress.done() == {}
    assert place.with_name("progress.json.broken").read_text() == content
    progress.record("00_start", "questions", "one")
    assert progress.done() == {"00_start": {"questions": ["one"]}}


def test_a_folder_that_cannot_be_written_is_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", str(tmp_path / "nowhere" / "progress.json"))
    progress.record("00_start", "questions", "one")
    assert progress.done() == {}


def test_it_can_be_forgotten(place: Path) -> None:
    progress.record("00_start", "questions", "one")
    progress.forget()
    progress.forget()
    assert not place.exists()


def test_what_a_lab_asks_is_counted(place: Path) -> None:
    task = exercise("what-control-plane")
    task.cluster.delete_pod(task.cluster.list("Pod")[0]["metadata"]["name"])
    for made in (lab(task.cluster), task.lab()):
        score = made.layout.card(PredictCard).score
        for right in (True, False):
            score.add(SimpleNamespace(right=right))
        made.close()
    assert progress.guesses() == progress.Guesses(2, 4)

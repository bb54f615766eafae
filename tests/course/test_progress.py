"""Progress is a small, robust file with only what was really done."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from k8slearn import files
from k8slearn.course import progress
from k8slearn.lab.cards.predict import PredictCard
from k8slearn.lesson import exercise, lab, progress_page, question, quiz
from tests.support.paths import ROOT


def right_letter(key: str) -> str:
    return "ABCDEF"[[option.right for option in question(key).options].index(True)]


def test_what_was_done_is_kept_once(place: Path) -> None:
    for _ in range(2):
        progress.record("05_placement", "exercises", "one")
    progress.record("05_placement", "questions", "two")
    assert progress.done() == {
        "05_placement": {"exercises": ["one"], "questions": ["two"]}
    }
    assert set(json.loads(place.read_text())) == {"version", "lessons", "reviews"}


def test_what_was_done_under_a_lessons_old_name_counts(place: Path) -> None:
    old = {"exercises": ["capstone-place", "capstone-home"]}
    new = {"exercises": ["capstone-home", "capstone-strategy"], "questions": ["one"]}
    for order in (("10_capstone", "17_capstone"), ("17_capstone", "10_capstone")):
        kept = dict(zip(order, (old, new), strict=True))
        place.write_text(json.dumps({"version": 1, "lessons": kept}))
        assert list(progress.done()) == ["17_capstone"]
        done = progress.done()["17_capstone"]
        assert set(done["exercises"]) == {*old["exercises"], *new["exercises"]}
        assert done["questions"] == ["one"]
    progress.record("17_capstone", "questions", "two")
    assert list(json.loads(place.read_text())["lessons"]) == ["17_capstone"]


def test_each_renamed_lesson_is_in_the_course_and_its_old_name_is_not() -> None:
    names = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(progress.RENAMED.values()) <= names
    assert not set(progress.RENAMED) & names


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


LONG = '{"version": 1, "lessons": {}, "x": "' + "x" * (1 << 20) + '"}'
DAMAGED = [
    "",
    "{",
    "[]",
    "null",
    "3",
    '"text"',
    "{}",
    "\x00" * 100,
    '{"version": 1}',
    '{"version": "1", "lessons": {}}',
    '{"version": true, "lessons": {}}',
    '{"version": 1e999, "lessons": {}}',
    '{"version": 99, "lessons": {}}',
    '{"version": 1, "lessons": 3}',
    '{"version": 1, "lessons": null}',
    '{"version": 1, "lessons": []}',
    '{"version": 1, "lessons": {"a": 5}}',
    '{"version": 1, "lessons": {"a": null}}',
    '{"version": 1, "lessons": {"a": []}}',
    '{"version": 1, "lessons": {"a": {"exercises": 5}}}',
    '{"version": 1, "lessons": {"a": {"exercises": null}}}',
    '{"version": 1, "lessons": {"a": {"exercises": "one"}}}',
    '{"version": 1, "lessons": {"a": {"exercises": {"one": 1}}}}',
    '{"version": 1, "lessons": {"a": {"exercises": [1]}}}',
    '{"version": 1, "lessons": {"a": {"exercises": [[]]}}}',
    '{"version": 1, "lessons": {}, "predictions": null}',
    '{"version": 1, "lessons": {}, "predictions": []}',
    '{"version": 1, "lessons": {}, "predictions": {"right": null}}',
    '{"version": 1, "lessons": {}, "predictions": {"right": []}}',
    '{"version": 1, "lessons": {}, "predictions": {"right": 1e999}}',
    '{"version": 1, "lessons": {}, "predictions": {"asked": NaN}}',
    '{"version": 1, "lessons": {}, "predictions": {"asked": ' + "9" * 5000 + "}}",
    '{"version": 1, "lessons": {}, "reviews": []}',
    '{"version": 1, "lessons": {}, "reviews": {"a": 3}}',
    '{"version": 1, "lessons": {}, "reviews": {"a": {}}}',
    '{"version": 1, "lessons": {}, "reviews": {"a": {"times": -1, "step": 0, "day": "2026-01-31"}}}',
    '{"version": 1, "lessons": {}, "reviews": {"a": {"times": 1, "step": 1e9, "day": "2026-01-31"}}}',
    '{"version": 1, "lessons": {}, "reviews": {"a": {"times": 1, "step": 0, "day": "31.1.2026"}}}',
    '{"version": 1, "lessons": {}, "reviews": {"a": {"times": 1, "step": 0, "day": 20260131}}}',
    "[" * 100_000,
    '{"version": 1, "lessons": ' + '{"a":' * 100_000,
    LONG,
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_put_aside_and_not_lost(place: Path, content: str) -> None:
    place.write_text(content)
    assert progress.done() == {}
    assert place.with_name("progress.json.broken").read_text() == content
    progress.record("00_start", "questions", "one")
    assert progress.done() == {"00_start": {"questions": ["one"]}}
    assert str(progress_page()).count("progress.json.broken") == 1
    assert progress_page()._repr_html_().count("progress.json.broken") == 1


def test_bytes_that_are_no_text_are_put_aside(place: Path) -> None:
    place.write_bytes(b"\xff\xfe\x00{")
    progress.record("00_start", "questions", "one")
    assert place.with_name("progress.json.broken").read_bytes() == b"\xff\xfe\x00{"


def test_what_was_put_aside_before_stays(place: Path) -> None:
    for number in range(3):
        place.write_text(f"damaged {number}")
        progress.record("00_start", "questions", "one")
    aside = [place.with_name(name).read_text() for name in progress.put_aside()]
    assert aside == ["damaged 0", "damaged 1", "damaged 2"]


def refuse(number: int) -> None:
    raise OSError(number, os.strerror(number))


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.EBUSY])
def test_a_file_that_cannot_be_read_now_is_left_alone(
    place: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    progress.record("00_start", "questions", "one")
    before = place.read_bytes()
    with monkeypatch.context() as locked:
        locked.setattr(Path, "open", lambda *given: refuse(number))
        assert progress.done() == {}
        assert "文件没有动" in str(progress_page())
        progress.record("00_start", "questions", "two")
        assert progress.done() == {"00_start": {"questions": ["two"]}}
        assert "有 1 条还没能写进" in str(progress_page())
    assert place.read_bytes() == before and progress.put_aside() == []
    progress.guess(True)
    kept = json.loads(place.read_text())["lessons"]
    assert kept == {"00_start": {"questions": ["one", "two"]}}
    assert "还没能写进" not in str(progress_page())


def test_a_full_disk_is_said_and_the_old_file_stays_whole(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.record("00_start", "questions", "one")
    before = place.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(files.os, "fsync", lambda handle: refuse(errno.ENOSPC))
        progress.record("00_start", "questions", "two")
        progress.guess(True)
        for shown in (str(progress_page()), progress_page()._repr_html_()):
            assert shown.count("磁盘满了") == 1 and "有 2 条" in shown
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.glob("*new*")] == []
    progress.record("00_start", "questions", "three")
    assert progress.done() == {"00_start": {"questions": ["one", "two", "three"]}}
    assert progress.guesses() == progress.Guesses(1, 1)


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    code = "import os, sys; os.rmdir(os.getcwd())\n"
    code += "from k8slearn.lesson import progress_page, certificate\n"
    code += "from k8slearn.course import progress\n"
    code += "progress.record('a', 'questions', 'b'); progress.guess(True)\n"
    code += "assert progress.done() == {'a': {'questions': ['b']}}\n"
    code += "assert '有 2 条' in str(progress_page()); certificate()._repr_html_()"
    kept = {**os.environ, "K8SLEARN_PROGRESS": "progress.json"}
    subprocess.run([sys.executable, "-c", code], cwd=gone, env=kept, check=True)


def test_nothing_is_written_through_a_link_that_somebody_planted(
    place: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("theirs")
    place.symlink_to(victim)
    for name in (".progress.json.new", ".progress.json.lock"):
        place.with_name(name).symlink_to(victim)
    progress.record("00_start", "questions", "one")
    assert victim.read_text() == "theirs"


WRITER = """
import sys
from k8slearn.course import progress
for number in range(200):
    progress.record("00_start", sys.argv[1], str(number))
"""


def test_two_processes_that_write_at_once_lose_nothing(place: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, section])
        for section in progress.SECTIONS
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    kept = {section: set(keys) for section, keys in progress.done()["00_start"].items()}
    assert kept == {key: set(map(str, range(200))) for key in progress.SECTIONS}
    assert progress.put_aside() == []


def test_threads_that_write_at_once_lose_nothing(place: Path) -> None:
    def write() -> None:
        for _ in range(25):
            progress.guess(True)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress.guesses() == progress.Guesses(200, 200)


def test_a_writer_that_is_stopped_holds_nobody_up_for_long(place: Path) -> None:
    with files.alone(place), pytest.raises(TimeoutError), files.alone(place, 0.05):
        pass


def test_what_a_killed_writer_left_is_swept_away(place: Path) -> None:
    left = place.with_name(f".progress.json.0{files.UNFINISHED}")
    left.write_text("half")
    progress.record("00_start", "questions", "one")
    assert not left.exists()


def test_a_folder_that_cannot_be_written_is_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("K8SLEARN_PROGRESS", str(tmp_path / "nowhere" / "progress.json"))
    progress.record("00_start", "questions", "one")
    assert progress.done() == {"00_start": {"questions": ["one"]}}
    assert not (tmp_path / "nowhere").exists()


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

"""The teachers' notebook: its table agrees with the lessons, the answers are complete, its steps work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from html import unescape
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

from k8slearn.course.bank import lessons
from k8slearn.course.exercise_words import exercise_words
from k8slearn.course.lessons import rules
from k8slearn.course.recall import INTERVALS
from k8slearn.course.review import MOST
from k8slearn.course.teaching import answers
from k8slearn.lesson import exercise_keys, question, question_keys, try_out
from tests.support.paths import ROOT
from tests.support.store_outputs import course_notebook, read_notebook

NOTEBOOK = ROOT / "notebooks" / "99_for_teachers.ipynb"
ROW = re.compile(r"^\| \[\d\d\w? .*?\]\((\w+)\.ipynb\) \| (\d+) 分钟 \|", re.MULTILINE)


@cache
def cells() -> Any:
    return read_notebook(NOTEBOOK).cells


def markdown() -> str:
    return "\n".join(cell.source for cell in cells() if cell.cell_type == "markdown")


def tagged(tag: str) -> str:
    return (
        "\n\n\n".join(
            cell.source for cell in cells() if tag in cell.metadata.get("tags", [])
        )
        + "\n"
    )


def fences(language: str) -> list[str]:
    """The fenced pieces, those of four ticks (with others inside) first."""
    text = markdown()
    long = re.findall(rf"````{language}\n(.*?)````", text, re.DOTALL)
    text = re.sub(r"````.*?````", "", text, flags=re.DOTALL)
    return long + re.findall(
        rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE
    )


def fence(language: str, has: str) -> str:
    return next(piece for piece in fences(language) if has in piece)


def test_the_table_has_every_lesson_with_its_minutes() -> None:
    rows = {lesson: int(minutes) for lesson, minutes in ROW.findall(markdown())}
    assert set(rows) == set(lessons())
    for lesson, minutes in rows.items():
        notebook = course_notebook(lesson)
        text = "\n".join(cell.source for cell in notebook.cells)
        said = re.search(r"大约 (\d+) 分钟", text)
        assert said and int(said[1]) == minutes, lesson


def test_the_answers_are_complete() -> None:
    book = unescape(answers()._repr_html_())
    for key in question_keys():
        for option in question(key).options:
            assert (
                f"{'✔' if option.right else '✘'} <b>{option.text}</b>　{option.feedback}"
                in book
            ), key
    for key in exercise_keys():
        about = exercise_words(key)
        said = [*about.hints, *about.refuse.values(), about.right]
        assert not [text for text in said if text.strip() not in book], key


def test_one_lesson_can_be_asked_for() -> None:
    assert answers("04_").lessons == ("04_update_strategy",)
    assert repr(answers("04_")) == "答案册：更新策略"


def test_a_lesson_in_two_parts_is_asked_for_whole() -> None:
    assert answers("04").lessons == ("04_update_strategy", "04b_ready")


def test_what_is_said_of_reviews_and_variants_is_so() -> None:
    said = markdown()
    assert f"隔 {'、'.join(map(str, INTERVALS))} 天再问一次" in said
    assert f"每次最多 {MOST} 道" in said
    # The example is one that can be drawn for a student.
    assert rules()["clinic-cpu"].varied and 'exercise("clinic-cpu"' in said


def test_a_key_without_words_is_an_error() -> None:
    with pytest.raises(KeyError):
        try_out("nothing", tagged("words").partition('"""')[2].rpartition('"""')[0])


def test_the_hubs_script_lays_lessons_out_and_tells_terminals_where_the_cluster_is(
    tmp_path: Path,
) -> None:
    script = fence("bash", "lay_out").replace(
        "/opt/k8slearn/bin", str(Path(sys.executable).parent)
    )
    (tmp_path / "start").write_text(script)
    (tmp_path / "start").chmod(0o755)
    command = [
        "./start",
        "bash",
        "-c",
        "echo $KUBECONFIG; test $KUBECONFIG = $K8SLEARN_KUBECONFIG",
    ]
    said = subprocess.run(
        command,
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
    )
    assert said.returncode == 0, said.stderr
    assert Path(said.stdout.decode().strip()).parent.parent == tmp_path
    assert (tmp_path / "k8slearn-notebooks" / "00_start.ipynb").is_file()


def follow(course: Path) -> None:
    """Do to a copy of the course what the notebook says, file by file."""
    words = tagged("words").partition('"""')[2].rpartition('"""')[0]
    folder = course / "k8slearn/course/lessons"
    (folder / "lesson_30_ours.py").write_text(tagged("rule"), encoding="utf-8")
    words += fence("yaml", "wrong_answers:")
    (folder / "lesson_30_ours.yaml").write_text(words, encoding="utf-8")
    (course / "new_lesson.py").write_text(
        fence("python", "new_notebook"), encoding="utf-8"
    )
    readme = (course / "README.md").read_text(encoding="utf-8")
    last = re.findall(r"^\| \[\d\d .*\|\n", readme, re.MULTILINE)[-1]
    row = fence("markdown", "30_ours")
    (course / "README.md").write_text(
        readme.replace(last, last + row), encoding="utf-8"
    )


def run(line: str, course: Path) -> str:
    """Run a line of the notebook in the copy, with this Python; the output must not be an error's."""
    line = line.replace(".venv/bin/python", sys.executable)
    here = os.environ | {
        "PYTHONPATH": str(course),
        "K8SLEARN_PROGRESS": "",
        "PYTEST_ADDOPTS": "",
    }
    done = subprocess.run(
        line,
        shell=True,
        cwd=course,
        env=here,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_steps_add_an_exercise_and_a_lesson_that_pass(tmp_path: Path) -> None:
    course = tmp_path / "course"
    skipped = ignore_patterns(
        ".*", "__pycache__", "reference", "browser", "benchmarks", "conformance"
    )
    copytree(ROOT, course, ignore=skipped, ignore_dangling_symlinks=True)
    follow(course)
    for line in fence("bash", "new_lesson.py").splitlines():
        run(line, course)
    said = run(
        fence("bash", "-m pytest -k").strip() + " -p no:cacheprovider -v", course
    )
    for expected in (
        "test_the_reference_solution_is_accepted[ours-new-image] PASSED",
        "test_a_wrong_answer_is_refused_with_its_own_message[ours-new-image-2] PASSED",
        "test_each_message_is_met_by_a_wrong_answer_of_its_own[ours-new-image] PASSED",
        "test_every_lesson_is_listed PASSED",
        "notebooks/30_ours::ipynb::Cell 2 PASSED",
    ):
        assert expected in said, said

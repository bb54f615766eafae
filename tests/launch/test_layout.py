"""Lessons are laid out repeatedly: whole, repaired after any interruption, without touching the learner's work."""

import json
import os
import subprocess
import sys

import pytest

from k8slearn.launch import layout, lessons
from k8slearn.launch.layout import lay_out
from tests.support.checkout import changes, clone_course, git
from tests.support.paths import ROOT


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.ipynb").write_text(text)
    return folder


@pytest.fixture
def wheel(tmp_path):
    """A folder of two lessons and a picture."""
    source = write(
        tmp_path / "source", **{"00_start": "start", "04_update_strategy": "update"}
    )
    (source / "assets").mkdir()
    (source / "assets" / "lab.png").write_bytes(b"png")
    return source


def notebook(*sources, **more):
    cells = [
        {"cell_type": "code", "source": source, "outputs": [], "metadata": {}} | more
        for source in sources
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )


def test_running_a_lesson_is_no_change_but_a_word_is(wheel, tmp_path):
    write(wheel, **{"00_start": notebook("1 + 1"), "04_update_strategy": notebook("2")})
    mine = tmp_path / "mine"
    lay_out(wheel, mine)
    write(
        mine,
        **{
            "00_start": notebook(["1 + ", "1"], execution_count=3),
            "04_update_strategy": notebook("2", "mine"),
        },
    )
    write(wheel, **{"00_start": notebook("1 + 2"), "04_update_strategy": notebook("3")})
    done = lay_out(wheel, mine)
    assert (done.upgraded, done.kept) == (
        ["00_start.ipynb"],
        ["04_update_strategy.ipynb"],
    )


def test_what_somebody_has_done_is_not_handed_on_nor_touched(wheel, tmp_path):
    for name in ("progress.json", "progress.json.broken"):
        (wheel / name).write_text("the developer's")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "progress.json").write_text("the learner's")
    done = lay_out(wheel, mine)
    assert (done.upgraded, done.kept) == ([], [])
    assert (mine / "progress.json").read_text() == "the learner's"
    assert not (mine / "progress.json.broken").exists()


def test_a_deleted_lesson_comes_back_and_nothing_else_is_written(wheel, tmp_path):
    lay_out(wheel, tmp_path / "mine")
    (tmp_path / "mine" / "00_start.ipynb").unlink()
    done = lay_out(wheel, tmp_path / "mine")
    assert (done.written, done.upgraded, done.kept) == (["00_start.ipynb"], [], [])


def test_without_a_readable_manifest_everything_is_kept(wheel, tmp_path):
    lay_out(wheel, tmp_path / "mine")
    (tmp_path / "mine" / layout.MANIFEST).write_text("no json")
    write(wheel, **{"00_start": "a new start"})
    assert lay_out(wheel, tmp_path / "mine").kept == ["00_start.ipynb"]


def cells(**sources):
    """A notebook of code cells, by their ids."""
    made = [
        {
            "cell_type": "code",
            "id": identity,
            "source": source,
            "outputs": [],
            "execution_count": None,
            "metadata": {},
        }
        for identity, source in sources.items()
    ]
    whole = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole)


def sources(path):
    """The cells of a notebook, by their ids, in order."""
    read = json.loads(path.read_bytes())["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in read}


OLD = {
    "00_start": cells(a="1", b="2", c="3"),
    "01_next": cells(d="4", e="5"),
    "02_last": cells(f="6"),
}
NEW = {
    "00_start": cells(a="1", b="2 mended", new="2.5", c="3"),
    "01_next": cells(d="4", e="5 mended"),
    "02_last": cells(f="6 mended"),
    "03_more": cells(g="7"),
}
MINE = {
    "00_start": cells(a="1", b="2", own="mine", c="my answer"),
    "01_next": cells(d="4", e="5"),
}
AFTER = {
    "00_start": {
        "a": "1",
        "b": "2 mended",
        "own": "mine",
        "new": "2.5",
        "c": "my answer",
    },
    "01_next": {"d": "4", "e": "5 mended"},
    "02_last": {"f": "6 mended"},
    "03_more": {"g": "7"},
}
# What is written: each file, and the manifest before and after; the first time all of them, then those that changed.
FIRST, SECOND = len(OLD) + 2, len(NEW) + 2

INTERRUPTED = """
import os, sys
from pathlib import Path
from k8slearn import files
from k8slearn.launch.layout import lay_out
source, target, last, moment = sys.argv[1:]
count = 0
written, replaced = files._write_new, Path.replace

def stop():
    os._exit(9) if moment.startswith("kill") else (_ for _ in ()).throw(OSError(28, "full"))

def write_new(path, content):
    global count
    count += 1
    if count < int(last) or moment.endswith("named"):
        return written(path, content)
    # Half of it is on the disk when the power goes.
    path.write_bytes(content[: len(content) // 2])
    stop()

def replace(path, other):
    result = replaced(path, other)
    if count == int(last) and moment.endswith("named"):
        stop()
    return result

files._write_new, Path.replace = write_new, replace
try:
    lay_out(Path(source), Path(target))
except OSError:
    sys.exit(9)
"""


def interrupted(source, target, last, moment):
    command = [sys.executable, "-c", INTERRUPTED, source, target, str(last), moment]
    return subprocess.run(list(map(str, command))).returncode == 9


MOMENTS = ["kill", "kill named", "full"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_first_laying_out_may_be_interrupted_at_any_file(tmp_path, moment):
    source, whole = write(tmp_path / "source", **OLD), tmp_path / "whole"
    lay_out(source, whole)
    for last in range(1, FIRST + 1):
        target = tmp_path / f"mine{last}"
        assert interrupted(source, target, last, moment)
        assert lay_out(source, target).kept == []
        assert contents(target) == contents(whole)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_upgrade_may_be_interrupted_at_any_file(tmp_path, moment):
    for last in range(1, SECOND + 1):
        source, target = tmp_path / f"source{last}", tmp_path / f"mine{last}"
        lay_out(write(source, **OLD), target)
        write(target, **MINE)
        assert interrupted(write(source, **NEW), target, last, moment)
        assert lay_out(source, target).kept == []
        assert {name: sources(target / f"{name}.ipynb") for name in NEW} == AFTER
        # And nothing of ours is taken for the learner's when the next version comes.
        write(source, **{"01_next": cells(d="4 again", e="5")})
        lay_out(source, target)
        assert sources(target / "01_next.ipynb") == {"d": "4 again", "e": "5"}


def contents(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    locks = f"{layout.MANIFEST}.lock"
    return {path.name: path.read_bytes() for path in paths if path.name != locks}


def test_nothing_is_interrupted_where_the_count_ends(tmp_path):
    source = write(tmp_path / "source", **OLD)
    assert not interrupted(source, tmp_path / "mine", FIRST + 1, "kill")


def test_what_an_older_version_left_half_written_is_mended(wheel, tmp_path):
    mine = write(tmp_path / "mine", **{"00_start": "sta"})
    assert "00_start.ipynb" in lay_out(wheel, mine).written
    assert (mine / "00_start.ipynb").read_text() == "start"


def test_laid_out_again_nothing_is_written(wheel, tmp_path, monkeypatch):
    lay_out(wheel, tmp_path / "mine")
    monkeypatch.setattr(layout.files, "alone", None)
    monkeypatch.setattr(layout.files, "replace", None)
    assert lay_out(wheel, tmp_path / "mine") == layout.LaidOut()


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{}",
        "3",
        '{"version": 3}',
        '{"version": 2, "files": {"a": 3}}',
        "[" * 99999,
    ],
    ids=range(7),
)
def test_a_damaged_manifest_costs_nobody_an_answer(tmp_path, manifest):
    source, target = write(tmp_path / "source", **OLD), tmp_path / "mine"
    lay_out(source, target)
    write(target, **MINE)
    (target / layout.MANIFEST).write_text(manifest)
    done = lay_out(write(source, **NEW), target)
    assert "00_start.ipynb" in done.kept
    assert sources(target / "00_start.ipynb")["c"] == "my answer"


RENAMED_FROM, RENAMED_TO = next(iter(layout.RENAMED.items()))


def with_an_old_name(tmp_path):
    """A learner's folder with an edited lesson that the course then renames."""
    source, target = tmp_path / "source", tmp_path / "mine"
    lay_out(write(source, **{RENAMED_FROM: cells(a="1", b="2")}), target)
    write(target, **{RENAMED_FROM: cells(a="1", own="mine", b="2")})
    (source / f"{RENAMED_FROM}.ipynb").unlink()
    return write(source, **{RENAMED_TO: cells(a="1", b="2 mended")}), target


def test_a_renamed_lesson_takes_the_learners_words_with_it(tmp_path):
    source, target = with_an_old_name(tmp_path)
    done = lay_out(source, target)
    assert (done.merged, done.kept, done.written) == ([f"{RENAMED_TO}.ipynb"], [], [])
    found = sources(target / f"{RENAMED_TO}.ipynb")
    assert found == {"a": "1", "own": "mine", "b": "2 mended"}
    assert not (target / f"{RENAMED_FROM}.ipynb").exists()
    assert lay_out(source, target) == layout.LaidOut()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_renaming_may_be_interrupted_at_any_file(tmp_path, moment):
    # The manifest with both names, the manifest again, the lesson, the manifest.
    for last in range(1, 5):
        source, target = with_an_old_name(tmp_path / str(last))
        assert interrupted(source, target, last, moment)
        assert lay_out(source, target).kept == []
        found = sources(target / f"{RENAMED_TO}.ipynb")
        assert found == {"a": "1", "own": "mine", "b": "2 mended"}


def test_where_both_names_stand_or_nobody_knows_whose_it_is_nothing_moves(tmp_path):
    source, target = with_an_old_name(tmp_path)
    (target / layout.MANIFEST).unlink()
    for _ in range(2):
        lay_out(source, target)
        assert sources(target / f"{RENAMED_FROM}.ipynb")["own"] == "mine"
        assert sources(target / f"{RENAMED_TO}.ipynb")["b"] == "2 mended"


def test_after_a_pull_mended_lessons_come_and_answers_stay(tmp_path, monkeypatch):
    course = tmp_path / "course"
    write(course / "notebooks", **OLD)
    (course / "pyproject.toml").write_text("")
    (course / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    git("init", "-q", folder=course)
    git("add", ".", folder=course)
    git("commit", "-qm", "old", folder=course)
    git("clone", "-q", str(course), "clone", folder=tmp_path)
    clone = tmp_path / "clone"
    monkeypatch.setattr(lessons, "PACKAGE", clone / "k8slearn")
    mine = lessons.learners_folder()
    lay_out(lessons.source_folder(), mine)
    write(mine, **MINE)
    (mine / "progress.json").write_text("{}")
    assert changes(clone) == ""
    write(course / "notebooks", **NEW)
    git("add", ".", folder=course)
    git("commit", "-qm", "new", folder=course)
    git("pull", "-q", folder=clone)
    done = lay_out(lessons.source_folder(), mine)
    assert done.merged == ["00_start.ipynb"]
    assert done.upgraded == ["01_next.ipynb", "02_last.ipynb"]
    assert {name: sources(mine / f"{name}.ipynb") for name in NEW} == AFTER
    assert changes(clone) == ""


LEARNER = """
import os
from k8slearn import cli
from k8slearn.launch import jupyter, lessons
jupyter.skip_iri_grammars()
import nbformat
from nbclient import NotebookClient
jupyter.serve = lambda arguments, variables: os.environ.update(variables)
assert cli.main(["lab"]) == 0
folder = lessons.learners_folder()
for name in sorted(path.name for path in folder.glob(os.environ["LESSONS"])):
    notebook = nbformat.read(folder / name, 4)
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, allow_errors=True, resources=where).execute()
    nbformat.write(notebook, folder / name)
assert (folder / "progress.json").exists()
"""


# The first lesson and the one that writes files; the tests of the lessons run the others in this way.
def test_what_a_learner_runs_and_writes_in_a_clone_changes_no_file_of_gits(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git's")
    clone = tmp_path / "clone"
    clone_course(clone)
    variables = {**os.environ, "PYTHONPATH": str(clone)}
    variables["LESSONS"] = "[09][09]_[sf]*.ipynb"
    for name in ("K8SLEARN_PROGRESS", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", LEARNER],
        cwd=clone,
        env=variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (clone / "k8slearn-notebooks" / "01_what_is_daemonset.ipynb").exists()
    assert changes(clone) == ""

"""The lessons contain the original document word for word, have the course's form, and run, each cell even twice."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from k8slearn.launch.layout import lay_out
from k8slearn.launch.lessons import DEFAULT_FOLDER
from k8slearn.lesson import exercise_keys, manifest, question_keys
from k8slearn.locale import course as words
from k8slearn.view.mime import STILL
from tests.support import stored
from tests.support.checkout import changes, clone_course
from tests.support.lab_shots import is_shot, lab_cells
from tests.support.lesson_size import HEAD, LONGEST, Size, sizes
from tests.support.paths import ROOT
from tests.support.store_outputs import (
    METADATA,
    WIDGET,
    as_node,
    course_notebook,
    read_notebook,
    run_notebook,
)
from tests.support.words import pending

SOURCE = Path(__file__).parent / "lesson_source.md"
NOTEBOOKS = sorted(
    path.stem
    for pattern in ("0*", "1*")
    for path in (ROOT / "notebooks").glob(f"{pattern}.ipynb")
)
# Lessons that are to be cut or split; the list goes when it is empty.
STILL_LONG = {}
MARK = "> **原文**"
FENCE = re.compile(r"^\s*```")
NOBODYS = (words.NOT_YET, words.PROGRESS_TITLE, words.CERTIFICATE)
LONGEST_CELL = 15
USUAL_CELL = 8
WIDEST_LINE = 104
LARGEST_NOTEBOOK = 1_500_000
LARGEST_COURSE = 6_000_000


def code_cells(lesson: str) -> list[Any]:
    return [cell for cell in course_notebook(lesson).cells if cell.cell_type == "code"]


def units(text: str) -> list[str]:
    """The text's sentences in order; inside code fences its lines, trailing spaces and all."""
    found: list[str] = []
    fenced = False
    for line in text.splitlines():
        if FENCE.match(line):
            fenced = not fenced
        elif fenced:
            found.append(line)
        elif line.strip():
            found += sentences(line)
    return found


def sentences(line: str) -> list[str]:
    """A line cut after each full stop (and after the comma that the lesson on updates cuts at)."""
    cut = re.split(r"(?<=。)(?![（])|(?<=将触发滚动更新，)|(?<=逐步进行替换的，)", line)
    return [part.rstrip() for part in cut if part.strip()]


def quoted(markdown: str) -> str:
    """The quotes in a cell that are marked as the original text."""
    lines: list[str] = []
    inside = False
    for line in markdown.splitlines():
        if line == MARK:
            inside = True
        elif inside and line.startswith(">"):
            lines.append(line[1:].removeprefix(" "))
        else:
            inside = False
    return "\n".join(lines)


def original_units() -> list[str]:
    """The document's units; its front matter is in a fence in the lessons, so its lines are kept whole."""
    _, front, body = SOURCE.read_text(encoding="utf-8").split("---\n", 2)
    return ["---", *front.splitlines(), "---", *units(body)]


def lesson_units() -> list[str]:
    return [
        unit
        for lesson in NOTEBOOKS
        for cell in course_notebook(lesson).cells
        if cell.cell_type == "markdown"
        for unit in units(quoted(cell.source))
    ]


def test_the_document_stands_in_the_lessons_whole_and_in_order() -> None:
    assert lesson_units() == original_units()


def test_the_test_would_notice_a_changed_word() -> None:
    changed = SOURCE.read_text(encoding="utf-8").replace("labels: \n", "labels:\n", 1)
    assert units(changed) != units(SOURCE.read_text(encoding="utf-8"))
    assert len(original_units()) > 60


def test_the_manifest_is_the_documents_own_block() -> None:
    assert manifest("filebeat-ds") in SOURCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("lesson", NOTEBOOKS)
class TestForm:
    def test_metadata_is_nobodys(self, lesson: str) -> None:
        assert dict(course_notebook(lesson).metadata) == METADATA

    def test_cells_are_short(self, lesson: str) -> None:
        lengths = [len(cell.source.splitlines()) for cell in code_cells(lesson)]
        assert max(lengths) <= LONGEST_CELL
        assert sum(length <= USUAL_CELL for length in lengths) >= 0.85 * len(lengths)

    def test_lines_fit_on_the_page(self, lesson: str) -> None:
        too_long = [
            line
            for cell in code_cells(lesson)
            for line in cell.source.splitlines()
            if len(line) > WIDEST_LINE
        ]
        assert not too_long

    def test_words_stand_before_each_code_cell(self, lesson: str) -> None:
        for before, cell in pairwise(course_notebook(lesson).cells):
            if cell.cell_type == "code" and not re.search(
                r"^(predict|quiz)\(", cell.source, re.MULTILINE
            ):
                assert before.cell_type == "markdown", cell.source

    def test_nothing_that_a_stored_output_cannot_hold(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            assert not re.search(r"\b(Output\(|interact\b|display_id)", cell.source), (
                cell.source
            )

    def test_outputs_are_stored(self, lesson: str) -> None:
        assert all(cell.execution_count for cell in code_cells(lesson))
        assert sum(bool(cell.outputs) for cell in code_cells(lesson)) >= 0.8 * len(
            code_cells(lesson)
        )

    def test_no_widget_of_a_gone_kernel_is_stored(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            for output in cell.outputs:
                assert WIDGET not in output.get("data", {}), cell.source

    def test_what_a_prediction_is_about_stays_folded(self, lesson: str) -> None:
        for cell, folded in stored.folding(course_notebook(lesson)):
            assert stored.is_folded(cell) == folded, cell.source

    def test_lists_have_its_exercises_in_its_own_order(self, lesson: str) -> None:
        code = "\n".join(cell.source for cell in code_cells(lesson))
        begun = dict.fromkeys(re.findall(r'exercise\("([a-z0-9-]+)"', code))
        listed = [key for key in exercise_keys() if key in begun]
        assert listed == list(begun)

    def test_no_exercise_looks_as_if_it_had_failed(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            texts = [o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            assert not [text for text in texts if text.startswith(NOBODYS)]

    def test_errors_are_stored_only_where_they_are_meant(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            failed = any(output.output_type == "error" for output in cell.outputs)
            assert failed == ("raises-exception" in cell.metadata.get("tags", [])), (
                cell.source
            )

    def test_each_picture_has_words_for_who_cannot_see_it(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    assert output.metadata["image/png"]["alt"], cell.source

    def test_no_still_picture_is_stored_twice(self, lesson: str) -> None:
        for cell in code_cells(lesson):
            for output in cell.outputs:
                page = output.get("data", {}).get("text/html", "")
                assert STILL not in page, "python -m tests.support.store_outputs"

    def test_where_a_lab_was_a_picture_of_all_of_it_is_stored(
        self, lesson: str
    ) -> None:
        for place in lab_cells(course_notebook(lesson)):
            cell = course_notebook(lesson).cells[place]
            assert is_shot(cell), "python -m tests.support.store_outputs --shots"

    def test_it_is_small(self, lesson: str) -> None:
        assert (
            ROOT / "notebooks" / f"{lesson}.ipynb"
        ).stat().st_size < LARGEST_NOTEBOOK

    def test_it_has_goals_and_a_summary(self, lesson: str) -> None:
        text = "\n".join(
            cell.source
            for cell in course_notebook(lesson).cells
            if cell.cell_type == "markdown"
        )
        assert "**学完这一课，你" in text
        assert "## 小结" in text
        if f"{lesson}.ipynb" not in pending():
            assert "**在真实集群里：**" in text
            assert "### 在真集群上" in text


@pytest.mark.parametrize("found", sizes(), ids=lambda found: found.lesson)
def test_a_lesson_is_read_in_one_sitting(found: Size) -> None:
    if found.lesson in STILL_LONG:
        assert found.minutes > LONGEST, f"take {found.lesson} off STILL_LONG"
        pytest.skip(f"{found.minutes} minutes")
    assert found.minutes <= LONGEST, f"{HEAD}\n{found}"


def test_no_cell_of_any_notebook_is_long() -> None:
    lengths = {
        f"{path.name} {cell.id}": len(cell.source.splitlines())
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in code_cells(path.stem)
    }
    assert {name for name, length in lengths.items() if length > LONGEST_CELL} == set()


def test_all_notebooks_together_are_small() -> None:
    assert (
        sum(path.stat().st_size for path in (ROOT / "notebooks").glob("*.ipynb"))
        < LARGEST_COURSE
    )


def test_every_question_is_asked_once() -> None:
    asked = [
        key
        for lesson in NOTEBOOKS
        for cell in code_cells(lesson)
        for key in re.findall(r'(?:predict|quiz)\("([^"]+)"\)', cell.source)
    ]
    assert sorted(asked) == sorted(question_keys())


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the course with a learner's copies of the lessons."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout of git's")
    folder = tmp_path_factory.mktemp("course") / "clone"
    clone_course(folder)
    lay_out(folder / "notebooks", folder / DEFAULT_FOLDER)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("lesson", [*NOTEBOOKS, "20_gallery", "21_glossary"])
def test_every_cell_runs_twice_and_changes_no_file_of_gits(
    lesson: str, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(clone))
    # As for a learner: the package is compiled by the first kernel, and not by each.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.delenv("K8SLEARN_PROGRESS", raising=False)
    path = clone / DEFAULT_FOLDER / f"{lesson}.ipynb"
    notebook = read_notebook(path)
    twice = [
        cell for cell in notebook.cells for _ in range(1 + (cell.cell_type == "code"))
    ]
    notebook.cells = [
        as_node({**cell, "id": f"cell{i}"}) for i, cell in enumerate(twice)
    ]
    run_notebook(notebook, path.parent)
    nbformat.write(notebook, path)
    assert changes(clone) == ""
